//! What there is to compare with: a server that reads the body and does nothing with it.
//!
//! The same actix-web with the same number of workers, reading the body in the same way within the same bound, and answering with the
//! same bytes, in a process of its own. What Nora does beyond it is reading the events, deciding about them, making them durable, and
//! applying them to profiles.

use std::io::{BufRead, BufReader};
use std::net::SocketAddr;
use std::process::{Child, Command, Stdio};
use std::thread;

use actix_web::web::{self, BytesMut, Payload};
use actix_web::{App, HttpResponse, HttpServer, rt};
use futures_util::StreamExt;

use crate::Result;

/// Bytes of a body, at most: as Nora's tracking API.
const BODY_BYTES: usize = 500 * 1024;

/// What starts it instead of a bench.
pub(crate) const ARGUMENT: &str = "baseline-server";

/// The server, which ends with this.
pub(crate) struct Baseline {
    child: Child,
    pub(crate) address: SocketAddr,
}

impl Baseline {
    /// Starts it.
    pub(crate) fn start() -> Result<Baseline> {
        let mut child = Command::new(std::env::current_exe()?).arg(ARGUMENT).stdout(Stdio::piped()).spawn()?;
        let mut line = String::new();
        BufReader::new(child.stdout.take().ok_or("no output")?).read_line(&mut line)?;
        Ok(Baseline { child, address: line.trim().parse()? })
    }

    /// The processor time that it has taken so far, in seconds.
    pub(crate) fn cpu_seconds(&self) -> f64 {
        nora_tests::cpu_seconds(self.child.id())
    }
}

impl Drop for Baseline {
    fn drop(&mut self) {
        // It has nothing to lose.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Is that server, until it is killed.
pub(crate) fn serve() -> Result<()> {
    let workers = thread::available_parallelism()?.get();
    rt::System::new().block_on(async move {
        let server = HttpServer::new(|| App::new().route("/v1/batch", web::post().to(read)).route("/v1/track", web::post().to(read)))
            .workers(workers)
            .bind("127.0.0.1:0")?;
        println!("{}", server.addrs().first().ok_or("no address")?);
        Ok(server.run().await?)
    })
}

async fn read(mut payload: Payload) -> HttpResponse {
    let mut bytes = BytesMut::new();
    while let Some(chunk) = payload.next().await {
        match chunk {
            Ok(chunk) if bytes.len() + chunk.len() <= BODY_BYTES => bytes.extend_from_slice(&chunk),
            _ => return HttpResponse::PayloadTooLarge().finish(),
        }
    }
    HttpResponse::Ok().content_type("application/json").body(r#"{"success":true}"#)
}
