//! The TypeScript type of a JSON Schema: as near as types get to it.

use serde_json::{Map, Value};

use super::super::schema::target;

/// What a property that is not planned may be.
const ANYTHING: &str = "[key: string]: unknown;";

/// The declaration of a type, and whether nothing is required in it.
pub(super) fn object(name: &str, schema: &Value) -> (String, bool) {
    let of = Of { root: schema };
    if let Value::Object(fields) = schema
        && of.is_plain_object(fields)
    {
        let is_optional = required(fields).next().is_none();
        return (format!("export interface {name} {}\n", of.fields(fields, "")), is_optional);
    }
    match schema {
        Value::Bool(true) => (format!("export interface {name} {{\n  {ANYTHING}\n}}\n"), true),
        Value::Object(fields) if !fields.keys().any(|keyword| SHAPING.contains(&keyword.as_str())) => {
            (format!("export interface {name} {{\n  {ANYTHING}\n}}\n"), true)
        }
        _ => (format!("export type {name} = {};\n", of.kind(schema, "")), false),
    }
}

/// Keywords that a type follows from.
const SHAPING: [&str; 14] = [
    "type",
    "properties",
    "required",
    "additionalProperties",
    "patternProperties",
    "items",
    "prefixItems",
    "enum",
    "const",
    "anyOf",
    "oneOf",
    "allOf",
    "$ref",
    "not",
];

/// A text as a literal.
pub(super) fn string(text: &str) -> String {
    literal(&Value::from(text))
}

/// A value as a literal, which is a type, too. JSON has two line ends in texts that TypeScript has not.
fn literal(value: &Value) -> String {
    value.to_string().replace('\u{2028}', "\\u2028").replace('\u{2029}', "\\u2029")
}

/// A comment that its text cannot leave; nothing where there is no text.
pub(super) fn comment(text: &str, indent: &str) -> String {
    let text = text.replace("*/", "*\\/");
    let lines: Vec<_> = text.split(['\n', '\r', '\u{2028}', '\u{2029}']).map(str::trim).filter(|line| !line.is_empty()).collect();
    match lines.as_slice() {
        [] => String::new(),
        [line] => format!("{indent}/** {line} */\n"),
        lines => {
            let lines: String = lines.iter().map(|line| format!("{indent} * {line}\n")).collect();
            format!("{indent}/**\n{lines}{indent} */\n")
        }
    }
}

/// The types of a schema. References lead in no circles, and unrolled they are bounded: the schema was compiled.
struct Of<'a> {
    root: &'a Value,
}

impl Of<'_> {
    fn kind(&self, schema: &Value, indent: &str) -> String {
        let fields = match schema {
            Value::Bool(false) => return "never".to_owned(),
            Value::Object(fields) => fields,
            _ => return "unknown".to_owned(),
        };
        let mut all = Vec::new();
        if let Some(target) = fields.get("$ref").and_then(|reference| target(self.root, reference)) {
            all.push(self.kind(target, indent));
        }
        if let Some(value) = fields.get("const") {
            all.push(literal(value));
        } else if let Some(Value::Array(values)) = fields.get("enum") {
            all.push(either(values.iter().map(literal).collect()));
        } else if let Some(kind) = self.of_types(fields, indent) {
            all.push(kind);
        }
        for keyword in ["anyOf", "oneOf"] {
            if let Some(Value::Array(schemas)) = fields.get(keyword) {
                all.push(either(schemas.iter().map(|schema| self.kind(schema, indent)).collect()));
            }
        }
        if let Some(Value::Array(schemas)) = fields.get("allOf") {
            all.extend(schemas.iter().map(|schema| self.kind(schema, indent)));
        }
        all.retain(|kind| kind != "unknown");
        match all.len() {
            0 => "unknown".to_owned(),
            1 => all.remove(0),
            _ => format!("({})", all.join(" & ")),
        }
    }

    /// By `type`; where that is absent, by the keywords that only make sense for one.
    fn of_types(&self, fields: &Map<String, Value>, indent: &str) -> Option<String> {
        let names: Vec<&str> = match fields.get("type") {
            Some(Value::String(name)) => vec![name.as_str()],
            Some(Value::Array(names)) => names.iter().filter_map(Value::as_str).collect(),
            _ if self.has_fields(fields) => vec!["object"],
            _ if fields.contains_key("items") || fields.contains_key("prefixItems") => vec!["array"],
            _ => return None,
        };
        Some(either(names.into_iter().map(|name| self.of_type(name, fields, indent)).collect()))
    }

    fn of_type(&self, name: &str, fields: &Map<String, Value>, indent: &str) -> String {
        match name {
            "string" | "boolean" | "null" => name.to_owned(),
            "integer" | "number" => "number".to_owned(),
            // Lists whose places differ are not told apart.
            "array" if fields.contains_key("prefixItems") || fields.get("items").is_some_and(Value::is_array) => "unknown[]".to_owned(),
            "array" => format!("{}[]", fields.get("items").map_or("unknown".to_owned(), |items| self.kind(items, indent))),
            "object" => self.fields(fields, indent),
            _ => "unknown".to_owned(),
        }
    }

    fn fields(&self, fields: &Map<String, Value>, indent: &str) -> String {
        if !self.has_fields(fields) {
            return format!("{{\n{indent}  {ANYTHING}\n{indent}}}");
        }
        let deeper = format!("{indent}  ");
        let mut text = "{\n".to_owned();
        let none = Map::new();
        let known = fields.get("properties").and_then(Value::as_object).unwrap_or(&none);
        for (name, schema) in known {
            let said = schema.get("description").and_then(Value::as_str).unwrap_or_default();
            text.push_str(&comment(said, &deeper));
            let mark = if required(fields).any(|required| required == name) { "" } else { "?" };
            text.push_str(&format!("{deeper}{}{mark}: {};\n", string(name), self.kind(schema, &deeper)));
        }
        for name in required(fields).filter(|name| !known.contains_key(*name)) {
            text.push_str(&format!("{deeper}{}: unknown;\n", string(name)));
        }
        // Where the plan says nothing, what it does not know is more likely a slip of the pen.
        let is_open = fields.get("additionalProperties").is_some_and(|others| *others != Value::Bool(false));
        if is_open || fields.contains_key("patternProperties") {
            text.push_str(&format!("{deeper}{ANYTHING}\n"));
        }
        text.push_str(&format!("{indent}}}"));
        text
    }

    fn has_fields(&self, fields: &Map<String, Value>) -> bool {
        ["properties", "required", "additionalProperties", "patternProperties"].iter().any(|keyword| fields.contains_key(*keyword))
    }

    /// Whether it is an object and nothing else, so that it can be an interface.
    fn is_plain_object(&self, fields: &Map<String, Value>) -> bool {
        let others = ["$ref", "const", "enum", "anyOf", "oneOf", "allOf"];
        let is_object = fields.get("type").map_or_else(|| self.has_fields(fields), |kind| kind == "object");
        is_object && !others.iter().any(|keyword| fields.contains_key(*keyword))
    }
}

fn required(fields: &Map<String, Value>) -> impl Iterator<Item = &String> {
    let names = fields.get("required").and_then(Value::as_array).into_iter().flatten();
    names.filter_map(|name| if let Value::String(name) = name { Some(name) } else { None })
}

fn either(mut kinds: Vec<String>) -> String {
    kinds.dedup();
    match kinds.len() {
        0 => "never".to_owned(),
        1 => kinds.remove(0),
        _ => format!("({})", kinds.join(" | ")),
    }
}
