//! How many connections there may be, in all and of one address.

use std::any::Any;
use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::Arc;

use actix_tls::accept::rustls_0_23::TlsStream;
use actix_web::dev::Extensions;
use actix_web::rt::net::TcpStream;
use parking_lot::Mutex;
use rustix::net::Shutdown;
use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};

use crate::http::peer::Proxies;

/// The connections of each address.
pub(super) struct Connections {
    most: usize,
    proxies: Proxies,
    open: Arc<Mutex<HashMap<IpAddr, usize>>>,
}

/// One connection, for as long as it is open.
struct Open {
    ip: IpAddr,
    open: Arc<Mutex<HashMap<IpAddr, usize>>>,
}

impl Connections {
    /// So many of one address at most, but for proxies; any number where 0.
    pub(super) fn new(most: usize, proxies: Proxies) -> Connections {
        Connections { most, proxies, open: Arc::default() }
    }

    /// Counts a connection that was made, and hangs up on one too many.
    pub(super) fn note(&self, stream: &dyn Any, data: &mut Extensions) {
        let stream = match stream.downcast_ref::<TlsStream<TcpStream>>() {
            Some(stream) => Some(stream.get_ref().0),
            None => stream.downcast_ref::<TcpStream>(),
        };
        let Some(stream) = stream else { return };
        let Ok(ip) = stream.peer_addr().map(|address| of_household(address.ip())) else { return };
        if self.most == 0 || self.proxies.trusts(ip) {
            return;
        }
        let mut open = self.open.lock();
        let count = open.entry(ip).or_default();
        *count += 1;
        let is_too_many = *count > self.most;
        drop(open);
        data.insert(Open { ip, open: Arc::clone(&self.open) });
        if is_too_many {
            // Then there is nothing more to read, and the connection ends. It may have ended by itself.
            let _ = rustix::net::shutdown(stream, Shutdown::Both);
        }
    }
}

impl Drop for Open {
    fn drop(&mut self) {
        let mut open = self.open.lock();
        if let Some(count) = open.get_mut(&self.ip) {
            *count -= 1;
            if *count == 0 {
                open.remove(&self.ip);
            }
        }
    }
}

/// Of IPv6, whoever has one address has a network of 64 bits of them.
fn of_household(ip: IpAddr) -> IpAddr {
    match ip.to_canonical() {
        IpAddr::V6(ip) => IpAddr::V6((u128::from(ip) & !u128::from(u64::MAX)).into()),
        ip => ip,
    }
}

/// Each connection is an open file, and what a process gets unless it asks is often a thousand.
pub(super) fn allow_as_many_files_as_possible() {
    let Rlimit { current, maximum } = getrlimit(Resource::Nofile);
    if let Err(error) = setrlimit(Resource::Nofile, Rlimit { current: maximum, maximum }) {
        tracing::warn!(%error, ?current, "the number of open files could not be raised");
    }
}
