use std::sync::Arc;

use nora_shared::Identifier;

use super::{Rebuilt, rebuild, repair};
use crate::follower;
use crate::identity::decisions::{DecisionKind, Identity};
use crate::identity::{NodeId, RulesConfig};
use crate::log::{Control, Record};
use crate::storage::sled::SledStore;
use crate::storage::{Effect, Store};
use crate::time::Millis;

const CACHE: usize = 16;

fn event(number: i64, json: &str) -> Record {
    Record {
        received_at: Millis(1_760_000_000_000 + number),
        timestamp: Millis(1_760_000_000_000 + number * 7 % 50),
        source: if number % 2 == 0 { "web" } else { "crm" }.to_owned(),
        verified: number % 3 == 0,
        message_id: format!("m{number}"),
        json: json.to_owned(),
    }
}

/// Visitors that log in, share addresses and are mistaken for each other, with decisions in between.
fn records() -> Vec<Arc<Record>> {
    let identity = |kind: &str, value: &str| Identity { kind: kind.to_owned(), value: value.to_owned() };
    let decide = |kind, a, b, is_active, set_aside| Control::Decide {
        kind,
        a,
        b,
        is_active,
        set_aside,
        note: "why".to_owned(),
        by: "Ann".to_owned(),
    };
    let user = |number: i64| identity("user_id", &format!("u{number}"));
    let mut records = Vec::new();
    for number in 0..400_i64 {
        let (person, device) = (number * 7 % 40, number % 60);
        records.push(Arc::new(event(
            number,
            &match number % 5 {
                0 => {
                    format!(r#"{{"type":"identify","userId":"u{person}","traits":{{"email":"e{}@x.nl","name":"N{number}"}}}}"#, person / 3)
                }
                1 => format!(
                    r#"{{"type":"identify","userId":"u{person}","anonymousId":"a{device}","traits":{{"phone":"06{:08}"}}}}"#,
                    device % 9
                ),
                2 if number % 25 == 2 => format!(r#"{{"type":"alias","userId":"u{person}","previousId":"u{}"}}"#, (person + 1) % 40),
                _ => format!(r#"{{"type":"track","event":"Seen","anonymousId":"a{device}"}}"#),
            },
        )));
        let control = match number {
            90 => decide(DecisionKind::Sever, user(7), Some(identity("email", "e2@x.nl")), true, true),
            150 => decide(DecisionKind::Block, identity("email", "e5@x.nl"), None, true, false),
            200 => Control::Rules { rules: RulesConfig { large_component: 30, ..RulesConfig::default() }, by: "Ann".to_owned() },
            210 => decide(DecisionKind::Alias, user(3), Some(user(4)), true, false),
            300 => decide(DecisionKind::Sever, user(7), Some(identity("email", "e2@x.nl")), false, false),
            _ => continue,
        };
        records.push(Arc::new(control.record(Millis(1_760_000_000_000 + number), format!("c{number}"))));
    }
    records
}

fn differences(dir: &std::path::Path, store: &Arc<dyn Store>) -> Rebuilt {
    rebuild(dir, store, CACHE, |_| ()).unwrap()
}

#[test]
fn a_replay_is_no_different_and_what_is_different_is_found_and_mended() {
    let dir = tempfile::tempdir().unwrap();
    let store: Arc<dyn Store> = Arc::new(SledStore::open(&dir.path().join("sled"), 16 << 20).unwrap());
    // As live: a few at a time.
    for (number, part) in records().chunks(13).enumerate() {
        store.append(part, &[]).unwrap();
        if number % 3 != 0 {
            follower::catch_up(Arc::clone(&store), CACHE, |_| ()).unwrap();
        }
    }
    let found = differences(dir.path(), &store);
    assert_eq!((found.count, found.events), (0, records().len() as u64), "{:#?}", found.differences);
    assert!(found.identifiers > 90 && found.fragments > 50, "{found:?}");

    let anchor = Identifier::from_normalized("user_id", "u7");
    let mut fragment = store.fragment(&anchor).unwrap().unwrap();
    fragment.event_count += 1;
    let mut node = Arc::unwrap_or_clone(store.node(NodeId::of(&anchor)).unwrap().unwrap());
    node.seen.as_mut().unwrap().count += 1;
    let mut effect = Effect { from: u64::MAX, applied: store.len(), fragments: vec![(NodeId::of(&anchor), fragment)], ..Effect::default() };
    effect.identity.nodes.push((NodeId::of(&anchor), Arc::new(node)));
    store.apply(&effect).unwrap();
    let found = differences(dir.path(), &store);
    let about: Vec<&str> = found.differences.iter().map(|difference| difference.about.as_str()).collect();
    assert_eq!(about, ["what was seen of user_id:u7", "the fragment of user_id:u7"]);

    repair(&store, CACHE, |_| ()).unwrap();
    assert_eq!(differences(dir.path(), &store).count, 0);
}
