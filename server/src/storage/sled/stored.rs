//! What is stored, field by field, in postcard's order: a change here is a new version of the value that holds it.
//!
//! Separate from the domain's types so that those can change. Fragments are the exception: their own `Serialize` is their stored form,
//! and a test holds its bytes.

use std::borrow::Cow;

use nora_shared::{Identifier, Reason};
use serde::{Deserialize, Serialize};

use super::keys::damaged;
use crate::identity::engine::{ChangeKind, Totals};
use crate::identity::node::Component;
use crate::identity::rules::Code;
use crate::identity::{Edge, Node, NodeId, Seen};
use crate::log::{Held, Named, Record, Sent, Shown, Signature};
use crate::storage::{IdentityState, ProfileChange, Result, StoreError};
use crate::time::Millis;

/// One event, in a block of the log.
#[derive(Serialize, Deserialize)]
pub(super) struct StoredRecord<'a> {
    received_at: i64,
    timestamp: i64,
    source: &'a str,
    verified: bool,
    message_id: &'a str,
    json: &'a str,
}

impl<'a> From<&'a Record> for StoredRecord<'a> {
    fn from(record: &'a Record) -> Self {
        let Record { received_at, timestamp, source, verified, message_id, json } = record;
        StoredRecord { received_at: received_at.0, timestamp: timestamp.0, source, verified: *verified, message_id, json }
    }
}

impl From<StoredRecord<'_>> for Record {
    fn from(stored: StoredRecord<'_>) -> Self {
        Record {
            received_at: Millis(stored.received_at),
            timestamp: Millis(stored.timestamp),
            source: stored.source.to_owned(),
            verified: stored.verified,
            message_id: stored.message_id.to_owned(),
            json: stored.json.to_owned(),
        }
    }
}

/// One held item; the reason is its code.
#[derive(Serialize, Deserialize)]
pub(super) struct StoredHeld<'a> {
    received_at: i64,
    source: &'a str,
    verified: bool,
    reason: &'a str,
    detail: &'a str,
    payload: &'a str,
    is_event: bool,
    is_imported: bool,
    kind: Option<&'a str>,
    sent_at: Option<i64>,
    context: Option<&'a str>,
    integrations: Option<&'a str>,
    ip: Option<&'a str>,
    user_agent: Option<&'a str>,
    /// 0 absent, 1 valid, 2 wrong.
    signature: u8,
    #[serde(borrow)]
    person: Option<(Option<&'a str>, Option<&'a str>)>,
    ended_key: Option<[u8; 32]>,
    attempts: u32,
}

const SIGNATURES: [Signature; 3] = [Signature::Absent, Signature::Valid, Signature::Wrong];

impl<'a> From<&'a Held> for StoredHeld<'a> {
    fn from(held: &'a Held) -> Self {
        let Held { received_at, source, verified, reason, detail, payload, sent, attempts } = held;
        let Sent { is_event, is_imported, kind, sent_at, context, integrations, ip, user_agent, shown, ended_key } = &**sent;
        let Shown { signature, person } = shown;
        StoredHeld {
            received_at: received_at.0,
            source,
            verified: *verified,
            reason: reason.code(),
            detail,
            payload,
            is_event: *is_event,
            is_imported: *is_imported,
            kind: kind.as_deref(),
            sent_at: sent_at.map(|at| at.0),
            context: context.as_deref(),
            integrations: integrations.as_deref(),
            ip: ip.as_deref(),
            user_agent: user_agent.as_deref(),
            signature: SIGNATURES.iter().position(|known| known == signature).unwrap_or_default() as u8,
            person: person.as_ref().map(|Named { user_id, traits }| (user_id.as_deref(), traits.as_deref())),
            ended_key: *ended_key,
            attempts: *attempts,
        }
    }
}

impl StoredHeld<'_> {
    /// `None` if there is no such reason.
    pub(super) fn into_held(self) -> Option<Held> {
        let owned = |text: Option<&str>| text.map(str::to_owned);
        let person = self.person.map(|(user_id, traits)| Named { user_id: owned(user_id), traits: owned(traits) });
        Some(Held {
            received_at: Millis(self.received_at),
            source: self.source.to_owned(),
            verified: self.verified,
            reason: Reason::from_code(self.reason)?,
            detail: self.detail.to_owned(),
            payload: self.payload.to_owned(),
            sent: Box::new(Sent {
                is_event: self.is_event,
                is_imported: self.is_imported,
                kind: owned(self.kind),
                sent_at: self.sent_at.map(Millis),
                context: owned(self.context),
                integrations: owned(self.integrations),
                ip: owned(self.ip),
                user_agent: owned(self.user_agent),
                shown: Shown { signature: SIGNATURES.get(usize::from(self.signature)).copied()?, person },
                ended_key: self.ended_key,
            }),
            attempts: self.attempts,
        })
    }
}

