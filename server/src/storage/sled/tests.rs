//! What only this backend promises: that it comes back as it was, that its files obey the rules, and that damage is named.

mod model;

use std::fs;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::Ordering;

use nora_shared::Reason;

use super::keys::{HELD, LOG, Part, REPEATS, numbered, part};
use super::{OpenError, SledStore};
use crate::identity::NodeId;
use crate::log::{Held, Record, Sent, Settled, Shown, Signature};
use crate::storage::conformance::{self, NOON, fragment, held, id, noise, read_all, record, recorded, records};
use crate::storage::{Appended, Derived, Effect, EventLog, Snapshot, Store, TimelineEntry};
use crate::time::{DAY_MS, Millis};

const CACHE: u64 = 32 << 20;

fn open(dir: &Path) -> SledStore {
    // sled's own threads give the file back a moment after the store that was dropped.
    loop {
        match SledStore::open(dir, CACHE) {
            Err(OpenError::Locked(_)) => std::thread::yield_now(),
            opened => return opened.unwrap(),
        }
    }
}

#[test]
fn keeps_the_promises_of_the_seam() {
    let dir = tempfile::tempdir().unwrap();
    let mut stores = 0;
    conformance::run(&mut || {
        stores += 1;
        Box::new(open(&dir.path().join(stores.to_string())))
    });
    for store in 1..=stores {
        let blobs = dir.path().join(store.to_string()).join("blobs");
        assert_eq!(fs::read_dir(blobs).unwrap().count(), 0, "sled never syncs what is there");
    }
}

#[test]
fn comes_back_as_it_was() {
    let dir = tempfile::tempdir().unwrap();
    let timeline = vec![(NodeId::of(&id("a")), vec![TimelineEntry { timestamp: Millis(1), seq: 0 }])];
    let effect = Effect { applied: 300, fragments: vec![recorded("a", 90 << 10)], timeline, ..Effect::default() };
    let store = open(dir.path());
    store.append(&records(0..300), &[held("one"), held("two")]).unwrap();
    store.apply(&effect).unwrap();
    store.close().unwrap();
    drop(store);

    let store = open(dir.path());
    assert_eq!((store.len(), store.held_count(), store.applied().unwrap()), (300, 2, 300));
    assert_eq!(store.fragment(&id("a")).unwrap(), effect.fragments.first().map(|(_, fragment)| fragment.clone()));
    assert_eq!(store.timeline(&id("a")).unwrap().len(), 1);
    let answers = store.append(&[record("m299").into(), record("new").into()], &[held("three")]).unwrap();
    assert_eq!(answers, [Appended::Duplicate, Appended::At(300)]);
    assert_eq!(store.held(None, 2).unwrap(), [(2, held("three")), (1, held("two"))]);
    assert_eq!(read_all(&store, 0, 50).len(), 301);
}

/// What is in the file when an append returns is enough: nothing of it waits in sled's buffers. That the file itself was synced is
/// counted; that the disk obeys is for a test that cuts the power.
#[test]
fn an_append_is_in_the_file_and_synced_when_it_returns() {
    let (dir, copies) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let store = open(dir.path());
    let before = store.values.file.syncs.load(Ordering::Relaxed);
    for round in 0..10 {
        // The item of the round before goes in the same write, so that no power cut can come between.
        let gone = Settled { id: u64::from(round).wrapping_sub(1), still: None };
        store.commit(&records(round * 100..round * 100 + 100), &[held(&noise(50_000, 1))], &[gone]).unwrap();
        // Not durable by itself, so it must not harm what is.
        store.apply(&Effect { applied: u64::from(round), fragments: vec![recorded("a", 100_000)], ..Effect::default() }).unwrap();
        assert_eq!(store.values.file.syncs.load(Ordering::Relaxed) - before, u64::from(round) + 1);
        let copy = copies.path().join(round.to_string());
        fs::create_dir(&copy).unwrap();
        for name in ["db", "conf"] {
            fs::copy(dir.path().join(name), copy.join(name)).unwrap();
        }
        let copy = open(&copy);
        assert_eq!((copy.len(), copy.held_count(), copy.held_size().items), (u64::from(round) * 100 + 100, u64::from(round) + 1, 1));
        assert_eq!(read_all(&copy, 0, 500).into_iter().map(|(_, record)| record).collect::<Vec<_>>(), records(0..round * 100 + 100));
        assert!(copy.applied().unwrap() <= u64::from(round));
    }
}

