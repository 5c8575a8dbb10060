//! A plan as TypeScript: one typed function for each event, on top of the SDK's calls.
//!
//! What people wrote into the plan goes into the file as JSON strings and as comments that it cannot leave; names are made of letters
//! and digits alone.

mod names;
mod types;

use std::fmt::Write;

use super::{Current, Document, PlannedKind, Rule, Version};
use names::Names;
use types::{comment, object, string};

/// What of the SDK the file needs, in a form that both `window.nora` and the npm package have.
const SDK: &str = "\
/** What is needed of the SDK: `window.nora`, or the module `@nora/sdk`. */
export interface Sdk {
  track(event: string, properties?: unknown): unknown;
  page(name?: string | null, properties?: unknown): unknown;
  identify(userId: string, traits?: unknown): unknown;
  group(groupId: string, traits?: unknown): unknown;
}
";

/// The file of a version of a plan.
pub fn typescript(id: &str, Version { version, document, .. }: &Version) -> String {
    let mut text = format!("// Made by Nora of the tracking plan {}, version {version}. To change it, change the plan.\n", string(id));
    text.push_str("/* eslint-disable */\n\n");
    text.push_str(SDK);
    let mut functions = String::new();
    let mut names = Names::default();
    for rule in sorted(document) {
        let name = names.give(rule);
        let (declaration, is_optional) = object(&name.kind, &rule.schema);
        let _ = write!(text, "\n{}{declaration}", comment(&described(rule), ""));
        let properties = format!("{}{}: {}", rule.kind.field(), if is_optional { "?" } else { "" }, name.kind);
        let given = rule.kind.field();
        let (parameters, call) = match (rule.kind, rule.event_name()) {
            (PlannedKind::Track, event) => (properties, format!("track({}, {given})", string(event.unwrap_or_default()))),
            (PlannedKind::Page, Some(page)) => (properties, format!("page({}, {given})", string(page))),
            (PlannedKind::Page, None) => (format!("name: string | null, {properties}"), format!("page(name, {given})")),
            (PlannedKind::Identify, _) => (format!("userId: string, {properties}"), format!("identify(userId, {given})")),
            (PlannedKind::Group, _) => (format!("groupId: string, {properties}"), format!("group(groupId, {given})")),
            // Browsers have no screens; their types are for others.
            (PlannedKind::Screen, _) => continue,
        };
        functions.push_str(&comment(&described(rule), "    "));
        let _ = writeln!(functions, "    {}({parameters}): void {{\n      nora.{call};\n    }},", name.function);
    }
    let _ = write!(text, "\n{}", comment(&format!("The calls of the plan {}.", string(&document.name)), ""));
    let _ = write!(text, "export function trackingPlan(nora: Sdk) {{\n  return {{\n{functions}  }};\n}}\n");
    text
}

impl From<&Current> for Version {
    fn from(current: &Current) -> Version {
        Version { version: current.version, created_at: current.created_at, document: current.document.clone() }
    }
}

/// The rules by what they are about, so that names depend on the plan alone and not on the order of its rules.
fn sorted(document: &Document) -> Vec<&Rule> {
    let mut rules: Vec<_> = document.rules.iter().collect();
    rules.sort_by_key(|rule| (rule.kind, rule.event_name()));
    rules
}

fn described(rule: &Rule) -> String {
    let of_schema = rule.schema.get("description").and_then(|text| text.as_str()).unwrap_or_default();
    let said = if rule.description.is_empty() { of_schema } else { &rule.description };
    match rule.event_name() {
        Some(name) if said.is_empty() => string(name),
        Some(name) => format!("{}: {said}", string(name)),
        None => said.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::super::Mode;
    use super::*;
    use crate::time::Millis;

    #[test]
    fn a_plan_becomes_functions_and_types() {
        let rules = json!([
            {"type": "track", "event": "Product Added", "description": "In the basket */ alert(1) /*\nnow.", "schema": {
                "type": "object", "required": ["sku", "price"], "additionalProperties": false,
                "properties": {
                    "sku": {"type": "string", "description": "Ours."}, "price": {"type": ["number", "null"]}, "it's": {"const": "\"\u{2028}"},
                    "colour": {"enum": ["red", "blue", null]}, "lines": {"type": "array", "items": {"$ref": "#/$defs/line"}},
                    "size": {"anyOf": [{"type": "integer"}, {"type": "string"}]},
                },
                "$defs": {"line": {"type": "object", "properties": {"n": {"type": "integer"}}, "additionalProperties": true}},
            }},
            {"type": "track", "event": "product-added", "schema": true},
            {"type": "track", "event": "1st \"quote\" */", "schema": {"type": "string"}},
            {"type": "page", "schema": {"allOf": [{"properties": {"path": {"type": "string"}}}, {"required": ["url"]}]}},
            {"type": "page", "name": "Home", "schema": {}},
            {"type": "screen", "schema": false},
            {"type": "identify", "schema": {"properties": {"email": {"type": "string"}}}},
            {"type": "group", "schema": {}},
        ]);
        let (sources, mode, rules) = (Vec::new(), Mode::Observe, serde_json::from_value(rules).unwrap());
        let document = Document { name: "Shop".into(), sources, mode, allow_unplanned: true, rules };
        insta::assert_snapshot!(typescript("shop", &Version { version: 2, created_at: Millis(0), document }), @r#"
        // Made by Nora of the tracking plan "shop", version 2. To change it, change the plan.
        /* eslint-disable */

        /** What is needed of the SDK: `window.nora`, or the module `@nora/sdk`. */
        export interface Sdk {
          track(event: string, properties?: unknown): unknown;
          page(name?: string | null, properties?: unknown): unknown;
          identify(userId: string, traits?: unknown): unknown;
          group(groupId: string, traits?: unknown): unknown;
        }

        /** "1st \"quote\" *\/" */
        export type Event1stQuote = string;

        /**
         * "Product Added": In the basket *\/ alert(1) /*
         * now.
         */
        export interface ProductAdded {
          "colour"?: ("red" | "blue" | null);
          "it's"?: "\"\u2028";
          "lines"?: {
            "n"?: number;
            [key: string]: unknown;
          }[];
          "price": (number | null);
          "size"?: (number | string);
          /** Ours. */
          "sku": string;
        }

        /** "product-added" */
        export interface ProductAdded2 {
          [key: string]: unknown;
        }

        export interface Identify {
          "email"?: string;
        }

        export interface Group {
          [key: string]: unknown;
        }

        export type Page = ({
          "path"?: string;
        } & {
          "url": unknown;
        });

        /** "Home" */
        export interface PageHome {
          [key: string]: unknown;
        }

        export type Screen = never;

        /** The calls of the plan "Shop". */
        export function trackingPlan(nora: Sdk) {
          return {
            /** "1st \"quote\" *\/" */
            event1stQuote(properties: Event1stQuote): void {
              nora.track("1st \"quote\" */", properties);
            },
            /**
             * "Product Added": In the basket *\/ alert(1) /*
             * now.
             */
            productAdded(properties: ProductAdded): void {
              nora.track("Product Added", properties);
            },
            /** "product-added" */
            productAdded2(properties?: ProductAdded2): void {
              nora.track("product-added", properties);
            },
            identify(userId: string, traits?: Identify): void {
              nora.identify(userId, traits);
            },
            group(groupId: string, traits?: Group): void {
              nora.group(groupId, traits);
            },
            page(name: string | null, properties: Page): void {
              nora.page(name, properties);
            },
            /** "Home" */
            pageHome(properties?: PageHome): void {
              nora.page("Home", properties);
            },
          };
        }
        "#);
    }
}
