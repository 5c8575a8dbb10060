//! Events as the document describes them, for those who make them. Nothing is read into these types: admission takes more than they say, as
//! numbers for texts and fields that they do not name, and keeps in the quarantine what it cannot take.

use nora_shared::Kind;
use utoipa::openapi::schema::{AllOfBuilder, AnyOfBuilder, ObjectBuilder, OneOfBuilder, Schema, SchemaType, Type};
use utoipa::openapi::{Ref, RefOr};
use utoipa::{PartialSchema, ToSchema};

/// The fields of an event of the [Segment spec](https://segment.com/docs/connections/spec/common/). Others are kept as they come.
#[derive(ToSchema)]
#[schema(rename_all = "camelCase")]
pub struct EventFields {
    /// What makes a repeat of this event, from the same source, a duplicate. Made by the server where absent.
    #[schema(max_length = 100, nullable = false)]
    pub message_id: Option<String>,
    /// The sender's own id of the person. Words such as `null`, `undefined` or `anonymous` identify nobody.
    #[schema(max_length = 500, pattern = r#"[^\s"'`0-]"#, nullable = false)]
    pub user_id: Option<String>,
    /// The browser's or the device's id.
    #[schema(max_length = 500, pattern = r#"[^\s"'`0-]"#, nullable = false)]
    pub anonymous_id: Option<String>,
    /// What happened, of a `track`.
    #[schema(max_length = 200, pattern = r"\S", nullable = false)]
    pub event: Option<String>,
    /// Of a `page` or a `screen`.
    #[schema(max_length = 200, nullable = false)]
    pub name: Option<String>,
    /// Of a `page` or a `screen`.
    #[schema(max_length = 200, nullable = false)]
    pub category: Option<String>,
    /// The account, of a `group`.
    #[schema(max_length = 500, pattern = r"\S", nullable = false)]
    pub group_id: Option<String>,
    /// The id that the person had before, of an `alias`.
    #[schema(max_length = 500, pattern = r#"[^\s"'`0-]"#, nullable = false)]
    pub previous_id: Option<String>,
    /// When it happened; the time of receipt where absent, and where it is in the future.
    #[schema(format = DateTime, nullable = false)]
    pub timestamp: Option<String>,
    /// When it happened, by the sender's clock.
    #[schema(format = DateTime, nullable = false)]
    pub original_timestamp: Option<String>,
    /// When it was sent, by the sender's clock, which is corrected by it.
    #[schema(format = DateTime, nullable = false)]
    pub sent_at: Option<String>,
    /// What there is to say about what happened.
    #[schema(value_type = Object, required = false)]
    pub properties: (),
    /// What is known of the person, of an `identify`; of the account, of a `group`.
    #[schema(value_type = Object, required = false)]
    pub traits: (),
    /// Where it happened.
    #[schema(nullable = false)]
    pub context: Option<EventContext>,
    /// Kept, and nothing else.
    #[schema(value_type = Object, required = false)]
    pub integrations: (),
    /// The source's public write key, where no header has it.
    #[schema(nullable = false)]
    pub write_key: Option<String>,
}

/// Where something happened. Other fields are kept as they come.
#[derive(ToSchema)]
#[schema(rename_all = "camelCase")]
pub struct EventContext {
    /// The visitor's address. Filled in for events of browsers.
    #[schema(nullable = false)]
    pub ip: Option<String>,
    /// What the browser calls itself. Filled in for events of browsers.
    #[schema(nullable = false)]
    pub user_agent: Option<String>,
    /// Such as `nl-NL`.
    #[schema(nullable = false)]
    pub locale: Option<String>,
    /// Such as `Europe/Amsterdam`.
    #[schema(nullable = false)]
    pub timezone: Option<String>,
    /// `url`, `path`, `referrer`, `title`, `search`.
    #[schema(value_type = Object, required = false)]
    pub page: (),
    /// `name`, `source`, `medium`, `term`, `content`.
    #[schema(value_type = Object, required = false)]
    pub campaign: (),
    /// `id`, `advertisingId`, `type`, `model`, ….
    #[schema(value_type = Object, required = false)]
    pub device: (),
    /// `name` and `version` of what made the event.
    #[schema(value_type = Object, required = false)]
    pub library: (),
    /// What is known of the person, of events that have no `traits` of their own.
    #[schema(value_type = Object, required = false)]
    pub traits: (),
}

/// Many events, and what they share.
#[derive(ToSchema)]
#[schema(rename_all = "camelCase")]
pub struct EventBatch {
    /// The events.
    #[schema(max_items = 2500)]
    pub batch: Vec<Event>,
    /// The source's public write key, where no header has it.
    #[schema(nullable = false)]
    pub write_key: Option<String>,
    /// When they were sent, by the sender's clock, which is corrected by it.
    #[schema(format = DateTime, nullable = false)]
    pub sent_at: Option<String>,
    /// What all of their contexts have, unless they say otherwise.
    #[schema(nullable = false)]
    pub context: Option<EventContext>,
    /// Likewise.
    #[schema(value_type = Object, required = false)]
    pub integrations: (),
}

