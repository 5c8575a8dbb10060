//! `nora config`: every setting, from its definition. `docs/configuration.md` is this text.

use std::error::Error;
use std::io::Write;

use clap::{Arg, Command};

use super::config::FIRST_KEYS;

const HEAD: &str = "# Configuration

A flag, else the environment, else `nora.toml` in the working directory, else the default. `nora config` prints this page.

| key in `nora.toml` | flag | environment | default | unit | bounds | |
|---|---|---|---|---|---|---|
";

const KEYS_HEAD: &str = "
## Keys

Secrets are no settings. At the first start these become the first keys, where set; else keys are made. They are kept in `keys.toml` in the
data directory, readable by its owner alone.

| environment | |
|---|---|
";

/// Prints the settings of a command, as Markdown.
pub(super) fn print(command: &Command) -> Result<(), Box<dyn Error>> {
    let mut out = std::io::stdout().lock();
    write!(out, "{HEAD}")?;
    for argument in command.get_arguments().filter(|argument| argument.is_global_set()) {
        writeln!(out, "{}", row(command, argument))?;
    }
    write!(out, "{KEYS_HEAD}")?;
    for (name, what) in FIRST_KEYS {
        writeln!(out, "| `{name}` | {what} |")?;
    }
    Ok(())
}

fn row(command: &Command, argument: &Arg) -> String {
    let code = |text: String| if text.is_empty() { text } else { format!("`{text}`") };
    let long = argument.get_long().unwrap_or_default();
    let default: Vec<_> = argument.get_default_values().iter().map(|value| value.to_string_lossy()).collect();
    let unit: Vec<_> = argument.get_value_names().unwrap_or_default().iter().map(ToString::to_string).collect();
    let help = argument.get_long_help().or(argument.get_help()).map(ToString::to_string).unwrap_or_default();
    let cells = [
        code(argument.get_id().to_string()),
        code(format!("--{long}")),
        code(argument.get_env().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default()),
        code(default.join(",")),
        unit.join(" ").replace('|', "\\|"),
        bounds(command, argument, long),
        help.split_whitespace().collect::<Vec<_>>().join(" ").replace('|', "\\|"),
    ];
    format!("| {} |", cells.join(" | "))
}

/// What an argument takes: its values, where they are few; the least and the greatest number, as the refusal of one beyond says them.
fn bounds(command: &Command, argument: &Arg, long: &str) -> String {
    let values: Vec<_> = argument.get_possible_values().iter().map(|value| value.get_name().to_owned()).collect();
    if !values.is_empty() && argument.get_action().takes_values() {
        return values.join(", ");
    }
    let beyond = ["nora".to_owned(), format!("--{long}={}", i64::MAX)];
    let Err(error) = command.clone().try_get_matches_from(beyond) else { return String::new() };
    let text = error.to_string();
    let range = text.lines().next().and_then(|line| Some(line.split_once(" is not in ")?.1.to_owned()));
    range.and_then(|range| range.split_once("..=").map(|(least, most)| format!("{least} to {most}"))).unwrap_or_default()
}
