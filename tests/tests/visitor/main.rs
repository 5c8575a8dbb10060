//! What the browser's SDK and the server agree on besides events: who a visitor is, what has arrived of what was said, and how many come
//! of whom nothing is recorded.
#![allow(clippy::unwrap_used, clippy::expect_used)]

mod counts;
mod delivery;
mod id;
mod links;

use nora_tests::Nora;

/// A figure of the server: the sum over all labels that begin so.
fn metric(nora: &Nora, name: &str) -> u64 {
    let text = nora.get("/metrics").text();
    let lines = text.lines().filter(|line| line.starts_with(name));
    lines.map(|line| line.rsplit(' ').next().unwrap().parse::<u64>().unwrap()).sum()
}
