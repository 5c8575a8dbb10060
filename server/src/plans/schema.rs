//! A JSON Schema of a plan, compiled; what would make checking an event dear is refused.
//!
//! The time that a check takes is bounded by the size of the event times that of the schema with its references unrolled. So references
//! stay within the schema and lead in no circles, and the unrolled size is bounded. Nothing is ever fetched.

use std::collections::{HashMap, HashSet};

use jsonschema::{Draft, PatternCache, PatternOptions, Validator};
use nora_shared::{limits, nesting};
use serde_json::{Map, Value};

use super::PlanError;

/// Parts of a schema with its references unrolled, at most; parts that may be tried twice count twice.
pub const PARTS: u64 = 5_000;

/// Schemas inside each other, references followed, at most.
pub const DEPTH: usize = 48;

/// Values of an `enum`, at most.
pub const ENUM: usize = 1_000;

/// Different patterns of a plan, at most: each takes memory once it is compiled.
pub const PATTERNS: usize = 200;

/// Bytes of a compiled pattern, about, and of what is kept while it is matched.
const PATTERN_BYTES: usize = 1 << 20;

/// The drafts that `$schema` can name; 2020-12 where it is absent.
const DRAFTS: [(&str, Draft); 3] = [
    ("://json-schema.org/draft/2020-12/schema", Draft::Draft202012),
    ("://json-schema.org/draft/2019-09/schema", Draft::Draft201909),
    ("://json-schema.org/draft-07/schema", Draft::Draft7),
];

/// What the schemas of one plan share.
#[derive(Default)]
pub struct Compiler {
    patterns: HashSet<String>,
    compiled: PatternCache,
}

impl Compiler {
    /// Compiles a schema; errors say where in it they are, with `at` before.
    pub fn compile(&mut self, schema: &Value, at: &str) -> Result<Validator, PlanError> {
        let refuse = |Refused { at: within, why }: Refused| PlanError::invalid(format!("{at}{within}"), why);
        if !schema.is_object() && !schema.is_boolean() {
            return Err(PlanError::invalid(at, "a schema is an object, true or false"));
        }
        if nesting::is_too_deep(&schema.to_string()) {
            return Err(PlanError::invalid(at, format!("objects and lists are inside each other more than {} deep", limits::NESTING)));
        }
        let draft = draft(schema).map_err(refuse)?;
        let mut walk = Walk { root: schema, known: HashMap::new(), open: vec![String::new()], patterns: &mut self.patterns };
        let parts = walk.parts(schema, "", 0).map_err(refuse)?;
        if parts > PARTS {
            return Err(PlanError::invalid(at, format!("with its references unrolled, the schema has more than {PARTS} parts")));
        }
        if self.patterns.len() > PATTERNS {
            return Err(PlanError::invalid(at, format!("the plan has more than {PATTERNS} patterns")));
        }
        jsonschema::options()
            .with_draft(draft)
            .offline()
            .should_validate_formats(true)
            // Linear in the text, unlike the default engine: what browsers send cannot make it backtrack.
            .with_pattern_options(PatternOptions::regex().size_limit(PATTERN_BYTES).dfa_size_limit(PATTERN_BYTES))
            .with_pattern_cache(self.compiled.clone())
            .build(schema)
            .map_err(|error| {
                let why: String = error.to_string().chars().take(300).collect();
                PlanError::invalid(format!("{at}{}", error.instance_path()), format!("it is no JSON Schema that can be used: {why}"))
            })
    }
}

/// Why a schema cannot be used, and where.
struct Refused {
    at: String,
    why: String,
}

fn refused<T>(at: &str, why: impl Into<String>) -> Result<T, Refused> {
    Err(Refused { at: at.to_owned(), why: why.into() })
}

fn draft(schema: &Value) -> Result<Draft, Refused> {
    let Some(named) = schema.get("$schema") else { return Ok(Draft::Draft202012) };
    let plain = named.as_str().unwrap_or_default().trim_end_matches('#');
    let plain = plain.strip_prefix("https").or(plain.strip_prefix("http"));
    match DRAFTS.into_iter().find(|(name, _)| plain == Some(*name)) {
        Some((_, draft)) => Ok(draft),
        None => refused("/$schema", "it takes draft 2020-12, 2019-09 or draft-07 of JSON Schema"),
    }
}

