//! Writes JSON field by field.

/// A JSON object that is written field by field, so that what was sent is copied and not parsed again.
pub(super) struct Object(String);

impl Object {
    pub(super) fn new() -> Object {
        Object(String::from("{"))
    }

    /// Goes on with an object that is text: it begins with `{` and ends with `}`.
    pub(super) fn continued(json: &str) -> Object {
        let mut text = String::with_capacity(json.len() + 256);
        let body = json.strip_suffix('}').unwrap_or("{").trim_ascii_end();
        text.push_str(body);
        Object(text)
    }

    /// An object that will have about so many bytes.
    pub(super) fn with_capacity(bytes: usize) -> Object {
        let mut text = String::with_capacity(bytes);
        text.push('{');
        Object(text)
    }

    pub(super) fn raw(&mut self, name: &str, json: &str) {
        if self.0.len() > 1 {
            self.0.push(',');
        }
        self.string(name);
        self.0.push(':');
        self.0.push_str(json);
    }

    pub(super) fn text(&mut self, name: &str, text: &str) {
        self.raw(name, "");
        self.string(text);
    }

    fn string(&mut self, text: &str) {
        // Control characters, quotes and backslashes are what JSON escapes; nearly no text has any.
        if text.bytes().any(|byte| byte < 0x20 || matches!(byte, b'"' | b'\\')) {
            self.0.push_str(&serde_json::Value::from(text).to_string());
        } else {
            self.0.push('"');
            self.0.push_str(text);
            self.0.push('"');
        }
    }

    pub(super) fn finish(mut self) -> String {
        self.0.push('}');
        self.0
    }
}
