//! What the values of one place in the events look like, and the schema that takes them all.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};
use xxhash_rust::xxh64::xxh64;

use super::super::violation::is_plain;
use super::text::Texts;

/// Objects of which a field must be in all to be required.
pub(super) const ENOUGH: u64 = 20;

/// Fields of one object that are told apart, at most: what has more is a map, and not an object that somebody planned.
const FIELDS: usize = 100;

/// Objects and lists inside each other that are looked into.
const DEPTH: usize = 8;

/// Whose event it is, as a hash.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Who(u64);

impl Who {
    /// Of a user id or an anonymous id.
    pub(super) fn of(id: &str) -> Who {
        Who(xxh64(id.as_bytes(), 0))
    }
}

/// How often a place had a value of each type, and which.
#[derive(Default)]
pub(super) struct Shape {
    objects: u64,
    fields: BTreeMap<String, Field>,
    lists: u64,
    items: Option<Box<Shape>>,
    integers: u64,
    fractions: u64,
    booleans: u64,
    nulls: u64,
    texts: Texts,
}

#[derive(Default)]
struct Field {
    seen: u64,
    shape: Shape,
}

impl Shape {
    /// Takes in one more value; `fields` is how many fields can still be told apart.
    pub(super) fn learn(&mut self, value: &Value, who: Who, fields: &mut usize) {
        self.take(value, who, fields, DEPTH);
    }

    fn take(&mut self, value: &Value, who: Who, fields: &mut usize, depth: usize) {
        match value {
            Value::Null => self.nulls += 1,
            Value::Bool(_) => self.booleans += 1,
            Value::Number(number) if number.is_f64() => self.fractions += 1,
            Value::Number(_) => self.integers += 1,
            Value::String(text) => self.texts.take(text, who),
            Value::Array(values) => {
                self.lists += 1;
                if depth > 0 {
                    let items = self.items.get_or_insert_default();
                    values.iter().for_each(|value| items.take(value, who, fields, depth - 1));
                }
            }
            Value::Object(values) => {
                self.objects += 1;
                for (name, value) in values.iter().filter(|_| depth > 0) {
                    if !self.fields.contains_key(name) {
                        // Names that look like content are keys of a map, and may be somebody's.
                        if !is_plain(name) || self.fields.len() >= FIELDS || *fields == 0 {
                            continue;
                        }
                        *fields -= 1;
                    }
                    let field = self.fields.entry(name.clone()).or_default();
                    field.seen += 1;
                    field.shape.take(value, who, fields, depth - 1);
                }
            }
        }
    }

    /// The schema that takes all values that were taken in.
    pub(super) fn schema(&self) -> Value {
        let number = if self.fractions > 0 { "number" } else { "integer" };
        let types = [
            ("object", self.objects),
            ("array", self.lists),
            (number, self.integers + self.fractions),
            ("boolean", self.booleans),
            ("string", self.texts.count()),
            ("null", self.nulls),
        ];
        let types: Vec<_> = types.into_iter().filter(|(_, seen)| *seen > 0).map(|(name, _)| name).collect();
        let mut schema = Map::new();
        match types.as_slice() {
            // Items of lists that were all empty.
            [] => return json!({}),
            [only] => drop(schema.insert("type".into(), json!(only))),
            several => drop(schema.insert("type".into(), json!(several))),
        }
        if !self.fields.is_empty() {
            let properties: Map<_, _> = self.fields.iter().map(|(name, field)| (name.clone(), field.shape.schema())).collect();
            schema.insert("properties".into(), properties.into());
        }
        let is_required = |field: &Field| field.seen == self.objects && self.objects >= ENOUGH;
        let required: Vec<_> = self.fields.iter().filter(|(_, field)| is_required(field)).map(|(name, _)| name).collect();
        if !required.is_empty() {
            schema.insert("required".into(), json!(required));
        }
        if let Some(items) = self.items.as_ref().map(|items| items.schema()).filter(|items| *items != json!({})) {
            schema.insert("items".into(), items);
        }
        if let Some(format) = self.texts.format() {
            schema.insert("format".into(), json!(format));
        } else if types == ["string"]
            && let Some(values) = self.texts.values()
        {
            schema.insert("enum".into(), json!(values));
        }
        schema.into()
    }
}