/// Goes through a schema as a check would.
struct Walk<'a> {
    root: &'a Value,
    /// The parts of what references lead to.
    known: HashMap<String, u64>,
    /// What is being gone through, to find circles.
    open: Vec<String>,
    patterns: &'a mut HashSet<String>,
}

impl<'a> Walk<'a> {
    /// How many parts a schema has, with its references unrolled.
    fn parts(&mut self, schema: &'a Value, at: &str, depth: usize) -> Result<u64, Refused> {
        if depth > DEPTH {
            return refused(at, format!("schemas are inside each other more than {DEPTH} deep"));
        }
        let Value::Object(fields) = schema else { return Ok(1) };
        let mut parts = 1u64;
        for (keyword, value) in fields {
            let at = format!("{at}/{}", escaped(keyword));
            self.look_at(keyword, value, &at)?;
            let inner: u64 = match keyword.as_str() {
                "$ref" => self.referred(value, &at, depth)?,
                "additionalProperties" | "additionalItems" | "contains" | "propertyNames" | "then" | "else" | "contentSchema" => {
                    self.parts(value, &at, depth + 1)?
                }
                // An error is looked for again in what was found not to hold.
                "not" | "if" | "unevaluatedItems" | "unevaluatedProperties" => self.parts(value, &at, depth + 1)?.saturating_mul(2),
                "anyOf" | "oneOf" => self.all(value, &at, depth)?.saturating_mul(2),
                "allOf" | "prefixItems" => self.all(value, &at, depth)?,
                "items" if value.is_array() => self.all(value, &at, depth)?,
                "items" => self.parts(value, &at, depth + 1)?,
                "properties" | "patternProperties" | "dependentSchemas" | "dependencies" => self.each(value, &at, depth)?,
                _ => 0,
            };
            parts = parts.saturating_add(inner);
        }
        // To know what was not evaluated, the rest may be evaluated again.
        let is_twice = fields.contains_key("unevaluatedProperties") || fields.contains_key("unevaluatedItems");
        Ok(if is_twice { parts.saturating_mul(2) } else { parts })
    }

    fn look_at(&mut self, keyword: &str, value: &'a Value, at: &str) -> Result<(), Refused> {
        let is_root = at.matches('/').count() == 1 && self.open.len() == 1;
        match keyword {
            "$id" | "id" | "$schema" if value.is_string() && !is_root => refused(at, "only the schema as a whole can have one"),
            "$dynamicRef" | "$recursiveRef" => refused(at, "use $ref, to a part of the same schema"),
            "enum" if value.as_array().is_some_and(|values| values.len() > ENUM) => refused(at, format!("it has more than {ENUM} values")),
            "pattern" => {
                self.patterns.extend(value.as_str().map(str::to_owned));
                Ok(())
            }
            "patternProperties" => {
                self.patterns.extend(value.as_object().into_iter().flat_map(Map::keys).cloned());
                Ok(())
            }
            _ => Ok(()),
        }
    }

    fn referred(&mut self, reference: &'a Value, at: &str, depth: usize) -> Result<u64, Refused> {
        let Some(target) = target(self.root, reference) else {
            return refused(at, "it takes # or #/… and a part of the same schema, such as #/$defs/address; nothing is fetched");
        };
        let pointer = reference.as_str().unwrap_or_default().trim_start_matches('#').to_owned();
        if self.open.contains(&pointer) {
            return refused(at, "references lead in a circle");
        }
        if let Some(parts) = self.known.get(&pointer) {
            return Ok(*parts);
        }
        self.open.push(pointer.clone());
        let parts = self.parts(target, &pointer, depth + 1)?;
        self.open.pop();
        self.known.insert(pointer, parts);
        Ok(parts)
    }

    fn all(&mut self, schemas: &'a Value, at: &str, depth: usize) -> Result<u64, Refused> {
        let mut parts = 0u64;
        for (place, schema) in schemas.as_array().into_iter().flatten().enumerate() {
            parts = parts.saturating_add(self.parts(schema, &format!("{at}/{place}"), depth + 1)?);
        }
        Ok(parts)
    }

    fn each(&mut self, schemas: &'a Value, at: &str, depth: usize) -> Result<u64, Refused> {
        let mut parts = 0u64;
        for (name, schema) in schemas.as_object().into_iter().flatten() {
            parts = parts.saturating_add(self.parts(schema, &format!("{at}/{}", escaped(name)), depth + 1)?);
        }
        Ok(parts)
    }
}

