//! What the server has inside for browsers: the SDK, the shop and the console. Listed by `build.rs`.
//!
//! A build without `cargo xtask build` before it has none of it.

/// One embedded file.
#[derive(Debug)]
pub struct File {
    /// Its path in the address, without the first slash.
    pub path: &'static str,
    /// Its `Content-Type`.
    pub content_type: &'static str,
    /// The hash of its bytes, without quotes. The same for every encoding: whoever sends one says so in the `ETag`.
    pub etag: &'static str,
    /// Whether its path has its hash in it, so that it may be kept for ever.
    pub immutable: bool,
    /// Its bytes.
    pub raw: &'static [u8],
    /// The same in brotli, if that is smaller.
    pub br: Option<&'static [u8]>,
    /// The same in gzip, if that is smaller.
    pub gz: Option<&'static [u8]>,
}

include!(concat!(env!("OUT_DIR"), "/assets.rs"));

/// The file for a path without its first slash. A folder, with its last slash or without, stands for its page, and every place in the
/// console for its one page.
pub fn find(path: &str) -> Option<&'static File> {
    find_in(FILES, path)
}

/// All files, sorted by path.
pub fn all() -> &'static [File] {
    FILES
}

fn find_in(files: &'static [File], path: &str) -> Option<&'static File> {
    let exact = |path: &str| files.binary_search_by(|file| file.path.cmp(path)).ok().and_then(|at| files.get(at));
    let folder = path.trim_end_matches('/');
    if let Some(found) = exact(path).or_else(|| exact(&format!("{folder}/index.html"))) {
        return Some(found);
    }
    // The console is one page that reads its own address. With a dot it is a file, and a missing file is no page.
    path.strip_prefix("console/").filter(|place| !place.contains('.')).and_then(|_| exact("console/index.html"))
}

#[cfg(test)]
mod tests {
    use super::*;

    const fn file(path: &'static str) -> File {
        File { path, content_type: "", etag: "", immutable: false, raw: &[], br: None, gz: None }
    }

    static SOME: [File; 4] = [file("console/assets/index.js"), file("console/index.html"), file("nora.js"), file("shop/en/index.html")];

    #[test]
    fn folders_and_places_have_a_page() {
        let found = |path| find_in(&SOME, path).map(|file| file.path);
        assert_eq!(found("nora.js"), Some("nora.js"));
        assert_eq!(found("shop/en/"), Some("shop/en/index.html"));
        assert_eq!(found("shop/en"), Some("shop/en/index.html"));
        assert_eq!(found("console"), Some("console/index.html"));
        assert_eq!(found("console/"), Some("console/index.html"));
        assert_eq!(found("console/profiles/"), Some("console/index.html"));
        assert_eq!(found("console/profiles/p1"), Some("console/index.html"));
        assert_eq!(found("console/assets/index.js"), Some("console/assets/index.js"));
        for missing in ["", "shop/", "shop/fr/", "console/assets/old.js", "SHA256SUMS", "../nora.js"] {
            assert_eq!(found(missing), None, "{missing}");
        }
    }

    #[test]
    fn an_empty_table_has_nothing() {
        assert!(find_in(&[], "nora.js").is_none());
        assert!(find_in(&[], "console/").is_none());
    }

    #[test]
    fn what_is_embedded_can_be_found() {
        assert!(all().is_sorted_by(|a, b| a.path < b.path));
        for file in all() {
            assert!(find(file.path).is_some_and(|found| found.path == file.path), "{}", file.path);
            assert_eq!(file.etag.len(), 16, "{}", file.path);
            assert!([file.br, file.gz].into_iter().flatten().all(|encoded| encoded.len() < file.raw.len()), "{}", file.path);
        }
        // Pages of the shop are filled in when they are sent.
        assert!(all().iter().all(|file| !(file.path.starts_with("shop/") && file.path.ends_with(".html")) || file.br.is_none()));
    }
}
