//! `nora serve`.

mod connections;
mod upkeep;

use std::error::Error;
use std::io::Write;
use std::time::Duration;
use std::{fs, io};

use actix_web::HttpServer;
use actix_web::middleware::from_fn;
use actix_web::web::{self, Data, PathConfig, QueryConfig};

use connections::Connections;
use upkeep::Upkeep;

use super::config::Config;
use crate::app::App;
use crate::backup::Backups;
use crate::http::error::ApiError;
use crate::http::session::LoginCode;
use crate::http::{guard, routes, unread};
use crate::keys::Keys;
use crate::stop::asked_to_stop;
use crate::tls::Certificate;

/// The file in the data directory that says where its server listens, for other commands.
pub(super) const ADDRESS_FILE: &str = "address";

/// Seconds that requests under way get when the server is told to stop.
const DRAIN_SECONDS: u64 = 10;

/// How long a connection may say nothing between two requests.
const KEEP_ALIVE: Duration = Duration::from_secs(15);

/// Serves until SIGTERM or Ctrl-C, then finishes what is under way.
pub(super) fn serve(config: &Config) -> Result<(), Box<dyn Error>> {
    connections::allow_as_many_files_as_possible();
    let (app, threads) = config.open()?;
    let code = LoginCode::new()?;
    actix_web::rt::System::new().block_on(run(config, app, code))?;
    threads.finish();
    tracing::info!("stopped");
    Ok(())
}

async fn run(config: &Config, app: App, code: LoginCode) -> Result<(), Box<dyn Error>> {
    let backups = Backups::new(&config.data, config.backup_dir.as_deref(), config.min_free_mib << 20);
    let backups = Data::new(backups);
    let (data, codes) = (Data::new(app.clone()), Data::new(code.clone()));
    let (door, domain) = (Data::new(config.door.door()), Data::new(config.cookie_domain.clone()));
    let server = HttpServer::new(move || {
        actix_web::App::new()
            .wrap(from_fn(guard::headers))
            .wrap(from_fn(unread::give_up))
            .app_data(data.clone())
            .app_data(codes.clone())
            .app_data(domain.clone())
            .app_data(door.clone())
            .app_data(backups.clone())
            .app_data(QueryConfig::default().error_handler(|_, _| ApiError::InvalidParameter("query").into()))
            .app_data(PathConfig::default().error_handler(|_, _| ApiError::InvalidParameter("path").into()))
            .app_data(web::PayloadConfig::new(crate::http::import::PART_BYTES))
            .configure(routes)
    });
    let workers =
        if config.workers == 0 { std::thread::available_parallelism().map_or(1, usize::from) } else { usize::from(config.workers) };
    let open = Connections::new(config.door.connections_per_address as usize, config.door.proxies());
    let server = server
        .workers(workers)
        .max_connections((config.door.connections as usize).div_ceil(workers))
        .on_connect(move |stream, data| open.note(stream, data))
        .client_request_timeout(config.door.patience())
        .keep_alive(KEEP_ALIVE)
        .shutdown_timeout(DRAIN_SECONDS)
        // actix-web would end at Ctrl-C without finishing what is under way.
        .shutdown_signal(asked_to_stop());
    let certificate = match (&config.door.tls_cert, &config.door.tls_key) {
        (Some(cert), Some(key)) => Some(Certificate::open(cert, key)?),
        _ => None,
    };
    let server = match &certificate {
        Some(certificate) => server.bind_rustls_0_23(config.listen, certificate.config()?),
        None => server.bind(config.listen),
    }
    .map_err(|error| format!("cannot listen on {}: {error}; choose another address with --listen", config.listen))?;
    let address = server.addrs().first().copied().unwrap_or(config.listen);
    let base = format!("{}://{address}", if certificate.is_some() { "https" } else { "http" });
    fs::write(config.data.join(ADDRESS_FILE), &base)?;
    greet(&base, &app.keys, &code)?;
    let upkeep = Upkeep::start(app, config.retention(), certificate);
    server.run().await?;
    upkeep.finish().await;
    // It is gone with the server; another may have written its own since.
    let _ = fs::remove_file(config.data.join(ADDRESS_FILE));
    Ok(())
}

fn greet(base: &str, keys: &Keys, code: &LoginCode) -> io::Result<()> {
    let (mut out, directory) = (io::stdout().lock(), keys.directory());
    let key = directory.sources.first().map_or("", |source| source.write_key());
    writeln!(out, "\nNora is listening on {base}\n")?;
    writeln!(out, "  shop      {base}/shop/")?;
    writeln!(out, "  console   {base}/console/?code={}   (once)", code.text().unwrap_or_default())?;
    writeln!(out, "  API       {base}/docs/")?;
    writeln!(out, "  write key {key}")?;
    writeln!(out, "  tag       <script async src=\"{base}/nora.js\" data-write-key=\"{key}\"></script>")?;
    let made = keys.made();
    let secrets = made.iter().flat_map(|made| [("token    ", &made.admin_token), ("secret   ", &made.secret_key)]);
    for (name, secret) in secrets.filter_map(|(name, secret)| Some((name, secret.as_ref()?))) {
        writeln!(out, "  {name} {secret}   (shown only now)")?;
    }
    writeln!(out, "\n`nora token create` makes access tokens; the signing secret is in keys.toml in the data directory.\n")?;
    out.flush()
}
