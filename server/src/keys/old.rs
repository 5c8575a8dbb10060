//! `keys.toml` as it was before a source could have several keys and before what is secret was hashed.

use toml::{Table, Value};

use super::secret::{Hashed, hint};

/// Turns it into the present form; whether it was of the old one.
pub(super) fn convert(table: &mut Table) -> bool {
    let mut was_old = false;
    for source in tables(table, "sources") {
        if let Some(Value::String(key)) = source.remove("write_key") {
            put(source, "write_keys", [("key", key)]);
            was_old = true;
        }
        if let Some(Value::String(key)) = source.remove("secret_key") {
            put(source, "secret_keys", [("hash", Hashed::of(&key).text().to_owned()), ("hint", hint(&key))]);
            was_old = true;
        }
        if let Some(Value::String(secret)) = source.remove("signing_secret") {
            put(source, "signing_secrets", [("secret", secret)]);
            was_old = true;
        }
    }
    for (place, token) in tables(table, "tokens").into_iter().enumerate() {
        if let Some(Value::String(secret)) = token.remove("token") {
            // There was one role that could do anything; whoever wrote another by hand meant less.
            let is_owner = token.remove("role").is_none_or(|role| role.as_str() == Some("owner"));
            let entries = [("id", format!("first-{place}")), ("hash", Hashed::of(&secret).text().to_owned()), ("hint", hint(&secret))];
            token.extend(entries.map(|(name, text)| (name.to_owned(), Value::String(text))));
            token.insert("scopes".into(), Value::Array(vec![if is_owner { "owner" } else { "read" }.into()]));
            was_old = true;
        }
    }
    was_old
}

fn tables<'t>(table: &'t mut Table, name: &str) -> Vec<&'t mut Table> {
    let all = table.get_mut(name).and_then(Value::as_array_mut);
    all.into_iter().flatten().filter_map(Value::as_table_mut).collect()
}

fn put<const N: usize>(source: &mut Table, name: &str, entry: [(&str, String); N]) {
    let entry: Table = entry.into_iter().map(|(name, text)| (name.to_owned(), Value::String(text))).collect();
    source.insert(name.to_owned(), Value::Array(vec![Value::Table(entry)]));
}
