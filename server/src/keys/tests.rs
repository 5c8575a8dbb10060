use std::fs;
use std::os::unix::fs::PermissionsExt;

use super::*;

const NOW: Millis = Millis(1_000_000);

fn open(dir: &Path, first: &FirstKeys) -> Keys {
    Keys::open(dir, first).unwrap()
}

fn settings(name: &str) -> SourceChange {
    SourceChange { name: name.into(), allowed_origins: Vec::new(), requires_signature: false }
}

#[test]
fn keys_are_made_once_and_nobody_else_can_read_them() {
    let dir = tempfile::tempdir().unwrap();
    let first = FirstKeys { write_key: Some("my-key".into()), ..FirstKeys::default() };
    let keys = open(dir.path(), &first);
    let made = keys.made().unwrap();
    let (secret, token) = (made.secret_key.unwrap(), made.admin_token.unwrap());
    assert!(keys.made().is_none(), "shown once");
    assert!(matches!(Keys::open(dir.path(), &first), Err(OpenError::InUse)));
    drop(keys);
    let again = open(dir.path(), &FirstKeys::default());
    assert!(again.made().is_none());
    assert!(again.source("my-key", NOW).is_some_and(|(_, is_secret)| !is_secret));
    assert!(again.source(&secret, NOW).is_some_and(|(source, is_secret)| is_secret && source.id == "website"));
    assert_eq!(again.token(&token, NOW).unwrap().scopes, [Scope::Owner]);
    for (wrong_source, wrong_token) in [("", ""), (token.as_str(), "my-key"), ("x", secret.as_str())] {
        assert!(again.source(wrong_source, NOW).is_none() && again.token(wrong_token, NOW).is_none());
    }
    let path = dir.path().join(FILE);
    assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
    let text = fs::read_to_string(&path).unwrap();
    assert!(!text.contains(&secret) && !text.contains(&token), "only hashes");
}

const OLD: &str = r#"
session_secret = "0011"
[[sources]]
id = "website"
name = "Website"
write_key = "wk"
secret_key = "sk_of-the-old-kind-of-file"
[[tokens]]
name = "Owner"
role = "owner"
token = "nt"
"#;

#[test]
fn a_file_of_the_old_form_is_taken_over() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join(FILE);
    fs::write(&path, OLD).unwrap();
    let first = FirstKeys { signing_secret: Some("of-the-environment".into()), ..FirstKeys::default() };
    for round in 0..2 {
        let keys = open(dir.path(), &first);
        assert!(keys.source("wk", NOW).is_some() && keys.source("sk_of-the-old-kind-of-file", NOW).unwrap().1, "{round}");
        assert_eq!(keys.token("nt", NOW).unwrap().scopes, [Scope::Owner]);
        assert_eq!(keys.directory().sources[0].live_signing_secrets(NOW), ["of-the-environment"]);
    }
    let text = fs::read_to_string(&path).unwrap();
    assert!(!text.contains("sk_of-the") && text.contains("…file"), "{text}");
    assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
}

#[test]
fn an_empty_signing_secret_is_replaced_and_a_broken_file_is_not_quoted() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join(FILE);
    fs::write(&path, OLD.replace("secret_key = ", "signing_secret = \"\"\nsecret_key = ")).unwrap();
    let secret = open(dir.path(), &FirstKeys::default()).directory().sources[0].signing_secrets[0].secret.clone();
    assert!(secret.len() > 64);
    let text = fs::read_to_string(&path).unwrap();
    fs::write(&path, text.replace(&format!("\"{secret}\""), &format!("\"{secret}"))).unwrap();
    let error = Keys::open(dir.path(), &FirstKeys::default()).err().unwrap().to_string();
    assert!(error.contains(FILE) && !error.contains(&secret), "{error}");
}

