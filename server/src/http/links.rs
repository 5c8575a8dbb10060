//! Tokens for links: to another of the site's domains, and from a newsletter. See [`links`](crate::links).

use actix_web::HttpRequest;
use actix_web::web::{Data, Json, Payload};
use nora_shared::Reason;
use nora_shared::identifier::{EMAIL, PHONE, USER_ID};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use utoipa::ToSchema;

use super::body;
use super::error::ApiError;
use super::sender::{Sender, enter};
use super::visitor_id::valid;
use crate::app::App;
use crate::identity::Rules;
use crate::links::{CROSS_DOMAIN_MS, LONGEST_MS, NEWSLETTER_MS, Person, Seal, SealError, Visitor};
use crate::time::Millis;

/// Who leaves for another of the site's domains.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Leaving {
    /// The source's public write key.
    #[serde(default)]
    write_key: Option<String>,
    /// Who it is.
    #[serde(default)]
    anonymous_id: Option<String>,
}

/// A token for a link to another domain.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = LinkToken)]
pub struct Pass {
    /// The value of `nora_link` in the link.
    token: String,
    /// Seconds.
    expires_in: i64,
}

/// Who gets a newsletter.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Recipient {
    /// The site's own id of the person.
    #[serde(default, alias = "user_id", rename = "userId")]
    user_id: Option<String>,
    /// What is known of the person, such as `email`. With the `userId` at most 1,024 bytes, for the link has to stay short.
    #[serde(default)]
    #[schema(value_type = Option<Object>)]
    traits: Option<Map<String, Value>>,
    /// Seconds that the token holds: 1 minute to 366 days; 90 days unless told.
    #[serde(default)]
    expires_in: Option<i64>,
}

/// A token for a newsletter.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = NewsletterToken)]
pub struct Ticket {
    /// The value of `nora_link` in every link of the newsletter.
    token: String,
    #[schema(value_type = String, format = DateTime)]
    expires_at: Millis,
}

/// A token that takes a visitor's anonymous id along to another of the site's domains, in the parameter `nora_link` of a link. It holds two
/// minutes, for this source alone.
#[utoipa::path(post, path = "/v1/link", tag = "collect", request_body(content = Leaving, content_type = "application/json"), security(("write_key" = []), ()),
    responses((status = 200, body = Pass)))]
pub async fn cross_domain(request: HttpRequest, payload: Payload, app: Data<App>) -> Result<Json<Pass>, ApiError> {
    enter(&app, &request)?;
    let leaving: Leaving = body::object(&request, payload, body::TRACKING).await?;
    let sender = Sender::of(&app, &request, leaving.write_key.as_deref(), &[])?;
    sender.take(&request, 0)?;
    let given = leaving.anonymous_id.filter(|id| !id.trim().is_empty()).ok_or(Reason::MissingId)?;
    let anonymous_id = valid(&app.followed.rules(), &given)?;
    let visitor = Visitor::new(anonymous_id, sender.received_at);
    let token = Seal::new(&sender.source.id, &sender.signing_secrets()).token(&visitor).map_err(|error| match error {
        SealError::TooLong => ApiError::Rejected(Reason::TooLong),
        SealError::Impossible => ApiError::Unavailable,
    })?;
    Ok(Json(Pass { token, expires_in: CROSS_DOMAIN_MS / 1000 }))
}

/// A token that says who got a newsletter, for the parameter `nora_link` of its links. With the source's secret key.
///
/// Whoever comes by such a link is taken for the person that it was made for. It is encrypted: nobody can read it out of an address.
#[utoipa::path(post, path = "/v1/links", tag = "collect", request_body(content = Recipient, content_type = "application/json"),
    security(("write_key" = [])),
    responses((status = 200, body = Ticket)))]
pub async fn newsletter(request: HttpRequest, payload: Payload, app: Data<App>) -> Result<Json<Ticket>, ApiError> {
    enter(&app, &request)?;
    let sender = Sender::of(&app, &request, None, &[]).ok().filter(|sender| sender.verified).ok_or(ApiError::SecretKeyNeeded)?;
    sender.take(&request, 0)?;
    let recipient: Recipient = body::object(&request, payload, body::TRACKING).await?;
    let expires_in = recipient.expires_in.unwrap_or(NEWSLETTER_MS / 1000);
    if !(60..=LONGEST_MS / 1000).contains(&expires_in) {
        return Err(ApiError::InvalidBody("expires_in is 60 to 31622400 seconds".to_owned()));
    }
    let expires_at = Millis(sender.received_at.0 + expires_in * 1000);
    let person = person(&app.followed.rules(), recipient.user_id, &recipient.traits.unwrap_or_default(), expires_at);
    let person = person.map_err(|why| ApiError::InvalidBody(why.to_owned()))?;
    let token = Seal::new(&sender.source.id, &sender.signing_secrets()).token(&person).map_err(|error| match error {
        SealError::TooLong => ApiError::InvalidBody(error.to_string()),
        SealError::Impossible => ApiError::Unavailable,
    })?;
    Ok(Json(Ticket { token, expires_at }))
}

/// What a newsletter's token says; the error says what is wrong with it.
pub fn person(rules: &Rules, user_id: Option<String>, traits: &Map<String, Value>, until: Millis) -> Result<Person, &'static str> {
    let user_id = user_id.filter(|id| !id.trim().is_empty());
    let text = |name: &str| traits.get(name).and_then(Value::as_str);
    let names = |kind: &str, value: Option<&str>| value.is_some_and(|value| rules.identifier(kind, value).is_some());
    if user_id.is_some() && !names(USER_ID, user_id.as_deref()) {
        return Err("userId is none that identifies somebody");
    }
    if user_id.is_none() && !names(EMAIL, text("email")) && !names(PHONE, text("phone")) {
        return Err("it names nobody: give a userId, or an email or phone among the traits");
    }
    let traits = match traits.is_empty() {
        true => None,
        false => Some(serde_json::value::to_raw_value(traits).map_err(|_| "the traits cannot be written")?),
    };
    Ok(Person::new(user_id, traits, until))
}
