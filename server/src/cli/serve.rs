//! `nora serve`.

use std::error::Error;
use std::io::Write;
use std::sync::Arc;
use std::time::Duration;
use std::{fs, io};

use actix_web::web::{self, Data};
use actix_web::{HttpServer, web::JsonConfig, web::QueryConfig};

use super::config::{Config, first_keys};
use crate::app::App;
use crate::clock::SystemClock;
use crate::http::error::ApiError;
use crate::http::routes;
use crate::http::session::LoginCode;
use crate::keys::Keys;
use crate::stop::asked_to_stop;

/// The file in the data directory that says where its server listens, for other commands.
pub(super) const ADDRESS_FILE: &str = "address";

/// Seconds that requests under way get when the server is told to stop.
const DRAIN_SECONDS: u64 = 10;

/// How long a client may take to send the head of a request. Protects connections from clients that never finish.
const HEAD_TIMEOUT: Duration = Duration::from_secs(10);

/// Serves until SIGTERM or Ctrl-C, then finishes what is under way.
pub(super) fn serve(config: &Config) -> Result<(), Box<dyn Error>> {
    let (app, threads) =
        App::open(&config.data, config.cache_mib << 20, &first_keys(), config.trait_sources.clone(), Arc::new(SystemClock))?;
    let code = LoginCode::new()?;
    actix_web::rt::System::new().block_on(run(config, app, code))?;
    threads.finish();
    tracing::info!("stopped");
    Ok(())
}

async fn run(config: &Config, app: App, code: LoginCode) -> Result<(), Box<dyn Error>> {
    let (data, codes, domain) = (Data::new(app.clone()), Data::new(code.clone()), Data::new(config.cookie_domain.clone()));
    let server = HttpServer::new(move || {
        actix_web::App::new()
            .app_data(data.clone())
            .app_data(codes.clone())
            .app_data(domain.clone())
            .app_data(JsonConfig::default().limit(64 * 1024).error_handler(|_, _| ApiError::InvalidParameter("body").into()))
            .app_data(QueryConfig::default().error_handler(|_, _| ApiError::InvalidParameter("query").into()))
            .app_data(web::PayloadConfig::new(crate::http::import::PART_BYTES))
            .configure(routes)
    });
    let workers =
        if config.workers == 0 { std::thread::available_parallelism().map_or(1, usize::from) } else { usize::from(config.workers) };
    let server = server
        .workers(workers)
        .client_request_timeout(HEAD_TIMEOUT)
        .shutdown_timeout(DRAIN_SECONDS)
        // actix-web would end at Ctrl-C without finishing what is under way.
        .shutdown_signal(asked_to_stop())
        .bind(config.listen)
        .map_err(|error| format!("cannot listen on {}: {error}; choose another address with --listen", config.listen))?;
    let address = server.addrs().first().copied().unwrap_or(config.listen);
    let base = format!("http://{address}");
    fs::write(config.data.join(ADDRESS_FILE), &base)?;
    greet(&base, &app.keys, &code)?;
    drop(app);
    server.run().await?;
    // It is gone with the server; another may have written its own since.
    let _ = fs::remove_file(config.data.join(ADDRESS_FILE));
    Ok(())
}

fn greet(base: &str, keys: &Keys, code: &LoginCode) -> io::Result<()> {
    let mut out = io::stdout().lock();
    let key = keys.sources.first().map_or("", |source| source.write_key.as_str());
    writeln!(out, "\nNora is listening on {base}\n")?;
    writeln!(out, "  shop      {base}/shop/")?;
    writeln!(out, "  console   {base}/console/?code={}   (once)", code.text().unwrap_or_default())?;
    writeln!(out, "  API       {base}/docs/")?;
    writeln!(out, "  write key {key}")?;
    writeln!(out, "  tag       <script async src=\"{base}/nora.js\" data-write-key=\"{key}\"></script>")?;
    writeln!(out, "\nThe access token, the secret key and the signing secret are in keys.toml in the data directory.\n")?;
    out.flush()
}