/// One held item of version 1.
#[derive(Serialize, Deserialize)]
pub(super) struct StoredHeld1<'a> {
    received_at: i64,
    source: &'a str,
    verified: bool,
    reason: &'a str,
    detail: &'a str,
    payload: &'a str,
}

impl StoredHeld1<'_> {
    /// Whether nothing but its id and its time is left of it.
    pub(super) fn is_erased(&self) -> bool {
        self.reason == "erased"
    }

    /// `None` if there is no such reason. What came with it is not known; what can be told of it is.
    pub(super) fn into_held(self) -> Option<Held> {
        let reason = Reason::from_code(self.reason)?;
        let is_imported = self.detail.starts_with("line ");
        let signature = if reason == Reason::InvalidSignature { Signature::Wrong } else { Signature::Absent };
        let shown = Shown { signature, person: None };
        Some(Held {
            received_at: Millis(self.received_at),
            source: self.source.to_owned(),
            verified: self.verified,
            reason,
            detail: self.detail.to_owned(),
            payload: self.payload.to_owned(),
            // A row is no event, and is not accepted as one.
            sent: Box::new(Sent { is_event: true, is_imported, shown, ..Sent::default() }),
            attempts: 0,
        })
    }
}

#[derive(Serialize, Deserialize)]
struct StoredSeen<'a> {
    count: u64,
    first: i64,
    /// After `first`, in milliseconds.
    last: u64,
    sources: Cow<'a, [u16]>,
}

impl<'a> From<&'a Seen> for StoredSeen<'a> {
    fn from(seen: &'a Seen) -> Self {
        let Seen { count, first, last, sources } = seen;
        StoredSeen { count: *count, first: first.0, last: last.0.abs_diff(first.0), sources: Cow::Borrowed(sources) }
    }
}

impl From<StoredSeen<'_>> for Seen {
    fn from(stored: StoredSeen<'_>) -> Self {
        let StoredSeen { count, first, last, sources } = stored;
        Seen { count, first: Millis(first), last: Millis(first.saturating_add_unsigned(last)), sources: sources.into_owned() }
    }
}

/// The number of an identifier, where it is not the one that the record is of.
type Other = Option<[u8; 16]>;

fn other(own: NodeId, id: NodeId) -> Other {
    (id != own).then(|| id.0.to_be_bytes())
}

fn resolve(own: NodeId, stored: Other) -> NodeId {
    stored.map_or(own, |bytes| NodeId(u128::from_be_bytes(bytes)))
}

/// Types that need no name in a record. Their places are stored: add at the end only.
const KINDS: [&str; 7] = ["user_id", "crm_id", "loyalty_id", "email", "phone", "device_id", "anonymous_id"];

/// One identifier and what is known of it.
#[derive(Serialize, Deserialize)]
pub(super) struct StoredNode<'a> {
    /// The place of the type among [`KINDS`], plus one; 0 where `kind` names it.
    known_kind: u8,
    kind: &'a str,
    value: &'a str,
    code: u16,
    #[serde(borrow)]
    seen: Option<StoredSeen<'a>>,
    is_anchor: bool,
    since: u64,
    component: Other,
    next: Other,
    /// Nothing, itself, or another.
    part: Option<Other>,
    class: Other,
    class_next: Other,
    degrees: Vec<(u16, u32)>,
    near: Vec<(u16, [u8; 16])>,
    has_more: bool,
}

impl<'a> StoredNode<'a> {
    pub(super) fn of(id: NodeId, node: &'a Node) -> StoredNode<'a> {
        let known = KINDS.iter().position(|kind| *kind == node.identifier.kind());
        StoredNode {
            known_kind: known.map_or(0, |place| place as u8 + 1),
            kind: if known.is_some() { "" } else { node.identifier.kind() },
            value: node.identifier.value(),
            code: node.code.0,
            seen: node.seen.as_ref().map(StoredSeen::from),
            is_anchor: node.is_anchor,
            since: node.since,
            component: other(id, node.component),
            next: other(id, node.next),
            part: node.part.map(|part| other(id, part)),
            class: other(id, node.class),
            class_next: other(id, node.class_next),
            degrees: node.degrees.iter().map(|(code, count)| (code.0, *count)).collect(),
            near: node.near.iter().map(|(code, id)| (code.0, id.0.to_be_bytes())).collect(),
            has_more: node.has_more,
        }
    }

    pub(super) fn into_node(self, id: NodeId) -> Node {
        let kind = self.known_kind.checked_sub(1).and_then(|place| KINDS.get(usize::from(place))).unwrap_or(&self.kind);
        Node {
            identifier: Identifier::from_normalized(*kind, self.value),
            code: Code(self.code),
            seen: self.seen.map(Seen::from),
            is_anchor: self.is_anchor,
            since: self.since,
            component: resolve(id, self.component),
            next: resolve(id, self.next),
            part: self.part.map(|part| resolve(id, part)),
            class: resolve(id, self.class),
            class_next: resolve(id, self.class_next),
            degrees: self.degrees.into_iter().map(|(code, count)| (Code(code), count)).collect(),
            near: self.near.into_iter().map(|(code, id)| (Code(code), NodeId(u128::from_be_bytes(id)))).collect(),
            has_more: self.has_more,
        }
    }
}

/// What links two identifiers.
#[derive(Serialize, Deserialize)]
pub(super) struct StoredEdge<'a> {
    level: u8,
    #[serde(borrow)]
    seen: Option<StoredSeen<'a>>,
    /// 16 bytes where it is a UUID, as nearly all are.
    uuid: Option<[u8; 16]>,
    example: &'a str,
}

