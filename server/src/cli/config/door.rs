//! What stands at the door: TLS, proxies, and how much of everybody is taken.

use std::path::PathBuf;
use std::str::FromStr;
use std::time::Duration;

use clap::Args;
use ipnet::IpNet;

use crate::http::door::Door;
use crate::http::peer::{ForwardedHeader, Proxies, network};
use crate::http::quota::{PerMinute, Quotas};

/// Every setting of the door.
#[derive(Debug, Args)]
pub(in crate::cli) struct DoorConfig {
    /// The certificate chain in PEM: with it and its key, TLS alone is spoken. Read again when it changes, and at SIGHUP.
    #[arg(long, env = "NORA_TLS_CERT", value_name = "FILE", requires = "tls_key", global = true)]
    pub(in crate::cli) tls_cert: Option<PathBuf>,
    /// The private key of the certificate, in PEM.
    #[arg(long, env = "NORA_TLS_KEY", value_name = "FILE", requires = "tls_cert", global = true)]
    pub(in crate::cli) tls_key: Option<PathBuf>,
    /// Proxies in front of this server, as networks: `10.0.0.0/8,192.0.2.1`. What they say of clients is believed, and nobody else.
    #[arg(long, env = "NORA_TRUSTED_PROXIES", default_value = "", value_name = "CIDR,…", global = true)]
    trusted_proxies: Networks,
    /// The header that they name the client in: x-forwarded-for (with x-forwarded-proto and -host) or forwarded.
    #[arg(long, env = "NORA_FORWARDED_HEADER", default_value = "x-forwarded-for", value_name = "HEADER", global = true)]
    forwarded_header: ForwardedHeader,
    /// Seconds that a client may take to send the head of a request; a body may take as long, and a second more for every 16 KiB.
    #[arg(long, env = "NORA_CLIENT_TIMEOUT", default_value_t = 10, value_name = "SECONDS", value_parser = clap::value_parser!(u32).range(1..=600), global = true)]
    client_timeout: u32,
    /// Connections at a time; more wait until one ends.
    #[arg(long, env = "NORA_CONNECTIONS", default_value_t = 25_000, value_name = "N", value_parser = clap::value_parser!(u32).range(16..=1_000_000), global = true)]
    pub(in crate::cli) connections: u32,
    /// Connections of one client address at a time, trusted proxies aside; more are hung up on. 0: any number.
    #[arg(long, env = "NORA_CONNECTIONS_PER_ADDRESS", default_value_t = 1_000, value_name = "N", value_parser = clap::value_parser!(u32).range(0..=1_000_000), global = true)]
    pub(in crate::cli) connections_per_address: u32,
    /// Requests in a minute with one write key. 0: any number; likewise all quotas.
    #[arg(long, env = "NORA_WRITE_KEY_REQUESTS", default_value_t = 1_200_000, value_name = "N", value_parser = clap::value_parser!(u32).range(0..=MOST), global = true)]
    write_key_requests: u32,
    /// Events in a minute with one write key.
    #[arg(long, env = "NORA_WRITE_KEY_EVENTS", default_value_t = 12_000_000, value_name = "N", value_parser = clap::value_parser!(u32).range(0..=MOST), global = true)]
    write_key_events: u32,
    /// Requests in a minute with one secret key.
    #[arg(long, env = "NORA_SECRET_KEY_REQUESTS", default_value_t = 3_000_000, value_name = "N", value_parser = clap::value_parser!(u32).range(0..=MOST), global = true)]
    secret_key_requests: u32,
    /// Events in a minute with one secret key.
    #[arg(long, env = "NORA_SECRET_KEY_EVENTS", default_value_t = 30_000_000, value_name = "N", value_parser = clap::value_parser!(u32).range(0..=MOST), global = true)]
    secret_key_events: u32,
    /// Requests in a minute of one client address (of IPv6, one network of 64 bits). Not of this machine itself.
    #[arg(long, env = "NORA_ADDRESS_REQUESTS", default_value_t = 6_000, value_name = "N", value_parser = clap::value_parser!(u32).range(0..=MOST), global = true)]
    address_requests: u32,
    /// Events in a minute of one client address, with write keys.
    #[arg(long, env = "NORA_ADDRESS_EVENTS", default_value_t = 60_000, value_name = "N", value_parser = clap::value_parser!(u32).range(0..=MOST), global = true)]
    address_events: u32,
}

/// The largest quota: what no machine does.
const MOST: i64 = 1_000_000_000;

impl DoorConfig {
    /// What these settings make.
    pub(in crate::cli) fn door(&self) -> Door {
        let quota = |requests, events| PerMinute { requests, events };
        let quotas = Quotas::new(
            quota(self.write_key_requests, self.write_key_events),
            quota(self.secret_key_requests, self.secret_key_events),
            quota(self.address_requests, self.address_events),
        );
        Door { proxies: self.proxies(), quotas, patience: self.patience(), ..Door::default() }
    }

    /// How long a client may take.
    pub(in crate::cli) fn patience(&self) -> Duration {
        Duration::from_secs(self.client_timeout.into())
    }

    /// Which proxies are believed.
    pub(in crate::cli) fn proxies(&self) -> Proxies {
        Proxies::new(self.trusted_proxies.0.clone(), self.forwarded_header)
    }
}

#[derive(Debug, Clone)]
struct Networks(Vec<IpNet>);

impl FromStr for Networks {
    type Err = String;

    fn from_str(text: &str) -> Result<Networks, String> {
        text.split(',').map(str::trim).filter(|text| !text.is_empty()).map(network).collect::<Result<_, _>>().map(Networks)
    }
}
