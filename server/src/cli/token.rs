//! `nora token`.

use std::error::Error;
use std::fmt::Write as _;
use std::io::Write;
use std::os::unix::fs::DirBuilderExt;

use serde_json::{Value, json};

use super::config::{Config, first_keys};
use super::import::{TIMEOUT, agent};
use super::serve::ADDRESS_FILE;
use crate::clock::{Clock, SystemClock};
use crate::keys::{Keys, NewToken, OpenError, Scope, Stored, Token, TokenChange};
use crate::time::{DAY_MS, Millis};

/// What to do with access tokens.
#[derive(Debug, clap::Subcommand)]
pub(super) enum Command {
    /// Make a token and print it: it is shown only now.
    Create {
        /// What to call it.
        name: String,
        /// What it may do: read, identity, import, config; or owner, which is all of it.
        #[arg(long = "scope", value_name = "SCOPE", value_delimiter = ',', required = true)]
        scopes: Vec<Scope>,
        /// Days until it ends; never where absent.
        #[arg(long, value_name = "DAYS", value_parser = clap::value_parser!(u32).range(1..=3_650))]
        days: Option<u32>,
    },
    /// List all tokens.
    List,
    /// Revoke a token, with the console sessions that were opened with it.
    Revoke {
        /// Its id, as the list shows it.
        id: String,
    },
}

/// Makes, lists or revokes tokens: in the file where no server has it open, else through that server, so that it holds at once.
pub(super) fn token(config: &Config, command: Command) -> Result<(), Box<dyn Error>> {
    std::fs::DirBuilder::new().recursive(true).mode(0o700).create(&config.data)?;
    let answer = match Keys::open(&config.data, &first_keys()) {
        Ok(keys) => by_file(&keys, command)?,
        Err(OpenError::InUse) => by_server(config, command)?,
        Err(error) => return Err(error.into()),
    };
    Ok(std::io::stdout().lock().write_all(answer.as_bytes())?)
}

fn by_file(keys: &Keys, command: Command) -> Result<String, Box<dyn Error>> {
    let now = SystemClock.now();
    Ok(match command {
        Command::Create { name, scopes, days } => {
            let settings = TokenChange { name, scopes, expires_at: expiry(now, days) };
            keys.change(|stored| stored.create_token(NewToken { settings, at: now }))?.1 + "\n"
        }
        Command::List => list(keys.directory().tokens().map(|(token, last_used)| row(token, last_used))),
        Command::Revoke { id } => {
            keys.change(|stored| stored.delete_token(&id))?;
            format!("{id} is revoked\n")
        }
    })
}

fn by_server(config: &Config, command: Command) -> Result<String, Box<dyn Error>> {
    let (base, now) = (std::fs::read_to_string(config.data.join(ADDRESS_FILE))?, SystemClock.now());
    let authorization = format!("Bearer {}", Stored::local_token(&config.data, now)?);
    let call = |method: &str, path: &str, body: Option<Value>| -> Result<Value, Box<dyn Error>> {
        let request = ureq::http::Request::builder().method(method).uri(format!("{base}/v1/tokens{path}"));
        let request = request.header("authorization", &authorization).header("content-type", "application/json");
        let mut response = match body {
            Some(body) => agent(Some(TIMEOUT)).run(request.body(body.to_string())?)?,
            None => agent(Some(TIMEOUT)).run(request.body(())?)?,
        };
        let (status, text) = (response.status(), response.body_mut().read_to_string()?);
        let answer: Value = serde_json::from_str(&text).unwrap_or_default();
        if status.is_success() { Ok(answer) } else { Err(answer["error"]["message"].as_str().unwrap_or(&text).to_owned().into()) }
    };
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    Ok(match command {
        Command::Create { name, scopes, days } => {
            let wanted = json!({"name": name, "scopes": scopes, "expires_at": expiry(now, days)});
            text(&call("POST", "", Some(wanted))?["token"]) + "\n"
        }
        Command::List => {
            let answer = call("GET", "", None)?;
            let scopes = |token: &Value| token["scopes"].as_array().into_iter().flatten().map(&text).collect::<Vec<_>>().join(",");
            let row = |token: &Value| {
                let column = |name: &str| token[name].as_str().unwrap_or("-").to_owned();
                [column("id"), scopes(token), column("hint"), column("expires_at"), column("last_used_at"), column("name")]
            };
            list(answer["data"].as_array().into_iter().flatten().map(row))
        }
        Command::Revoke { id } => {
            let plain = id.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-'));
            call("DELETE", &format!("/{}", if plain { &*id } else { "-" }), None)?;
            format!("{id} is revoked\n")
        }
    })
}

fn expiry(now: Millis, days: Option<u32>) -> Option<Millis> {
    days.map(|days| Millis(now.0 + i64::from(days) * DAY_MS))
}

fn row(token: &Token, last_used: Option<Millis>) -> [String; 6] {
    let scopes = token.scopes.iter().map(|scope| scope.name()).collect::<Vec<_>>().join(",");
    let time = |moment: Option<Millis>| moment.map_or_else(|| "-".to_owned(), |moment| moment.to_string());
    [token.id.clone(), scopes, token.hint.clone(), time(token.expires_at), time(last_used), token.name.clone()]
}

fn list(rows: impl Iterator<Item = [String; 6]>) -> String {
    let mut text = String::new();
    let head = ["ID", "SCOPES", "ENDS WITH", "EXPIRES", "LAST USED", "NAME"].map(str::to_owned);
    for [id, scopes, hint, expires, last_used, name] in std::iter::once(head).chain(rows) {
        let _ = writeln!(text, "{id:<16} {scopes:<24} {hint:<9} {expires:<24} {last_used:<24} {name}");
    }
    text
}
