//! `nora link`.

use std::error::Error;
use std::io::Write;

use serde_json::{Map, Value};

use super::config::Config;
use crate::clock::{Clock, SystemClock};
use crate::http::links::person;
use crate::identity::Rules;
use crate::keys::Stored;
use crate::links::Seal;
use crate::time::{DAY_MS, Millis};

/// Whom the link is for.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// Where it leads, on a page with the tag. Without one the token alone is printed.
    url: Option<String>,
    /// The site's own id of the person.
    #[arg(long, value_name = "ID")]
    user_id: Option<String>,
    /// The person's e-mail address.
    #[arg(long, value_name = "ADDRESS")]
    email: Option<String>,
    /// What else is known of the person: `firstName=Ann`. More than once for more of them.
    #[arg(long = "trait", value_name = "NAME=VALUE")]
    traits: Vec<String>,
    /// How many days it holds.
    #[arg(long, value_name = "DAYS", default_value_t = 90, value_parser = clap::value_parser!(i64).range(1..=366))]
    days: i64,
    /// The source whose tag is on that page.
    #[arg(long, value_name = "ID", default_value = "website")]
    source: String,
}

/// Prints a link that says who comes by it. The database is not opened: a server may run on it.
pub(super) fn link(config: &Config, args: Args) -> Result<(), Box<dyn Error>> {
    let (keys, now) = (Stored::in_dir(&config.data)?, SystemClock.now());
    let source = keys.sources().iter().find(|source| source.id == args.source);
    let source = source.ok_or_else(|| format!("there is no source {} in keys.toml", args.source))?;
    let mut traits = Map::new();
    for text in args.traits {
        let (name, value) = text.split_once('=').ok_or_else(|| format!("--trait {text}: write NAME=VALUE"))?;
        traits.insert(name.to_owned(), Value::from(value));
    }
    if let Some(email) = args.email {
        traits.insert("email".to_owned(), email.into());
    }
    let until = Millis(now.0 + args.days * DAY_MS);
    // Rules of one's own may block more: such a link then names nobody.
    let person = person(&Rules::default(), args.user_id, &traits, until)?;
    let token = Seal::new(&source.id, &source.live_signing_secrets(now)).token(&person)?;
    writeln!(std::io::stdout().lock(), "{}", args.url.map_or_else(|| token.clone(), |url| with_parameter(&url, &token)))?;
    Ok(())
}

/// The address with the token in its query.
fn with_parameter(url: &str, token: &str) -> String {
    let (address, fragment) = url.split_at(url.find('#').unwrap_or(url.len()));
    let separator = match address.split_once('?') {
        None => "?",
        Some((_, query)) if query.is_empty() || query.ends_with('&') => "",
        Some(_) => "&",
    };
    format!("{address}{separator}nora_link={token}{fragment}")
}

#[cfg(test)]
mod tests {
    use super::with_parameter;

    #[test]
    fn the_token_goes_into_the_query() {
        for (url, expected) in [
            ("https://shop.example/", "https://shop.example/?nora_link=nT"),
            ("https://shop.example/?", "https://shop.example/?nora_link=nT"),
            ("https://shop.example/?a=1#top", "https://shop.example/?a=1&nora_link=nT#top"),
            ("https://shop.example/#top?", "https://shop.example/?nora_link=nT#top?"),
        ] {
            assert_eq!(with_parameter(url, "nT"), expected);
        }
    }
}
