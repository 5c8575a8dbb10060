//! Derives the facts about some identifiers again, from the observations that still count.
//!
//! Facts are sums, so what no longer counts cannot be subtracted: an earliest time or an example may have come from it.

use std::collections::{BTreeMap, BTreeSet};

use nora_shared::Identifier;

use super::decisions::Decisions;
use super::engine::Corrected;
use super::node::{Edge, Link, NodeId};
use super::observation::Observation;
use super::rules::Rules;
use super::seen::Seen;

/// What is known of some identifiers, derived again.
#[derive(Debug, Default)]
pub struct Rederived {
    /// The identifiers.
    pub nodes: Vec<Corrected>,
    /// Their edges and aliases; `None` where nothing shows one any more.
    pub edges: Vec<(NodeId, NodeId, Link, Option<Edge>)>,
}

/// Derives again what is known of `ids` and of whatever links them. `observations` are all that carry or name one of them, in any order;
/// `linked` are the links that are known.
pub fn rederive<'a>(
    rules: &Rules,
    decisions: &Decisions,
    ids: &BTreeSet<NodeId>,
    observations: impl IntoIterator<Item = &'a Observation>,
    linked: impl IntoIterator<Item = (NodeId, NodeId, Link)>,
) -> Rederived {
    let mut nodes: BTreeMap<NodeId, (Option<Seen>, bool)> = ids.iter().map(|id| (*id, (None, false))).collect();
    let mut edges: BTreeMap<(NodeId, NodeId, Link), Option<Edge>> =
        linked.into_iter().map(|(a, b, link)| ((a.min(b), a.max(b), link), None)).collect();
    for observation in observations {
        let carried: Vec<NodeId> = observation.identifiers.iter().map(NodeId::of).collect();
        let judgement = decisions.judge(&carried);
        if judgement.is_set_aside {
            continue;
        }
        let mut show = |(a, one): (NodeId, &Identifier), (b, other): (NodeId, &Identifier), link| {
            if !ids.contains(&a) && !ids.contains(&b) {
                return;
            }
            let level = match link {
                Link::Together => rules.level(rules.code(one.kind()), rules.code(other.kind()), observation.verified),
                Link::Alias => 0,
            };
            let edge = edges.entry((a.min(b), a.max(b), link)).or_default();
            let known = edge.get_or_insert_with(|| Edge { level, seen: None, example: observation.message_id.as_str().into() });
            known.level = known.level.min(level);
            Seen::note(&mut known.seen, observation.at, observation.source);
            if *observation.message_id < *known.example {
                known.example = observation.message_id.as_str().into();
            }
        };
        let ends: Vec<_> = carried.iter().copied().zip(&observation.identifiers).enumerate().collect();
        for (place, one) in &ends {
            if judgement.is_void(*place) {
                continue;
            }
            if let Some((seen, is_anchor)) = nodes.get_mut(&one.0) {
                Seen::note(seen, observation.at, observation.source);
                *is_anchor |= *place == 0;
            }
            for (other, end) in &ends[place + 1..] {
                if !judgement.is_void(*other) {
                    show(*one, *end, Link::Together);
                }
            }
        }
        if let Some(alias) = &observation.alias {
            let end = |identifier| (NodeId::of(identifier), identifier);
            let (user, previous, anonymous) = (end(&alias.user), end(&alias.previous_user), end(&alias.previous_anonymous));
            if user.0 != previous.0 {
                show(user, previous, Link::Alias);
            }
            if !(carried.contains(&user.0) && carried.contains(&anonymous.0)) {
                show(user, anonymous, Link::Together);
            }
        }
    }
    Rederived {
        nodes: nodes.into_iter().map(|(id, (seen, is_anchor))| Corrected { id, seen, is_anchor }).collect(),
        edges: edges.into_iter().map(|((a, b, link), edge)| (a, b, link, edge)).collect(),
    }
}
