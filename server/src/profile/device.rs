//! What the customer looks at us with, as far as events say, without a database of user agents.

mod user_agent;

use nora_shared::event::{Json, Text, text_of};
use serde::{Deserialize, Serialize};

use super::recent::Recent;
use crate::context::Context;

/// Devices that one fragment keeps, those that were seen last; of languages, time zones and screens as many.
pub(super) const DEVICES: usize = 8;

/// The longest name of anything about a device, in bytes; what is longer is cut.
const NAME_BYTES: usize = 100;

/// Devices and their settings.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Devices {
    pub(super) devices: Recent<Device, DEVICES>,
    pub(super) locales: Recent<String, DEVICES>,
    pub(super) timezones: Recent<String, DEVICES>,
    pub(super) screens: Recent<(u32, u32), DEVICES>,
}

/// One kind of device.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Device {
    /// What it is.
    pub form: Form,
    /// The operating system, such as `Android`, `iOS`, `Windows`; empty where unknown.
    pub os: String,
    /// The browser, such as `Chrome`; empty in an app, or where unknown.
    pub browser: String,
    /// The model, as apps send it; empty where unknown.
    pub model: String,
}

/// What a device is.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Form {
    /// Nobody said.
    #[default]
    Unknown,
    /// Has a keyboard, as far as one knows.
    Desktop,
    /// Fits a pocket.
    Mobile,
    /// Lies on the sofa.
    Tablet,
    /// Is no person's.
    Bot,
}

impl Devices {
    /// Adds what the context of an event says.
    pub(super) fn add(&mut self, at: i64, context: &Context<'_>) {
        let device = Device::of(context);
        if device != Device::default() {
            self.devices.note(&device, at);
        }
        for (seen, raw) in [(&mut self.locales, context.locale), (&mut self.timezones, context.timezone)] {
            if let Some(name) = raw.map(Text::read).as_ref().and_then(Text::as_str) {
                seen.note(cut(name), at);
            }
        }
        if let Some(screen) = context.screen.and_then(screen) {
            self.screens.note(&screen, at);
        }
    }

    /// Whether what was used last is a bot's.
    pub(super) fn is_bot(&self) -> bool {
        self.devices.last().is_some_and(|device| device.form == Form::Bot)
    }

    pub(super) fn merge(&mut self, other: Devices) {
        self.devices.merge(other.devices);
        self.locales.merge(other.locales);
        self.timezones.merge(other.timezones);
        self.screens.merge(other.screens);
    }
}

impl Device {
    /// What apps say in `context.device` and `context.os` counts before what browsers say in `context.userAgentData`, and that before
    /// `context.userAgent`.
    fn of(context: &Context<'_>) -> Device {
        let mut device = match context.user_agent.map(Text::read).as_ref().and_then(Text::as_str) {
            Some(text) => user_agent::read(text),
            None => Device::default(),
        };
        for (name, value) in context.user_agent_data.into_iter().flat_map(Json::fields) {
            match (&*name, value.get()) {
                ("mobile", "true") => device.form = Form::Mobile,
                ("platform", _) => device.os = os(value).unwrap_or(device.os),
                _ => {}
            }
        }
        if let Some(name) = context.os.and_then(|os| os.field("name")) {
            device.os = os(name).unwrap_or(device.os);
        }
        if let Some(model) = text_of(context.device, "model") {
            model.trim().clone_into(&mut device.model);
            device.model.truncate(cut(&device.model).len());
            // Only apps know their model, and what they run on is no desktop.
            device.form = if device.model.contains("iPad") || device.model.contains("Tab") { Form::Tablet } else { Form::Mobile };
        }
        if context.bot.is_some() {
            device.form = Form::Bot;
        }
        device
    }
}

/// The name of an operating system, one for each.
fn os(raw: Json<'_>) -> Option<String> {
    let text = Text::read(raw);
    let name = cut(text.as_str()?.trim());
    Some(match &*name.to_ascii_lowercase() {
        "ios" | "iphone os" | "ipados" => "iOS".to_owned(),
        "macos" | "mac os x" | "mac os" => "macOS".to_owned(),
        "android" => "Android".to_owned(),
        "chromeos" | "chromium os" => "Chrome OS".to_owned(),
        _ => name.to_owned(),
    })
}

fn screen(screen: Json<'_>) -> Option<(u32, u32)> {
    let (mut width, mut height) = (None, None);
    for (name, value) in screen.fields() {
        match &*name {
            "width" => width = value.get().parse().ok(),
            "height" => height = value.get().parse().ok(),
            _ => {}
        }
    }
    Some((width?, height?))
}

fn cut(name: &str) -> &str {
    let mut end = name.len().min(NAME_BYTES);
    while !name.is_char_boundary(end) {
        end -= 1;
    }
    &name[..end]
}

#[cfg(test)]
mod tests {
    use super::*;
    use nora_shared::event::Event;

    fn device(context: &str) -> (Form, String, String, String) {
        let json = format!(r#"{{"context":{context}}}"#);
        let event = Event::parse(&json).unwrap();
        let Device { form, os, browser, model } = Device::of(&Context::of(&event));
        (form, os, browser, model)
    }

    #[test]
    fn apps_and_browsers_say_what_they_run_on() {
        let said = |form, os: &str, browser: &str, model: &str| (form, os.to_owned(), browser.to_owned(), model.to_owned());
        let app = r#"{"device":{"type":"ios","model":"iPhone14,2","manufacturer":"Apple"},"os":{"name":"iPhone OS","version":"17"}}"#;
        assert_eq!(device(app), said(Form::Mobile, "iOS", "", "iPhone14,2"));
        assert_eq!(device(r#"{"userAgentData":{"mobile":true,"platform":"Android"}}"#), said(Form::Mobile, "Android", "", ""));
        assert_eq!(device(r#"{"device":{"id":"d1"},"os":3,"userAgent":{}}"#), said(Form::Unknown, "", "", ""));
        assert_eq!(device(r#"{"userAgent":"Googlebot","bot":"user_agent"}"#), said(Form::Bot, "", "", ""));
        assert_eq!(device("{}"), said(Form::Unknown, "", "", ""));
    }

    #[test]
    fn names_are_cut_between_characters() {
        assert_eq!(cut(&"é".repeat(60)).len(), 100);
        assert_eq!(cut(&format!("x{}", "é".repeat(60))).len(), 99);
    }
}
