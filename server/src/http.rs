//! The door: the route table, and what each route needs.
//!
//! | who | what |
//! |---|---|
//! | anybody with a write key | the tracking API: [`collect`]; [`visitor_id`], [`links`], [`counts`] |
//! | | what clients of RudderStack and Jitsu add: [`rudder`], [`jitsu`]; [`pixel`] |
//! | anybody | [`health`], the assets of script, shop and console: [`static_files`]; what no route takes: [`unknown`] |
//! | holders of a token or a console session with the scope that the table names | everything else, in Segment's shape at [`profile_api`]; never across origins |

pub mod access;
pub mod backup;
pub mod body;
pub mod collect;
pub mod cors;
pub mod counts;
pub mod door;
pub mod error;
pub mod events;
pub mod guard;
pub mod health;
pub mod identities;
pub mod identity;
pub mod import;
pub mod jitsu;
mod limit;
pub mod links;
pub mod live;
pub mod openapi;
pub mod overview;
pub mod peer;
pub mod pixel;
pub mod plans;
pub mod profile_api;
pub mod profiles;
pub mod quarantine;
pub mod quota;
pub mod rudder;
mod sender;
pub mod session;
pub mod settings;
pub mod sources;
pub mod static_files;
pub mod tokens;
pub mod unknown;
pub mod unread;
pub mod visitor_id;

use actix_web::Route;
use actix_web::guard::fn_guard;
use actix_web::middleware::from_fn;
use actix_web::web::{self, ServiceConfig, delete, get, post, put, to};

use access::needs;
use identity::{decisions, preview};
use profile_api::external_ids;
use quarantine::replay;

use crate::keys::Scope::{Config, Identity, Owner, Read};

