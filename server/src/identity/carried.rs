//! Which identifiers an event carries (IDENTITY: "where they come from").

use nora_shared::event::{Event, Json, Text, text_of};
use nora_shared::{Identifier, Kind, identifier, limits};

use super::observation::{Alias, Observation};
use super::rules::Rules;
use crate::context::Context;
use crate::log::Record;

/// What an event says about who is who. `source` is the number of its source.
pub fn observation(record: &Record, event: &Event<'_>, context: &Context<'_>, rules: &Rules, source: u16) -> Observation {
    Observation {
        identifiers: identifiers(event, context, rules),
        alias: (event.known_kind() == Some(Kind::Alias)).then(|| alias(event, rules)).flatten(),
        at: record.timestamp,
        source,
        verified: record.verified,
        message_id: record.message_id.clone(),
    }
}

/// The identifiers that an event carries, the strongest first; at most [`limits::IDENTIFIERS`]. Where there are none, it is nobody's.
pub fn identifiers(event: &Event<'_>, context: &Context<'_>, rules: &Rules) -> Vec<Identifier> {
    let mut found = Vec::new();
    let mut add = |kind: &str, value: Option<&str>| found.extend(value.and_then(|value| rules.identifier(kind, value)));
    add(identifier::USER_ID, event.user_id.as_str());
    add(identifier::ANONYMOUS_ID, event.anonymous_id.as_str());
    // The traits of a group are those of an account: they identify no person.
    let own_traits = event.traits.filter(|_| event.known_kind() != Some(Kind::Group));
    for traits in [own_traits, context.traits] {
        add(identifier::EMAIL, text_of(traits, "email").as_deref());
        add(identifier::PHONE, text_of(traits, "phone").as_deref());
    }
    for name in ["id", "advertisingId"] {
        add(identifier::DEVICE_ID, text_of(context.device, name).as_deref());
    }
    for (kind, value) in external_ids(context.external_ids) {
        add(&kind, Some(&value));
    }
    found.sort_by(|a, b| rules.order(a, b));
    found.dedup();
    found.truncate(limits::IDENTIFIERS);
    found
}

fn alias(event: &Event<'_>, rules: &Rules) -> Option<Alias> {
    let previous = event.previous_id.as_str()?;
    Some(Alias {
        user: rules.identifier(identifier::USER_ID, event.user_id.as_str()?)?,
        previous_user: rules.identifier(identifier::USER_ID, previous)?,
        previous_anonymous: rules.identifier(identifier::ANONYMOUS_ID, previous)?,
    })
}

/// The external ids of users: `[{id, type, collection: "users", encoding: "none"}]`, all four required. Those of accounts join nobody.
fn external_ids(ids: Option<Json<'_>>) -> Vec<(String, String)> {
    let entry = |entry: Json<'_>| {
        let text = |name: &str| {
            let (_, value) = entry.fields().find(|(field, _)| field == name)?;
            Text::read(value).as_str().map(str::to_owned)
        };
        let is_users = text("collection")? == "users" && text("encoding")? == "none";
        is_users.then_some(())?;
        Some((text("type")?, text("id")?))
    };
    ids.into_iter().flat_map(Json::elements).filter_map(entry).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::time::Millis;

    fn identifiers(json: &str) -> Vec<String> {
        let (at, source) = (Millis(0), "web".to_owned());
        let record = Record { received_at: at, timestamp: at, source, verified: false, message_id: "m".into(), json: json.into() };
        let event = Event::parse(json).unwrap();
        observation(&record, &event, &Context::of(&event), &Rules::default(), 0).identifiers.iter().map(ToString::to_string).collect()
    }

    #[test]
    fn identifiers_come_from_where_the_rules_say() {
        let json = r#"{"type":"identify","userId":" 42 ","anonymousId":"a","traits":{"email":"Ann@X.nl","phone":"06-12345678"},
            "context":{"traits":{"email":"ann@work.nl"},"device":{"id":"d1","advertisingId":"ad"},"externalIds":[
            {"id":"c9","type":"crm_id","collection":"users","encoding":"none"},{"id":"acme","type":"x","collection":"accounts","encoding":"none"},
            {"id":"c8","type":"crm_id"}]}}"#;
        let expected = [
            "crm_id:c9",
            "user_id:42",
            "email:ann@work.nl",
            "email:ann@x.nl",
            "phone:0612345678",
            "anonymous_id:a",
            "device_id:ad",
            "device_id:d1",
        ];
        assert_eq!(identifiers(json), expected);
    }

    #[test]
    fn a_group_joins_nobody() {
        let json = r#"{"type":"group","groupId":"acme","userId":"1","traits":{"email":"info@acme.com"}}"#;
        assert_eq!(identifiers(json), ["user_id:1"]);
    }
}