/// The bytes of an item as earlier versions wrote it, which nothing writes any more.
#[test]
fn held_items_of_version_1_are_read_and_settled() {
    let dir = tempfile::tempdir().unwrap();
    let store = open(dir.path());
    let text = |text: &str| [&[text.len() as u8][..], text.as_bytes()].concat();
    let v1 = |reason: &str, detail: &str, payload: &str| {
        // No continuation, version 1; received_at (zigzag), source, verified, reason, detail, payload.
        [&[0, 0, 1, 6][..], &text("web"), &[1], &text(reason), &text(detail), &text(payload)].concat()
    };
    for (id, value) in [v1("missing_id", "", "{}"), v1("erased", "", ""), v1("invalid_signature", "line 3: x", "[]")].iter().enumerate() {
        raw(&store).insert(numbered(HELD, id as u64), &value[..]).unwrap();
    }
    drop(store);

    let store = open(dir.path());
    let expected = |reason, detail: &str, payload: &str, signature, is_imported| Held {
        received_at: Millis(3),
        source: "web".to_owned(),
        verified: true,
        reason,
        detail: detail.to_owned(),
        payload: payload.to_owned(),
        sent: Box::new(Sent { is_event: true, is_imported, shown: Shown { signature, person: None }, ..Sent::default() }),
        attempts: 0,
    };
    let first = expected(Reason::MissingId, "", "{}", Signature::Absent, false);
    let last = expected(Reason::InvalidSignature, "line 3: x", "[]", Signature::Wrong, true);
    assert_eq!(store.held(None, 9).unwrap(), [(2, last), (0, first.clone())]);
    assert_eq!((store.held_count(), store.held_size().items), (3, 2));
    let still = Held { attempts: 1, ..first };
    let settled =
        [Settled { id: 0, still: Some(still.clone()) }, Settled { id: 1, still: Some(still.clone()) }, Settled { id: 2, still: None }];
    store.commit(&[], &[], &settled).unwrap();
    drop(store);

    let store = open(dir.path());
    assert_eq!(store.held(None, 9).unwrap(), [(0, still)]);
    store.append(&[], &[held("new")]).unwrap();
    assert_eq!(store.held(None, 1).unwrap(), [(3, held("new"))], "the ids of those that are gone are not given again");
    drop(store);
    let checked = SledStore::check(dir.path(), CACHE).unwrap();
    assert_eq!((checked.damage_count, &checked.damages), (0, &Vec::new()));
}

/// A copy that is made while items are replayed has each of them, in its quarantine or in its log.
#[test]
fn a_copy_loses_nothing_that_is_replayed_meanwhile() {
    let (dir, copies) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let store = open(dir.path());
    let items: Vec<_> = (0..400).map(|at| held(&noise(20_000 + at, 1))).collect();
    store.append(&[], &items).unwrap();
    let replayed = std::sync::atomic::AtomicU64::new(0);
    let replay_some = || {
        // Whenever something has been copied, the next items leave the quarantine; some change.
        let from = replayed.fetch_add(40, Ordering::SeqCst);
        let out = (from..from + 20).chain(380 - from..400 - from).map(|id| Settled { id, still: None });
        let settled: Vec<_> = out.chain([Settled { id: 200, still: Some(held("changed")) }]).collect();
        let ids = settled.iter().filter(|settled| settled.still.is_none()).map(|settled| settled.id as u32);
        let records: Vec<_> = ids.map(|id| Arc::new(record(&format!("m{id}")))).collect();
        if from < 160 {
            store.commit(&records, &[], &settled).unwrap();
        }
        true
    };
    let copy = copies.path().join("copy");
    let Snapshot { events, held: count, .. } = store.snapshot(&copy, &replay_some).unwrap();
    assert!(replayed.load(Ordering::SeqCst) > 40, "nothing happened meanwhile");
    let checked = SledStore::check(&copy, CACHE).unwrap();
    assert_eq!((checked.damage_count, &checked.damages), (0, &Vec::new()));
    let copy = open(&copy);
    assert_eq!((copy.len(), copy.held_size().items, copy.held_count()), (events, count, 400));
    let logged = read_all(&copy, 0, 500).into_iter().map(|(_, record)| record.message_id[1..].parse::<u64>().unwrap());
    let mut found: Vec<_> = logged.chain(copy.held(None, 500).unwrap().into_iter().map(|(id, _)| id)).collect();
    found.sort_unstable();
    found.dedup();
    assert_eq!(found, (0..400).collect::<Vec<_>>());
}

