//! Whether it stays so: many millions of events in one run.

use std::fs;
use std::path::Path;
use std::time::{Duration, Instant};

use nora_tests::Nora;

use crate::Result;
use crate::events::Template;
use crate::generator::{self, Plan};
use crate::ingest::wait_until_applied;

/// Events in all; `NORA_BENCH_EVENTS` says otherwise.
const EVENTS: u64 = 20_000_000;

/// Events of one row of the table.
const ROW: u64 = 1_000_000;

/// Events a request.
const BATCH: u64 = 20;

/// Pages of timelines that are read at the end.
const PAGES: u64 = 500;

/// Prints the table.
pub(crate) fn bench() -> Result<()> {
    let events = std::env::var("NORA_BENCH_EVENTS").ok().and_then(|text| text.parse().ok()).unwrap_or(EVENTS);
    println!(
        "\nEndurance: {events} events in batches of {BATCH}, each of one visitor, who comes back after 50,000 others; 64 connections\n"
    );
    println!("| million | events/s, applied | CPU µs/event | p99 ms | resident MiB | on disk, bytes an event |");
    println!("|---:|---:|---:|---:|---:|---:|");
    let nora = Nora::start();
    let template = Template::returning(BATCH as usize, 50_000);
    let mut sent = 0;
    while sent < events {
        let plan = Plan { connections: 64, requests: ROW / BATCH, time: Duration::from_secs(600), first: sent / BATCH, rate: None };
        let (started, cpu) = (Instant::now(), nora.cpu_seconds());
        let run = generator::run(nora.address(), &template, plan)?;
        sent += run.requests * BATCH;
        wait_until_applied(&nora, sent)?;
        let applied = (run.requests * BATCH) as f64;
        let rate = applied / started.elapsed().as_secs_f64();
        // Of the server: less than the rate does it depend on what else the machine does.
        let cpu = (nora.cpu_seconds() - cpu) * 1e6 / applied;
        let (resident, disk) = (nora.resident_bytes() >> 20, bytes_of(nora.data())? / sent);
        println!("| {} | {rate:.0} | {cpu:.2} | {:.2} | {resident} | {disk} |", sent / ROW, run.percentile_ms(99));
    }
    let mut micros: Vec<u128> = Vec::new();
    for page in 0..PAGES {
        let started = Instant::now();
        let path = format!("/v1/profiles/anonymous_id:5a7e3c1d-{:012}/events?limit=50", page * 97 % 50_000);
        if nora.get(&path).status != 200 {
            return Err(format!("{path} was not answered").into());
        }
        micros.push(started.elapsed().as_micros());
    }
    micros.sort_unstable();
    println!("\ntimeline page of 50 events: p50 {} µs, p99 {} µs", micros[micros.len() / 2], micros[micros.len() * 99 / 100]);
    let started = Instant::now();
    let nora = nora.kill_and_restart();
    println!("start-up after kill -9: {:.2} s", started.elapsed().as_secs_f64());
    wait_until_applied(&nora, sent)
}

fn bytes_of(path: &Path) -> Result<u64> {
    let metadata = fs::metadata(path)?;
    if !metadata.is_dir() {
        use std::os::unix::fs::MetadataExt;
        // What is allocated: sled makes holes.
        return Ok(metadata.blocks() * 512);
    }
    let mut bytes = 0;
    for entry in fs::read_dir(path)? {
        bytes += bytes_of(&entry?.path())?;
    }
    Ok(bytes)
}
