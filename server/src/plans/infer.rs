//! A plan that follows from what has arrived: a draft for people, which every event that it rests on would pass.

mod shape;
mod text;

use std::collections::BTreeMap;

use nora_shared::event::{Event, Text};
use serde_json::Value;

use super::{Document, Mode, PlannedKind, Rule};
use crate::context::Context;
use crate::log::{Record, Seq};
use crate::storage::{self, EventLog};
use crate::time::Millis;
use shape::{Shape, Who};

/// Records of the log that are looked through for them, at most.
const MOST_SCANNED: u64 = 1_000_000;

/// Records that are read at once.
const PAGE: u64 = 1_000;

/// Events that are told apart by their names, at most: the rest is unplanned.
const RULES: usize = 200;

/// Fields of all rules together, at most: so that the plan can be sent.
const FIELDS: usize = 2_000;

/// What a plan is to rest on: the newest accepted events of a source.
#[derive(Debug, Clone)]
pub struct Sample {
    /// The id of the source.
    pub source: String,
    /// Not those that were received before.
    pub since: Option<Millis>,
    /// At most so many.
    pub limit: usize,
}

/// A plan, and what it rests on.
#[derive(Debug, Clone)]
pub struct Inferred {
    /// It observes, and takes what is unplanned: whoever has looked at it decides on more.
    pub document: Document,
    /// What it rests on.
    pub counts: Counts,
}

/// What a plan rests on.
#[derive(Debug, Default, Clone)]
pub struct Counts {
    /// Records of the log that were looked through.
    pub scanned: u64,
    /// Events that it rests on.
    pub events: u64,
    /// When the first of them was received.
    pub first: Option<Millis>,
    /// When the last of them was received.
    pub last: Option<Millis>,
    /// Events by rule.
    pub rules: Vec<RuleCount>,
    /// Events without a rule: aliases, and those of names beyond the first 200.
    pub unplanned: u64,
}

/// Events that one rule rests on.
#[derive(Debug, Clone)]
pub struct RuleCount {
    /// The kind of the events.
    pub kind: PlannedKind,
    /// The name of the event, of a `track`.
    pub event: Option<String>,
    /// How many.
    pub events: u64,
}

/// Makes a plan of what has arrived. Blocks on the disk.
pub fn infer(log: &dyn EventLog, sample: &Sample) -> storage::Result<Inferred> {
    let mut learner = Learner::default();
    let mut end = log.len();
    while end > 0 && learner.counts.scanned < MOST_SCANNED && learner.counts.events < sample.limit as u64 {
        let start = end.saturating_sub(PAGE);
        let page = between(log, start, end)?;
        learner.counts.scanned += page.len() as u64;
        let is_older = |record: &Record| sample.since.is_some_and(|since| record.received_at < since);
        for record in page.iter().rev() {
            if record.source == sample.source && !is_older(record) && learner.counts.events < sample.limit as u64 {
                learner.learn(record);
            }
        }
        // Records are in the order of their receipt, but for clocks that were set back: a whole page is old only once they all are.
        if !page.is_empty() && page.iter().all(|record| is_older(record)) {
            break;
        }
        end = start;
    }
    Ok(learner.plan(&sample.source))
}

/// The records of these positions.
fn between(log: &dyn EventLog, start: Seq, end: Seq) -> storage::Result<Vec<std::sync::Arc<Record>>> {
    let (mut records, mut next) = (Vec::new(), start);
    while next < end {
        let read = log.read(next, usize::try_from(end - next).unwrap_or(usize::MAX))?;
        let Some((last, _)) = read.last() else { break };
        next = last + 1;
        records.extend(read.into_iter().filter(|(seq, _)| *seq < end).map(|(_, record)| record));
    }
    Ok(records)
}

struct Learner {
    rules: BTreeMap<(PlannedKind, Option<String>), (u64, Shape)>,
    counts: Counts,
    /// Fields that can still be told apart.
    fields: usize,
}

impl Default for Learner {
    fn default() -> Learner {
        Learner { rules: BTreeMap::new(), counts: Counts::default(), fields: FIELDS }
    }
}

