//! Visits that no person makes. Their events are kept like all others, and marked: `context.bot` says by what they were known.
//!
//! | mark | |
//! |---|---|
//! | `user_agent` | the user agent names a crawler, a preview, a monitor, a library or a browser without a window |
//! | `webdriver` | `context.webdriver` is `true`: the browser says of itself that a program drives it |
//! | `rate` | more events in a minute, by its own clock, than a person makes |
//!
//! What claims to be a browser and behaves like a person cannot be told from one, and is not marked.

use std::cell::RefCell;
use std::hash::{BuildHasher, RandomState};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, LazyLock};

use aho_corasick::AhoCorasick;
use quick_cache::sync::Cache;

use crate::time::Millis;

/// What no browser of a person has in its name, in lower case. After the lists of [isbot](https://github.com/omrilotan/isbot) and
/// [crawler-user-agents](https://github.com/monperrus/crawler-user-agents): most bots say so, and the words that they say it with are few.
const MARKS: &[&str] = &[
    "bot/",
    "bot;",
    "bot ",
    "bot)",
    "bot-",
    "robot",
    "crawl",
    "spider",
    "slurp",
    "scrap",
    "+http",
    "@",
    "headless",
    "phantomjs",
    "puppeteer",
    "playwright",
    "selenium",
    "webdriver",
    "lighthouse",
    "pagespeed",
    "prerender",
    "externalhit",
    "facebookcatalog",
    "embedly",
    "quora link",
    "outbrain",
    "whatsapp/",
    "slack-img",
    "skypeuri",
    "preview",
    "vkshare",
    "w3c_",
    "validator",
    "monitor",
    "pingdom",
    "uptime",
    "statuscake",
    "newrelic",
    "datadog",
    "synthetic",
    "ahrefs",
    "semrush",
    "mediapartners",
    "adsbot",
    "apis-google",
    "google-",
    "googleother",
    "bingpreview",
    "yandex.com/bots",
    "baidu",
    "bytespider",
    "gptbot",
    "claude",
    "perplexity",
    "archive.org",
    "nutch",
    "heritrix",
    "httrack",
    "feedfetcher",
];

/// What a program's name begins with, where it is no browser at all.
const PROGRAMS: &[&str] = &[
    "curl/",
    "wget/",
    "python",
    "java/",
    "go-http-client",
    "okhttp",
    "axios/",
    "node-fetch",
    "undici",
    "node",
    "ruby",
    "php",
    "perl",
    "libwww",
    "apache-httpclient",
    "guzzlehttp",
];

/// Words that have a mark in them and are of people's browsers.
const PEOPLE: &[&str] = &["cubot", "macbot"];

/// Events of one visitor in a minute, at most: five a second, all the minute long.
const PER_MINUTE: u64 = 300;

/// Visitors whose pace is known: some 10 MB.
const KEPT: usize = 100_000;

/// What an event was known by.
pub fn mark(user_agent: &str, is_webdriver: bool, is_too_fast: bool) -> Option<&'static str> {
    if is_webdriver {
        return Some("webdriver");
    }
    if names_a_bot(user_agent) {
        return Some("user_agent");
    }
    is_too_fast.then_some("rate")
}

/// Whether a user agent names a bot. All events of a batch have one, so it is looked into once.
fn names_a_bot(user_agent: &str) -> bool {
    thread_local!(static LAST: RefCell<(String, bool)> = RefCell::default());
    LAST.with_borrow_mut(|(last, is_bot)| {
        if last != user_agent {
            *is_bot = has_a_mark(user_agent);
            user_agent.clone_into(last);
        }
        *is_bot
    })
}

fn has_a_mark(user_agent: &str) -> bool {
    static MATCHER: LazyLock<Option<AhoCorasick>> =
        LazyLock::new(|| AhoCorasick::builder().ascii_case_insensitive(true).build(MARKS.iter().chain(PEOPLE)).ok());
    let text = user_agent.trim();
    let is_program = PROGRAMS.iter().any(|name| text.get(..name.len()).is_some_and(|start| start.eq_ignore_ascii_case(name)));
    let found = || MATCHER.as_ref().is_some_and(|matcher| matcher.find_iter(text).any(|found| found.pattern().as_usize() < MARKS.len()));
    let ends_so = text.as_bytes().last_chunk::<3>().is_some_and(|end| end.eq_ignore_ascii_case(b"bot"));
    is_program || ends_so || found()
}

/// How fast visitors are, by their own clocks, so that a queue that was offline is no bot. A fixed amount of memory.
pub struct Pace {
    /// Of each visitor the minute, in the upper bits, and its events.
    visitors: Cache<u64, Arc<AtomicU64>>,
    hasher: RandomState,
}

