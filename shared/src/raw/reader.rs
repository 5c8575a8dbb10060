//! Goes over text that anybody may have sent, once.

use alloc::borrow::Cow;
use alloc::vec::Vec;

use super::{Json, skip, unescaped};

/// The text is not JSON ([RFC 8259](https://www.rfc-editor.org/rfc/rfc8259)).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Malformed;

/// Goes over text, part by part: its memory is a byte for each bracket that is open, so that nesting has no end that matters here.
pub struct Reader<'a> {
    text: &'a str,
    at: usize,
    /// The brackets that are to be closed.
    open: Vec<u8>,
    /// The most that were open at once, since somebody asked.
    deepest: usize,
}

type Result<T> = core::result::Result<T, Malformed>;

impl<'a> Reader<'a> {
    /// At the start of a text.
    pub fn new(text: &'a str) -> Reader<'a> {
        Reader { text, at: 0, open: Vec::new(), deepest: 0 }
    }

    /// The first byte of the next value; 0 at the end.
    pub fn peek(&mut self) -> u8 {
        self.pass_blanks();
        self.byte()
    }

    /// What `read` goes over, with the nesting of objects and arrays in it, and what it gives.
    pub fn span<T>(&mut self, read: impl FnOnce(&mut Reader<'a>) -> Result<T>) -> Result<(Json<'a>, usize, T)> {
        self.pass_blanks();
        let (start, base) = (self.at, self.open.len());
        self.deepest = base;
        let read = read(self)?;
        Ok((self.since(start), self.deepest - base, read))
    }

    /// Goes over an object, which is next: `field` is called with each name, and goes over its value.
    pub fn object(&mut self, mut field: impl FnMut(Cow<'a, str>, &mut Reader<'a>) -> Result<()>) -> Result<()> {
        let mut is_first = self.enters(b'{', b'}')?;
        while self.goes_on(&mut is_first)? {
            let (name, has_escapes) = self.name()?;
            field(unescaped(name, has_escapes), self)?;
        }
        Ok(())
    }

    /// Goes over an array, which is next: `element` goes over each of its elements.
    pub fn array(&mut self, mut element: impl FnMut(&mut Reader<'a>) -> Result<()>) -> Result<()> {
        let mut is_first = self.enters(b'[', b']')?;
        while self.goes_on(&mut is_first)? {
            element(self)?;
        }
        Ok(())
    }

    /// Goes over one value of any kind.
    pub fn value(&mut self) -> Result<Json<'a>> {
        self.pass_blanks();
        let (start, base) = (self.at, self.open.len());
        loop {
            match self.byte() {
                b'"' => {
                    self.string()?;
                }
                b'{' => {
                    if self.opens(b'}') {
                        self.name()?;
                        self.pass_blanks();
                        continue;
                    }
                }
                b'[' => {
                    if self.opens(b']') {
                        continue;
                    }
                }
                b'-' | b'0'..=b'9' => self.number()?,
                b't' => self.word("true")?,
                b'f' => self.word("false")?,
                b'n' => self.word("null")?,
                _ => return Err(Malformed),
            }
            if !self.has_another(base)? {
                return Ok(self.since(start));
            }
        }
    }

    /// Nothing but blanks is left.
    pub fn end(&mut self) -> Result<()> {
        self.pass_blanks();
        if self.at == self.text.len() { Ok(()) } else { Err(Malformed) }
    }

    #[inline]
    fn byte(&self) -> u8 {
        self.text.as_bytes().get(self.at).copied().unwrap_or_default()
    }

    #[inline]
    fn pass_blanks(&mut self) {
        while let b' ' | b'\n' | b'\r' | b'\t' = self.byte() {
            self.at += 1;
        }
    }

    fn since(&self, start: usize) -> Json<'a> {
        // Both ends are ASCII bytes.
        Json(self.text.get(start..self.at).unwrap_or_default())
    }

    /// Goes on behind the opening bracket of the object or array that is next. What comes then is the first in it.
    fn enters(&mut self, open: u8, close: u8) -> Result<bool> {
        if self.peek() != open {
            return Err(Malformed);
        }
        self.opens(close);
        Ok(true)
    }

    /// Goes on behind an opening bracket. Whether something is inside.
    fn opens(&mut self, close: u8) -> bool {
        self.at += 1;
        self.open.push(close);
        self.deepest = self.deepest.max(self.open.len());
        self.pass_blanks();
        self.byte() != close
    }

    /// Goes on to the next value within the brackets that have been opened since there were `base`, or behind the last of them.
    fn has_another(&mut self, base: usize) -> Result<bool> {
        while self.open.len() > base {
            self.pass_blanks();
            let (byte, close) = (self.byte(), self.open.last().copied());
            if byte == b',' {
                self.at += 1;
                if close == Some(b'}') {
                    self.name()?;
                }
                self.pass_blanks();
                return Ok(true);
            }
            self.closes(close)?;
        }
        Ok(false)
    }

    fn closes(&mut self, close: Option<u8>) -> Result<()> {
        if close != Some(self.byte()) {
            return Err(Malformed);
        }
        self.at += 1;
        self.open.pop();
        Ok(())
    }

    /// Goes on to the next field or element of an object or array; behind its end where there is none.
    fn goes_on(&mut self, is_first: &mut bool) -> Result<bool> {
        let is_first = core::mem::take(is_first);
        self.pass_blanks();
        let close = self.open.last().copied();
        if close == Some(self.byte()) {
            return self.closes(close).map(|()| false);
        }
        if !is_first {
            self.expect(b',')?;
        }
        Ok(true)
    }

    fn expect(&mut self, byte: u8) -> Result<()> {
        self.pass_blanks();
        if self.byte() != byte {
            return Err(Malformed);
        }
        self.at += 1;
        Ok(())
    }

    /// Goes over a name and the colon behind it: what is between the quotes, and whether there are escapes in it.
    #[inline]
    fn name(&mut self) -> Result<(&'a str, bool)> {
        self.pass_blanks();
        let start = self.at + 1;
        let has_escapes = self.string()?;
        let inside = self.text.get(start..self.at - 1).unwrap_or_default();
        self.expect(b':')?;
        Ok((inside, has_escapes))
    }

    /// Goes over a string. Whether there are escapes in it.
    #[inline]
    fn string(&mut self) -> Result<bool> {
        let bytes = self.text.as_bytes();
        if self.byte() != b'"' {
            return Err(Malformed);
        }
        let (mut at, mut has_escapes) = (self.at + 1, false);
        loop {
            at = skip::special(bytes, at).ok_or(Malformed)?;
            match bytes.get(at) {
                Some(b'"') => break,
                Some(b'\\') => (at, has_escapes) = (at + escape(bytes.get(at + 1..).unwrap_or_default())?, true),
                _ => return Err(Malformed),
            }
        }
        self.at = at + 1;
        Ok(has_escapes)
    }

    fn number(&mut self) -> Result<()> {
        if self.byte() == b'-' {
            self.at += 1;
        }
        match self.byte() {
            b'0' => self.at += 1,
            _ => self.digits()?,
        }
        if self.byte() == b'.' {
            self.at += 1;
            self.digits()?;
        }
        if let b'e' | b'E' = self.byte() {
            self.at += 1;
            if let b'+' | b'-' = self.byte() {
                self.at += 1;
            }
            self.digits()?;
        }
        Ok(())
    }

    fn digits(&mut self) -> Result<()> {
        let start = self.at;
        while self.byte().is_ascii_digit() {
            self.at += 1;
        }
        if self.at > start { Ok(()) } else { Err(Malformed) }
    }

    fn word(&mut self, word: &str) -> Result<()> {
        let is_there = self.text.as_bytes().get(self.at..).is_some_and(|rest| rest.starts_with(word.as_bytes()));
        if !is_there {
            return Err(Malformed);
        }
        self.at += word.len();
        Ok(())
    }
}

/// Bytes of an escape, given what follows its backslash.
fn escape(rest: &[u8]) -> Result<usize> {
    match rest.first() {
        Some(b'"' | b'\\' | b'/' | b'b' | b'f' | b'n' | b'r' | b't') => Ok(2),
        Some(b'u') if rest.get(1..5).is_some_and(|digits| digits.iter().all(u8::is_ascii_hexdigit)) => Ok(6),
        _ => Err(Malformed),
    }
}
