//! A tracking plan as people write it.

use std::collections::HashSet;

use nora_shared::{Kind, limits};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;

use super::{EVERY_SOURCE, PlanError};
use crate::keys::is_source_id;

/// Rules of a plan, at most.
const RULES: usize = 500;

/// Sources of a plan, at most.
const SOURCES: usize = 1_000;

/// Characters of a plan's name.
const NAME_CHARS: usize = 100;

/// Characters of what is said about a rule.
const DESCRIPTION_CHARS: usize = 2_000;

/// What a plan says.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Document {
    /// For people.
    pub name: String,
    /// The ids of the sources whose events are checked; `*` for all that no other plan names.
    pub sources: Vec<String>,
    /// What becomes of an event that is not as planned.
    pub mode: Mode,
    /// Whether an event without a rule is as planned.
    pub allow_unplanned: bool,
    /// One for each event.
    pub rules: Vec<Rule>,
}

/// What becomes of an event that is not as planned.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = TrackingPlanMode)]
pub enum Mode {
    /// It is accepted, and counted.
    #[default]
    Observe,
    /// It is held in the quarantine, and counted.
    Quarantine,
}

/// How the events of one name should look.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = TrackingPlanRule)]
pub struct Rule {
    /// Which call it is about.
    #[serde(rename = "type")]
    pub kind: PlannedKind,
    /// Of `track`: the name of the event, exactly.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub event: Option<String>,
    /// Of `page` and `screen`: the name, exactly; without one, the rule is for all pages or screens that have none of their own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// For people.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub description: String,
    /// A JSON Schema (draft 2020-12, or 2019-09 or 7 where `$schema` says so) of the `properties`, or of the `traits` of `identify` and
    /// `group`. What is absent is checked as `{}`.
    #[schema(value_type = Object)]
    pub schema: Value,
}

/// The calls that a rule can be about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum PlannedKind {
    /// What somebody did.
    Track,
    /// Who somebody is.
    Identify,
    /// Which account somebody belongs to.
    Group,
    /// A page was seen.
    Page,
    /// A screen was seen.
    Screen,
}

impl PlannedKind {
    /// The kind of such an event; nothing for `alias`, which says nothing that could be planned.
    pub fn of(kind: Kind) -> Option<PlannedKind> {
        match kind {
            Kind::Track => Some(PlannedKind::Track),
            Kind::Identify => Some(PlannedKind::Identify),
            Kind::Group => Some(PlannedKind::Group),
            Kind::Page => Some(PlannedKind::Page),
            Kind::Screen => Some(PlannedKind::Screen),
            Kind::Alias => None,
        }
    }

    /// Where in an event lies what the schema is about.
    pub fn field(self) -> &'static str {
        match self {
            PlannedKind::Identify | PlannedKind::Group => "traits",
            PlannedKind::Track | PlannedKind::Page | PlannedKind::Screen => "properties",
        }
    }
}

impl Rule {
    /// What tells it from others of its kind.
    pub fn event_name(&self) -> Option<&str> {
        self.event.as_deref().or(self.name.as_deref())
    }
}

impl Document {
    /// What can be seen without compiling the schemas.
    pub(super) fn check(&self) -> Result<(), PlanError> {
        let name = self.name.trim();
        if name.is_empty() || name.chars().count() > NAME_CHARS || name.chars().any(char::is_control) {
            return Err(PlanError::invalid("/name", format!("it takes 1 to {NAME_CHARS} characters")));
        }
        if self.sources.len() > SOURCES {
            return Err(PlanError::invalid("/sources", format!("they are more than {SOURCES}")));
        }
        for (place, source) in self.sources.iter().enumerate() {
            if source != EVERY_SOURCE && !is_source_id(source) {
                return Err(PlanError::invalid(format!("/sources/{place}"), "it is neither the id of a source nor *"));
            }
        }
        if self.rules.len() > RULES {
            return Err(PlanError::invalid("/rules", format!("they are more than {RULES}")));
        }
        let mut known = HashSet::new();
        for (place, rule) in self.rules.iter().enumerate() {
            let wrong = |field: &str, why: &str| Err(PlanError::invalid(format!("/rules/{place}{field}"), why));
            match rule.kind {
                PlannedKind::Track if rule.event.is_none() => return wrong("", "a track rule needs the name of its event"),
                PlannedKind::Track if rule.name.is_some() => return wrong("/name", "a track rule has an event, and no name"),
                PlannedKind::Track => {}
                _ if rule.event.is_some() => return wrong("/event", "only a track rule has an event"),
                PlannedKind::Identify | PlannedKind::Group if rule.name.is_some() => {
                    return wrong("/name", "only the rule of a page or a screen has a name");
                }
                _ => {}
            }
            if let Some(name) = rule.event_name()
                && (name.trim().is_empty() || name.chars().count() > limits::EVENT_NAME_CHARS)
            {
                let field = if rule.event.is_some() { "/event" } else { "/name" };
                return wrong(field, &format!("it takes 1 to {} characters", limits::EVENT_NAME_CHARS));
            }
            if rule.description.chars().count() > DESCRIPTION_CHARS {
                return wrong("/description", &format!("it takes at most {DESCRIPTION_CHARS} characters"));
            }
            if !known.insert((rule.kind, rule.event_name())) {
                return wrong("", "there is another rule for this event");
            }
        }
        Ok(())
    }
}