impl<'a> From<&'a Edge> for StoredEdge<'a> {
    fn from(edge: &'a Edge) -> Self {
        let uuid = edge.example.parse::<uuid::Uuid>().ok().filter(|uuid| *edge.example == *uuid.to_string());
        StoredEdge {
            level: edge.level,
            seen: edge.seen.as_ref().map(StoredSeen::from),
            uuid: uuid.map(uuid::Uuid::into_bytes),
            example: if uuid.is_some() { "" } else { &edge.example },
        }
    }
}

impl From<StoredEdge<'_>> for Edge {
    fn from(stored: StoredEdge<'_>) -> Self {
        let example = stored.uuid.map_or_else(|| stored.example.to_owned(), |bytes| uuid::Uuid::from_bytes(bytes).to_string());
        Edge { level: stored.level, seen: stored.seen.map(Seen::from), example: example.into() }
    }
}

/// A component of several identifiers.
#[derive(Serialize, Deserialize)]
pub(super) struct StoredComponent {
    size: u32,
    classes: Vec<u32>,
    /// Nothing, the one that names the component, or another.
    least: Option<Other>,
    profiles: u32,
}

impl StoredComponent {
    pub(super) fn of(id: NodeId, component: &Component) -> StoredComponent {
        let Component { size, classes, least, profiles } = component;
        StoredComponent { size: *size, classes: classes.clone(), least: least.map(|least| other(id, least)), profiles: *profiles }
    }

    pub(super) fn into_component(self, id: NodeId) -> Component {
        let StoredComponent { size, classes, least, profiles } = self;
        Component { size, classes, least: least.map(|least| resolve(id, least)), profiles }
    }
}

/// What became of profiles.
#[derive(Serialize, Deserialize)]
pub(super) struct StoredChange {
    at: i64,
    /// 0 merge, 1 split, 2 re-key.
    kind: u8,
    from: Vec<String>,
    to: Vec<String>,
}

const CHANGE_KINDS: [ChangeKind; 3] = [ChangeKind::Merge, ChangeKind::Split, ChangeKind::Rekey];

impl From<&ProfileChange> for StoredChange {
    fn from(change: &ProfileChange) -> Self {
        let kind = CHANGE_KINDS.iter().position(|kind| *kind == change.kind).unwrap_or_default() as u8;
        StoredChange { at: change.at.0, kind, from: change.from.clone(), to: change.to.clone() }
    }
}

impl StoredChange {
    pub(super) fn into_change(self, key: &[u8]) -> Result<ProfileChange> {
        let kind = CHANGE_KINDS.get(usize::from(self.kind)).copied().ok_or_else(|| damaged(key, "no such change"))?;
        Ok(ProfileChange { at: Millis(self.at), kind, from: self.from, to: self.to })
    }
}

/// What goes with the graph. The rules are JSON.
#[derive(Serialize, Deserialize)]
pub(super) struct StoredState {
    identifiers: u64,
    profiles: u64,
    sources: Vec<String>,
    rules: String,
    rules_at: Option<u64>,
}

impl StoredState {
    pub(super) fn of(state: &IdentityState) -> Result<StoredState> {
        let IdentityState { totals, sources, rules, rules_at } = state;
        let rules = serde_json::to_string(rules).map_err(|error| StoreError(format!("encoding: {error}")))?;
        Ok(StoredState { identifiers: totals.identifiers, profiles: totals.profiles, sources: sources.clone(), rules, rules_at: *rules_at })
    }

    pub(super) fn into_state(self, key: &[u8]) -> Result<IdentityState> {
        Ok(IdentityState {
            totals: Totals { identifiers: self.identifiers, profiles: self.profiles },
            sources: self.sources,
            rules: serde_json::from_str(&self.rules).map_err(|error| damaged(key, error))?,
            rules_at: self.rules_at,
        })
    }
}
