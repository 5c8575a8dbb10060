//! What an event and its batch say together: one object of two.

use std::borrow::Cow;
use std::cell::OnceCell;

use nora_shared::event::Json;

use super::BatchPart;
use super::object::Object;

/// The fields of both; an event's own win over its batch's.
pub(super) struct Merged<'a> {
    own: Option<Json<'a>>,
    batch: BatchPart<'a>,
    /// All of them, once somebody has asked.
    fields: OnceCell<Fields<'a>>,
    /// Whether they are no longer what was sent.
    is_changed: bool,
}

type Fields<'a> = Vec<(Cow<'a, str>, Cow<'a, str>)>;

impl<'a> Merged<'a> {
    /// Of an event's own object and that of its batch.
    pub(super) fn of(own: Option<Json<'a>>, batch: BatchPart<'a>) -> Merged<'a> {
        Merged { own, batch, fields: OnceCell::new(), is_changed: false }
    }

    /// Whether there is a field of this name.
    fn has(&self, name: &str) -> bool {
        self.fields().iter().any(|(field, _)| field == name)
    }

    /// The texts of the fields of this name.
    pub(super) fn all(&self, name: &str) -> Vec<Cow<'a, str>> {
        self.fields().iter().filter(|(field, _)| field == name).map(|(_, value)| value.clone()).collect()
    }

    /// Puts a text in the place of every field of this name, or nothing.
    pub(super) fn replace(&mut self, name: &str, with: impl Fn(&str) -> Option<String>) {
        self.change(|fields| {
            fields.retain_mut(|(field, value)| {
                if field != name {
                    return true;
                }
                let text = with(value);
                let stays = text.is_some();
                *value = Cow::Owned(text.unwrap_or_default());
                stays
            });
        });
    }

    /// Puts a field in the place of all of its name.
    pub(super) fn set(&mut self, name: &'static str, value: String) {
        self.change(|fields| {
            fields.retain(|(field, _)| field != name);
            fields.push((Cow::Borrowed(name), Cow::Owned(value)));
        });
    }

    /// The object as text, with what the server knows and nobody said; nothing where there is nothing at all.
    pub(super) fn text(&self, filled: &[(&str, Option<&str>)]) -> Option<Cow<'a, str>> {
        let given = filled.iter().filter_map(|(name, value)| value.map(|text| (*name, text)));
        let mut missing = given.filter(|(name, _)| !self.has(name)).peekable();
        if self.batch.is_none() && !self.is_changed {
            return extended(self.own.map(Json::get), missing);
        }
        let fields = self.fields();
        if self.own.is_none() && fields.is_empty() && missing.peek().is_none() {
            return None;
        }
        let mut json = Object::new();
        for (name, value) in fields {
            json.raw(name, value);
        }
        for (name, text) in missing {
            json.text(name, text);
        }
        Some(Cow::Owned(json.finish()))
    }

    fn change(&mut self, change: impl FnOnce(&mut Fields<'a>)) {
        let mut fields = self.fields.take().unwrap_or_else(|| self.read());
        change(&mut fields);
        self.fields = OnceCell::from(fields);
        self.is_changed = true;
    }

    fn fields(&self) -> &Fields<'a> {
        self.fields.get_or_init(|| self.read())
    }

    fn read(&self) -> Fields<'a> {
        let texts = |json: Json<'a>| json.fields().map(|(name, value)| (name, Cow::Borrowed(value.get())));
        // Most contexts have fewer.
        let mut all = Vec::with_capacity(16);
        all.extend(self.own.into_iter().flat_map(texts));
        let count = all.len();
        for (name, value) in self.batch.into_iter().flat_map(texts) {
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
