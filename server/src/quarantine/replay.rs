//! Tries held items again, by the rules of now and with all that was known when they came.
//!
//! What is accepted leaves the quarantine in the batch that puts it into the log: after a crash it is in one of them. An item without a message
//! id gets one that follows from the item, so that the same item is never two events, also where a restored backup still holds it.

use nora_shared::Reason;
use nora_shared::event::Json;
use serde::Deserialize;
use sha2::{Digest, Sha256};
use utoipa::ToSchema;

use crate::admission::{Again, Decision, Origin, admit};
use crate::app::App;
use crate::identity::Rules;
use crate::keys::{Directory, hex};
use crate::log::writer::SubmitError;
use crate::log::{Held, Sent, Settled, Shown, Signature, Verdict};
use crate::plans::Plan;
use crate::storage::Appended;
use crate::time::Millis;

/// Items that become durable together, at most: well below what may wait for the disk.
const GROUP: usize = 200;

/// What whoever replays vouches for. Signatures are not kept with an item, so nobody can look at them again.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Trust {
    /// For nothing: what a wrong signature, a missing one or a key that has ended keeps out stays where it is.
    #[default]
    Nothing,
    /// That the event may be taken as one that shows nothing: of its source, not verified, whatever signature it had or its source demands.
    Unsigned,
    /// That the event is its user's, as if it had been signed.
    Verified,
}

/// What became of an item.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Replayed {
    /// Its id in the quarantine.
    pub id: u64,
    /// Where it is now. What is quarantined or refused is still in the quarantine.
    pub verdict: Verdict,
    /// The message id that it has in the log.
    pub message_id: Option<String>,
}

/// Tries items again. Durable when it returns.
pub async fn replay(app: &App, items: &[(u64, Held)], trust: Trust) -> Result<Vec<Replayed>, SubmitError> {
    let mut replayed = Vec::with_capacity(items.len());
    for group in items.chunks(GROUP) {
        replayed.extend(replay_group(app, group, trust).await?);
    }
    Ok(replayed)
}

async fn replay_group(app: &App, group: &[(u64, Held)], trust: Trust) -> Result<Vec<Replayed>, SubmitError> {
    let (directory, rules, now) = (app.keys.directory(), app.followed.rules(), app.clock.now());
    let (mut records, mut settled, mut slots) = (Vec::new(), Vec::new(), Vec::new());
    for (id, held) in group {
        let still = |held: Held| Some(Held { attempts: held.attempts.saturating_add(1), ..held });
        let plan = app.plans.of_source(&held.source);
        let (still, slot) = match decide(*id, held, &directory, &rules, plan.as_deref(), trust, now) {
            // Tracking plans count what arrives, and this has been counted.
            Decision::Accept { record, clamped, link, checked: _ } => {
                let slot = Err((record.message_id.clone(), clamped, link));
                records.push(record);
                (None, slot)
            }
            Decision::Quarantine(now) | Decision::OffPlan(now, _) => (still(now.clone()), Ok(Verdict::Quarantined(now.reason))),
            Decision::Refuse(reason) => (still(held.clone()), Ok(Verdict::Refused(reason))),
        };
        settled.push(Settled { id: *id, still });
        slots.push(slot);
    }
    let mut appended = app.settle(records, settled).await?.into_iter();
    let mut replayed = Vec::with_capacity(group.len());
    for ((id, held), slot) in group.iter().zip(slots) {
        let (verdict, message_id) = match slot {
            Ok(verdict) => (verdict, None),
            Err((message_id, clamped, link)) => match appended.next() {
                Some(Appended::At(seq)) => {
                    app.outcomes.count_clamped(clamped.into());
                    link.into_iter().for_each(|link| app.outcomes.count_link(link));
                    (Verdict::Accepted(seq), Some(message_id))
                }
                _ => (Verdict::Duplicate, Some(message_id)),
            },
        };
        app.outcomes.count_replayed(&held.source, verdict);
        replayed.push(Replayed { id: *id, verdict, message_id });
    }
    Ok(replayed)
}

/// Decides about an item as it would be decided now, if it came with what it came with.
fn decide(id: u64, held: &Held, directory: &Directory, rules: &Rules, plan: Option<&Plan>, trust: Trust, now: Millis) -> Decision {
    let still = |reason, detail: &str| Decision::Quarantine(Held { reason, detail: detail.to_owned(), ..held.clone() });
    let Sent { is_event, is_imported, kind, sent_at, context, integrations, ip, user_agent, shown, ended_key } = &*held.sent;
    if !is_event {
        return still(held.reason, &held.detail);
    }
    let source = directory.sources.iter().find(|source| source.id == held.source && !is_imported);
    if trust == Trust::Nothing && !is_imported {
        match (source, ended_key) {
            (None, _) => return still(Reason::InvalidWriteKey, "its source was removed"),
            (Some(source), Some(key)) if !directory.is_key_of(key, &source.id, now) => return still(Reason::InvalidWriteKey, &held.detail),
            _ => {}
        }
    }
    let shown = match trust {
        Trust::Nothing => shown.clone(),
        Trust::Unsigned => Shown { signature: Signature::Absent, ..shown.clone() },
        Trust::Verified => Shown { signature: Signature::Valid, ..shown.clone() },
    };
    let message_id = message_id(id, held);
    let signing_secrets = source.map(|source| source.live_signing_secrets(now)).unwrap_or_default();
    let origin = Origin {
        rules,
        source: &held.source,
        // A key that has ended shows nothing, where nobody vouches for more.
        verified: held.verified && (trust != Trust::Unsigned || ended_key.is_none()),
        signing_secrets: &signing_secrets,
        requires_signature: trust == Trust::Nothing && source.is_some_and(|source| source.requires_signature),
        received_at: held.received_at,
        sent_at: *sent_at,
        // What all of a batch shared was read before it was kept.
        context: context.as_deref().map(Json::known),
        integrations: integrations.as_deref().map(Json::known),
        ip: ip.as_deref(),
        user_agent: user_agent.as_deref(),
        // How fast a visitor was then is not known now.
        pace: None,
        ended_key: None,
        plan,
        again: Some(Again { shown: &shown, message_id: &message_id }),
    };
    match admit(&held.payload, kind.as_deref(), &origin) {
        // The detail of an import names the line, too.
        Decision::Quarantine(now) if now.reason == held.reason => still(held.reason, &held.detail),
        Decision::Quarantine(now) | Decision::OffPlan(now, _) => still(now.reason, &now.detail),
        decided => decided,
    }
}

/// The message id of an item that has none: it follows from the item.
fn message_id(id: u64, held: &Held) -> String {
    let hash = Sha256::new().chain_update(&held.source).chain_update([0]).chain_update(id.to_be_bytes());
    let hash = hash.chain_update(held.received_at.0.to_be_bytes()).chain_update(&held.payload).finalize();
    format!("held-{}", hex(&hash[..16]))
}

#[cfg(test)]
mod tests;
