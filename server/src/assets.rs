//! The files inside the binary. `build.rs` makes the table.

/// One file, with its compressed forms.
#[derive(Debug)]
pub struct File {
    /// Its path, without a leading slash.
    pub path: &'static str,
    /// Its media type.
    pub content_type: &'static str,
    /// Changes with its contents.
    pub etag: &'static str,
    /// Whether its name changes with its contents, so that it can be kept for ever.
    pub immutable: bool,
    /// As it is.
    pub raw: &'static [u8],
    /// Compressed with brotli, where that is smaller.
    pub br: Option<&'static [u8]>,
    /// Compressed with gzip, where that is smaller.
    pub gz: Option<&'static [u8]>,
}

include!(concat!(env!("OUT_DIR"), "/assets.rs"));

/// The file that a path stands for: itself, the index of a folder, or the console's only page for every place in the console.
pub fn find(path: &str) -> Option<&'static File> {
    let exact = |path: &str| FILES.binary_search_by(|file| file.path.cmp(path)).ok().map(|place| &FILES[place]);
    let is_place_in_console = || path.starts_with("console/") && !path.contains('.');
    exact(path)
        .or_else(|| exact(&format!("{}/index.html", path.trim_end_matches('/'))))
        .or_else(|| if is_place_in_console() { exact("console/index.html") } else { None })
}

/// Every file.
pub fn all() -> &'static [File] {
    FILES
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_file_is_found_by_its_path() {
        assert!(all().is_sorted_by_key(|file| file.path));
        for file in all() {
            assert_eq!(find(file.path).map(|found| found.path), Some(file.path));
        }
        assert!(find("../keys.toml").is_none());
    }
}
