//! What arrives, as it arrives: for those who watch.

use nora_shared::event::{Event, text_of};
use serde::Serialize;
use utoipa::ToSchema;

use crate::admission::Decision;
use crate::context::Context;
use crate::follower::Applied;
use crate::log::Verdict;
use crate::time::Millis;

/// One event, with what became of it.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct LiveEvent {
    /// `accepted`, `duplicate`, `quarantined` or `refused`.
    pub outcome: &'static str,
    /// The code of what kept it from being accepted.
    pub reason: Option<&'static str>,
    /// The same, for a person.
    pub message: Option<&'static str>,
    /// When the server received it.
    #[schema(value_type = String, format = DateTime)]
    pub received_at: Millis,
    /// When it happened.
    #[schema(value_type = String, format = DateTime)]
    pub timestamp: Millis,
    /// `track`, `page`, ….
    #[serde(rename = "type")]
    pub kind: Option<String>,
    /// What happened, or which page was seen.
    pub name: Option<String>,
    /// The sender's id of it.
    pub message_id: Option<String>,
    /// The id of the source it came from.
    pub source: String,
    /// The sender's id of the person.
    pub user_id: Option<String>,
    /// The browser's id.
    pub anonymous_id: Option<String>,
    /// The page it happened on.
    pub page_url: Option<String>,
    /// The profile that it landed on.
    pub profile_id: Option<String>,
    /// What to call that customer.
    pub profile_name: Option<String>,
}

/// What is shown of an event whose verdict is not known yet.
pub struct Waiting(Option<LiveEvent>);

impl Waiting {
    /// Of a decision.
    pub fn of(decision: &Decision) -> Waiting {
        Waiting(match decision {
            Decision::Accept { record, .. } => Some(shown(&record.json, &record.source, record.received_at, record.timestamp)),
            Decision::Quarantine(held) | Decision::OffPlan(held, _) => {
                Some(shown(&held.payload, &held.source, held.received_at, held.received_at))
            }
            Decision::Refuse(_) => None,
        })
    }

    /// The event, now that its verdict is known.
    pub fn event(self, source: &str, verdict: Verdict, now: Millis) -> LiveEvent {
        let event = self.0.unwrap_or_else(|| shown("", source, now, now));
        let reason = verdict.reason();
        LiveEvent {
            outcome: verdict.outcome(),
            reason: reason.map(nora_shared::Reason::code),
            message: reason.map(nora_shared::Reason::message),
            ..event
        }
    }
}

impl From<Applied> for LiveEvent {
    fn from(applied: Applied) -> LiveEvent {
        let record = &applied.record;
        let event = shown(&record.json, &record.source, record.received_at, record.timestamp);
        LiveEvent { profile_id: applied.profile_id, profile_name: applied.profile_name, ..event }
    }
}

fn shown(json: &str, source: &str, received_at: Millis, timestamp: Millis) -> LiveEvent {
    let event = Event::known(json);
    let text = |text: &nora_shared::event::Text<'_>| text.as_str().map(str::to_owned);
    let page = Context::of(&event).page;
    let of_page = |name| text_of(page, name).map(Into::into);
    LiveEvent {
        outcome: "accepted",
        reason: None,
        message: None,
        received_at,
        timestamp,
        kind: text(&event.kind),
        name: text(&event.event).or_else(|| text(&event.name)).or_else(|| of_page("title")),
        message_id: text(&event.message_id),
        source: source.to_owned(),
        user_id: text(&event.user_id),
        anonymous_id: text(&event.anonymous_id),
        page_url: of_page("url"),
        profile_id: None,
        profile_name: None,
    }
}
