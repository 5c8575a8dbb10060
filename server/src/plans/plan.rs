//! A plan, compiled: what events are checked against.

use std::collections::HashMap;
use std::fmt;
use std::sync::Arc;

use jsonschema::Validator;
use nora_shared::Kind;
use serde_json::Value;

use super::schema::Compiler;
use super::violation::{Violation, violations};
use super::{Document, Mode, PlanError, PlannedKind};

/// A version of a plan, ready to check events.
pub struct Plan {
    id: Arc<str>,
    version: u32,
    mode: Mode,
    allow_unplanned: bool,
    rules: HashMap<PlannedKind, Rules>,
}

/// The rules of one kind.
#[derive(Default)]
struct Rules {
    named: HashMap<String, Validator>,
    other: Option<Validator>,
}

/// What came of checking one event.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Checked {
    /// The id of the plan.
    pub plan: Arc<str>,
    /// Its version.
    pub version: u32,
    /// In what the event is not as planned; nothing where it is.
    pub broken: Option<Box<Broken>>,
}

/// In what an event is not as planned.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Broken {
    /// Its kind.
    pub kind: PlannedKind,
    /// The name of the rule, or of the `track` that has none.
    pub name: Option<String>,
    /// At least one, each of another part of the rule.
    pub violations: Vec<Violation>,
}

impl Plan {
    /// Compiles what a plan says.
    pub fn compile(id: &str, version: u32, document: &Document) -> Result<Plan, PlanError> {
        document.check()?;
        let mut compiler = Compiler::default();
        let mut rules: HashMap<PlannedKind, Rules> = HashMap::new();
        for (place, rule) in document.rules.iter().enumerate() {
            let validator = compiler.compile(&rule.schema, &format!("/rules/{place}/schema"))?;
            let of_kind = rules.entry(rule.kind).or_default();
            match rule.event_name() {
                Some(name) => drop(of_kind.named.insert(name.to_owned(), validator)),
                None => of_kind.other = Some(validator),
            }
        }
        Ok(Plan { id: id.into(), version, mode: document.mode, allow_unplanned: document.allow_unplanned, rules })
    }

    /// Whether an event that is not as planned is held.
    pub fn holds(&self) -> bool {
        self.mode == Mode::Quarantine
    }

    /// Checks an event: `name` is that of the `track`, the page or the screen, `json` the text of its properties or traits.
    pub fn check(&self, kind: Kind, name: Option<&str>, json: Option<&str>) -> Option<Checked> {
        let broken = self.broken(PlannedKind::of(kind)?, name, json).map(Box::new);
        Some(Checked { plan: Arc::clone(&self.id), version: self.version, broken })
    }

    fn broken(&self, kind: PlannedKind, name: Option<&str>, json: Option<&str>) -> Option<Broken> {
        let rules = self.rules.get(&kind);
        let named = rules.zip(name).and_then(|(rules, name)| rules.named.get_key_value(name));
        let (rule, validator) = match named {
            Some((name, validator)) => (Some(name), Some(validator)),
            None => (None, rules.and_then(|rules| rules.other.as_ref())),
        };
        let Some(validator) = validator else {
            // The names of pages are often their titles, without end: only those of events are told apart.
            let name = name.filter(|_| kind == PlannedKind::Track).map(str::to_owned);
            return (!self.allow_unplanned).then(|| Broken { kind, name, violations: vec![Violation::unplanned()] });
        };
        let violations = match serde_json::from_str::<Value>(json.unwrap_or("{}")) {
            Ok(value) if validator.is_valid(&value) => return None,
            Ok(value) => violations(validator, &value, kind),
            // It is JSON: only a number that no number is large enough for gets here.
            Err(_) => vec![Violation::unreadable(kind)],
        };
        Some(Broken { kind, name: rule.cloned(), violations })
    }
}

impl Checked {
    /// What keeps the event from being as planned, in words, with values that it has in it.
    pub fn detail(&self) -> String {
        let Some(broken) = &self.broken else { return String::new() };
        let told: Vec<_> = broken.violations.iter().map(Violation::to_string).collect();
        format!("{} version {}: {}", self.plan, self.version, told.join("; "))
    }
}

impl fmt::Debug for Plan {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Plan").field("id", &self.id).field("version", &self.version).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::super::Rule;
    use super::*;

    fn plan(allow_unplanned: bool, rules: Value) -> Plan {
        let rules: Vec<Rule> = serde_json::from_value(rules).unwrap();
        let document = Document { name: "Shop".into(), sources: vec!["*".into()], mode: Mode::Observe, allow_unplanned, rules };
        Plan::compile("shop", 3, &document).unwrap()
    }

    /// What is wrong with an event: place, rule, keyword.
    fn wrong(plan: &Plan, kind: Kind, name: Option<&str>, json: &Value) -> Vec<(String, String, String)> {
        let checked = plan.check(kind, name, Some(&json.to_string())).unwrap();
        let broken = checked.broken.map(|broken| broken.violations).unwrap_or_default();
        broken.into_iter().map(|wrong| (wrong.at, wrong.rule, wrong.keyword)).collect()
    }

