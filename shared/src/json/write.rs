//! Writes JSON text out of JSON text.

use alloc::string::String;

/// An object of these fields, without those whose value is empty or `null`; an empty text where none is left.
///
/// The names need no escapes, and each has its value at the same place.
pub fn object(names: &[&str], values: &[&str]) -> String {
    let mut out = String::new();
    for (name, value) in names.iter().zip(values) {
        if !matches!(*value, "" | "null") {
            push(&mut out, name, value);
        }
    }
    close(&mut out);
    out
}

/// Appends a field to an object that is being written, of which nothing is written before the first.
#[inline(never)]
pub(crate) fn push(out: &mut String, name: &str, value: &str) {
    append(out, if out.is_empty() { "{\"" } else { ",\"" });
    append(out, name);
    append(out, "\":");
    append(out, value);
}

/// Ends an object, where anything was written.
pub(crate) fn close(out: &mut String) {
    append(out, if out.is_empty() { "" } else { "}" });
}

/// `push_str`, which compilers would put into each place that calls it; so does `push`, with the encoding of characters.
#[inline(never)]
pub fn append(out: &mut String, text: &str) {
    out.push_str(text);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_nothing_is_left_out() {
        assert_eq!(object(&["a", "b", "c", "d"], &["1.5", "null", "{}", ""]), r#"{"a":1.5,"c":{}}"#);
        assert_eq!(object(&["a"], &[""]), "");
    }
}
