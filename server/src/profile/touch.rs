//! How visits came about: the first and the last that say so.

use nora_shared::event::{Json, Text};
use serde::{Deserialize, Serialize};

use crate::context::Context;
use crate::log::Record;

/// The first and the last touch; one only where they are the same.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Touches(Vec<Touch>);

/// How a visit came about. Compares as which is later.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Touch {
    /// Event time, in milliseconds since 1970.
    pub at: i64,
    /// The message id of the event.
    pub message_id: String,
    /// The campaign, as JSON (`context.campaign`).
    pub campaign: Option<String>,
    /// The referring page.
    pub referrer: Option<String>,
    /// The page that was entered.
    pub page: Option<String>,
    /// The click ids, as JSON (`context.click_ids`).
    pub click_ids: Option<String>,
}

impl Touches {
    /// Adds the touch of an event, where it is one.
    pub(super) fn add(&mut self, record: &Record, context: &Context<'_>) {
        let at = record.timestamp.0;
        // Most events lie between the two and change nothing: they are not even read.
        let between = matches!(&*self.0, [first, last] if first.at < at && at < last.at);
        if let Some(touch) = (!between).then(|| touch_of(record, context)).flatten() {
            self.merge(Touches(vec![touch]));
        }
    }

    pub(super) fn merge(&mut self, other: Touches) {
        self.0.extend(other.0);
        self.0.sort();
        self.0.dedup();
        if self.0.len() > 2 {
            self.0.drain(1..self.0.len() - 1);
        }
    }

    /// The first and the last.
    pub(super) fn into_first_and_last(mut self) -> (Option<Touch>, Option<Touch>) {
        let last = self.0.pop();
        (self.0.pop().or_else(|| last.clone()), last)
    }
}

/// An event says where its visit came from when it carries a campaign, a click id, or a referrer on another host.
fn touch_of(record: &Record, context: &Context<'_>) -> Option<Touch> {
    let (mut page, mut referrer) = (Text::Absent, Text::Absent);
    for (name, value) in context.page.into_iter().flat_map(Json::fields) {
        match &*name {
            "url" => page = Text::read(value),
            "referrer" => referrer = Text::read(value),
            _ => {}
        }
    }
    let host = |url: &str| url.split('/').nth(2).map(str::to_owned);
    let referrer = referrer.as_str().filter(|referrer| host(referrer) != page.as_str().and_then(host));
    let json = |json: Option<Json<'_>>| json.filter(|json| json.fields().next().is_some()).map(|json| json.get().to_owned());
    let (campaign, click_ids) = (json(context.campaign), json(context.click_ids));
    (campaign.is_some() || click_ids.is_some() || referrer.is_some()).then(|| Touch {
        at: record.timestamp.0,
        message_id: record.message_id.clone(),
        campaign,
        referrer: referrer.map(str::to_owned),
        page: page.as_str().map(str::to_owned),
        click_ids,
    })
}
