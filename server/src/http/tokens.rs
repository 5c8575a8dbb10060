//! Who may ask and change: access tokens, as resources.

use actix_web::web::{Data, Json, Path, Payload};
use actix_web::{HttpRequest, HttpResponse};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::access::Reader;
use super::body;
use super::error::{ApiError, ErrorBody};
use super::sources::change;
use crate::app::App;
use crate::keys::{NewToken, Scope, Token, TokenChange};
use crate::time::Millis;

/// All tokens.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = TokenPage)]
pub struct Page {
    data: Vec<TokenView>,
    next: Option<String>,
}

/// One token, without itself.
#[derive(Debug, Serialize, ToSchema)]
pub struct TokenView {
    id: String,
    name: String,
    /// What it may do.
    scopes: Vec<Scope>,
    /// What it ends with.
    hint: String,
    #[schema(value_type = Option<String>, format = DateTime)]
    created_at: Option<Millis>,
    /// `null`: never.
    #[schema(value_type = Option<String>, format = DateTime)]
    expires_at: Option<Millis>,
    /// To the minute.
    #[schema(value_type = Option<String>, format = DateTime)]
    last_used_at: Option<Millis>,
}

/// A token, with itself.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = CreatedToken)]
pub struct Created {
    #[serde(flatten)]
    view: TokenView,
    /// The token. Keep it: it is shown only now.
    token: String,
}

/// A token to be made, or all that can be changed about one.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = WantedToken)]
pub struct Wanted {
    #[schema(max_length = 100, pattern = r"^[^\x00-\x1f\x7f-\x9f]*[^\s\x00-\x1f\x7f-\x9f][^\x00-\x1f\x7f-\x9f]*$")]
    name: String,
    #[schema(min_items = 1)]
    scopes: Vec<Scope>,
    /// RFC 3339; never where absent.
    #[serde(default)]
    #[schema(value_type = Option<String>, format = DateTime)]
    expires_at: Option<String>,
}

/// All tokens, and when they were last used.
#[utoipa::path(get, path = "/v1/tokens", tag = "configuration", security(("token" = [])),
    responses((status = 200, body = Page)))]
pub async fn list(_: Reader, app: Data<App>) -> Json<Page> {
    let data = app.keys.directory().tokens().map(|(token, last_used_at)| view(token, last_used_at)).collect();
    Json(Page { data, next: None })
}

/// One token.
#[utoipa::path(get, path = "/v1/tokens/{id}", tag = "configuration", params(("id" = String, Path,)), security(("token" = [])),
    responses((status = 200, body = TokenView), (status = 404, body = ErrorBody)))]
pub async fn show(_: Reader, app: Data<App>, id: Path<String>) -> Result<Json<TokenView>, ApiError> {
    let directory = app.keys.directory();
    let found = directory.tokens().find(|(token, _)| token.id == *id);
    found.map(|(token, last_used_at)| Json(view(token, last_used_at))).ok_or(ApiError::NotFound("such token"))
}

/// Makes a token. It can be used at once.
#[utoipa::path(post, path = "/v1/tokens", tag = "configuration", request_body = Wanted, security(("token" = [])),
    responses((status = 201, body = Created), (status = 409, body = ErrorBody)))]
pub async fn create(_: Reader, request: HttpRequest, payload: Payload, app: Data<App>) -> Result<HttpResponse, ApiError> {
    let wanted: Wanted = body::object(&request, payload, body::CHANGE).await?;
    let new = NewToken { settings: wanted.settings()?, at: app.clock.now() };
    let (made, token) = change(app, |stored| stored.create_token(new)).await?;
    Ok(HttpResponse::Created().json(Created { view: view(&made, None), token }))
}

/// Changes a token: all of it that can be changed. The token itself stays.
#[utoipa::path(put, path = "/v1/tokens/{id}", tag = "configuration", params(("id" = String, Path,)), request_body = Wanted, security(("token" = [])),
    responses((status = 200, body = TokenView), (status = 404, body = ErrorBody)))]
pub async fn update(
    _: Reader,
    request: HttpRequest,
    payload: Payload,
    app: Data<App>,
    id: Path<String>,
) -> Result<Json<TokenView>, ApiError> {
    let wanted: Wanted = body::object(&request, payload, body::CHANGE).await?;
    let settings = wanted.settings()?;
    let changed = change(app, move |stored| stored.change_token(&id, settings)).await?;
    Ok(Json(view(&changed, changed.last_used_at)))
}

/// Revokes a token, at once, with the console sessions that were opened with it.
#[utoipa::path(delete, path = "/v1/tokens/{id}", tag = "configuration", params(("id" = String, Path,)), security(("token" = [])),
    responses((status = 204, description = "revoked"), (status = 404, body = ErrorBody)))]
pub async fn revoke(_: Reader, app: Data<App>, id: Path<String>) -> Result<HttpResponse, ApiError> {
    change(app, move |stored| stored.delete_token(&id)).await?;
    Ok(HttpResponse::NoContent().finish())
}

impl Wanted {
    fn settings(self) -> Result<TokenChange, ApiError> {
        let read = |text: String| Millis::parse(&text).ok_or(ApiError::InvalidParameter("expires_at"));
        Ok(TokenChange { name: self.name, scopes: self.scopes, expires_at: self.expires_at.map(read).transpose()? })
    }
}

fn view(token: &Token, last_used_at: Option<Millis>) -> TokenView {
    TokenView {
        id: token.id.clone(),
        name: token.name.clone(),
        scopes: token.scopes.clone(),
        hint: token.hint.clone(),
        created_at: token.created_at,
        expires_at: token.expires_at,
        last_used_at,
    }
}
