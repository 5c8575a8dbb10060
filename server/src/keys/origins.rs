//! Which sites a source's tag may stand on.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// One origin, such as `https://shop.example`, or all below a domain: `https://*.example.com`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct AllowedOrigin {
    is_https: bool,
    /// Whether any number of labels stand before the host.
    is_wild: bool,
    /// Host and port; for all below a domain with the dot before it.
    host: String,
}

impl AllowedOrigin {
    /// Whether this is the origin, as a browser sends it ([RFC 6454, section 6.2](https://www.rfc-editor.org/rfc/rfc6454#section-6.2)).
    pub fn matches(&self, origin: &str) -> bool {
        let Some(host) = origin.strip_prefix(self.scheme()) else { return false };
        if !self.is_wild {
            return host == self.host;
        }
        // A label, at least: the domain itself is another origin.
        host.strip_suffix(&self.host).is_some_and(|label| !label.is_empty() && label.bytes().all(is_of_host))
    }

    fn scheme(&self) -> &'static str {
        if self.is_https { "https://" } else { "http://" }
    }
}

fn is_of_host(byte: u8) -> bool {
    matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.')
}

impl FromStr for AllowedOrigin {
    type Err = String;

    fn from_str(text: &str) -> Result<AllowedOrigin, String> {
        let wrong = || format!("{text:?} is no origin: write https://shop.example or https://*.example.com, without a path");
        let lower = text.trim().to_ascii_lowercase();
        let (scheme, default_port) =
            [("https://", ":443"), ("http://", ":80")].into_iter().find(|(scheme, _)| lower.starts_with(scheme)).ok_or_else(wrong)?;
        let host = lower.trim_start_matches(scheme);
        // Browsers leave out the usual port.
        let host = host.strip_suffix(default_port).unwrap_or(host);
        let (is_wild, host) = host.strip_prefix('*').map_or((false, host), |rest| (true, rest));
        let (name, port) = host.rsplit_once(':').filter(|_| !host.ends_with(']')).map_or((host, None), |(name, port)| (name, Some(port)));
        let is_port = port.is_none_or(|port| port.parse::<u16>().is_ok_and(|port| port > 0));
        let labels = if is_wild { name.strip_prefix('.').ok_or_else(wrong)? } else { name };
        let is_v6 =
            labels.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')).is_some_and(|ip| ip.parse::<std::net::Ipv6Addr>().is_ok());
        let is_name = !labels.is_empty() && labels.bytes().all(is_of_host) && labels.split('.').all(|label| !label.is_empty());
        // Everybody below `com` would be everybody.
        if !is_port || !(is_name || is_v6 && !is_wild) || is_wild && !labels.contains('.') {
            return Err(wrong());
        }
        Ok(AllowedOrigin { is_https: scheme == "https://", is_wild, host: host.to_owned() })
    }
}

impl fmt::Display for AllowedOrigin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}{}{}", self.scheme(), if self.is_wild { "*" } else { "" }, self.host)
    }
}

impl TryFrom<String> for AllowedOrigin {
    type Error = String;

    fn try_from(text: String) -> Result<AllowedOrigin, String> {
        text.parse()
    }
}

impl From<AllowedOrigin> for String {
    fn from(origin: AllowedOrigin) -> String {
        origin.to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::AllowedOrigin;

    fn matches(allowed: &str, origin: &str) -> bool {
        allowed.parse::<AllowedOrigin>().unwrap().matches(origin)
    }

    #[test]
    fn an_origin_is_exact_or_below_a_domain() {
        assert!(matches("https://shop.example", "https://shop.example"));
        assert!(matches("HTTPS://Shop.Example:443", "https://shop.example"));
        assert!(matches("http://localhost:8080", "http://localhost:8080"));
        assert!(matches("http://[::1]:8080", "http://[::1]:8080"));
        assert!(matches("https://*.example.com", "https://a.example.com"));
        assert!(matches("https://*.example.com:8443", "https://a.b.example.com:8443"));
        for (allowed, origin) in [
            ("https://shop.example", "http://shop.example"),
            ("https://shop.example", "https://shop.example:8443"),
            ("https://shop.example", "https://shop.example.evil.com"),
            ("https://*.example.com", "https://example.com"),
            ("https://*.example.com", "https://.example.com"),
            ("https://*.example.com", "https://evilexample.com"),
            ("https://*.example.com", "https://evil.com/.example.com"),
            ("https://*.example.com", "https://a.example.com.evil.com"),
            ("https://*.example.com", "null"),
            ("https://*.example.com", ""),
        ] {
            assert!(!matches(allowed, origin), "{allowed} {origin}");
        }
    }

    #[test]
    fn what_is_no_origin_is_refused() {
        for text in [
            "",
            "*",
            "null",
            "shop.example",
            "ftp://shop.example",
            "https://",
            "https://*",
            "https://*.com",
            "https://shop.example/",
            "https://a*.example.com",
            "https://*example.com",
            "https://shop..example",
            "https://user@shop.example",
            "https://shop.example:0",
            "https://shop.example:x",
            "https://*.[::1]",
            "https://b\u{fc}cher.example",
        ] {
            assert!(text.parse::<AllowedOrigin>().is_err(), "{text}");
        }
    }
}