/// Every route of the server.
pub fn routes(config: &mut ServiceConfig) {
    // Whole resources, so that the preflights of these paths are answered and those of all others are not.
    let whole = |path: &str, route: Route| web::resource(path).route(route).default_service(to(unknown::unknown));
    let open = |path: &str, route: Route| whole(path, route).wrap(from_fn(cors::open));
    let same_site = |path: &str, route: Route| whole(path, route).wrap(from_fn(cors::same_site));
    config
        // What most requests ask for, first and without a pattern: routes are tried in this order, and a pattern costs microseconds.
        .service(open("/v1/batch", post().to(collect::batch)))
        .service(open("/v1/b", post().to(collect::batch)))
        .service(open("/v1/track", post().to(collect::one)))
        .service(open("/v1/t", post().to(collect::one)))
        .service(open("/v1/page", post().to(collect::one)))
        .service(open("/v1/p", post().to(collect::one)))
        .service(open("/v1/identify", post().to(collect::one)))
        .service(open("/v1/i", post().to(collect::one)))
        .service(open("/v1/raw", post().to(collect::raw)))
        .route("/healthz", get().to(health::healthz))
        .route("/readyz", get().to(health::readyz))
        .route("/metrics", get().to(health::figures))
        .route("/openapi.json", get().to(openapi::document))
        // Anybody may try to log in; who is nobody is told so.
        .route("/v1/session", post().to(session::log_in))
        .route("/v1/session", get().to(session::whoami))
        .route("/v1/session", delete().to(session::log_out))
        // With a secret key: it sees to that itself.
        .route("/v1/links", post().to(links::newsletter))
        .route("/v1/counts", get().to(counts::list).wrap(needs(Read)))
        .route("/v1/overview", get().to(overview::overview).wrap(needs(Read)))
        .route("/v1/sources", get().to(sources::list).wrap(needs(Read)))
        .route("/v1/sources", post().to(sources::create).wrap(needs(Config)))
        .route("/v1/sources/{id}", get().to(sources::show).wrap(needs(Read)))
        .route("/v1/sources/{id}", put().to(sources::update).wrap(needs(Config)))
        .route("/v1/sources/{id}", delete().to(sources::remove).wrap(needs(Config)))
        .route("/v1/sources/{id}/rotate", post().to(sources::rotate).wrap(needs(Config)))
        .route("/v1/sources/{id}/restore", post().to(sources::restore).wrap(needs(Config)))
        .route("/v1/tokens", get().to(tokens::list).wrap(needs(Owner)))
        .route("/v1/tokens", post().to(tokens::create).wrap(needs(Owner)))
        .route("/v1/tokens/{id}", get().to(tokens::show).wrap(needs(Owner)))
        .route("/v1/tokens/{id}", put().to(tokens::update).wrap(needs(Owner)))
        .route("/v1/tokens/{id}", delete().to(tokens::revoke).wrap(needs(Owner)))
        .route("/v1/tracking_plans", get().to(plans::list).wrap(needs(Read)))
        .route("/v1/tracking_plans", post().to(plans::create).wrap(needs(Config)))
        .route("/v1/tracking_plans/infer", post().to(plans::infer::infer).wrap(needs(Read)))
        .route("/v1/tracking_plans/{id}", get().to(plans::show).wrap(needs(Read)))
        .route("/v1/tracking_plans/{id}", put().to(plans::update).wrap(needs(Config)))
        .route("/v1/tracking_plans/{id}", delete().to(plans::remove).wrap(needs(Config)))
        .route("/v1/tracking_plans/{id}/versions", get().to(plans::versions).wrap(needs(Read)))
        .route("/v1/tracking_plans/{id}/versions/{version}", get().to(plans::version).wrap(needs(Read)))
        .route("/v1/tracking_plans/{id}/violations", get().to(plans::violations::list).wrap(needs(Read)))
        .route("/v1/tracking_plans/{id}/typescript", get().to(plans::client).wrap(needs(Read)))
        .route("/v1/events/live", get().to(live::stream).wrap(needs(Read)))
        .route("/v1/identities", get().to(identities::stream).wrap(needs(Read)))
        .route("/v1/quarantine", get().to(quarantine::list).wrap(needs(Read)))
        .route("/v1/quarantine", delete().to(quarantine::empty).wrap(needs(Config)))
        .route("/v1/quarantine/summary", get().to(quarantine::summary).wrap(needs(Read)))
        .route("/v1/quarantine/replay", post().to(replay::many).wrap(needs(Config)))
        .route("/v1/quarantine/{id}", get().to(quarantine::show).wrap(needs(Read)))
        .route("/v1/quarantine/{id}", delete().to(quarantine::remove).wrap(needs(Config)))
        .route("/v1/quarantine/{id}/replay", post().to(replay::one).wrap(needs(Config)))
        .route("/v1/profiles", get().to(profiles::search).wrap(needs(Read)))
        .route("/v1/profiles/{id}", get().to(profiles::show).wrap(needs(Read)))
        .route("/v1/profiles/{id}/events", get().to(events::timeline).wrap(needs(Read)))
        .route("/v1/profiles/{id}/identity", get().to(identity::graph).wrap(needs(Read)))
        .route("/v1/identity/why", get().to(identity::why).wrap(needs(Read)))
        .route("/v1/identity/changes", get().to(identity::changes).wrap(needs(Read)))
        .route("/v1/identity/decisions", get().to(decisions::list).wrap(needs(Read)))
        .route("/v1/identity/sever", post().to(decisions::sever).wrap(needs(Identity)))
        .route("/v1/identity/sever", delete().to(decisions::unsever).wrap(needs(Identity)))
        .route("/v1/identity/block", post().to(decisions::block).wrap(needs(Identity)))
        .route("/v1/identity/block", delete().to(decisions::unblock).wrap(needs(Identity)))
        .route("/v1/identity/alias", post().to(decisions::alias).wrap(needs(Identity)))
        .route("/v1/identity/alias", delete().to(decisions::unalias).wrap(needs(Identity)))
        .route("/v1/identity/rules", get().to(preview::rules).wrap(needs(Read)))
        .route("/v1/identity/rules", put().to(preview::change_rules).wrap(needs(Identity)))
        .route("/v1/identity/preview", post().to(preview::preview).wrap(needs(Read)))
        .route("/v1/backup", post().to(backup::make).wrap(needs(Owner)))
        .route("/v1/import", post().guard(fn_guard(rudder::is_batch)).to(collect::batch))
        // With the scope `import`, or with a secret key: it sees to that itself.
        .route("/v1/import", post().to(import::import))
        .route("/v1/spaces/{space}/collections/users/profiles/{id}/traits", get().to(profile_api::traits::traits).wrap(needs(Read)))
        .route("/v1/spaces/{space}/collections/users/profiles/{id}/external_ids", get().to(external_ids::external_ids).wrap(needs(Read)))
        .route("/v1/spaces/{space}/collections/users/profiles/{id}/events", get().to(profile_api::events::events).wrap(needs(Read)))
        .route("/v1/spaces/{space}/collections/users/profiles/{id}/metadata", get().to(profile_api::metadata::metadata).wrap(needs(Read)))
        .route("/v1/spaces/{space}/collections/users/profiles/{id}/links", get().to(profile_api::links::links).wrap(needs(Read)))
        .service(open("/v1/projects/{write_key}/settings", get().to(settings::settings)))
        .service(same_site("/v1/id", post().to(visitor_id::id)))
        .service(open("/v1/link", post().to(links::cross_domain)))
        .service(open("/v1/count", post().to(counts::count)))
        .service(open("/v1/m", post().to(collect::metrics)))
        .service(open("/v1/{kind:screen|group|alias|s|g|a}", post().to(collect::one)))
        .service(open("/v1/pixel/{kind:identify|track|page|screen|group|alias}", get().to(pixel::segment)))
        .service(open("/pixel/v1/{kind:track|page}", get().to(pixel::rudder)))
        .service(open("/beacon/v1/batch", post().to(rudder::beacon)))
        .service(open("/sourceConfig", get().to(rudder::source_config)))
        .service(open("/sourceConfig/", get().to(rudder::source_config)))
        .service(open("/api/s/{kind:identify|track|page|screen|group|alias}", post().to(jitsu::one)))
        .service(open("/api/s/s2s/{kind:identify|track|page|screen|group|alias}", post().to(jitsu::one)))
        .configure(openapi::docs)
        .default_service(to(unknown::unknown));
}