    fn told(at: &str, rule: &str, keyword: &str) -> (String, String, String) {
        (at.into(), rule.into(), keyword.into())
    }

    #[test]
    fn each_event_meets_its_own_rule() {
        let text = json!({"type": "object", "properties": {"x": {"type": "string"}}});
        let number = json!({"properties": {"x": {"type": "number"}}, "required": ["x"]});
        let plan = plan(
            false,
            json!([
                {"type": "track", "event": "Bought", "schema": number},
                {"type": "page", "name": "Home", "schema": number},
                {"type": "page", "schema": text},
                {"type": "identify", "schema": text},
            ]),
        );
        let is_text = |at: &str| vec![told(at, "/properties/x/type", "type")];
        assert_eq!(wrong(&plan, Kind::Track, Some("Bought"), &json!({"x": 1})), []);
        assert_eq!(wrong(&plan, Kind::Track, Some("Bought"), &json!({"x": "1"})), is_text("/properties/x"));
        assert_eq!(wrong(&plan, Kind::Track, Some("Bought"), &json!({})), [told("/properties/x", "/required", "required")]);
        assert_eq!(wrong(&plan, Kind::Page, Some("Home"), &json!({"x": "1"})), is_text("/properties/x"));
        assert_eq!(wrong(&plan, Kind::Page, Some("Away"), &json!({"x": 1})), is_text("/properties/x"));
        assert_eq!(wrong(&plan, Kind::Page, None, &json!({"x": "1"})), []);
        assert_eq!(wrong(&plan, Kind::Identify, None, &json!({"x": 1})), is_text("/traits/x"));
        assert_eq!(wrong(&plan, Kind::Track, Some("bought"), &json!({})), [told("", "", "unplanned")]);
        assert_eq!(wrong(&plan, Kind::Group, None, &json!({})), [told("", "", "unplanned")]);
        assert!(plan.check(Kind::Alias, None, None).is_none());
        let absent = plan.check(Kind::Track, Some("Bought"), None).unwrap();
        assert_eq!(absent.detail(), r#"shop version 3: /properties/x: "x" is a required property"#);
    }

    #[test]
    fn what_is_told_has_no_values_of_the_event_and_no_names_that_may_be_somebody_s() {
        let plan = plan(
            true,
            json!([{"type": "track", "event": "A", "schema": {
                "properties": {"mail": {"type": "integer", "enum": [1, 2]}, "lines": {"items": {"type": "number"}}},
                "patternProperties": {"@": {"type": "number"}},
                "additionalProperties": false,
                "propertyNames": {"maxLength": 20},
            }}]),
        );
        let sent = json!({
            "mail": "ann@example.com", "ann@example.com": "ann@example.com", "colour": 1, "+31612345678": 1, "lines": ["ann", "ann"],
            "ann (of the long-long name)": "ann",
        });
        let checked = plan.check(Kind::Track, Some("A"), Some(&sent.to_string())).unwrap();
        let broken = checked.broken.clone().unwrap();
        let keywords: Vec<_> = broken.violations.iter().map(|wrong| wrong.keyword.as_str()).collect();
        for keyword in ["type", "enum", "additionalProperties", "propertyNames"] {
            assert!(keywords.contains(&keyword), "{keyword}: {keywords:?}");
        }
        let lines = broken.violations.iter().filter(|wrong| wrong.rule == "/properties/lines/items/type").count();
        assert_eq!(lines, 1, "once for an event");
        let told = checked.detail();
        assert!(told.contains("colour") && told.contains("/properties/mail: a string is not of type"), "{told}");
        for secret in ["ann@", "\"ann\"", "316123", "long-long"] {
            assert!(!told.contains(secret), "{told}");
        }
    }

    #[test]
    fn what_is_told_is_bounded() {
        let properties: serde_json::Map<_, _> = (0..100).map(|n| (format!("{}{n}", "a".repeat(500)), json!({"type": "string"}))).collect();
        let sent: serde_json::Map<_, _> = properties.keys().map(|name| (name.clone(), json!(1))).collect();
        let plan =
            plan(true, json!([{"type": "track", "event": "A", "schema": {"properties": properties, "additionalProperties": false}}]));
        let checked = plan.check(Kind::Track, Some("A"), Some(&Value::Object(sent).to_string())).unwrap();
        assert_eq!(checked.broken.as_ref().unwrap().violations.len(), super::super::violation::MOST);
        assert!(checked.detail().len() < 8_000, "{}", checked.detail().len());
        let huge = plan.check(Kind::Track, Some("A"), Some(r#"{"x":1e999}"#)).unwrap();
        assert_eq!(huge.broken.unwrap().violations[0].keyword, "number");
    }
}
