//! From what arrived to what is kept: every event leaves with exactly one named outcome.
//!
//! [`admit`] decides and does nothing else; the log then makes what was admitted durable and finds the repeats.

mod hold;
mod link;
mod merged;
mod moment;
mod object;
mod planned;
mod redact;
mod signature;
mod stamp;
mod token;
mod unsigned;

pub use link::LinkOutcome;
pub use stamp::{Again, Origin};

use nora_shared::event::{Event, Json, Sent, Text};
use nora_shared::{Reason, identifier, limits};

use merged::Merged;

use crate::context::Context;
use crate::identity::{Rules, carried};
use crate::log::{Held, Record};
use crate::plans::Checked;

/// What admission decided about one event.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Decision {
    /// To the log.
    Accept {
        /// The event as it is kept.
        record: Record,
        /// Whether its time was so far in the future that the server's counts.
        clamped: bool,
        /// What became of the newsletter's token in it, where there was one.
        link: Option<LinkOutcome>,
        /// What the tracking plan of its source says to it, where there is one.
        checked: Option<Checked>,
    },
    /// To the quarantine: it can be read, but not accepted.
    Quarantine(Held),
    /// The same, because it is not as the tracking plan of its source says.
    OffPlan(Held, Checked),
    /// Not kept: it is over a limit that protects the store.
    Refuse(Reason),
}

impl Decision {
    /// What keeps it from being accepted.
    pub fn reason(&self) -> Option<Reason> {
        match self {
            Decision::Accept { .. } => None,
            Decision::Quarantine(held) | Decision::OffPlan(held, _) => Some(held.reason),
            Decision::Refuse(reason) => Some(*reason),
        }
    }

    /// What became of the newsletter's token in it.
    pub fn link(&self) -> Option<LinkOutcome> {
        match self {
            Decision::Accept { link, .. } => *link,
            Decision::Quarantine(_) | Decision::OffPlan(..) | Decision::Refuse(_) => None,
        }
    }

    /// Takes out what the tracking plan of its source said to it.
    pub fn take_checked(&mut self) -> Option<Checked> {
        match self {
            Decision::Accept { checked, .. } => checked.take(),
            Decision::OffPlan(_, checked) => Some(checked.clone()),
            Decision::Quarantine(_) | Decision::Refuse(_) => None,
        }
    }
}

/// Decides about one event, given as JSON. `default_kind` is the kind that the address of the request names.
pub fn admit(json: &str, default_kind: Option<&str>, origin: &Origin<'_>) -> Decision {
    decide(Sent::parse(json), default_kind, origin)
}

/// Decides about one event that has been read.
pub fn decide(sent: Sent<'_>, default_kind: Option<&str>, origin: &Origin<'_>) -> Decision {
    let json = sent.json;
    if json.len() > limits::EVENT_BYTES {
        return Decision::Refuse(Reason::EventTooLarge);
    }
    let hold = |reason, detail: &str| Decision::Quarantine(origin.hold_event(reason, detail, json, default_kind));
    if origin.ended_key.is_some() {
        return hold(Reason::InvalidWriteKey, "");
    }
    if sent.depth > limits::NESTING {
        return hold(Reason::TooDeep, "");
    }
    let mut traits = None;
    let Some(mut event) = sent.event else { return hold(Reason::InvalidField, "the event is not an object") };
    if let Some(kind) = default_kind {
        event.kind = Text::Given(kind.into());
    }
    let kind = match event.check() {
        Ok(kind) => kind,
        Err((reason, field)) => return hold(reason, field),
    };
    if !has_usable_id(&event, origin.rules) {
        return hold(Reason::BlockedId, "userId");
    }
    let mut context = Merged::of(event.context, origin.context);
    let found = link::find(&context, origin);
    let is_signed = match signature::take(&mut context, &event.user_id, origin) {
        Ok(is_signed) => is_signed,
        Err(why) => return hold(Reason::InvalidSignature, why),
    };
    let link = found.map(|found| link::follow(found, &mut event, &mut context, is_signed, origin, &mut traits));
    let is_shown = is_signed || link == Some(LinkOutcome::Believed);
    if origin.wants_signatures() && !is_shown && !unsigned::set_aside(&mut event, kind, &mut context, origin.rules) {
        return hold(Reason::MissingSignature, "userId");
    }
    match moment::of(&event, origin) {
        Ok(moment) => {
            let checked = planned::check(&event, kind, &context, origin);
            if let Some(checked) = checked.as_ref().filter(|checked| checked.broken.is_some() && planned::holds(origin)) {
                let held = origin.hold_event(Reason::TrackingPlanViolation, &checked.detail(), json, default_kind);
                return Decision::OffPlan(held, checked.clone());
            }
            let bot = stamp::bot(&event, &mut context, &moment, origin);
            let record = stamp::record(&event, kind, &context, is_shown, &moment, bot, origin);
            Decision::Accept { record, clamped: moment.clamped, link, checked }
        }
        Err(field) => hold(Reason::InvalidTimestamp, field),
    }
}

/// Whether something in it identifies somebody (rule R0): else it could be in no profile.
fn has_usable_id(event: &Event<'_>, rules: &Rules) -> bool {
    let usable = |kind: &str, text: &Text<'_>| text.as_str().is_some_and(|text| rules.identifier(kind, text).is_some());
    // Nearly every event has a usable id, which saves reading its context.
    usable(identifier::USER_ID, &event.user_id)
        || usable(identifier::ANONYMOUS_ID, &event.anonymous_id)
        || !carried::identifiers(event, &Context::of(event), rules).is_empty()
}

/// The context of a whole batch, which is merged into that of each of its events.
pub type BatchPart<'a> = Option<Json<'a>>;

#[cfg(test)]
mod tests;
