//! The context of an event: what the loader saw of the page, and what that tells.

use alloc::string::String;

use serde::Serialize;

use super::merge::merge;
use crate::{
    campaign::{self, Params},
    json::{self, Raw},
};

/// Added to every context of a page.
#[derive(Serialize)]
struct Told {
    #[serde(skip_serializing_if = "Params::is_empty")]
    campaign: Params,
    #[serde(skip_serializing_if = "Params::is_empty")]
    click_ids: Params,
    library: Library,
}

#[derive(Serialize)]
struct Library {
    name: &'static str,
    version: &'static str,
}

/// The visitor's part, which changes more often than the page.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Visit<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    session_id: Option<Raw<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    consent: Option<Consent<'a>>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Consent<'a> {
    category_preferences: Raw<'a>,
}

/// The context of everything said on a page: the page as the loader saw it, its campaign and click ids, and the library.
pub(super) fn of_page(page: &str) -> String {
    let seen = if json::is_object(page) { page } else { "{}" };
    let query = field(field(seen, "page"), "search");
    let (campaign, click_ids) = campaign::of_query(&json::unescape(query).unwrap_or_default());
    let library = Library { name: "nora.js", version: env!("CARGO_PKG_VERSION") };
    merge(seen, &json::to_string(&Told { campaign, click_ids, library }))
}

/// A page's context with the session and the consent of a visitor, and with what the caller's options add.
pub(super) fn of_call(page: &str, session: &str, consent: &str, more: &str) -> String {
    let consent = super::event::some(consent).map(|category_preferences| Consent { category_preferences });
    let context = merge(page, &json::to_string(&Visit { session_id: super::event::some(session), consent }));
    if more.is_empty() { context } else { merge(&context, more) }
}

/// A field of an object as JSON text, or an empty text.
#[inline(never)]
pub(super) fn field<'a>(object: &'a str, name: &str) -> &'a str {
    json::fields(object).find_map(|(found, value)| (found == name).then_some(value)).unwrap_or_default()
}
