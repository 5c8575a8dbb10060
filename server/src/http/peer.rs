//! Who is at the other end: the client's address, and the scheme and host that it used, also from behind a proxy.
//!
//! What a header says of a client is believed only from a proxy that the configuration names. Anybody can send `X-Forwarded-For`; the
//! proxy appends the address that it saw, so that the right-most address that is not a trusted proxy's is the client's.

use std::net::{IpAddr, SocketAddr};
use std::str::FromStr;
use std::sync::atomic::{AtomicBool, Ordering};

use actix_web::HttpRequest;
use actix_web::web::Data;
use ipnet::IpNet;

use super::door::Door;

/// Addresses that are read of a header, at most: no request has passed through more proxies.
const HOPS: usize = 32;

/// Which proxies are believed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Proxies {
    trusted: Vec<IpNet>,
    header: ForwardedHeader,
}

/// Which header a proxy names the client in. One of them: a proxy that writes one passes on what a client wrote in the other.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum ForwardedHeader {
    /// `X-Forwarded-For`, with `X-Forwarded-Proto` and `X-Forwarded-Host`.
    #[default]
    XForwardedFor,
    /// `Forwarded` ([RFC 7239](https://www.rfc-editor.org/rfc/rfc7239)).
    Forwarded,
}

/// The other end of a request.
#[derive(Debug, PartialEq, Eq)]
pub struct Peer {
    /// The client's address; nothing where the connection has none.
    pub ip: Option<IpAddr>,
    /// Whether the client used TLS.
    pub is_https: bool,
    /// Host and port that the client asked for.
    pub host: String,
}

impl Proxies {
    /// Those within these networks, which name the client in this header.
    pub fn new(trusted: Vec<IpNet>, header: ForwardedHeader) -> Proxies {
        Proxies { trusted, header }
    }

    /// Whether this is the address of a proxy that is believed.
    pub fn trusts(&self, ip: IpAddr) -> bool {
        let ip = ip.to_canonical();
        self.trusted.iter().any(|network| network.contains(&ip))
    }

    /// Says once that a proxy seems to be there which nobody named: all clients would share its address, and its quota.
    fn warn_of_others(&self, request: &HttpRequest, ip: IpAddr) {
        static SAID: AtomicBool = AtomicBool::new(false);
        if request.headers().contains_key("x-forwarded-for") && !SAID.swap(true, Ordering::Relaxed) {
            tracing::warn!(%ip, "X-Forwarded-For is ignored: if this address is a proxy of yours, name it in trusted_proxies");
        }
    }
}

impl Peer {
    /// The other end of a request.
    pub fn of(request: &HttpRequest) -> Peer {
        let direct = request.peer_addr().map(|address| address.ip().to_canonical());
        let proxies = request.app_data::<Data<Door>>().map(|door| &door.proxies);
        let header = |name: &str| request.headers().get(name).and_then(|value| value.to_str().ok()).unwrap_or_default().to_owned();
        let host = request.uri().authority().map_or_else(|| header("host"), ToString::to_string);
        let own = Peer { ip: direct, is_https: request.app_config().secure(), host };
        let (Some(ip), Some(proxies)) = (direct, proxies) else { return own };
        if !proxies.trusts(ip) {
            proxies.warn_of_others(request, ip);
            return own;
        }
        let lines = |name: &str| request.headers().get_all(name).filter_map(|value| value.to_str().ok()).collect::<Vec<_>>().join(",");
        let hops = match proxies.header {
            ForwardedHeader::Forwarded => forwarded(&lines("forwarded")),
            ForwardedHeader::XForwardedFor => {
                let mut hops: Vec<_> =
                    lines("x-forwarded-for").split(',').map(|text| Hop { ip: address(text), ..Hop::default() }).collect();
                if let Some(last) = hops.last_mut() {
                    last.proto = Some(last_of(&lines("x-forwarded-proto"))).filter(|text| !text.is_empty());
                    last.host = Some(last_of(&lines("x-forwarded-host"))).filter(|text| !text.is_empty());
                }
                hops
            }
        };
        own.behind(&hops, proxies)
    }

    /// The client, by what trusted proxies say, the last one first.
    fn behind(mut self, hops: &[Hop], proxies: &Proxies) -> Peer {
        for hop in hops.iter().rev().take(HOPS) {
            // What the proxy in front of the last hop says counts, as long as all after it are trusted.
            match hop.proto.as_deref() {
                Some("https") => self.is_https = true,
                Some("http") => self.is_https = false,
                _ => {}
            }
            if let Some(host) = hop.host.as_ref().filter(|host| is_host(host)) {
                self.host.clone_from(host);
            }
            // A proxy that says `unknown` or hides the address: the client is somewhere behind it, and so are all others.
            let Some(ip) = hop.ip else { break };
            self.ip = Some(ip);
            if !proxies.trusts(ip) {
                break;
            }
        }
        self
    }
}

#[derive(Debug, Default, PartialEq, Eq)]
struct Hop {
    ip: Option<IpAddr>,
    proto: Option<String>,
    host: Option<String>,
}

/// `for=192.0.2.60;proto=http;by=…, for="[2001:db8::1]:4711"`.
fn forwarded(text: &str) -> Vec<Hop> {
    text.split(',')
        .map(|element| {
            let mut hop = Hop::default();
            for (name, value) in element.split(';').filter_map(|pair| pair.split_once('=')) {
                let value = value.trim().trim_matches('"');
                match name.trim().to_ascii_lowercase().as_str() {
                    "for" => hop.ip = address(value),
                    "proto" => hop.proto = Some(value.to_ascii_lowercase()),
                    "host" => hop.host = Some(value.to_ascii_lowercase()),
                    _ => {}
                }
            }
            hop
        })
        .collect()
}

