//! An event's `context`, as far as a profile is made of it.

use nora_shared::event::{Event, Json};

/// The parts of an event's `context` that a profile is made of. Each is kept as JSON, so that one of a wrong type spoils no other.
#[derive(Debug, Default)]
pub struct Context<'a> {
    /// What the sender knows of the person.
    pub traits: Option<Json<'a>>,
    /// The device: `id`, `advertisingId`, `model`.
    pub device: Option<Json<'a>>,
    /// The operating system: `name`.
    pub os: Option<Json<'a>>,
    /// Ids of other systems.
    pub external_ids: Option<Json<'a>>,
    /// `page{url,title,referrer,…}`.
    pub page: Option<Json<'a>>,
    /// `campaign{name,source,…}`.
    pub campaign: Option<Json<'a>>,
    /// The click ids of ad platforms.
    pub click_ids: Option<Json<'a>>,
    /// `consent{categoryPreferences}`.
    pub consent: Option<Json<'a>>,
    /// The visit.
    pub session_id: Option<Json<'a>>,
    /// The browser, by its own account.
    pub user_agent: Option<Json<'a>>,
    /// The same, taken apart: `mobile`, `platform`.
    pub user_agent_data: Option<Json<'a>>,
    /// By what the server knew a bot.
    pub bot: Option<Json<'a>>,
    /// The language, such as `nl-NL`.
    pub locale: Option<Json<'a>>,
    /// The time zone, such as `Europe/Amsterdam`.
    pub timezone: Option<Json<'a>>,
    /// `screen{width,height}`.
    pub screen: Option<Json<'a>>,
    /// `sequence{tab,n,dropped}`: the number that the browser's SDK gave the event.
    pub sequence: Option<Json<'a>>,
}

impl<'a> Context<'a> {
    /// Reads the context of an event; an empty one where there is none.
    pub fn of(event: &Event<'a>) -> Context<'a> {
        let mut found = Context::default();
        for (name, value) in event.context.into_iter().flat_map(Json::fields) {
            let field = match &*name {
                "traits" => &mut found.traits,
                "device" => &mut found.device,
                "os" => &mut found.os,
                "externalIds" => &mut found.external_ids,
                "page" => &mut found.page,
                "campaign" => &mut found.campaign,
                "click_ids" => &mut found.click_ids,
                "consent" => &mut found.consent,
                "sessionId" => &mut found.session_id,
                "userAgent" => &mut found.user_agent,
                "userAgentData" => &mut found.user_agent_data,
                "bot" => &mut found.bot,
                "locale" => &mut found.locale,
                "timezone" => &mut found.timezone,
                "screen" => &mut found.screen,
                "sequence" => &mut found.sequence,
                _ => continue,
            };
            *field = (!value.is_null()).then_some(value);
        }
        found
    }
}
