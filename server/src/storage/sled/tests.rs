use super::*;
use crate::storage::conformance::{self, record};
use crate::storage::{Appended, EventLog};

fn open(dir: &Path) -> SledStore {
    SledStore::open(dir, 16 << 20).unwrap()
}

#[test]
fn conforms() {
    let dirs = std::cell::RefCell::new(Vec::new());
    conformance::run(|| {
        let dir = tempfile::tempdir().unwrap();
        let store = open(dir.path());
        dirs.borrow_mut().push(dir);
        Box::new(store)
    });
    for dir in dirs.borrow().iter() {
        let blobs = std::fs::read_dir(dir.path().join("blobs")).map_or(0, Iterator::count);
        assert_eq!(blobs, 0, "a value went to a file of its own, which sled never syncs");
    }
}

#[test]
fn everything_is_there_after_reopening() {
    let dir = tempfile::tempdir().unwrap();
    {
        let store = open(dir.path());
        let many: Vec<_> = (0..600).map(|n| record(&format!("m{n}"), "{}")).collect();
        store.append(&many, &[conformance::held("x")]).unwrap();
    }
    let store = open(dir.path());
    assert_eq!((store.len(), store.held_count()), (600, 1));
    assert_eq!(store.event(599).unwrap(), Some(record("m599", "{}")));
    assert_eq!(store.append(&[record("m3", "{}"), record("new", "{}")], &[]).unwrap(), [Appended::Duplicate, Appended::At(600)]);
}

#[test]
fn a_directory_in_use_is_said_to_be() {
    let dir = tempfile::tempdir().unwrap();
    let _held = open(dir.path());
    assert!(matches!(SledStore::open(dir.path(), 16 << 20), Err(OpenError::Locked)));
}