/// What a reference within a schema leads to. Those with `%` are not taken, since it would have to be decoded.
pub(super) fn target<'a>(root: &'a Value, reference: &Value) -> Option<&'a Value> {
    let pointer = reference.as_str()?.strip_prefix('#')?;
    if pointer.contains('%') { None } else { root.pointer(pointer) }
}

/// A name as it stands in a JSON pointer.
pub(super) fn escaped(name: &str) -> String {
    name.replace('~', "~0").replace('/', "~1")
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn why(schema: &Value) -> (String, String) {
        match Compiler::default().compile(schema, "/rules/0/schema") {
            Err(PlanError::Invalid { pointer, why }) => (pointer.strip_prefix("/rules/0/schema").unwrap().to_owned(), why),
            other => panic!("{schema}: {other:?}"),
        }
    }

    #[test]
    fn what_can_be_used_is_compiled() {
        for schema in [
            json!(true),
            json!({}),
            json!({"$id": "https://example.com/a", "$schema": "https://json-schema.org/draft/2020-12/schema"}),
            json!({"$schema": "http://json-schema.org/draft-07/schema#", "definitions": {"a": {"type": "string"}}, "properties": {"x": {"$ref": "#/definitions/a"}}}),
            json!({"properties": {"$id": {"type": "string"}, "$ref": {"type": "string"}, "id": {"const": "x"}}}),
            json!({"$defs": {"a/~": {"enum": [1]}}, "properties": {"x": {"$ref": "#/$defs/a~1~0"}}}),
            json!({"default": {"$ref": "https://example.com/x"}, "pattern": "^[a-z]+$"}),
        ] {
            assert!(Compiler::default().compile(&schema, "").is_ok(), "{schema}");
        }
    }

    #[test]
    fn what_would_be_dear_or_fetched_is_refused_with_its_place() {
        for (schema, at) in [
            (json!([]), ""),
            (json!({"type": "strin"}), "/type"),
            (json!({"properties": {"a/b": {"minLength": -1}}}), "/properties/a~1b/minLength"),
            (json!({"properties": {"x": {"$ref": "https://example.com/schema.json"}}}), "/properties/x/$ref"),
            (json!({"properties": {"x": {"$ref": "file:///etc/passwd"}}}), "/properties/x/$ref"),
            (json!({"$ref": "#/$defs/none"}), "/$ref"),
            (json!({"$ref": "#"}), "/$ref"),
            (
                json!({"$defs": {"a": {"$ref": "#/$defs/b"}, "b": {"allOf": [{"$ref": "#/$defs/a"}]}}, "$ref": "#/$defs/a"}),
                "/$defs/b/allOf/0/$ref",
            ),
            (json!({"properties": {"child": {"$ref": "#"}}}), "/properties/child/$ref"),
            (json!({"$dynamicRef": "#x"}), "/$dynamicRef"),
            (json!({"properties": {"x": {"$id": "https://example.com/x"}}}), "/properties/x/$id"),
            (json!({"$schema": "http://json-schema.org/draft-04/schema#"}), "/$schema"),
            (json!({"enum": (0..=ENUM).collect::<Vec<_>>()}), "/enum"),
            (json!({"pattern": "(?=a)b"}), "/pattern"),
            (json!({"pattern": "["}), "/pattern"),
            (json!({"pattern": "(\\p{L}{100}){100}"}), "/pattern"),
        ] {
            assert_eq!(why(&schema).0, at, "{schema}");
        }
        let deep = (0..=DEPTH).fold(json!({}), |inner, _| json!({"items": inner}));
        assert!(why(&deep).1.contains("deep"));
        let default = (0..limits::NESTING).fold(json!({}), |inner, _| json!({"default": inner}));
        assert!(why(&default).1.contains("deep"));
        let mut defs = Map::new();
        for level in 0..20 {
            let next = json!({"$ref": format!("#/$defs/{}", level + 1)});
            defs.insert(level.to_string(), json!({"allOf": [next, next]}));
        }
        defs.insert("20".into(), json!({}));
        assert!(why(&json!({"$defs": defs, "$ref": "#/$defs/0"})).1.contains("parts"), "two to the twentieth");
        let patterns: Map<_, _> = (0..=PATTERNS).map(|n| (format!("p{n}"), json!({"pattern": format!("^{n}$")}))).collect();
        assert!(why(&json!({"properties": patterns})).1.contains("patterns"));
    }
}
