//! The description of the API, made from the code, and the page that shows it.

use actix_web::web::{Json, ServiceConfig};
use utoipa::openapi::OpenApi as Document;
use utoipa::openapi::security::{Http, HttpAuthScheme, SecurityRequirement, SecurityScheme};
use utoipa::openapi::{Content, Ref, ResponseBuilder};
use utoipa::{Modify, OpenApi};
use utoipa_swagger_ui::SwaggerUi;

use super::identity::{self, decisions, preview};
use super::profile_api;
use super::{
    backup, collect, counts, events, health, identities, import, jitsu, links, live, overview, pixel, plans, profiles, quarantine, rudder,
    session, settings, sources, tokens, visitor_id,
};

#[derive(OpenApi)]
#[openapi(
    info(title = "Nora", description = "One profile per customer."),
    paths(
        collect::one, collect::batch, collect::raw, collect::metrics, visitor_id::id, links::cross_domain, links::newsletter, counts::count,
        counts::list, pixel::segment, pixel::rudder, rudder::beacon, backup::make,
        rudder::source_config, jitsu::one, import::import, settings::settings, profile_api::traits::traits, profile_api::external_ids::external_ids,
        profile_api::events::events, profile_api::metadata::metadata, profile_api::links::links, profiles::show, profiles::search, events::timeline,
        identities::stream, identity::graph, identity::why, identity::changes, decisions::list, decisions::sever, decisions::unsever,
        decisions::block, decisions::unblock, decisions::alias, decisions::unalias, preview::rules, preview::change_rules, preview::preview,
        live::stream, quarantine::list, quarantine::show, quarantine::summary, quarantine::remove, quarantine::empty, quarantine::replay::one,
        quarantine::replay::many, overview::overview, sources::list, sources::create, sources::show, sources::update,
        sources::remove, sources::rotate, sources::restore, tokens::list, tokens::create, tokens::show, tokens::update, tokens::revoke, plans::list, plans::create, plans::show,
        plans::update, plans::remove, plans::versions, plans::version, plans::client, plans::violations::list, plans::infer::infer, session::log_in, session::whoami,
        session::log_out, health::healthz, health::readyz, health::figures
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
        for (path, item) in &mut document.paths.paths {
            let operations = [&mut item.get, &mut item.put, &mut item.post, &mut item.delete];
            for operation in operations.into_iter().flatten() {
                for (status, why) in refusals(path, operation.security.as_deref().unwrap_or_default()) {
                    let answer = ResponseBuilder::new().description(why);
                    let answer = answer.content("application/json", Content::new(Some(Ref::from_schema_name("ErrorBody"))));
                    operation.responses.responses.entry(status.to_owned()).or_insert_with(|| answer.build().into());
                }
            }
        }
    }
}

/// What the door answers before a handler is asked.
fn refusals(path: &str, security: &[SecurityRequirement]) -> Vec<(&'static str, &'static str)> {
    let names = |name: &str| security.iter().any(|needed| *needed == SecurityRequirement::new::<_, [&str; 0], &str>(name, []));
    let mut refusals = Vec::new();
    if names("token") && path != "/v1/session" {
        refusals.push(("403", "the token lacks the scope"));
    }
    if names("write_key") {
        refusals.push(("403", "the origin is not one of the source's, or the token lacks the scope"));
        refusals.push(("408", "the body came too slowly"));
        refusals.push(("429", "over a quota: again after `Retry-After`"));
    }
    refusals
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