#[test]
fn a_rotated_key_stays_valid_until_its_time_and_changes_are_kept() {
    let dir = tempfile::tempdir().unwrap();
    let keys = open(dir.path(), &FirstKeys { write_key: Some("old".into()), ..FirstKeys::default() });
    let until = Millis(NOW.0 + 1_000);
    let rotation = |at: Millis, old_valid_until| Rotation { which: Rotate::WriteKey, old_valid_until, at };
    let (_, new) = keys.change(|stored| stored.rotate("website", &rotation(NOW, until))).unwrap();
    let both = |keys: &Keys, at| (keys.source("old", at).is_some(), keys.source(&new, at).is_some());
    assert_eq!((both(&keys, NOW), both(&keys, until)), ((true, true), (false, true)));
    let third = keys.change(|stored| stored.rotate("website", &rotation(NOW, until)));
    assert!(matches!(third, Err(KeyError::Conflict(_))), "two are enough");
    drop(keys);
    let keys = open(dir.path(), &FirstKeys::default());
    assert_eq!((both(&keys, NOW), both(&keys, until)), ((true, true), (false, true)));
    keys.change(|stored| stored.rotate("website", &rotation(until, until))).unwrap();
    assert_eq!(both(&keys, until), (false, false));
}

#[test]
fn tokens_end_and_a_failed_change_changes_nothing() {
    let dir = tempfile::tempdir().unwrap();
    let keys = open(dir.path(), &FirstKeys::default());
    let change = TokenChange { name: " Reports ".into(), scopes: vec![Scope::Read, Scope::Read], expires_at: Some(Millis(NOW.0 + 1)) };
    let (token, secret) = keys.change(|stored| stored.create_token(NewToken { settings: change, at: NOW })).unwrap();
    assert_eq!((token.name.as_str(), token.scopes.as_slice()), ("Reports", &[Scope::Read][..]));
    assert!(keys.token(&secret, NOW).is_some() && keys.token(&secret, Millis(NOW.0 + 1)).is_none());
    keys.save_last_used().unwrap();
    assert!(keys.directory().tokens().any(|(known, last_used)| known.id == token.id && last_used == Some(NOW)));
    let broken = keys.change(|stored| {
        stored.delete_token(&token.id)?;
        stored.create_source(NewSource { id: Some("Not an id".into()), settings: settings("x") })
    });
    assert!(matches!(broken, Err(KeyError::Invalid(_))));
    assert!(keys.token(&secret, NOW).is_some());
    keys.change(|stored| stored.delete_token(&token.id)).unwrap();
    assert!(keys.token(&secret, NOW).is_none());
}

#[test]
fn ids_follow_from_names_and_the_last_source_stays() {
    let dir = tempfile::tempdir().unwrap();
    let keys = open(dir.path(), &FirstKeys::default());
    let create = |name: &str| keys.change(|stored| stored.create_source(NewSource { id: None, settings: settings(name) })).unwrap().0.id;
    assert_eq!(
        [create("Web Shop (NL)"), create("web shop nl"), create("écran"), create("!")],
        ["web-shop-nl", "web-shop-nl-2", "cran", "source"]
    );
    for id in ["web-shop-nl", "web-shop-nl-2", "cran", "source"] {
        keys.change(|stored| stored.delete_source(id, NOW)).unwrap();
    }
    assert!(matches!(keys.change(|stored| stored.delete_source("website", NOW)), Err(KeyError::Conflict(_))));
}

#[test]
fn whoever_may_read_the_file_may_do_everything_for_a_while() {
    let dir = tempfile::tempdir().unwrap();
    let keys = open(dir.path(), &FirstKeys::default());
    let token = Stored::local_token(dir.path(), NOW).unwrap();
    assert!(keys.token(&token, NOW).is_some() && keys.token(&token, Millis(NOW.0 + LOCAL_MS + 1)).is_none());
    let far = token.replacen("nl_", "nl_9", 1);
    assert!(keys.token(&far, NOW).is_none() && keys.token(&token[..token.len() - 1], NOW).is_none());
}
