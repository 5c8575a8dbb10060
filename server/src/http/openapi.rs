//! The description of the API, made from the code, and the page that shows it.

mod answers;
pub mod event;

use actix_web::web::{Json, ServiceConfig};
use nora_shared::Kind;
use utoipa::openapi::OpenApi as Document;
use utoipa::openapi::path::{Operation, PathItem};
use utoipa::openapi::security::{ApiKey, ApiKeyValue, Http, HttpAuthScheme, SecurityScheme};
use utoipa::openapi::{Content, Ref};
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
    info(
        title = "Nora",
        description = "One profile per customer.\n\nEvery error has the body `ErrorBody`, with a stable code. An address that does not know the \
            method answers 405 and `Allow`, one that does not exist 404."
    ),
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
    components(schemas(super::error::ErrorBody)),
    modifiers(&Security, &Kinds, &Operations)
)]
struct Api;

/// The ways to say who asks.
struct Security;

impl Modify for Security {
    fn modify(&self, document: &mut Document) {
        let components = document.components.get_or_insert_default();
        components.add_security_scheme("token", SecurityScheme::Http(Http::new(HttpAuthScheme::Bearer)));
        components.add_security_scheme("write_key", SecurityScheme::Http(Http::new(HttpAuthScheme::Basic)));
        let in_query = SecurityScheme::ApiKey(ApiKey::Query(ApiKeyValue::new("writeKey")));
        components.add_security_scheme("write_key_in_query", in_query);
    }
}

/// An address that names a kind of event is one address for each kind that it takes, so that each has its own body.
struct Kinds;

impl Modify for Kinds {
    fn modify(&self, document: &mut Document) {
        let of_kinds: Vec<String> = document.paths.paths.keys().filter(|path| path.contains("{kind}")).cloned().collect();
        for path in of_kinds {
            let Some(item) = document.paths.paths.remove(&path) else { continue };
            // RudderStack's pixel knows no others.
            let kinds = if path.starts_with("/pixel") { &[Kind::Track, Kind::Page][..] } else { &Kind::ALL };
            for kind in kinds {
                let mut item = item.clone();
                operations(&mut item).for_each(|(_, operation)| of_kind(operation, *kind));
                document.paths.paths.insert(path.replace("{kind}", kind.name()), item);
            }
        }
    }
}

fn of_kind(operation: &mut Operation, kind: Kind) {
    operation.parameters.iter_mut().for_each(|parameters| parameters.retain(|parameter| parameter.name != "kind"));
    let contents = operation.request_body.iter_mut().flat_map(|body| body.content.values_mut());
    contents.for_each(|content| *content = Content::new(Some(Ref::from_schema_name(event::name_of(kind)))));
}

/// What follows from what an operation is: its answers, and its name for those who make clients of the document.
struct Operations;

impl Modify for Operations {
    fn modify(&self, document: &mut Document) {
        for (path, item) in &mut document.paths.paths {
            for (method, operation) in operations(item) {
                answers::add(path, operation);
                let words = path.trim_start_matches("/v1").split(['/', '{', '}', '.']).filter(|word| !word.is_empty());
                operation.operation_id = Some([method].into_iter().chain(words).collect::<Vec<_>>().join("_"));
            }
        }
    }
}

fn operations(item: &mut PathItem) -> impl Iterator<Item = (&'static str, &mut Operation)> {
    let operations = [("get", &mut item.get), ("put", &mut item.put), ("post", &mut item.post), ("delete", &mut item.delete)];
    operations.into_iter().filter_map(|(method, operation)| Some((method, operation.as_mut()?)))
}

/// The OpenAPI document.
pub async fn document() -> Json<Document> {
    Json(described())
}

/// What is described.
pub(super) fn described() -> Document {
    Api::openapi()
}

/// `/docs`: the document for people.
pub(super) fn docs(config: &mut ServiceConfig) {
    config.route("/docs", actix_web::web::get().to(|| async { actix_web::web::Redirect::to("/docs/") }));
    config.service(SwaggerUi::new("/docs/{_:.*}").config(utoipa_swagger_ui::Config::from("/openapi.json")));
}
