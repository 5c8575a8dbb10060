//! Whether a record has somebody in it.

use std::collections::{BTreeSet, HashSet};

use nora_shared::Identifier;
use nora_shared::event::Event;
use serde_json::Value;

use crate::context::Context;
use crate::identity::{NodeId, Rules, carried};
use crate::log::{Control, Record};

/// Characters of a value from which on it is looked for in text of any kind: a user id of `7` is in every second event.
const MENTIONED: usize = 6;

/// The identifiers of whom is looked for.
pub(super) struct Wanted {
    ids: HashSet<NodeId>,
    kinds: BTreeSet<String>,
    /// Values that stand for themselves wherever they are, in lower case.
    texts: Vec<String>,
}

/// What a record has of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Names {
    /// Nothing.
    Nothing,
    /// A value of theirs in some text, of somebody else's.
    Mentions,
    /// It is theirs.
    Carries,
}

impl Wanted {
    pub(super) fn new(identifiers: impl Iterator<Item = Identifier>) -> Wanted {
        let mut wanted = Wanted { ids: HashSet::new(), kinds: BTreeSet::new(), texts: Vec::new() };
        for identifier in identifiers {
            wanted.ids.insert(NodeId::of(&identifier));
            wanted.kinds.insert(identifier.kind().to_owned());
            if identifier.value().chars().count() >= MENTIONED {
                wanted.texts.push(identifier.value().to_lowercase());
            }
        }
        wanted
    }

    pub(super) fn in_event(&self, record: &Record, rules: &Rules) -> Names {
        if self.carries(record, rules) {
            return Names::Carries;
        }
        if self.is_mentioned(&record.json) { Names::Mentions } else { Names::Nothing }
    }

    /// What people decide is about two identifiers; and why, in words.
    pub(super) fn in_decision(&self, control: &Control) -> Names {
        let Control::Decide { a, b, note, .. } = control else { return Names::Nothing };
        let is_about = [Some(a), b.as_ref()].into_iter().flatten().any(|identity| self.ids.contains(&NodeId::of(&identity.identifier())));
        if is_about || self.is_mentioned(note) { Names::Carries } else { Names::Nothing }
    }

    /// What is held may be anything: an event, a raw call, a row of a file, or the beginning of one. Anything in it that would be one of
    /// the identifiers counts.
    pub(super) fn in_held(&self, payload: &str, rules: &Rules) -> bool {
        let carries = || {
            let (received_at, timestamp) = Default::default();
            let (source, message_id, json) = (String::new(), String::new(), payload.to_owned());
            self.carries(&Record { received_at, timestamp, source, verified: false, message_id, json }, rules)
        };
        self.is_mentioned(payload)
            || match serde_json::from_str::<Value>(payload) {
                Ok(value) => carries() || self.is_in(&value),
                Err(_) => payload.split([',', ';', '\t', '\n', '"', '\'']).any(|field| self.is_one(field.trim())),
            }
    }

    fn carries(&self, record: &Record, rules: &Rules) -> bool {
        let event = Event::known(&record.json);
        let observation = carried::observation(record, &event, &Context::of(&event), rules, 0);
        let alias = observation.alias.iter().flat_map(|alias| [&alias.user, &alias.previous_user, &alias.previous_anonymous]);
        observation.identifiers.iter().chain(alias).any(|identifier| self.ids.contains(&NodeId::of(identifier)))
    }

    /// Whether one of the texts stands there as a word of its own.
    fn is_mentioned(&self, text: &str) -> bool {
        let text = text.to_lowercase();
        let is_end = |c: Option<char>| c.is_none_or(|c| !c.is_alphanumeric());
        self.texts.iter().any(|wanted| {
            memchr::memmem::find_iter(text.as_bytes(), wanted.as_bytes()).any(|at| {
                let (before, after) = (text.get(..at), text.get(at + wanted.len()..));
                is_end(before.and_then(|before| before.chars().next_back())) && is_end(after.and_then(|after| after.chars().next()))
            })
        })
    }

    fn is_in(&self, value: &Value) -> bool {
        match value {
            Value::String(text) => self.is_one(text),
            Value::Array(items) => items.iter().any(|item| self.is_in(item)),
            Value::Object(fields) => fields.values().any(|field| self.is_in(field)),
            _ => false,
        }
    }

    /// Whether a text is one of them, as an identifier of any of their types.
    fn is_one(&self, text: &str) -> bool {
        let identifiers = self.kinds.iter().filter_map(|kind| Identifier::new(kind, text));
        !text.is_empty() && identifiers.into_iter().any(|identifier| self.ids.contains(&NodeId::of(&identifier)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::identity::decisions::{DecisionKind, Identity};
    use crate::time::Millis;

    fn wanted() -> Wanted {
        let identifiers = [("user_id", "7"), ("email", "ann@example.com"), ("phone", "0612345678"), ("anonymous_id", "visitor-1")];
        Wanted::new(identifiers.into_iter().map(|(kind, value)| Identifier::from_normalized(kind, value)))
    }

    fn event(json: &str) -> Names {
        let (received_at, timestamp) = (Millis(0), Millis(0));
        let record = Record { received_at, timestamp, source: "web".into(), verified: false, message_id: "m".into(), json: json.into() };
        wanted().in_event(&record, &Rules::default())
    }

    #[test]
    fn events_are_theirs_or_mention_them() {
        for (json, expected) in [
            (r#"{"type":"track","userId":7}"#, Names::Carries),
            (r#"{"type":"track","userId":"8","context":{"traits":{"email":" ANN@example.com"}}}"#, Names::Carries),
            (r#"{"type":"identify","userId":"8","traits":{"phone":"06-12345678"}}"#, Names::Carries),
            (r#"{"type":"alias","userId":"8","previousId":"visitor-1"}"#, Names::Carries),
            (r#"{"type":"track","userId":"8","properties":{"friend":"Ann@Example.com"}}"#, Names::Mentions),
            (r#"{"type":"track","userId":"8","properties":{"friend":"joann@example.com","n":"7","v":"visitor-12"}}"#, Names::Nothing),
        ] {
            assert_eq!(event(json), expected, "{json}");
        }
    }

    #[test]
    fn decisions_are_about_them_or_say_why_in_their_name() {
        let about = |value: &str, note: &str| {
            let a = Identity { kind: "user_id".into(), value: value.into() };
            let (kind, note, by) = (DecisionKind::Block, note.to_owned(), "Ann".to_owned());
            wanted().in_decision(&Control::Decide { kind, a, b: None, is_active: true, set_aside: false, note, by })
        };
        assert_eq!(about("7", ""), Names::Carries);
        assert_eq!(about("8", "as ann@example.com asked"), Names::Carries);
        assert_eq!(about("8", "7 times"), Names::Nothing);
    }

    #[test]
    fn whatever_is_held_is_looked_through() {
        let rules = Rules::default();
        for (payload, expected) in [
            (r#"{"type":"track","userId":7}"#, true),
            (r#"{"m":"identify","a":["7"]}"#, true),
            (r#"["user_id",{"x":["06 1234 5678"]}]"#, true),
            ("u2,Order Placed, 7 ,nobody", true),
            (r#"{"user_id":"u2","email":"ann@example.com""#, true),
            (r#"{"userId":"77","n":7}"#, false),
            ("u2,Order Placed,77", false),
        ] {
            assert_eq!(wanted().in_held(payload, &rules), expected, "{payload}");
        }
    }
}
