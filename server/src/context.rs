//! An event's `context`, as far as a profile is made of it.

use nora_shared::event::Event;
use serde::Deserialize;
use serde_json::value::RawValue;

/// The parts of an event's `context` that a profile is made of. Each is kept as JSON, so that one of a wrong type spoils no other.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Context<'a> {
    /// What the sender knows of the person.
    #[serde(borrow)]
    pub traits: Option<&'a RawValue>,
    /// The device: `id`, `advertisingId`, `model`.
    #[serde(borrow)]
    pub device: Option<&'a RawValue>,
    /// The operating system: `name`.
    #[serde(borrow)]
    pub os: Option<&'a RawValue>,
    /// Ids of other systems.
    #[serde(borrow)]
    pub external_ids: Option<&'a RawValue>,
    /// `page{url,title,referrer,…}`.
    #[serde(borrow)]
    pub page: Option<&'a RawValue>,
    /// `campaign{name,source,…}`.
    #[serde(borrow)]
    pub campaign: Option<&'a RawValue>,
    /// The click ids of ad platforms.
    #[serde(borrow, rename = "click_ids")]
    pub click_ids: Option<&'a RawValue>,
    /// `consent{categoryPreferences}`.
    #[serde(borrow)]
    pub consent: Option<&'a RawValue>,
    /// The visit.
    #[serde(borrow)]
    pub session_id: Option<&'a RawValue>,
    /// The browser, by its own account.
    #[serde(borrow)]
    pub user_agent: Option<&'a RawValue>,
    /// The same, taken apart: `mobile`, `platform`.
    #[serde(borrow)]
    pub user_agent_data: Option<&'a RawValue>,
    /// By what the server knew a bot.
    #[serde(borrow)]
    pub bot: Option<&'a RawValue>,
    /// The language, such as `nl-NL`.
    #[serde(borrow)]
    pub locale: Option<&'a RawValue>,
    /// The time zone, such as `Europe/Amsterdam`.
    #[serde(borrow)]
    pub timezone: Option<&'a RawValue>,
    /// `screen{width,height}`.
    #[serde(borrow)]
    pub screen: Option<&'a RawValue>,
    /// `sequence{tab,n,dropped}`: the number that the browser's SDK gave the event.
    #[serde(borrow)]
    pub sequence: Option<&'a RawValue>,
}

impl<'a> Context<'a> {
    /// Reads the context of an event; an empty one where there is none.
    pub fn of(event: &Event<'a>) -> Context<'a> {
        event.context.and_then(|raw| serde_json::from_str(raw.get()).ok()).unwrap_or_default()
    }
}
