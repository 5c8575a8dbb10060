//! What an event and its batch say together: one object of two.

use std::borrow::Cow;

use nora_shared::event::fields;
use serde_json::value::RawValue;

use super::BatchPart;
use super::object::Object;

/// The fields of both; an event's own win over its batch's.
pub(super) struct Merged<'a> {
    own: Option<&'a RawValue>,
    fields: Vec<(Cow<'a, str>, Cow<'a, str>)>,
    /// Whether the event's own text says all of it, so that it can be copied.
    is_own: bool,
}

impl<'a> Merged<'a> {
    /// Of an event's own object and that of its batch.
    pub(super) fn of(own: Option<&'a RawValue>, batch: BatchPart<'a>) -> Merged<'a> {
        let texts = |raw| fields(raw).into_iter().map(|(name, value)| (name, Cow::Borrowed(value.get())));
        let mut all: Vec<_> = own.map(texts).into_iter().flatten().collect();
        let count = all.len();
        for (name, value) in batch.map(texts).into_iter().flatten() {
            if !all[..count].iter().any(|(own, _)| *own == name) {
                all.push((name, value));
            }
        }
        Merged { own, is_own: all.len() == count, fields: all }
    }

    /// The texts of the fields of this name.
    pub(super) fn all<'m>(&'m self, name: &'m str) -> impl Iterator<Item = &'m str> {
        self.fields.iter().filter(move |(field, _)| field == name).map(|(_, value)| value.as_ref())
    }

    /// Puts a text in the place of every field of this name, or nothing.
    pub(super) fn replace(&mut self, name: &str, with: impl Fn(&str) -> Option<String>) {
        self.is_own = false;
        self.fields.retain_mut(|(field, value)| {
            if field != name {
                return true;
            }
            let text = with(value);
            let stays = text.is_some();
            *value = Cow::Owned(text.unwrap_or_default());
            stays
        });
    }

    /// The object as text, with what the server knows and nobody said; nothing where there is nothing at all.
    pub(super) fn text(&self, filled: &[(&str, Option<&str>)]) -> Option<Cow<'a, str>> {
        let missing =
            || filled.iter().filter_map(|(name, value)| value.filter(|_| self.all(name).next().is_none()).map(|text| (name, text)));
        if self.is_own && missing().next().is_none() {
            return self.own.map(|raw| Cow::Borrowed(raw.get()));
        }
        let mut json = Object::new();
        for (name, value) in &self.fields {
            json.raw(name, value);
        }
        for (name, text) in missing() {
            json.text(name, text);
        }
        Some(Cow::Owned(json.finish()))
    }
}
