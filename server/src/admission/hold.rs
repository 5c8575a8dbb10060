//! What could be read but not accepted, with all that it takes to decide about it again.

use nora_shared::event::Event;
use nora_shared::{Reason, nesting};

use super::merged::Merged;
use super::{Origin, link, redact, signature};
use crate::log::{Held, Named, Sent, Shown, Signature};

impl Origin<'_> {
    /// Holds what is no event. People look at it, so no identity signature stays in it.
    pub fn hold(&self, reason: Reason, detail: &str, payload: &str) -> Held {
        Held {
            received_at: self.received_at,
            source: self.source.to_owned(),
            verified: self.verified,
            reason,
            detail: detail.to_owned(),
            payload: redact::credentials(payload).into_owned(),
            sent: Box::new(Sent { ended_key: self.ended_key, ..Sent::default() }),
            attempts: 0,
        }
    }

    /// Holds an event. `kind` is the one that the address named.
    pub(super) fn hold_event(&self, reason: Reason, detail: &str, json: &str, kind: Option<&str>) -> Held {
        let redacted = |json: nora_shared::event::Json<'_>| redact::credentials(json.get()).into_owned();
        let sent = Sent {
            is_event: true,
            // Only files come without a secret to check signatures with.
            is_imported: self.signing_secrets.is_empty(),
            kind: kind.map(str::to_owned),
            sent_at: self.sent_at,
            context: self.context.map(redacted),
            integrations: self.integrations.map(redacted),
            ip: self.ip.map(str::to_owned),
            user_agent: self.user_agent.map(str::to_owned),
            shown: self.again.map_or_else(|| shown(json, self), |again| again.shown.clone()),
            ended_key: self.ended_key,
        };
        Held { sent: Box::new(sent), ..self.hold(reason, detail, json) }
    }
}

/// What an event's credentials show: this is the last time that they are there.
fn shown(json: &str, origin: &Origin<'_>) -> Shown {
    if nesting::is_too_deep(json) {
        return Shown::default();
    }
    let Ok(event) = Event::parse(json) else { return Shown::default() };
    let mut context = Merged::of(event.context, origin.context);
    let person = link::find(&context, origin).and_then(Result::ok);
    let person = person.map(|person| Named { user_id: person.user_id, traits: person.traits.map(|traits| traits.get().to_owned()) });
    let signature = match signature::take(&mut context, &event.user_id, origin) {
        Ok(true) => Signature::Valid,
        Ok(false) => Signature::Absent,
        Err(_) => Signature::Wrong,
    };
    Shown { signature, person }
}
