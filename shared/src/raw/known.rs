//! Takes text apart that a reader has been over.

use super::skip;

/// What is left of an object or an array.
pub(super) struct Rest<'a> {
    text: &'a str,
    at: usize,
}

/// What follows the opening bracket; nothing where there is none.
pub(super) fn inside(text: &str, open: u8) -> Rest<'_> {
    Rest { text, at: if text.as_bytes().first() == Some(&open) { 1 } else { text.len() } }
}

impl<'a> Rest<'a> {
    /// Takes a string off: what is between its quotes, and whether there are escapes in it.
    #[inline]
    pub(super) fn string(&mut self) -> Option<(&'a str, bool)> {
        self.go_to_value();
        let start = self.at + 1;
        if self.byte()? != b'"' {
            return None;
        }
        let has_escapes = self.pass_string()?;
        Some((self.text.get(start..self.at - 1)?, has_escapes))
    }

    /// Takes a value off, of any kind.
    #[inline]
    pub(super) fn value(&mut self) -> Option<&'a str> {
        self.go_to_value();
        let start = self.at;
        match self.byte()? {
            b'"' => {
                self.pass_string()?;
            }
            b'{' | b'[' => self.pass_brackets()?,
            b'}' | b']' => return None,
            _ => {
                let rest = self.text.as_bytes().get(start..)?;
                let is_end = |byte: &u8| matches!(byte, b',' | b'}' | b']' | b' ' | b'\n' | b'\r' | b'\t');
                self.at = start + rest.iter().position(is_end).unwrap_or(rest.len());
            }
        }
        self.text.get(start..self.at)
    }

    fn byte(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    /// Goes on to where the next name or value begins.
    fn go_to_value(&mut self) {
        while let Some(b',' | b':' | b' ' | b'\n' | b'\r' | b'\t') = self.byte() {
            self.at += 1;
        }
    }

    /// Goes on behind the string that begins here. Whether there are escapes in it.
    #[inline]
    fn pass_string(&mut self) -> Option<bool> {
        let bytes = self.text.as_bytes();
        let (mut at, mut has_escapes) = (self.at + 1, false);
        loop {
            at = skip::special(bytes, at)?;
            match bytes.get(at)? {
                b'"' => break,
                b'\\' => (at, has_escapes) = (at + 2, true),
                _ => at += 1,
            }
        }
        self.at = at + 1;
        Some(has_escapes)
    }

    /// Goes on behind the object or array that begins here.
    fn pass_brackets(&mut self) -> Option<()> {
        let mut depth = 0_usize;
        loop {
            match self.byte()? {
                b'"' => {
                    self.pass_string()?;
                    continue;
                }
                b'{' | b'[' => depth += 1,
                b'}' | b']' => depth -= 1,
                _ => {}
            }
            self.at += 1;
            if depth == 0 {
                return Some(());
            }
        }
    }
}
