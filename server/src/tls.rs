//! TLS: the certificate, which can be renewed while the server runs.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::SystemTime;

use parking_lot::{Mutex, RwLock};
use rustls::ServerConfig;
use rustls::crypto::{CryptoProvider, ring};
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::server::{ClientHello, ResolvesServerCert};
use rustls::sign::CertifiedKey;

/// A certificate and its key, as they lie in two files.
#[derive(Debug)]
pub struct Certificate {
    cert: PathBuf,
    key: PathBuf,
    present: RwLock<Arc<CertifiedKey>>,
    /// When the files were written that are in use, or that were found wanting.
    written: Mutex<Written>,
}

type Written = [Option<SystemTime>; 2];

/// Why a certificate cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum TlsError {
    /// A file cannot be read as PEM.
    #[error("{}: {error}", path.display())]
    File {
        /// Which.
        path: PathBuf,
        /// Why.
        error: rustls::pki_types::pem::Error,
    },
    /// They do not belong together, or are of a kind that is not known.
    #[error("the TLS certificate cannot be used: {0}")]
    Unusable(#[from] rustls::Error),
}

impl Certificate {
    /// The certificate in these files.
    pub fn open(cert: &Path, key: &Path) -> Result<Arc<Certificate>, TlsError> {
        let written = written(cert, key);
        let present = RwLock::new(Arc::new(read(cert, key)?));
        Ok(Arc::new(Certificate { cert: cert.to_owned(), key: key.to_owned(), present, written: Mutex::new(written) }))
    }

    /// How to speak TLS with it: 1.2 and 1.3. Whoever listens adds HTTP/2 and HTTP/1.1 (ALPN).
    pub fn config(self: &Arc<Self>) -> Result<ServerConfig, TlsError> {
        let builder = ServerConfig::builder_with_provider(provider()).with_safe_default_protocol_versions()?;
        Ok(builder.with_no_client_auth().with_cert_resolver(Arc::<Certificate>::clone(self)))
    }

    /// Reads the files again. Connections that are open stay as they are. A certificate that cannot be used takes the place of none.
    pub fn reload(&self) {
        *self.written.lock() = written(&self.cert, &self.key);
        match read(&self.cert, &self.key) {
            Ok(renewed) => {
                *self.present.write() = Arc::new(renewed);
                tracing::info!(path = %self.cert.display(), "the TLS certificate was read again");
            }
            Err(error) => tracing::error!(%error, "the TLS certificate stays as it was"),
        }
    }

    /// Reads the files again if they were written.
    pub fn reload_if_written(&self) {
        if *self.written.lock() != written(&self.cert, &self.key) {
            self.reload();
        }
    }
}

impl ResolvesServerCert for Certificate {
    fn resolve(&self, _: ClientHello<'_>) -> Option<Arc<CertifiedKey>> {
        Some(Arc::clone(&self.present.read()))
    }
}

/// The cryptography that all TLS here is made of.
pub fn provider() -> Arc<CryptoProvider> {
    Arc::new(ring::default_provider())
}

fn read(cert: &Path, key: &Path) -> Result<CertifiedKey, TlsError> {
    let error_of = |path: &Path| {
        let path = path.to_owned();
        move |error| TlsError::File { path, error }
    };
    let chain: Result<Vec<_>, _> = CertificateDer::pem_file_iter(cert).map_err(error_of(cert))?.collect();
    let chain = chain.map_err(error_of(cert))?;
    if chain.is_empty() {
        return Err(error_of(cert)(rustls::pki_types::pem::Error::NoItemsFound));
    }
    let key = PrivateKeyDer::from_pem_file(key).map_err(error_of(key))?;
    let certified = CertifiedKey::from_der(chain, key, &provider())?;
    certified.keys_match()?;
    Ok(certified)
}

fn written(cert: &Path, key: &Path) -> Written {
    [cert, key].map(|path| std::fs::metadata(path).and_then(|file| file.modified()).ok())
}