#[test]
fn says_when_another_has_it_open() {
    let dir = tempfile::tempdir().unwrap();
    let store = open(dir.path());
    assert!(matches!(SledStore::open(dir.path(), CACHE), Err(OpenError::Locked(path)) if path == dir.path()));
    drop(store);
    open(dir.path());
}

#[test]
fn compacting_keeps_everything_and_survives_breaking_off() {
    let parent = tempfile::tempdir().unwrap();
    let dir = parent.path().join("sled");
    let store = open(&dir);
    for round in 0..30 {
        store.append(&records(round * 100..round * 100 + 100), &[held("x")]).unwrap();
        store.apply(&Effect { applied: u64::from(round), fragments: vec![recorded("a", 100_000)], ..Effect::default() }).unwrap();
    }
    store.close().unwrap();
    assert!(matches!(SledStore::compact(&dir, CACHE), Err(OpenError::Locked(_))), "somebody has it open");
    drop(store);
    // sled's own threads give the file back a moment later.
    let sizes = loop {
        match SledStore::compact(&dir, CACHE) {
            Err(OpenError::Locked(_)) => std::thread::yield_now(),
            sizes => break sizes.unwrap(),
        }
    };
    assert!(sizes.after < sizes.before, "{sizes:?}");
    let whole = |store: &SledStore| {
        assert_eq!((store.len(), store.held_count(), store.applied().unwrap()), (3000, 30, 29));
        assert_eq!(store.fragment(&id("a")).unwrap(), Some(fragment("a", 100_000)));
    };
    let store = open(&dir);
    whole(&store);
    assert_eq!(store.append(&records(0..1), &[]).unwrap(), [Appended::Duplicate]);
    drop(store);
    // Broken off while copying, between the two renames, and before the old one was removed.
    fs::create_dir(parent.path().join("sled.new")).unwrap();
    whole(&open(&dir));
    fs::create_dir(parent.path().join("sled.new")).unwrap();
    fs::rename(&dir, parent.path().join("sled.old")).unwrap();
    whole(&open(&dir));
    fs::create_dir(parent.path().join("sled.old")).unwrap();
    whole(&open(&dir));
    let mut left: Vec<_> = fs::read_dir(parent.path()).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    left.sort();
    assert_eq!(left, ["sled", "sled.lock"]);
}

#[test]
fn damage_is_named() {
    let dir = tempfile::tempdir().unwrap();
    let store = open(dir.path());
    store.append(&records(0..10), &[]).unwrap();
    store.apply(&Effect { fragments: vec![recorded("a", 90 << 10)], ..Effect::default() }).unwrap();
    let message = |error: crate::storage::StoreError| error.to_string();
    let db = raw(&store);

    db.insert(numbered(LOG, 0), &[0, 0, 9, 1, 2]).unwrap();
    let expected = "storage: damaged value under l0000000000000000: version 9";
    assert_eq!(store.event(3).map_err(message), Err(expected.to_owned()));
    db.remove(numbered(LOG, 0)).unwrap();
    assert_eq!(store.event(3).map_err(message), Err("storage: damaged value under l0000000000000003: missing".to_owned()));

    let key = part(NodeId::of(&id("a")), Part::Fragment);
    let rest = [b"x", &key[..], &[0, 1]].concat();
    assert!(db.remove(rest).unwrap().is_some());
    assert!(store.fragment(&id("a")).map_err(message).unwrap_err().ends_with("part 1 is missing"));
    db.insert(&key[..], &[1]).unwrap();
    assert!(store.fragment(&id("a")).map_err(message).unwrap_err().ends_with("no header"));
}

