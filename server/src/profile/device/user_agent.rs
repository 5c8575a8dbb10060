//! What a `User-Agent` says of the device: the few marks that browsers have agreed upon.
//!
//! The order matters, since each newer browser names the older ones that it wants to be taken for
//! ([MDN](https://developer.mozilla.org/docs/Web/HTTP/Guides/Browser_detection_using_the_user_agent)).

use super::{Device, Form};

const BROWSERS: [(&str, &str); 9] = [
    ("Edg", "Edge"),
    ("OPR/", "Opera"),
    ("SamsungBrowser/", "Samsung Internet"),
    ("Firefox/", "Firefox"),
    ("FxiOS/", "Firefox"),
    ("CriOS/", "Chrome"),
    ("Chrome/", "Chrome"),
    ("Safari/", "Safari"),
    ("Trident/", "Internet Explorer"),
];

const SYSTEMS: [(&str, &str); 8] = [
    ("Windows", "Windows"),
    ("Android", "Android"),
    ("iPhone", "iOS"),
    ("iPad", "iOS"),
    ("iPod", "iOS"),
    ("Mac OS X", "macOS"),
    ("CrOS", "Chrome OS"),
    ("Linux", "Linux"),
];

/// Reads a user agent. Of what is no browser, such as a library on a server, nothing is known.
pub(super) fn read(user_agent: &str) -> Device {
    let find = |marks: &[(&str, &str)]| {
        let found = marks.iter().find(|(mark, _)| user_agent.contains(mark));
        found.map(|(_, name)| (*name).to_owned()).unwrap_or_default()
    };
    let (os, browser) = (find(&SYSTEMS), find(&BROWSERS));
    let has = |mark: &str| user_agent.contains(mark);
    let form = match &*os {
        "" => Form::Unknown,
        _ if has("iPad") || has("Tablet") => Form::Tablet,
        "Android" if !has("Mobi") => Form::Tablet,
        _ if has("Mobi") => Form::Mobile,
        _ => Form::Desktop,
    };
    Device { form, os, browser, model: String::new() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn browsers_are_known_by_their_marks() {
        for (user_agent, form, os, browser) in [
            (
                "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0.0.0 Safari/537.36 Edg/126.0.0.0",
                Form::Desktop,
                "Windows",
                "Edge",
            ),
            (
                "Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0.0.0 Mobile Safari/537.36",
                Form::Mobile,
                "Android",
                "Chrome",
            ),
            (
                "Mozilla/5.0 (Linux; Android 13; SM-X906C) AppleWebKit/537.36 (KHTML, like Gecko) SamsungBrowser/25.0 Chrome/121.0.0.0 Safari/537.36",
                Form::Tablet,
                "Android",
                "Samsung Internet",
            ),
            (
                "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.5 Mobile/15E148 Safari/604.1",
                Form::Mobile,
                "iOS",
                "Safari",
            ),
            (
                "Mozilla/5.0 (iPad; CPU OS 17_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) CriOS/126.0 Mobile/15E148 Safari/604.1",
                Form::Tablet,
                "iOS",
                "Chrome",
            ),
            ("Mozilla/5.0 (Macintosh; Intel Mac OS X 10.15; rv:127.0) Gecko/20100101 Firefox/127.0", Form::Desktop, "macOS", "Firefox"),
            (
                "Mozilla/5.0 (X11; CrOS x86_64 14541.0.0) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0.0.0 Safari/537.36",
                Form::Desktop,
                "Chrome OS",
                "Chrome",
            ),
            ("analytics-node/2.1.0", Form::Unknown, "", ""),
            ("", Form::Unknown, "", ""),
        ] {
            let device = read(user_agent);
            assert_eq!((device.form, &*device.os, &*device.browser), (form, os, browser), "{user_agent}");
        }
    }
}