impl Learner {
    fn learn(&mut self, record: &Record) {
        // What was erased is no event any more.
        let Ok(event) = Event::parse(&record.json) else { return };
        let Some(kind) = event.known_kind() else { return };
        self.counts.events += 1;
        self.counts.last = self.counts.last.max(Some(record.received_at));
        self.counts.first = Some(self.counts.first.map_or(record.received_at, |first| first.min(record.received_at)));
        // Pages are often named by their titles, without end: one rule is for all of them.
        let name = |kind| if kind == PlannedKind::Track { event.event.as_str().map(str::to_owned) } else { None };
        let Some(key) = PlannedKind::of(kind).map(|kind| (kind, name(kind))) else {
            self.counts.unplanned += 1;
            return;
        };
        if !self.rules.contains_key(&key) && self.rules.len() >= RULES {
            self.counts.unplanned += 1;
            return;
        }
        let raw = match key.0.field() {
            "traits" => event.traits.or_else(|| Context::of(&event).traits),
            _ => event.properties,
        };
        let value = match raw.map(|raw| serde_json::from_str::<Value>(raw.get())) {
            None => Value::Object(serde_json::Map::new()),
            Some(Ok(value)) => value,
            // A number in it is out of range: no rule could be right about it.
            Some(Err(_)) => return,
        };
        let who = [&event.user_id, &event.anonymous_id].into_iter().find_map(Text::as_str).unwrap_or_default();
        let (events, shape) = self.rules.entry(key).or_default();
        *events += 1;
        shape.learn(&value, Who::of(who), &mut self.fields);
    }

    fn plan(self, source: &str) -> Inferred {
        let Learner { rules, mut counts, .. } = self;
        counts.rules =
            rules.iter().map(|((kind, event), (events, _))| RuleCount { kind: *kind, event: event.clone(), events: *events }).collect();
        let rule = |((kind, event), (_, shape)): ((PlannedKind, Option<String>), (u64, Shape))| Rule {
            kind,
            event,
            name: None,
            description: String::new(),
            schema: shape.schema(),
        };
        let document = Document {
            name: source.to_owned(),
            sources: vec![source.to_owned()],
            mode: Mode::Observe,
            allow_unplanned: true,
            rules: rules.into_iter().map(rule).collect(),
        };
        Inferred { document, counts }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::super::{Checked, Plan};
    use super::*;

    fn record(event: &Value) -> Record {
        let (received_at, message_id) = (Millis(1), String::new());
        Record { received_at, timestamp: received_at, source: "web".into(), verified: false, message_id, json: event.to_string() }
    }

    fn learned(events: &[Value]) -> Inferred {
        let mut learner = Learner::default();
        events.iter().for_each(|event| learner.learn(&record(event)));
        learner.plan("web")
    }

    fn any_json() -> impl Strategy<Value = Value> {
        let text = prop_oneof!["[a-c]{0,2}", "\\PC{0,6}", Just("2026-01-31T12:00:00Z".to_owned()), Just("ann@example.com".to_owned())];
        let leaf = prop_oneof![
            Just(Value::Null),
            any::<bool>().prop_map(Value::from),
            (-5i64..5).prop_map(Value::from),
            any::<f64>().prop_filter("JSON has no others", |number| number.is_finite()).prop_map(Value::from),
            text.prop_map(Value::from),
        ];
        leaf.prop_recursive(4, 24, 4, |inner| {
            prop_oneof![
                proptest::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
                proptest::collection::btree_map("[a-c]|\\PC{1,3}", inner, 0..4)
                    .prop_map(|fields| Value::Object(fields.into_iter().collect())),
            ]
        })
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]
        #[test]
        fn what_a_plan_rests_on_passes_it(
            sent in proptest::collection::vec((0..3u8, 0..2u8, proptest::collection::btree_map("[a-c]", any_json(), 0..4)), 1..120),
        ) {
            let events: Vec<_> = sent.iter().enumerate().map(|(n, (kind, name, properties))| {
                let (user, name) = (format!("u{}", n % 7), format!("E{name}"));
                match kind {
                    0 => json!({"type": "track", "event": name, "userId": user, "properties": properties}),
                    1 => json!({"type": "identify", "userId": user, "context": {"traits": properties}}),
                    _ => json!({"type": "page", "userId": user, "name": name, "properties": properties}),
                }
            }).collect();
            let inferred = learned(&events);
            let plan = Plan::compile("web", 1, &inferred.document).unwrap();
            for (event, (.., properties)) in events.iter().zip(&sent) {
                let parsed = event.to_string();
                let parsed = Event::parse(&parsed).unwrap();
                let name = parsed.event.as_str().or(parsed.name.as_str());
                let json = json!(properties).to_string();
                let checked = plan.check(parsed.known_kind().unwrap(), name, Some(&json)).unwrap();
                prop_assert_eq!(&checked, &Checked { broken: None, ..checked.clone() }, "{} {}", event, json!(inferred.document.rules));
            }
        }
    }

