//! What is done beside answering: certificates are read again, the use of tokens is noted, and the quarantine is kept within its bounds.

use std::sync::Arc;
use std::time::Duration;

use actix_web::rt::task::JoinHandle;
use tokio::signal::unix::{SignalKind, signal};

use crate::app::App;
use crate::keys::Keys;
use crate::quarantine::{Retention, prune};
use crate::tls::Certificate;

/// How often it is looked whether the certificate was written.
const LOOK: Duration = Duration::from_secs(10);

/// After how many looks the use of tokens is written.
const LOOKS: u32 = 30;

/// The task that does it.
pub(super) struct Upkeep {
    task: JoinHandle<()>,
    keys: Arc<Keys>,
}

impl Upkeep {
    /// Starts it.
    pub(super) fn start(app: App, retention: Retention, certificate: Option<Arc<Certificate>>) -> Upkeep {
        let keys = Arc::clone(&app.keys);
        let task = actix_web::rt::spawn(look_after(app, retention, certificate));
        Upkeep { task, keys }
    }

    /// Ends it, and writes what there is to write.
    pub(super) async fn finish(self) {
        self.task.abort();
        let _ = self.task.await;
        save(self.keys).await;
    }
}

async fn look_after(app: App, retention: Retention, certificate: Option<Arc<Certificate>>) {
    let Ok(mut hangup) = signal(SignalKind::hangup()) else { return };
    let mut looks = 0;
    loop {
        if let Err(error) = prune(&app, retention).await {
            tracing::debug!(%error, "the quarantine is looked after later");
        }
        let is_asked = tokio::select! {
            _ = hangup.recv() => true,
            () = tokio::time::sleep(LOOK) => false,
        };
        match &certificate {
            Some(certificate) if is_asked => certificate.reload(),
            Some(certificate) => certificate.reload_if_written(),
            None => {}
        }
        looks += 1;
        if looks % LOOKS == 0 {
            save(Arc::clone(&app.keys)).await;
        }
    }
}

async fn save(keys: Arc<Keys>) {
    match actix_web::rt::task::spawn_blocking(move || keys.save_last_used()).await {
        Ok(Ok(())) => {}
        Ok(Err(error)) => tracing::warn!(%error, "when tokens were last used could not be written"),
        Err(_) => tracing::warn!("when tokens were last used could not be written"),
    }
}
