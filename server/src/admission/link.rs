//! Whom a newsletter's link was sent to: `context.identity.link`, a token of [`links`](crate::links) that the browser's SDK found in the
//! address of the page.
//!
//! What the token says takes the place of what the event says, for this server's own site wrote it: the user id, and the traits of the
//! same names. Two users stay what they are: the one that the event shows a signature of, and the new one of an `alias`. A token that is
//! not believed changes nothing, so that nobody is punished for an old newsletter.

use std::borrow::Cow;

use nora_shared::Kind;
use nora_shared::event::{Event, Json, Text};

use super::Origin;
use super::merged::Merged;
use super::object::Object;
use super::signature::{IDENTITY, LINK};
use crate::links::{Person, Refused, Seal};
use crate::log::Named;
use crate::time::Millis;

/// What became of the token in an event.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LinkOutcome {
    /// The event is that person's.
    Believed,
    /// It was made elsewhere, or changed.
    Invalid,
    /// Its time is over.
    Expired,
    /// The event is somebody else's, and shows it.
    OtherUser,
}

impl LinkOutcome {
    /// The stable name, for metrics.
    pub const fn name(self) -> &'static str {
        match self {
            LinkOutcome::Believed => "believed",
            LinkOutcome::Invalid => "invalid",
            LinkOutcome::Expired => "expired",
            LinkOutcome::OtherUser => "other_user",
        }
    }
}

/// What the first token in a context says; nothing where there is none. What a file brings is not looked at: its tokens have long expired.
pub(super) fn find(context: &Merged<'_>, origin: &Origin<'_>) -> Option<Result<Person, Refused>> {
    if let Some(again) = origin.again {
        return again.shown.person.as_ref().map(|named| Ok(named.into()));
    }
    let identities = context.all(IDENTITY);
    let mut credentials = identities.iter().flat_map(|identity| Json::known(identity).fields());
    let token = credentials.find(|(name, json)| name == LINK && Text::read(*json) != Text::Absent)?;
    if origin.signing_secrets.is_empty() {
        return None;
    }
    let seal = Seal::new(origin.source, origin.signing_secrets);
    let text = Text::read(token.1);
    Some(text.as_str().map_or(Err(Refused::Invalid), |text| seal.open(text, origin.received_at)))
}

/// Makes the event that of the person whom the token names. `keeper` holds what the event then borrows.
pub(super) fn follow<'a>(
    found: Result<Person, Refused>,
    event: &mut Event<'a>,
    context: &mut Merged<'_>,
    is_signed: bool,
    origin: &Origin<'_>,
    keeper: &'a mut Option<String>,
) -> LinkOutcome {
    let Person { user_id, traits, .. } = match found {
        Ok(person) => person,
        Err(Refused::Invalid) => return LinkOutcome::Invalid,
        Err(Refused::Expired) => return LinkOutcome::Expired,
    };
    let kind = event.known_kind();
    let is_fixed = (is_signed || kind == Some(Kind::Alias)) && event.user_id != Text::Absent;
    if is_fixed && user_id.as_deref().is_some_and(|user_id| event.user_id.as_str() != Some(user_id)) {
        return LinkOutcome::OtherUser;
    }
    if let Some(user_id) = user_id {
        event.user_id = Text::Given(Cow::Owned(user_id));
    } else if origin.wants_signatures() && !is_signed && event.user_id != Text::Absent {
        // A token that names no user shows nothing of the one that the event names.
        if is_fixed {
            return LinkOutcome::OtherUser;
        }
        event.user_id = Text::Absent;
    }
    if let Some(traits) = traits {
        if kind == Some(Kind::Identify) {
            let merged = with(event.traits, Json::known(traits.get()));
            event.traits = Some(Json::known(keeper.insert(merged)));
        } else {
            // The traits of other events are not the person's; those of their contexts are.
            let own = context.all(TRAITS).pop();
            context.set(TRAITS, with(own.as_deref().map(Json::known), Json::known(traits.get())));
        }
    }
    LinkOutcome::Believed
}

impl From<&Named> for Person {
    fn from(named: &Named) -> Person {
        // It was read as JSON before it was kept.
        let traits = named.traits.clone().and_then(|traits| serde_json::value::RawValue::from_string(traits).ok());
        Person::new(named.user_id.clone(), traits, Millis(0))
    }
}

const TRAITS: &str = "traits";

/// An object with the fields of another, which win.
fn with(own: Option<Json<'_>>, winning: Json<'_>) -> String {
    let mut json = Object::new();
    let own = own.into_iter().flat_map(Json::fields).filter(|(name, _)| winning.field(name).is_none());
    own.chain(winning.fields()).for_each(|(name, value)| json.raw(&name, value.get()));
    json.finish()
}

#[cfg(test)]
mod tests {
    use nora_shared::Reason;
    use serde_json::value::RawValue;
    use serde_json::{Value, json};

    use super::*;
    use crate::admission::tests::{NOON, origin};
    use crate::admission::{Decision, admit};
    use crate::keys::{hex, hmac};
    use crate::time::Millis;

