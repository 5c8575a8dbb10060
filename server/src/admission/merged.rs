//! What an event and its batch say together: one object of two.

use std::borrow::Cow;
use std::cell::OnceCell;
use std::sync::LazyLock;

use aho_corasick::AhoCorasick;
use memchr::memchr;
use nora_shared::event::fields;
use serde_json::value::RawValue;

use super::BatchPart;
use super::object::Object;

/// The fields that are asked for of every event. All are looked for at once.
const ASKED: [&str; 5] = ["identity", "ip", "userAgent", "bot", "webdriver"];

static QUOTED: LazyLock<Option<AhoCorasick>> = LazyLock::new(|| AhoCorasick::new(ASKED.map(|name| format!("\"{name}\""))).ok());

/// The fields of both; an event's own win over its batch's. Read only where somebody asks for what may be in them, and once.
pub(super) struct Merged<'a> {
    own: Option<&'a RawValue>,
    batch: BatchPart<'a>,
    /// Which of [`ASKED`] may be there, a bit each, once somebody has asked.
    mentioned: OnceCell<u8>,
    /// All of them, once they have been read.
    fields: OnceCell<Fields<'a>>,
    /// Whether they are no longer what was sent.
    is_changed: bool,
}

type Fields<'a> = Vec<(Cow<'a, str>, Cow<'a, str>)>;

impl<'a> Merged<'a> {
    /// Of an event's own object and that of its batch.
    pub(super) fn of(own: Option<&'a RawValue>, batch: BatchPart<'a>) -> Merged<'a> {
        Merged { own, batch, mentioned: OnceCell::new(), fields: OnceCell::new(), is_changed: false }
    }

    /// Whether a field of this name may be there as it was sent: `false` is certain, and costs no reading.
    pub(super) fn may_have(&self, name: &str) -> bool {
        let Some(place) = ASKED.iter().position(|asked| *asked == name) else { return true };
        let mentioned = || [self.own, self.batch].into_iter().flatten().fold(0, |found, raw| found | mentioned(raw.get().as_bytes()));
        self.mentioned.get_or_init(mentioned) >> place & 1 == 1
    }

    /// The texts of the fields of this name.
    pub(super) fn all(&self, name: &str) -> Vec<Cow<'a, str>> {
        if !self.may_have(name) {
            return Vec::new();
        }
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
        if self.batch.is_none() && !self.is_changed && given.clone().all(|(name, _)| !self.may_have(name)) {
            return extended(self.own.map(RawValue::get), given);
        }
        let fields = self.fields();
        let missing: Vec<_> = given.filter(|(name, _)| fields.iter().all(|(field, _)| field != name)).collect();
        if self.own.is_none() && fields.is_empty() && missing.is_empty() {
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

fn mentioned(json: &[u8]) -> u8 {
    match &*QUOTED {
        // A name may be written with escapes.
        Some(quoted) if memchr(b'\\', json).is_none() => quoted.find_iter(json).fold(0, |found, name| found | 1 << name.pattern().as_u32()),
        _ => u8::MAX,
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