#[test]
fn the_rest_of_a_value_goes_when_it_shrinks() {
    let dir = tempfile::tempdir().unwrap();
    let store = open(dir.path());
    for (bytes, rests) in [(90 << 10, 2), (200 << 10, 5), (40 << 10, 1), (10, 0)] {
        store.apply(&Effect { fragments: vec![recorded("a", bytes)], ..Effect::default() }).unwrap();
        assert_eq!(raw(&store).scan_prefix(b"x").count(), rests, "{bytes}");
    }
}

#[test]
fn repeats_are_found_in_every_run_and_after_every_opening() {
    let dir = tempfile::tempdir().unwrap();
    let mut store = open(dir.path());
    let total = 6_000;
    for start in (0..total).step_by(50) {
        let answers = store.append(&records(start..start + 50), &[]).unwrap();
        assert_eq!(answers, (u64::from(start)..u64::from(start) + 50).map(Appended::At).collect::<Vec<_>>());
        // One of every age.
        let again: Vec<_> = (0..=start).step_by(97).flat_map(|at| records(at..at + 1)).collect();
        assert!(store.append(&again, &[]).unwrap().iter().all(|answer| *answer == Appended::Duplicate), "{start}");
        if start % 1_750 == 0 {
            drop(store);
            store = open(dir.path());
        }
    }
    assert!(store.append(&records(0..total), &[]).unwrap().iter().all(|answer| *answer == Appended::Duplicate));
    let runs =
        || raw(&store).scan_prefix([REPEATS]).keys().map(|key| key.unwrap()[1..5].to_vec()).collect::<std::collections::BTreeSet<_>>();
    // Merged, and what was merged is removed by later appends.
    let mut later = total;
    while runs().len() > 20 {
        store.append(&records(later..later + 1), &[]).unwrap();
        later += 1;
    }
}

#[test]
fn old_message_ids_are_removed_a_few_at_a_time() {
    let dir = tempfile::tempdir().unwrap();
    let store = open(dir.path());
    store.append(&records(0..3_000), &[]).unwrap();
    let later = |days: i64, name: &str| vec![Arc::new(Record { received_at: Millis(NOON + days * DAY_MS), ..record(name) })];
    assert_eq!(store.append(&later(30, "m7"), &[]).unwrap(), [Appended::Duplicate]);
    assert_eq!(store.append(&later(61, "m7"), &[]).unwrap(), [Appended::At(3_000)]);
    let mut appends = 0;
    // The list of runs, and the run of what was before.
    while raw(&store).scan_prefix([REPEATS]).count() > 1 {
        store.append(&later(61, &format!("later{appends}")), &[]).unwrap();
        appends += 1;
        assert!(appends < 1_000, "what is too old stays");
    }
}

/// The bytes of a fragment, which have no form of their own in `stored`. If this fails, what is on disks cannot be read any more: give
/// it a new version.
#[test]
fn the_form_of_a_fragment_stays() {
    let packed = super::envelope::pack(1, &fragment("a", 3), usize::MAX).unwrap();
    let bytes: String = packed.iter().map(|byte| format!("{byte:02x}")).collect();
    let expected = concat!(
        "01",
        "07757365725f69640161",                             // the anchor
        "01010362696f0180d0dacfc967016d0377656201036f5f59", // traits
        "0000",                                             // consent, events
        "01918f9df6abdb86998701",                           // sessions
        "0300",                                             // event_count, page_views
        "feffffffffffffffff01ffffffffffffffffff01",         // first_seen, last_seen
        "0000",                                             // days, touches
        "00000000",                                         // devices, locales, timezones, screens
        "0000",                                             // orders, affinities
        "00",                                               // delivery
    );
    assert_eq!(bytes, expected);
}

fn raw(store: &SledStore) -> &::sled::Db {
    store.values.db()
}