impl Default for Pace {
    fn default() -> Pace {
        Pace { visitors: Cache::new(KEPT), hasher: RandomState::new() }
    }
}

impl Pace {
    /// Counts an event; whether there were too many in its minute.
    pub fn is_too_fast(&self, visitor: &str, at: Millis) -> bool {
        const COUNT_BITS: u32 = 24;
        let minute = u64::try_from(at.0.div_euclid(60_000)).unwrap_or_default();
        let id = self.hasher.hash_one(visitor);
        let state = match self.visitors.get(&id) {
            Some(state) => state,
            None => self.visitors.get_or_insert_with(&id, || Ok::<_, std::convert::Infallible>(Arc::default())).unwrap_or_default(),
        };
        let next = |old: u64| {
            // An event of an earlier minute says nothing about the present one.
            let count = (old & ((1 << COUNT_BITS) - 1)).min(PER_MINUTE);
            match minute.cmp(&(old >> COUNT_BITS)) {
                std::cmp::Ordering::Less => None,
                std::cmp::Ordering::Equal => Some(minute << COUNT_BITS | (count + 1)),
                std::cmp::Ordering::Greater => Some(minute << COUNT_BITS | 1),
            }
        };
        let old = state.fetch_update(Ordering::Relaxed, Ordering::Relaxed, next);
        old.is_ok_and(|old| old >> COUNT_BITS == minute && old & ((1 << COUNT_BITS) - 1) >= PER_MINUTE)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bots_name_themselves() {
        for bot in [
            "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)",
            "Mozilla/5.0 AppleWebKit/537.36 (KHTML, like Gecko; compatible; bingbot/2.0; +http://www.bing.com/bingbot.htm) Chrome/116.0.1938.76 Safari/537.36",
            "Mozilla/5.0 AppleWebKit/537.36 (KHTML, like Gecko; compatible; GPTBot/1.2; +https://openai.com/gptbot)",
            "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) HeadlessChrome/126.0.0.0 Safari/537.36",
            "facebookexternalhit/1.1 (+http://www.facebook.com/externalhit_uatext.php)",
            "Slackbot-LinkExpanding 1.0 (+https://api.slack.com/robots)",
            "Twitterbot",
            "curl/8.5.0",
            "python-requests/2.32.3",
            "Mozilla/5.0 (Linux; Android 11; moto g power (2022)) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/119.0.0.0 Mobile Safari/537.36 Chrome-Lighthouse",
            "Mozilla/5.0 (compatible; AhrefsBot/7.0; +http://ahrefs.com/robot/)",
        ] {
            assert_eq!(mark(bot, false, false), Some("user_agent"), "{bot}");
        }
        for browser in [
            "",
            "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0.0.0 Safari/537.36 Edg/126.0.0.0",
            "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.5 Mobile/15E148 Safari/604.1",
            "Mozilla/5.0 (Macintosh; Intel Mac OS X 10.15; rv:127.0) Gecko/20100101 Firefox/127.0",
            "Mozilla/5.0 (Linux; Android 10; CUBOT_X30) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0.0.0 Mobile Safari/537.36",
            "Mozilla/5.0 (Linux; Android 9; CUBOT NOTE S) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0.0.0 Mobile Safari/537.36",
            "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Mobile/15E148 [FBAN/FBIOS;FBAV/469.0]",
            "Mozilla/5.0 (Linux; Android 13; SM-X906C) AppleWebKit/537.36 (KHTML, like Gecko) SamsungBrowser/25.0 Chrome/121.0.0.0 Safari/537.36",
        ] {
            assert_eq!(mark(browser, false, false), None, "{browser}");
        }
        assert_eq!((mark("", true, true), mark("", false, true)), (Some("webdriver"), Some("rate")));
    }

    #[test]
    fn nobody_does_so_much_in_a_minute_and_a_queue_of_yesterday_is_no_hurry() {
        let pace = Pace::default();
        let minute = Millis(60_000 * 1_000);
        assert!((0..PER_MINUTE).all(|_| !pace.is_too_fast("a", minute)));
        assert!(pace.is_too_fast("a", minute) && pace.is_too_fast("a", minute));
        assert!(!pace.is_too_fast("b", minute));
        assert!(!pace.is_too_fast("a", Millis(minute.0 - 60_000)), "an earlier minute");
        assert!(!pace.is_too_fast("a", Millis(minute.0 + 60_000)), "the next one");
        assert!((0..2_000).all(|step| !pace.is_too_fast("c", Millis(minute.0 + step * 1_000))));
        assert!(!pace.is_too_fast("d", Millis(i64::MIN)) && !pace.is_too_fast("d", Millis(-1)));
    }
}
