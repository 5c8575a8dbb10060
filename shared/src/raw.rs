//! JSON as text: where its parts begin and end, without making anything of them.
//!
//! An event is read at the door, and again by everything that is derived from it. Nearly all of it is kept as it was sent, so that reading
//! is finding the ends of strings. [`Reader`] goes over text that anybody may have sent, once, and finds what is wrong with it; [`Json`] is
//! text that a reader has been over, and is taken apart without looking again. Measured beside `serde_json` with `RawValue`, which reads an
//! object once to find its end and once to find its fields: half of the time.

mod known;
mod reader;
mod skip;

use alloc::borrow::Cow;
use alloc::string::String;

pub use reader::{Malformed, Reader};

/// The text of one JSON value: well formed, and without blanks around it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Json<'a>(&'a str);

impl<'a> Json<'a> {
    /// Reads a text that is one value, with or without blanks around it.
    pub fn parse(text: &'a str) -> Result<Json<'a>, Malformed> {
        let mut reader = Reader::new(text);
        let json = reader.value()?;
        reader.end()?;
        Ok(json)
    }

    /// A text that was read before, such as what is in the log. Other text has odd parts, or none; nothing panics.
    pub const fn known(text: &'a str) -> Json<'a> {
        Json(text)
    }

    /// The text.
    pub const fn get(self) -> &'a str {
        self.0
    }

    /// Whether it is an object.
    pub fn is_object(self) -> bool {
        self.0.starts_with('{')
    }

    /// Whether it is `null`.
    pub fn is_null(self) -> bool {
        self.0 == "null"
    }

    /// The fields of an object, in their order; none of anything else.
    pub fn fields(self) -> impl Iterator<Item = (Cow<'a, str>, Json<'a>)> {
        let mut rest = known::inside(self.0, b'{');
        core::iter::from_fn(move || {
            let (name, has_escapes) = rest.string()?;
            Some((unescaped(name, has_escapes), Json(rest.value()?)))
        })
    }

    /// The last field of this name, which is the one that counts.
    pub fn field(self, name: &str) -> Option<Json<'a>> {
        self.fields().filter(|(found, _)| found == name).last().map(|(_, value)| value)
    }

    /// The elements of an array, in their order; none of anything else.
    pub fn elements(self) -> impl Iterator<Item = Json<'a>> {
        let mut rest = known::inside(self.0, b'[');
        core::iter::from_fn(move || rest.value().map(Json))
    }

    /// The text of a string; nothing where it is none, or half of a surrogate pair is in it, which no text can hold.
    pub fn string(self) -> Option<Cow<'a, str>> {
        let inside = self.0.strip_prefix('"')?.strip_suffix('"')?;
        if !inside.as_bytes().contains(&b'\\') {
            return Some(Cow::Borrowed(inside));
        }
        serde_json::from_str::<String>(self.0).ok().map(Cow::Owned)
    }
}

/// What is between the quotes of a name. Half of a surrogate pair has no text: such a name stays as it is written, and is nobody's.
fn unescaped(inside: &str, has_escapes: bool) -> Cow<'_, str> {
    let read = || serde_json::from_str::<String>(&alloc::format!("\"{inside}\"")).ok();
    has_escapes.then(read).flatten().map_or(Cow::Borrowed(inside), Cow::Owned)
}

#[cfg(test)]
mod tests;
