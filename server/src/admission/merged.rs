//! What an event and its batch say together: one object of two.

use std::borrow::Cow;

use memchr::{memchr, memmem};
use nora_shared::event::fields;
use serde_json::value::RawValue;

use super::BatchPart;
use super::object::Object;

/// The fields of both; an event's own win over its batch's. Read only where somebody asks for what may be in them.
pub(super) struct Merged<'a> {
    own: Option<&'a RawValue>,
    batch: BatchPart<'a>,
    /// All of them, where one was replaced.
    replaced: Option<Fields<'a>>,
}

type Fields<'a> = Vec<(Cow<'a, str>, Cow<'a, str>)>;

impl<'a> Merged<'a> {
    /// Of an event's own object and that of its batch.
    pub(super) fn of(own: Option<&'a RawValue>, batch: BatchPart<'a>) -> Merged<'a> {
        Merged { own, batch, replaced: None }
    }

    /// Whether a field of this name may be there: `false` is certain, and costs no reading.
    pub(super) fn may_have(&self, name: &str) -> bool {
        // A name may be written with escapes.
        let may_have = |raw: &RawValue| {
            let json = raw.get().as_bytes();
            let is_quoted = |at: usize| json.get(at.wrapping_sub(1)) == Some(&b'"') && json.get(at + name.len()) == Some(&b'"');
            memmem::find_iter(json, name.as_bytes()).any(is_quoted) || memchr(b'\\', json).is_some()
        };
        self.own.is_some_and(may_have) || self.batch.is_some_and(may_have)
    }

    /// The texts of the fields of this name.
    pub(super) fn all(&self, name: &str) -> Vec<Cow<'a, str>> {
        if !self.may_have(name) {
            return Vec::new();
        }
        self.fields().into_iter().filter(|(field, _)| field == name).map(|(_, value)| value).collect()
    }

    /// Puts a text in the place of every field of this name, or nothing.
    pub(super) fn replace(&mut self, name: &str, with: impl Fn(&str) -> Option<String>) {
        let mut fields = self.fields();
        fields.retain_mut(|(field, value)| {
            if field != name {
                return true;
            }
            let text = with(value);
            let stays = text.is_some();
            *value = Cow::Owned(text.unwrap_or_default());
            stays
        });
        self.replaced = Some(fields);
    }

    /// Puts a field in the place of all of its name.
    pub(super) fn set(&mut self, name: &'static str, value: String) {
        self.replace(name, |_| None);
        self.replaced.get_or_insert_default().push((Cow::Borrowed(name), Cow::Owned(value)));
    }

    /// The object as text, with what the server knows and nobody said; nothing where there is nothing at all.
    pub(super) fn text(&self, filled: &[(&str, Option<&str>)]) -> Option<Cow<'a, str>> {
        let given = filled.iter().filter_map(|(name, value)| value.map(|text| (*name, text)));
        if self.batch.is_none() && self.replaced.is_none() && given.clone().all(|(name, _)| !self.may_have(name)) {
            return extended(self.own.map(RawValue::get), given);
        }
        let fields = self.fields();
        let missing: Vec<_> = given.filter(|(name, _)| fields.iter().all(|(field, _)| field != name)).collect();
        if self.own.is_none() && fields.is_empty() && missing.is_empty() {
            return None;
        }
        let mut json = Object::new();
        for (name, value) in &fields {
            json.raw(name, value);
        }
        for (name, text) in missing {
            json.text(name, text);
        }
        Some(Cow::Owned(json.finish()))
    }

    fn fields(&self) -> Fields<'a> {
        if let Some(fields) = &self.replaced {
            return fields.clone();
        }
        let texts = |raw| fields(raw).into_iter().map(|(name, value)| (name, Cow::Borrowed(value.get())));
        let mut all: Vec<_> = self.own.map(texts).into_iter().flatten().collect();
        let count = all.len();
        for (name, value) in self.batch.map(texts).into_iter().flatten() {
            if !all[..count].iter().any(|(own, _)| *own == name) {
                all.push((name, value));
            }
        }
        all
    }
}

/// An object with fields that it does not have.
fn extended<'a, 't>(own: Option<&'a str>, more: impl Iterator<Item = (&'t str, &'t str)>) -> Option<Cow<'a, str>> {
    let mut more = more.peekable();
    if more.peek().is_none() {
        return own.map(Cow::Borrowed);
    }
    let mut json = Object::continued(own.unwrap_or("{}"));
    for (name, text) in more {
        json.text(name, text);
    }
    Some(Cow::Owned(json.finish()))
}
