use super::*;
use proptest::prelude::*;
use std::collections::BTreeSet;

fn push(outbox: &mut Outbox, key: &str, events: &str) {
    assert_eq!(outbox.push(key.into(), events.into(), 1), Gone::default());
}

#[test]
fn the_first_event_goes_at_once_and_the_next_ones_together() {
    let mut outbox = Outbox::default();
    push(&mut outbox, "a", "1");
    assert_eq!(outbox.wait_ms(10.0), Some(0.0));
    assert_eq!(outbox.next(1, 10.0, false).as_deref(), Some("1"));
    push(&mut outbox, "b", "2");
    push(&mut outbox, "c", "3");
    assert_eq!((outbox.next(2, 20.0, false), outbox.wait_ms(20.0)), (None, None));
    assert_eq!(outbox.answered(1, Answer::Delivered, 30.0, 0.5), Gone { keys: vec!["a".into()], events: 1 });
    assert_eq!(outbox.wait_ms(30.0), Some(230.0));
    assert_eq!(outbox.next(2, 260.0, false).as_deref(), Some("2,3"));
}

#[test]
fn what_was_not_delivered_goes_again_after_a_pause() {
    let mut outbox = Outbox::default();
    push(&mut outbox, "a", "1");
    outbox.next(1, 0.0, false);
    outbox.answered(1, Answer::Later(0.0), 100.0, 0.5);
    assert_eq!(outbox.wait_ms(100.0), Some(1_000.0));
    assert_eq!(outbox.next(2, 1_099.0, false), None);
    assert_eq!(outbox.next(2, 1_100.0, false).as_deref(), Some("1"));
    outbox.answered(2, Answer::Later(60_000.0), 1_200.0, 0.5);
    assert_eq!(outbox.wait_ms(1_200.0), Some(60_000.0));
    outbox.hurry();
    assert_eq!(outbox.next(3, 1_300.0, false).as_deref(), Some("1"));
}

#[test]
fn a_leaving_page_sends_what_fits_beside_what_is_under_way() {
    let mut outbox = Outbox::default();
    for key in ["a", "b", "c"] {
        push(&mut outbox, key, &"x".repeat(25_000));
    }
    assert_eq!(outbox.next(1, 0.0, false).map(|batch| batch.len()), Some(50_001));
    assert_eq!(outbox.next(2, 0.0, true), None);
    outbox.answered(1, Answer::Later(0.0), 10.0, 0.5);
    assert_eq!(outbox.next(2, 10.0, true).map(|batch| batch.len()), Some(50_001));
}

#[test]
fn a_turn_larger_than_a_batch_goes_alone_when_there_is_time() {
    let mut outbox = Outbox::default();
    push(&mut outbox, "a", &"x".repeat(BATCH_BYTES * 2));
    push(&mut outbox, "b", "1");
    assert_eq!(outbox.next(1, 0.0, true), None);
    assert_eq!(outbox.next(1, 0.0, false).map(|batch| batch.len()), Some(BATCH_BYTES * 2));
}

#[test]
fn the_oldest_make_room_and_are_counted() {
    let mut outbox = Outbox::default();
    push(&mut outbox, "under way", "1");
    outbox.next(1, 0.0, false);
    for turn in 0..99 {
        assert_eq!(outbox.push(turn.to_string(), "1".into(), 10), Gone::default());
    }
    assert_eq!(outbox.push("last".into(), "1".into(), 10), Gone { keys: vec!["0".into()], events: 10 });
    assert_eq!(outbox.push("last".into(), "again".into(), 10), Gone::default());
    assert_eq!(outbox.events(), 991);
}

#[derive(Debug, Clone)]
enum Step {
    Call { bytes: usize, count: usize },
    Time { ms: u32, leaving: bool },
    Answer { which: usize, status: u16, heard: bool },
    Online,
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        (1..40_000_usize, 1..20_usize).prop_map(|(bytes, count)| Step::Call { bytes, count }),
        (0..5_000_u32, any::<bool>()).prop_map(|(ms, leaving)| Step::Time { ms, leaving }),
        (any::<usize>(), prop::sample::select(vec![200_u16, 204, 0, 429, 500, 503, 400]), any::<bool>())
            .prop_map(|(which, status, heard)| Step::Answer { which, status, heard }),
        Just(Step::Online),
    ]
}

proptest! {
    /// Under any schedule each turn ends once: delivered, refused, or counted as dropped; and nothing is forgotten that
    /// the server did not take. A lost answer only makes a repeat.
    #[test]
    fn every_turn_ends_exactly_once(steps in prop::collection::vec(step(), 0..120)) {
        let mut outbox = Outbox::default();
        let (mut now, mut ticket, mut pushed) = (0.0, 0, 0_usize);
        let mut under_way: Vec<(u32, Vec<String>)> = Vec::new();
        let (mut received, mut ended) = (BTreeSet::<String>::new(), BTreeSet::<String>::new());
        let keys_of = |batch: &str| batch.split(',').map(|event| event.trim_end_matches('x').to_owned()).collect::<Vec<_>>();
        for step in steps {
            match step {
                Step::Call { bytes, count } => {
                    let key = pushed.to_string();
                    pushed += 1;
                    for key in outbox.push(key.clone(), key + &"x".repeat(bytes), count).keys {
                        prop_assert!(ended.insert(key));
                    }
                    prop_assert!(outbox.events() <= MOST_EVENTS);
                }
                Step::Time { ms, leaving } => {
                    now += f64::from(ms);
                    ticket += 1;
                    if let Some(batch) = outbox.next(ticket, now, leaving) {
                        if leaving {
                            prop_assert!(batch.len() <= BATCH_BYTES);
                        } else {
                            prop_assert!(under_way.is_empty());
                        }
                        under_way.push((ticket, keys_of(&batch)));
                    }
                }
                Step::Answer { which, status, heard } => {
                    if !under_way.is_empty() {
                        let (ticket, keys) = under_way.remove(which % under_way.len());
                        let answer = Answer::of(if heard { status } else { 0 }, 0.0);
                        if status < 400 && status > 0 {
                            received.extend(keys.iter().cloned());
                        }
                        let gone = outbox.answered(ticket, answer, now, 0.5);
                        prop_assert_eq!(gone.keys.is_empty(), matches!(answer, Answer::Later(_)));
                        for key in gone.keys {
                            prop_assert!(answer != Answer::Delivered || received.contains(&key));
                            prop_assert!(ended.insert(key));
                        }
                    }
                }
                Step::Online => outbox.hurry(),
            }
        }
        for (ticket, _) in under_way {
            outbox.answered(ticket, Answer::Later(0.0), now, 0.5);
        }
        while let Some(wait) = outbox.wait_ms(now) {
            now += wait;
            ticket += 1;
            prop_assert!(outbox.next(ticket, now, false).is_some());
            for key in outbox.answered(ticket, Answer::Delivered, now, 0.5).keys {
                prop_assert!(ended.insert(key));
            }
        }
        prop_assert_eq!(ended.len(), pushed);
    }
}