fn address(text: &str) -> Option<IpAddr> {
    let text = text.trim();
    let plain = text.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')).unwrap_or(text);
    let ip = plain.parse().ok().or_else(|| text.parse::<SocketAddr>().ok().map(|address| address.ip()))?;
    Some(ip.to_canonical())
}

fn last_of(list: &str) -> String {
    list.rsplit(',').next().unwrap_or_default().trim().to_ascii_lowercase()
}

fn is_host(text: &str) -> bool {
    !text.is_empty()
        && text.len() <= 255
        && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-' | b':' | b'[' | b']'))
}

impl FromStr for ForwardedHeader {
    type Err = String;

    fn from_str(text: &str) -> Result<ForwardedHeader, String> {
        match text.to_ascii_lowercase().as_str() {
            "x-forwarded-for" => Ok(ForwardedHeader::XForwardedFor),
            "forwarded" => Ok(ForwardedHeader::Forwarded),
            _ => Err(format!("{text} is neither x-forwarded-for nor forwarded")),
        }
    }
}

/// A network, or a single address.
pub fn network(text: &str) -> Result<IpNet, String> {
    let text = text.trim();
    let one = || text.parse::<IpAddr>().ok().map(|ip| IpNet::from(ip.to_canonical()));
    text.parse().ok().or_else(one).ok_or_else(|| format!("{text} is no network: write 10.0.0.0/8, or an address"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use actix_web::test::TestRequest;

    fn peer(trusted: &str, header: ForwardedHeader, from: &str, headers: &[(&'static str, &str)]) -> Peer {
        let trusted = trusted.split(',').filter(|text| !text.is_empty()).map(|text| network(text).unwrap()).collect();
        let door = Data::new(Door { proxies: Proxies::new(trusted, header), ..Door::default() });
        let mut request = TestRequest::default().peer_addr(format!("{from}:1234").parse().unwrap()).app_data(door);
        for header in headers {
            request = request.append_header(*header);
        }
        Peer::of(&request.to_http_request())
    }

    fn ip(trusted: &str, from: &str, list: &str) -> String {
        peer(trusted, ForwardedHeader::XForwardedFor, from, &[("x-forwarded-for", list)]).ip.unwrap().to_string()
    }

    #[test]
    fn the_right_most_address_that_is_not_trusted_is_the_client() {
        for (trusted, from, list, expected) in [
            ("", "10.0.0.1", "1.2.3.4", "10.0.0.1"),
            ("10.0.0.0/8", "192.0.2.1", "1.2.3.4", "192.0.2.1"),
            ("10.0.0.0/8", "10.0.0.1", "1.2.3.4", "1.2.3.4"),
            ("10.0.0.0/8", "10.0.0.1", "6.6.6.6, 1.2.3.4", "1.2.3.4"),
            ("10.0.0.0/8", "10.0.0.1", "6.6.6.6, 1.2.3.4, 10.0.0.2", "1.2.3.4"),
            ("10.0.0.0/8", "10.0.0.1", "10.0.0.3, 10.0.0.2", "10.0.0.3"),
            ("10.0.0.0/8", "10.0.0.1", "1.2.3.4, unknown", "10.0.0.1"),
            ("10.0.0.0/8", "10.0.0.1", "1.2.3.4, unknown, 10.0.0.2", "10.0.0.2"),
            ("10.0.0.0/8", "10.0.0.1", "", "10.0.0.1"),
            ("10.0.0.1", "10.0.0.1", "1.2.3.4:5678", "1.2.3.4"),
            ("::1,10.0.0.0/8", "[::1]", "[2001:db8::1]:443, ::ffff:10.0.0.2", "2001:db8::1"),
        ] {
            assert_eq!(ip(trusted, from, list), expected, "{trusted} {from} {list}");
        }
        let twice = [("x-forwarded-for", "6.6.6.6"), ("x-forwarded-for", "1.2.3.4")];
        assert_eq!(peer("10.0.0.1", ForwardedHeader::XForwardedFor, "10.0.0.1", &twice).ip, Some([1, 2, 3, 4].into()));
    }

    #[test]
    fn only_the_header_of_the_configuration_counts() {
        let headers = [
            ("x-forwarded-for", "1.1.1.1"),
            ("x-forwarded-proto", "https"),
            ("forwarded", "for=6.6.6.6;proto=https;host=evil.example, For=\"[2001:db8::1]:80\";Host=A.example, for=10.0.0.2;proto=http"),
        ];
        let peer_of = |header| peer("10.0.0.0/8", header, "10.0.0.1", &headers);
        let expected = Peer { ip: "2001:db8::1".parse().ok(), is_https: false, host: "a.example".into() };
        assert_eq!(peer_of(ForwardedHeader::Forwarded), expected);
        let expected = Peer { ip: "1.1.1.1".parse().ok(), is_https: true, host: String::new() };
        assert_eq!(peer_of(ForwardedHeader::XForwardedFor), expected);
        let stranger = peer("", ForwardedHeader::XForwardedFor, "10.0.0.1", &headers);
        assert!(!stranger.is_https);
    }
}
