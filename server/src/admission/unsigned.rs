//! What an event says of who somebody is, where its source wants that signed and it is not.
//!
//! The browser's later events name the user too, without the signature of the log-in. They lose that and stay the browser's, which the
//! signed `identify` has joined to the user. An event that has nothing else to say is not accepted.

use nora_shared::event::{Event, Text};
use nora_shared::{Kind, identifier};

use super::merged::Merged;
use crate::identity::Rules;

/// What of a context identifies somebody.
const IDENTIFYING: [&str; 2] = ["traits", "externalIds"];

/// Takes everything but the browser's own ids out of an event. Whether something is left of it that can be kept.
pub(super) fn set_aside(event: &mut Event<'_>, kind: Kind, context: &mut Merged<'_>, rules: &Rules) -> bool {
    let is_browser = event.anonymous_id.as_str().is_some_and(|id| rules.identifier(identifier::ANONYMOUS_ID, id).is_some());
    if !is_browser || matches!(kind, Kind::Identify | Kind::Alias) {
        return false;
    }
    event.user_id = Text::Absent;
    if kind != Kind::Group {
        // Those of a group are an account's.
        event.traits = None;
    }
    for name in IDENTIFYING {
        if !context.all(name).is_empty() {
            context.replace(name, |_| None);
        }
    }
    true
}

#[cfg(test)]
mod tests {
    use nora_shared::Reason;
    use serde_json::value::RawValue;

    use crate::admission::tests::{NOON, origin};
    use crate::admission::{Decision, Origin, admit};
    use crate::keys::{hex, hmac};
    use crate::links::{Person, Seal};
    use crate::time::Millis;

    fn kept(json: &str, origin: &Origin<'_>) -> Result<String, Reason> {
        match admit(json, None, origin) {
            Decision::Accept { record, .. } => Ok(record.json),
            other => Err(other.reason().unwrap()),
        }
    }

    #[test]
    fn who_somebody_is_takes_a_signature() {
        let strict = Origin { requires_signature: true, ..origin(NOON) };
        let signature = hex(&hmac("secret", "u"));
        let identify = |context: &str| format!(r#"{{"type":"identify","anonymousId":"a","userId":"u","context":{context}}}"#);
        assert_eq!(kept(&identify("{}"), &strict), Err(Reason::MissingSignature));
        assert!(kept(&identify(&format!(r#"{{"identity":{{"signature":"{signature}"}}}}"#)), &strict).is_ok());
        assert!(kept(&identify("{}"), &Origin { verified: true, ..strict }).is_ok(), "a secret key says it, too");
        assert!(kept(&identify("{}"), &origin(NOON)).is_ok());
        for nobody in [
            r#"{"type":"identify","anonymousId":"a","traits":{"email":"a@b.nl"}}"#,
            r#"{"type":"alias","anonymousId":"a","userId":"u","previousId":"v"}"#,
            r#"{"type":"track","event":"A","userId":"u"}"#,
            r#"{"type":"track","event":"A","userId":"u","anonymousId":"undefined"}"#,
        ] {
            assert_eq!(kept(nobody, &strict), Err(Reason::MissingSignature), "{nobody}");
        }
    }

    #[test]
    fn a_newsletter_s_token_says_who_and_nobody_else() {
        let strict = Origin { requires_signature: true, ..origin(NOON) };
        let traits = RawValue::from_string(r#"{"email":"ann@example.com"}"#.into()).unwrap();
        let token = |user: Option<&str>, traits| {
            let person = Person::new(user.map(Into::into), traits, Millis(NOON + 1_000));
            Seal::new("web", &["secret"]).token(&person).unwrap()
        };
        let event = |kind: &str, token: &str| {
            format!(
                r#"{{"type":"{kind}","event":"A","anonymousId":"a","userId":"u9","previousId":"p","context":{{"identity":{{"link":"{token}"}}}}}}"#
            )
        };
        let named = token(Some("u1"), None);
        for kind in ["identify", "track"] {
            assert!(kept(&event(kind, &named), &strict).unwrap().contains(r#""userId":"u1""#), "{kind}");
        }
        let unnamed = token(None, Some(traits));
        for kind in ["identify", "track"] {
            let kept = kept(&event(kind, &unnamed), &strict).unwrap();
            assert!(kept.contains("ann@example.com") && !kept.contains("u9"), "{kept}");
        }
        for (kind, token) in [("alias", named.as_str()), ("alias", &unnamed), ("identify", "nWrong")] {
            assert_eq!(kept(&event(kind, token), &strict), Err(Reason::MissingSignature), "{kind}");
        }
    }

    #[test]
    fn other_events_stay_the_browser_s() {
        let strict = Origin { requires_signature: true, ..origin(NOON) };
        let json = r#"{"type":"track","event":"A","anonymousId":"a","userId":"u","traits":{"email":"a@b.nl"},"properties":{"x":1},
            "context":{"locale":"nl","traits":{"email":"a@b.nl"},"externalIds":[{"id":"c"}]}}"#;
        let kept = kept(json, &strict).unwrap();
        assert!(
            kept.contains(r#""anonymousId":"a""#) && kept.contains(r#""context":{"locale":"nl"}"#) && kept.contains(r#"{"x":1}"#),
            "{kept}"
        );
        assert!(!kept.contains("userId") && !kept.contains("a@b.nl") && !kept.contains("externalIds"), "{kept}");
    }
}