    #[test]
    fn types_what_is_always_there_formats_and_few_values_are_seen() {
        let events: Vec<_> = (0..60)
            .map(|n| {
                let mut properties = json!({
                    "price": 1.5 * f64::from(n), "quantity": n, "plan": (if n % 2 == 0 { "free" } else { "pro" }), "at": "2026-01-31T12:00:00Z",
                    "mail": format!("ann{}@example.com", n % 3), "lines": [{"sku": format!("s{n}"), "gift": true}], "mixed": 1, "maybe": null,
                });
                if n == 30 {
                    properties["mixed"] = json!("one");
                    properties["maybe"] = json!("x");
                } else if n == 31 {
                    properties.as_object_mut().unwrap().remove("quantity");
                }
                json!({"type": "track", "event": "Bought", "userId": format!("u{n}"), "properties": properties})
            })
            .collect();
        let inferred = learned(&events);
        assert_eq!(
            inferred.document.rules[0].schema,
            json!({
                "type": "object",
                "properties": {
                    "at": {"type": "string", "format": "date-time"},
                    "lines": {"type": "array", "items": {
                        "type": "object", "properties": {"gift": {"type": "boolean"}, "sku": {"type": "string"}}, "required": ["gift", "sku"],
                    }},
                    "mail": {"type": "string", "format": "email"},
                    "maybe": {"type": ["string", "null"]},
                    "mixed": {"type": ["integer", "string"]},
                    "plan": {"type": "string", "enum": ["free", "pro"]},
                    "price": {"type": "number"},
                    "quantity": {"type": "integer"},
                },
                "required": ["at", "lines", "mail", "maybe", "mixed", "plan", "price"],
            })
        );
        let few = learned(&events[..19]).document.rules[0].schema.to_string();
        assert!(!few.contains("required") && !few.contains("enum") && !few.contains("format"), "{few}");
    }

    #[test]
    fn what_is_somebody_s_own_stands_in_no_plan() {
        let events: Vec<_> = (0..100)
            .map(|n| {
                // Each has a value of their own, which comes again and again; and a map by address.
                let person = n % 4;
                let own = format!("Name{}", ["Ann", "Bob", "Eve", "Joe"][person]);
                let phone = format!("+3161234567{person}");
                let map = json!({format!("friend{person}@example.com"): 1, phone.clone(): 1});
                json!({"type": "identify", "userId": format!("u{person}"), "traits": {"firstName": own, "phone": phone, "friends": map}})
            })
            .collect();
        let inferred = learned(&events);
        let schema = inferred.document.rules[0].schema.to_string();
        assert!(schema.contains("firstName") && schema.contains("phone"), "{schema}");
        for secret in ["NameAnn", "31612", "example.com"] {
            assert!(!schema.contains(secret), "{schema}");
        }
    }

    #[test]
    fn a_plan_has_bounds() {
        let events: Vec<_> = (0..300)
            .map(|n| {
                let properties: BTreeMap<_, _> = (0..30).map(|field| (format!("f{n}x{field}"), 1)).collect();
                json!({"type": "track", "event": format!("E{n}"), "userId": "u", "properties": properties})
            })
            .chain([json!({"type": "alias", "userId": "u", "previousId": "v"})])
            .collect();
        let inferred = learned(&events);
        assert_eq!((inferred.document.rules.len(), inferred.counts.unplanned, inferred.counts.events), (RULES, 101, 301));
        assert!(inferred.document.allow_unplanned);
        let fields: usize =
            inferred.document.rules.iter().map(|rule| rule.schema["properties"].as_object().map_or(0, |all| all.len())).sum();
        assert_eq!(fields, FIELDS);
        assert!(Plan::compile("web", 1, &inferred.document).is_ok());
    }
}