/// Raw calls, as the loader of the browser SDK keeps them.
#[derive(ToSchema)]
#[schema(rename_all = "camelCase")]
pub struct RawCalls {
    /// The calls, in their order.
    #[schema(max_items = 2500)]
    pub raw: Vec<RawCall>,
    /// The source's public write key, where no header has it.
    #[schema(nullable = false)]
    pub write_key: Option<String>,
    /// When they were sent, by the visitor's clock.
    #[schema(format = DateTime, nullable = false)]
    pub sent_at: Option<String>,
}

/// One call of a page. `v` and `c` are left out where they are those of the call before.
#[derive(ToSchema)]
pub struct RawCall {
    /// The message id.
    #[schema(max_length = 100)]
    pub id: String,
    /// When the call was made.
    #[schema(format = DateTime)]
    pub t: String,
    /// The method.
    #[schema(value_type = EventKind)]
    pub m: String,
    /// Its arguments, as the page gave them.
    #[schema(value_type = Vec<Value>)]
    pub a: (),
    /// The visitor: `a` the anonymous id, `u` the user id, `s` the session, `c` the categories of consent, `t` the tab.
    #[schema(value_type = Object, required = false)]
    pub v: (),
    /// The page, as the `context` of an event.
    #[schema(value_type = Object, required = false)]
    pub c: (),
    /// Its number among the calls of its tab.
    #[schema(nullable = false)]
    pub n: Option<u32>,
    /// How many of that tab's calls had been thrown away by then.
    #[schema(nullable = false)]
    pub d: Option<u32>,
}

/// The six kinds of events.
pub struct EventKind;

impl ToSchema for EventKind {}

impl PartialSchema for EventKind {
    fn schema() -> RefOr<Schema> {
        let names = Kind::ALL.map(Kind::name);
        ObjectBuilder::new().schema_type(Type::String).description(Some("The six kinds of events.")).enum_values(Some(names)).into()
    }
}

/// One event of a batch: `type` says its kind.
pub struct Event;

impl ToSchema for Event {
    fn schemas(schemas: &mut Vec<(String, RefOr<Schema>)>) {
        schemas.extend(Kind::ALL.map(|kind| (name_of(kind).to_owned(), of_kind(kind).into())));
        schemas.push((EventFields::name().into(), EventFields::schema()));
        <EventFields as ToSchema>::schemas(schemas);
    }
}

impl PartialSchema for Event {
    fn schema() -> RefOr<Schema> {
        let kinds = Kind::ALL.iter().fold(OneOfBuilder::new(), |kinds, kind| {
            let named = ObjectBuilder::new().schema_type(SchemaType::AnyValue).required("type");
            let named = named.property("type", ObjectBuilder::new().schema_type(Type::String).enum_values(Some([kind.name()])));
            kinds.item(AllOfBuilder::new().item(Ref::from_schema_name(name_of(*kind))).item(named))
        });
        kinds.into()
    }
}

/// The name of the schema of a kind, as of a type.
pub(super) const fn name_of(kind: Kind) -> &'static str {
    match kind {
        Kind::Identify => "IdentifyEvent",
        Kind::Track => "TrackEvent",
        Kind::Page => "PageEvent",
        Kind::Screen => "ScreenEvent",
        Kind::Group => "GroupEvent",
        Kind::Alias => "AliasEvent",
    }
}

/// An event of this kind, where the address names it: the fields, and those among them without which it would not be taken.
fn of_kind(kind: Kind) -> Schema {
    let needs = |fields: &[&str]| {
        fields.iter().fold(ObjectBuilder::new().schema_type(SchemaType::AnyValue), |object, field| object.required(*field))
    };
    let (about, own): (&str, &[&str]) = match kind {
        Kind::Identify => ("Who somebody is: a user id and traits.", &[]),
        Kind::Track => ("What somebody did.", &["event"]),
        Kind::Page => ("A page of a website was seen.", &[]),
        Kind::Screen => ("A screen of an app was seen.", &[]),
        Kind::Group => ("Which account or company somebody belongs to.", &["groupId"]),
        Kind::Alias => ("Two ids of one person.", &["userId", "previousId"]),
    };
    let somebody = AnyOfBuilder::new().item(needs(&["userId"])).item(needs(&["anonymousId"]));
    let schema = AllOfBuilder::new().description(Some(about)).item(Ref::from_schema_name("EventFields")).item(somebody);
    if own.is_empty() { schema.into() } else { schema.item(needs(own)).into() }
}
