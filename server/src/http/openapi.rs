//! The description of the API, made from the code, and the page that shows it.

use actix_web::web::{Json, ServiceConfig};
use utoipa::openapi::OpenApi as Document;
use utoipa::openapi::security::{Http, HttpAuthScheme, SecurityScheme};
use utoipa::{Modify, OpenApi};
use utoipa_swagger_ui::SwaggerUi;

use super::identity::{self, decisions, preview};
use super::{
    collect, counts, events, health, identities, import, links, live, overview, profiles, quarantine, session, settings, sources,
    visitor_id,
};

#[derive(OpenApi)]
#[openapi(
    info(title = "Nora", description = "One profile per customer."),
    paths(
        collect::one, collect::batch, collect::raw, collect::metrics, visitor_id::id, links::cross_domain, links::newsletter, counts::count, counts::list, import::import, settings::settings, profiles::show, profiles::search, events::timeline,
        identities::stream, identity::graph, identity::why, identity::changes, decisions::list, decisions::sever, decisions::unsever,
        decisions::block, decisions::unblock, decisions::alias, decisions::unalias, preview::rules, preview::change_rules, preview::preview,
        live::stream, quarantine::list, overview::overview, sources::list, session::log_in, session::whoami,
        session::log_out, health::healthz, health::readyz, health::metrics
    ),
    modifiers(&Security)
)]
struct Api;

struct Security;

impl Modify for Security {
    fn modify(&self, document: &mut Document) {
        let components = document.components.get_or_insert_default();
        components.add_security_scheme("token", SecurityScheme::Http(Http::new(HttpAuthScheme::Bearer)));
        components.add_security_scheme("write_key", SecurityScheme::Http(Http::new(HttpAuthScheme::Basic)));
    }
}

/// The OpenAPI document.
pub async fn document() -> Json<Document> {
    Json(Api::openapi())
}

/// `/docs`: the document for people.
pub(super) fn docs(config: &mut ServiceConfig) {
    config.route("/docs", actix_web::web::get().to(|| async { actix_web::web::Redirect::to("/docs/") }));
    config.service(SwaggerUi::new("/docs/{_:.*}").config(utoipa_swagger_ui::Config::from("/openapi.json")));
}