    fn token(user: Option<&str>, traits: Option<Value>) -> String {
        let traits = traits.map(|traits| RawValue::from_string(traits.to_string()).unwrap());
        Seal::new("web", &["secret"]).token(&Person::new(user.map(Into::into), traits, Millis(NOON + 1_000))).unwrap()
    }

    /// Whether it is verified, what became of the token, and what is kept.
    fn outcome(event: &Value, origin: &Origin<'_>) -> (bool, Option<LinkOutcome>, Value) {
        match admit(&event.to_string(), None, origin) {
            Decision::Accept { record, link, .. } => {
                assert!(!record.json.contains("link"), "{}", record.json);
                (record.verified, link, serde_json::from_str(&record.json).unwrap())
            }
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn the_token_wins_over_what_the_event_says() {
        let token = token(Some("u1"), Some(json!({"email": "ann@example.com", "plan": {"a": 1}})));
        let event = json!({"type": "identify", "anonymousId": "a", "userId": "u9", "traits": {"email": "bob@example.com", "age": 3, "plan": 1},
            "context": {"identity": {"link": token, "level": 2}, "locale": "nl"}});
        let (verified, link, kept) = outcome(&event, &origin(NOON));
        assert_eq!((verified, link), (true, Some(LinkOutcome::Believed)));
        assert_eq!(kept["userId"], "u1");
        assert_eq!(kept["traits"], json!({"age": 3, "email": "ann@example.com", "plan": {"a": 1}}));
        assert_eq!(kept["context"], json!({"identity": {"level": 2}, "locale": "nl"}));
    }

    #[test]
    fn other_events_get_the_traits_into_their_context() {
        let token = token(None, Some(json!({"email": "ann@example.com"})));
        let event = json!({"type": "page", "anonymousId": "a", "userId": "u1", "context": {"identity": {"link": token}, "traits": {"email": 1, "b": 2}}});
        let (verified, _, kept) = outcome(&event, &origin(NOON));
        assert_eq!((verified, &kept["userId"]), (true, &json!("u1")));
        assert_eq!(kept["context"], json!({"traits": {"b": 2, "email": "ann@example.com"}}));
        assert!(kept.get("traits").is_none());
    }

    #[test]
    fn what_is_not_believed_changes_nothing() {
        let good = token(Some("u1"), None);
        let expired = origin(NOON + 1_000);
        let mut foreign = origin(NOON);
        foreign.source = "app";
        for (link, origin, expected) in [
            (json!(good), &expired, LinkOutcome::Expired),
            (json!(good), &foreign, LinkOutcome::Invalid),
            (json!(format!("{good}A")), &origin(NOON), LinkOutcome::Invalid),
            (json!({"of": "a wrong type"}), &origin(NOON), LinkOutcome::Invalid),
            (json!("x"), &origin(NOON), LinkOutcome::Invalid),
        ] {
            let event = json!({"type": "page", "anonymousId": "a", "context": {"identity": {"link": link}}});
            let (verified, outcome, kept) = outcome(&event, origin);
            assert_eq!((verified, outcome), (false, Some(expected)));
            assert!(kept.get("userId").is_none() && kept["context"] == json!({}), "{kept}");
        }
        let none = json!({"type": "page", "anonymousId": "a", "context": {"identity": {"link": null}}});
        assert_eq!(outcome(&none, &origin(NOON)).1, None);
        let file = Origin { signing_secrets: &[], ..origin(NOON) };
        assert_eq!(outcome(&json!({"type": "page", "anonymousId": "a", "context": {"identity": {"link": good}}}), &file).1, None);
    }

    #[test]
    fn whoever_is_signed_in_stays_who_they_are() {
        let signature = hex(&hmac("secret", "bob"));
        let event = |user: &str| json!({"type": "identify", "userId": "bob", "context": {"identity": {"link": token(Some(user), Some(json!({"email": "x@y.nl"}))), "signature": signature}}});
        let (verified, link, kept) = outcome(&event("ann"), &origin(NOON));
        assert_eq!((verified, link, &kept["userId"]), (true, Some(LinkOutcome::OtherUser), &json!("bob")));
        assert!(kept.get("traits").is_none(), "{kept}");
        let (_, link, kept) = outcome(&event("bob"), &origin(NOON));
        assert_eq!((link, &kept["traits"]["email"]), (Some(LinkOutcome::Believed), &json!("x@y.nl")));
        let alias =
            json!({"type": "alias", "userId": "new", "previousId": "old", "context": {"identity": {"link": token(Some("ann"), None)}}});
        assert_eq!(outcome(&alias, &origin(NOON)).1, Some(LinkOutcome::OtherUser));
    }

    #[test]
    fn a_token_is_in_nothing_that_is_held() {
        let token = token(Some("u1"), None);
        let event = json!({"type": "track", "anonymousId": "a", "context": {"identity": {"link": token}}}).to_string();
        match admit(&event, None, &origin(NOON)) {
            Decision::Quarantine(held) => {
                assert_eq!(held.reason, Reason::MissingEvent);
                assert!(held.payload.contains("***") && !held.payload.contains(&token), "{}", held.payload);
            }
            other => panic!("{other:?}"),
        }
    }
}
