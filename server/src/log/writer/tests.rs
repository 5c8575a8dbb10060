use super::*;
use crate::storage::EventLog;
use crate::storage::memory::MemoryStore;
use crate::time::Millis;

fn decision(id: &str) -> Decision {
    let (at, source, json) = (Millis(0), "web".into(), "{}".into());
    let record = Record { received_at: at, timestamp: at, source, verified: false, message_id: id.into(), json };
    Decision::Accept { record, clamped: false, link: None, checked: None }
}

#[tokio::test]
async fn every_decision_gets_its_own_verdict() {
    let store = Arc::new(MemoryStore::default());
    let (writer, thread) = LogWriter::start(store.clone(), 1 << 20).unwrap();
    let refused = Decision::Refuse(Reason::EventTooLarge);
    let verdicts = writer.submit(vec![decision("a"), refused, decision("a"), decision("b")]).await.unwrap();
    let expected = [Verdict::Accepted(0), Verdict::Refused(Reason::EventTooLarge), Verdict::Duplicate, Verdict::Accepted(1)];
    assert_eq!(verdicts, expected);
    assert_eq!((*writer.durable().borrow(), store.len()), (2, 2));
    drop(writer);
    thread.join().unwrap();
}

#[tokio::test]
async fn what_is_larger_than_the_queue_is_turned_away_and_not_lost_in_silence() {
    let (writer, _thread) = LogWriter::start(Arc::new(MemoryStore::default()), 100).unwrap();
    assert_eq!(writer.submit(vec![decision("a")]).await, Err(SubmitError::Full));
}
