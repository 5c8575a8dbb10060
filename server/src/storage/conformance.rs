//! What every backend must do, told by doing it.

use nora_shared::{Identifier, Reason};

use super::{Appended, Effect, Store, TimelineEntry};
use crate::identity::{AliasFact, EdgeFact, NodeFact, Seen};
use crate::log::{Held, Record};
use crate::profile::Fragment;
use crate::time::{DAY_MS, Millis};

pub(super) fn record(message_id: &str, json: &str) -> Record {
    let at = Millis(1_769_860_800_000);
    Record { received_at: at, timestamp: at, source: "web".into(), verified: false, message_id: message_id.into(), json: json.into() }
}

pub(super) fn held(payload: &str) -> Held {
    let received_at = Millis(1_769_860_800_000);
    let (source, reason) = ("web".into(), Reason::MissingId);
    Held { received_at, source, verified: false, reason, detail: "userId".into(), payload: payload.into() }
}

/// Runs the suite, each part on a store of its own.
pub(super) fn run(open: impl Fn() -> Box<dyn Store>) {
    a_repeat_is_found_for_thirty_days(&*open());
    the_log_reads_back_in_order(&*open());
    what_is_held_is_listed_newest_first(&*open());
    an_effect_is_there_with_its_position(&*open());
    a_large_fragment_may_shrink_again(&*open());
}

fn a_repeat_is_found_for_thirty_days(store: &dyn Store) {
    let at = |id: &str, days: i64| Record { received_at: Millis(1_769_860_800_000 + days * DAY_MS), ..record(id, "{}") };
    let other = Record { source: "app".into(), ..record("a", "{}") };
    let answers = store.append(&[record("a", "{}"), record("a", "{}"), record("b", "{}"), other], &[]).unwrap();
    assert_eq!(answers, [Appended::At(0), Appended::Duplicate, Appended::At(1), Appended::At(2)]);
    assert_eq!(store.append(&[at("a", 1), at("a", 30)], &[]).unwrap(), [Appended::Duplicate; 2]);
    assert_eq!(store.append(&[at("a", 90)], &[]).unwrap(), [Appended::At(3)], "remembered for longer than it can be bounded");
}

fn the_log_reads_back_in_order(store: &dyn Store) {
    assert!(store.is_empty());
    let noise: String = (0..30_000u64).map(|n| char::from(33 + (n.wrapping_mul(n).wrapping_mul(2_654_435_761) >> 7) as u8 % 90)).collect();
    let records: Vec<_> = (0..2_500).map(|n| record(&format!("m{n}"), if n % 500 == 7 { &noise } else { r#"{"type":"page"}"# })).collect();
    assert_eq!(store.append(&records, &[]).unwrap().last(), Some(&Appended::At(2_499)));
    let mut read = Vec::new();
    loop {
        let page = store.read(read.len() as u64, 999).unwrap();
        if page.is_empty() {
            break;
        }
        read.extend(page);
    }
    assert!(read.iter().map(|(seq, _)| *seq).eq(0..2_500));
    assert!(read.into_iter().map(|(_, record)| record).eq(records.iter().cloned()));
    assert_eq!(store.event(1_007).unwrap().as_ref(), Some(&records[1_007]));
    assert_eq!(store.event(2_500).unwrap(), None);
}

fn what_is_held_is_listed_newest_first(store: &dyn Store) {
    let large = "x".repeat(500_000);
    store.append(&[], &[held("one"), held("two"), held(&large)]).unwrap();
    let listed = store.held(None, 2).unwrap();
    assert_eq!(listed.iter().map(|(id, held)| (*id, held.payload.len())).collect::<Vec<_>>(), [(2, 500_000), (1, 3)]);
    assert_eq!(store.held(Some(1), 9).unwrap(), [(0, held("one"))]);
    assert_eq!(store.held_count(), 3);
}

fn an_effect_is_there_with_its_position(store: &dyn Store) {
    let (user, mail) = (Identifier::new("user_id", "1").unwrap(), Identifier::new("email", "a@b.c").unwrap());
    let seen = Seen::once(Millis(5), "web");
    let node = |identifier: &Identifier| NodeFact { identifier: identifier.clone(), seen: Some(seen.clone()), is_anchor: true };
    let edge = EdgeFact { a: user.clone(), b: mail.clone(), level: 3, seen: seen.clone(), example: "m".into() };
    let alias = AliasFact { a: user.clone(), b: Identifier::new("user_id", "2").unwrap() };
    let entry = |seq| TimelineEntry { timestamp: Millis(5), seq };
    assert_eq!(store.applied().unwrap(), 0);
    let mut effect = Effect {
        applied: 2,
        nodes: vec![node(&user), node(&mail)],
        edges: vec![edge.clone()],
        aliases: vec![alias.clone()],
        fragments: vec![Fragment::empty(&user)],
        timeline: vec![(user.clone(), vec![entry(0), entry(1)])],
    };
    store.apply(&effect).unwrap();
    effect = Effect { applied: 3, timeline: vec![(user.clone(), vec![entry(2)])], ..Effect::default() };
    store.apply(&effect).unwrap();
    let facts = store.identity_facts().unwrap();
    assert_eq!((store.applied().unwrap(), facts.nodes.len()), (3, 2));
    assert!(facts.nodes.contains(&node(&mail)));
    assert_eq!((facts.edges, facts.aliases), (vec![edge], vec![alias]));
    assert_eq!(store.fragment(&user).unwrap(), Some(Fragment::empty(&user)));
    assert_eq!(store.fragment(&mail).unwrap(), None);
    assert_eq!(store.timeline(&user).unwrap(), [entry(0), entry(1), entry(2)]);
    assert_eq!(store.timeline(&mail).unwrap(), []);
}

fn a_large_fragment_may_shrink_again(store: &dyn Store) {
    let user = Identifier::new("user_id", "1").unwrap();
    let small = Fragment::empty(&user);
    let mut large = small.clone();
    large.sessions = (0..20_000u64).map(|n| n.wrapping_mul(0x9E37_79B9_7F4A_7C15)).collect();
    for fragment in [&small, &large, &small] {
        store.apply(&Effect { fragments: vec![fragment.clone()], ..Effect::default() }).unwrap();
        assert_eq!(store.fragment(&user).unwrap().as_ref(), Some(fragment));
    }
}
