//! What lies in a data directory, byte by byte: as it stands in the files, and with every value decompressed and put together.

use std::collections::BTreeSet;
use std::fs;
use std::io::Read;
use std::path::Path;

use tempfile::TempDir;

/// How a zstd frame begins.
const FRAME: [u8; 4] = [0x28, 0xB5, 0x2F, 0xFD];

/// Which of these texts, in lower case, are anywhere in the files of a data directory that nobody has open.
pub fn texts_in<'t>(data: &Path, texts: &[&'t str]) -> BTreeSet<&'t str> {
    let mut search = Search { texts: texts.to_vec(), found: BTreeSet::new() };
    search.files(data);
    search.database(&data.join("sled"));
    search.found
}

struct Search<'t> {
    texts: Vec<&'t str>,
    found: BTreeSet<&'t str>,
}

impl Search<'_> {
    fn files(&mut self, folder: &Path) {
        for entry in fs::read_dir(folder).expect("a folder") {
            let path = entry.expect("an entry").path();
            if path.is_dir() {
                self.files(&path);
            } else {
                self.bytes(&fs::read(&path).expect("a file"));
            }
        }
    }

    /// Every key and every whole value, as the database gives them.
    fn database(&mut self, folder: &Path) {
        let copy = copied(folder);
        let db = sled::Config::new().path(copy.path()).segment_size(2 << 20).open().expect("the database");
        for entry in db.iter() {
            let (key, value) = entry.expect("an entry");
            self.bytes(&key);
            self.bytes(&value);
            // `storage/sled/chunked.rs`: how many values of their own hold the rest.
            let Some((parts, start)) = value.split_first_chunk::<2>() else { continue };
            let parts = u16::from_be_bytes(*parts);
            if key[0] != b'x' && key[0] != b'm' && (1..1_000).contains(&parts) {
                let rest = |index: u16| db.get([b"x", &key[..], &index.to_be_bytes()].concat()).expect("a read").expect("a part");
                let whole = (0..parts).fold(start.to_vec(), |whole, index| [&whole[..], &rest(index)].concat());
                self.bytes(&whole);
            }
        }
    }

    fn bytes(&mut self, bytes: &[u8]) {
        self.text(bytes);
        for at in memchr::memmem::find_iter(bytes, &FRAME) {
            let mut plain = Vec::new();
            if let Ok(decoder) = zstd::stream::read::Decoder::new(&bytes[at..]) {
                // What breaks off, or is none after all: what came until then counts.
                let _ = decoder.single_frame().take(64 << 20).read_to_end(&mut plain);
            }
            self.text(&plain);
        }
    }

    fn text(&mut self, bytes: &[u8]) {
        let lower = bytes.to_ascii_lowercase();
        self.found.extend(self.texts.iter().filter(|text| memchr::memmem::find(&lower, text.as_bytes()).is_some()));
    }
}

/// A copy of a folder, to look at without changing it.
pub fn copied(folder: &Path) -> TempDir {
    let copy = tempfile::Builder::new().prefix("nora-copy-").tempdir().expect("a temporary directory");
    copy_into(folder, copy.path());
    copy
}

/// Copies everything in a folder into another one.
pub fn copy_into(folder: &Path, to: &Path) {
    fs::create_dir_all(to).expect("a folder");
    for entry in fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        let target = to.join(path.file_name().expect("a name"));
        if path.is_dir() {
            copy_into(&path, &target);
        } else {
            fs::copy(&path, &target).expect("a copy");
        }
    }
}
