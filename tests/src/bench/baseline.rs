//! What there is to compare with: a server that reads the body and does nothing with it.
//!
//! The same actix-web with the same number of workers, reading the body in the same way within the same bound, and answering with the
//! same bytes. It runs in this process, which makes no difference to who gets which core. What Nora does beyond it is reading the
//! events, deciding about them, making them durable, and applying them to profiles.

use std::net::SocketAddr;
use std::sync::mpsc;
use std::thread;

use actix_web::web::{self, BytesMut, Payload};
use actix_web::{App, HttpResponse, HttpServer, rt};
use futures_util::StreamExt;

use crate::Result;

/// Bytes of a body, at most: as Nora's tracking API.
const BODY_BYTES: usize = 500 * 1024;

/// Starts it on a thread of its own, which ends with the process.
pub(crate) fn start() -> Result<SocketAddr> {
    let (tell, told) = mpsc::channel();
    let workers = thread::available_parallelism()?.get();
    thread::spawn(move || {
        rt::System::new().block_on(async move {
            let bound = HttpServer::new(|| App::new().route("/v1/batch", web::post().to(read)).route("/v1/track", web::post().to(read)))
                .workers(workers)
                .disable_signals()
                .bind("127.0.0.1:0");
            match bound {
                Ok(server) => {
                    // The bench ends when nobody listens.
                    let _ = tell.send(server.addrs().first().copied().ok_or("no address".to_owned()));
                    server.run().await
                }
                Err(error) => {
                    let _ = tell.send(Err(error.to_string()));
                    Ok(())
                }
            }
        })
    });
    Ok(told.recv()??)
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
