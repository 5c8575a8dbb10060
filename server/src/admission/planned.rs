//! Whether an event is as the tracking plan of its source says.

use nora_shared::Kind;
use nora_shared::event::{Event, Json};

use super::Origin;
use super::merged::Merged;
use crate::plans::Checked;

/// What the plan says to an event as it is about to be kept; nothing where there is no plan, or none for its kind.
pub(super) fn check(event: &Event<'_>, kind: Kind, context: &Merged<'_>, origin: &Origin<'_>) -> Option<Checked> {
    let plan = origin.plan?;
    match kind {
        Kind::Track => plan.check(kind, event.event.as_str(), event.properties.map(Json::get)),
        Kind::Page | Kind::Screen => plan.check(kind, event.name.as_str(), event.properties.map(Json::get)),
        // Some clients send what they say of a person in the context, and a profile is made of that, too.
        Kind::Identify if event.traits.is_none() => plan.check(kind, None, context.all("traits").pop().as_deref()),
        Kind::Identify | Kind::Group => plan.check(kind, None, event.traits.map(Json::get)),
        Kind::Alias => None,
    }
}

/// Whether an event that is not as planned is held.
pub(super) fn holds(origin: &Origin<'_>) -> bool {
    origin.plan.is_some_and(crate::plans::Plan::holds)
}

#[cfg(test)]
mod tests {
    use nora_shared::Reason;
    use nora_shared::event::Json;
    use serde_json::json;

    use crate::admission::tests::{NOON, origin};
    use crate::admission::{Decision, Origin, admit};
    use crate::plans::{Document, Mode, Plan};

    fn plan(mode: Mode) -> Plan {
        let schema = json!({"properties": {"x": {"type": "number"}}, "required": ["x"]});
        let rules = serde_json::from_value(json!([
            {"type": "track", "event": "A", "schema": schema},
            {"type": "identify", "schema": schema},
            {"type": "page", "name": "Home", "schema": schema},
        ]));
        let document = Document { name: "P".into(), sources: vec!["*".into()], mode, allow_unplanned: true, rules: rules.unwrap() };
        Plan::compile("p", 1, &document).unwrap()
    }

    #[test]
    fn an_event_is_checked_as_it_is_kept() {
        let (observe, quarantine) = (plan(Mode::Observe), plan(Mode::Quarantine));
        let context = Json::known(r#"{"traits":{"x":1}}"#);
        for (event, is_planned) in [
            (r#"{"type":"track","event":"A","userId":"u","properties":{"x":1}}"#, Some(true)),
            (r#"{"type":"track","event":"A","userId":"u","properties":{"x":"1"}}"#, Some(false)),
            (r#"{"type":"track","event":"A","userId":"u"}"#, Some(false)),
            (r#"{"type":"track","event":"B","userId":"u"}"#, Some(true)),
            (r#"{"type":"page","name":"Home","userId":"u"}"#, Some(false)),
            (r#"{"type":"identify","userId":"u","traits":{"x":1}}"#, Some(true)),
            (r#"{"type":"identify","userId":"u","traits":{}}"#, Some(false)),
            (r#"{"type":"identify","userId":"u"}"#, Some(true)),
            (r#"{"type":"alias","userId":"u","previousId":"v"}"#, None),
        ] {
            let context = Some(context);
            let observed = admit(event, None, &Origin { plan: Some(&observe), context, ..origin(NOON) });
            let Decision::Accept { checked, .. } = observed else { panic!("{event}: {observed:?}") };
            assert_eq!(checked.map(|checked| checked.broken.is_none()), is_planned, "{event}");
            let held = admit(event, None, &Origin { plan: Some(&quarantine), context, ..origin(NOON) });
            let expected = (is_planned == Some(false)).then_some(Reason::TrackingPlanViolation);
            assert_eq!(held.reason(), expected, "{event}");
            if let Decision::OffPlan(held, _) = held {
                assert!(held.payload == event && held.detail.starts_with("p version 1: /"), "{held:?}");
            }
        }
    }
}
