//! What has to hold for every event, whatever was sent.

use std::sync::LazyLock;

use nora_server::admission::{Decision, Origin, admit};
use nora_server::identity::Rules;
use nora_server::log::{Held, Record};
use nora_server::time::Millis;
use nora_shared::event::{Event, Json};
use nora_shared::limits;

/// What the server adds to an event at most, in bytes: times, a message id, an address, the name of a browser, and the names of these.
const ADDED_BYTES: usize = 1024;

/// A sender, as the door sees one. `options` are bits: the source demands signatures, a secret key.
pub fn origin(options: u8) -> Origin<'static> {
    static RULES: LazyLock<Rules> = LazyLock::new(Rules::default);
    Origin {
        rules: &RULES,
        source: "website",
        verified: options & 2 != 0,
        signing_secrets: &["ss_of_thirty_two_bytes_and_no_less"],
        requires_signature: options & 1 != 0,
        received_at: Millis(1_769_860_800_000),
        sent_at: None,
        context: None,
        integrations: None,
        ip: Some("192.0.2.1"),
        user_agent: Some("Mozilla/5.0 \"fuzz\""),
        pace: None,
        ended_key: None,
        again: None,
        plan: None,
    }
}

/// Checks what was decided about one event. `sent_bytes` is what was read to make it, with what it shares with others.
pub fn check(decision: &Decision, sent_bytes: usize) {
    match decision {
        Decision::Accept { record, .. } => check_record(record, sent_bytes),
        Decision::Quarantine(held) | Decision::OffPlan(held, _) => check_held(held),
        Decision::Refuse(reason) => assert!(!reason.code().is_empty()),
    }
}

fn check_record(record: &Record, sent_bytes: usize) {
    let json = &record.json;
    let event = Event::parse(json).unwrap_or_else(|error| panic!("kept, and no event: {error:?}: {json}"));
    assert_eq!(event.message_id.as_str(), Some(&*record.message_id), "{json}");
    assert!(event.check().is_ok(), "kept, and not to be accepted: {:?}: {json}", event.check());
    assert!(json.len() <= sent_bytes + ADDED_BYTES, "{} bytes were made of {sent_bytes}: {json}", json.len());
    assert!(!has_credentials(event.context), "a credential was kept: {json}");
    // An export is imported again.
    if json.len() <= limits::EVENT_BYTES {
        let again = admit(json, None, &Origin { requires_signature: false, ..origin(0) });
        assert!(matches!(&again, Decision::Accept { record: again, .. } if again.message_id == record.message_id), "{again:?} of {json}");
    }
}

fn check_held(held: &Held) {
    let context = Event::parse(&held.payload).ok().and_then(|event| event.context);
    assert!(!has_credentials(context), "a credential is held: {}", held.payload);
}

/// Whether an identity in this context has anything but stars in the place of what shows whose it is.
fn has_credentials(context: Option<Json<'_>>) -> bool {
    let identities = context.into_iter().flat_map(Json::fields).filter(|(name, _)| name == "identity");
    identities
        .flat_map(|(_, identity)| identity.fields())
        .any(|(name, value)| matches!(&*name, "signature" | "token") && value.get() != "\"***\"")
}
