//! Events a second: acknowledged, which means durable, and applied to profiles.

use std::io::Write;
use std::time::{Duration, Instant};

use nora_tests::Nora;

use crate::Result;
use crate::baseline::Baseline;
use crate::events::Template;
use crate::generator::{self, Plan, Run};

/// Time for one row of the table, at most.
const ROW_TIME: Duration = Duration::from_secs(10);

/// Events of one row, at most.
const ROW_EVENTS: u64 = 1_000_000;

/// Time to apply what was acknowledged, at most.
const APPLY_TIME: Duration = Duration::from_secs(120);

/// People of whom an event may be, where it is not of a visitor of its batch.
pub(crate) const PEOPLE: u64 = 1_000_000;

/// What a row sends: events a request, connections, and whether each event is of somebody else.
const ROWS: [(usize, usize, bool); 6] =
    [(20, 64, false), (20, 256, false), (20, 64, true), (20, 256, true), (1, 64, false), (1, 256, false)];

/// Prints the tables.
pub(crate) fn bench() -> Result<()> {
    println!("\nIngest: events of {} bytes, each row on an empty data directory", Template::event_bytes());
    println!("  acknowledged: answered with 200, so that they survive a power cut; applied: in profiles, from the first request on");
    println!("  of: one visitor a request, who is new; or each event of somebody at random among {PEOPLE} people");
    println!("  reads only: the same requests to a handler that reads the body and does nothing else; CPU: of the server, not of who asks");
    println!("  written: the bytes of as many events as there are requests under way appended to a file, then fdatasync, and so on\n");
    println!(
        "| events a request | connections | of | acknowledged/s | applied/s | p50 ms | p99 ms | CPU µs/event | reads only/s | CPU µs/event | written/s | acknowledged/reads only | CPU/CPU | acknowledged/written |"
    );
    println!("|---:|---:|---|---:|---:|---:|---:|---:|---:|---:|---:|---:|---:|---:|");
    let bare = Baseline::start()?;
    let mut fastest = 0.0_f64;
    // `NORA_BENCH_ROWS=1,5`: these rows of the table alone, for whoever works on one of them.
    let wanted = std::env::var("NORA_BENCH_ROWS").unwrap_or_default();
    let is_wanted = |place: usize| wanted.is_empty() || wanted.split(',').any(|row| row.parse() == Ok(place));
    for (_, (events, connections, is_mixed)) in (1..).zip(ROWS).filter(|(place, _)| is_wanted(*place)) {
        let template = if is_mixed { Template::of_people(events, PEOPLE) } else { Template::new(events) };
        let nora = Nora::start();
        let measured = measure(&nora, &template, events as u64, connections)?;
        drop(nora);
        let before = bare.cpu_seconds();
        let (warm_up, plan) = plans(events as u64, connections);
        generator::run(bare.address, &template, warm_up)?;
        let compared = generator::run(bare.address, &template, plan)?;
        let compared_cpu = (bare.cpu_seconds() - before) * 1e6 / ((warm_up.requests + compared.requests) * events as u64) as f64;
        let compared = per_second(&compared, events as u64);
        let written = written_per_second(events * connections)?;
        let Figures { run, applied, cpu } = measured;
        let acknowledged = per_second(&run, events as u64);
        println!(
            "| {events} | {connections} | {} | {acknowledged:.0} | {applied:.0} | {:.2} | {:.2} | {cpu:.2} | {compared:.0} | {compared_cpu:.2} | {written:.0} | {:.2} | {:.1} | {:.2} |",
            if is_mixed { "anybody" } else { "one" },
            run.percentile_ms(50),
            run.percentile_ms(99),
            acknowledged / compared,
            cpu / compared_cpu,
            acknowledged / written,
        );
        if events == 20 && !is_mixed {
            fastest = fastest.max(applied);
        }
    }
    if fastest > 0.0 { half(fastest / 2.0) } else { Ok(()) }
}

struct Figures {
    run: Run,
    applied: f64,
    /// Of the server, until all was applied, in microseconds an event.
    cpu: f64,
}

fn plans(events: u64, connections: usize) -> (Plan, Plan) {
    let warm_up = Plan { connections, requests: 20 * connections as u64, time: ROW_TIME, first: 0, rate: None };
    (warm_up, Plan { requests: ROW_EVENTS / events, first: warm_up.requests, ..warm_up })
}

fn measure(nora: &Nora, template: &Template, events: u64, connections: usize) -> Result<Figures> {
    let (warm_up, plan) = plans(events, connections);
    let warm_up = generator::run(nora.address(), template, warm_up)?.requests;
    wait_until_applied(nora, warm_up * events)?;
    let (started, cpu) = (Instant::now(), nora.cpu_seconds());
    let run = generator::run(nora.address(), template, Plan { first: warm_up, ..plan })?;
    wait_until_applied(nora, (warm_up + run.requests) * events)?;
    let sent = (run.requests * events) as f64;
    Ok(Figures { applied: sent / started.elapsed().as_secs_f64(), cpu: (nora.cpu_seconds() - cpu) * 1e6 / sent, run })
}

fn per_second(run: &Run, events: u64) -> f64 {
    (run.requests * events) as f64 / run.elapsed.as_secs_f64()
}

/// Events a second that one can append to a file, where so many become durable at once.
fn written_per_second(group: usize) -> Result<f64> {
    let mut file = tempfile::tempfile()?;
    let bytes = vec![b'x'; group * Template::event_bytes()];
    let (started, mut events) = (Instant::now(), 0);
    while started.elapsed() < Duration::from_secs(2) {
        file.write_all(&bytes)?;
        file.sync_data()?;
        events += group;
    }
    Ok(events as f64 / started.elapsed().as_secs_f64())
}

/// How long an answer takes at half of the load, and then the profile with the event.
fn half(rate: f64) -> Result<()> {
    let nora = Nora::start();
    let template = Template::new(20);
    let plan = Plan { connections: 64, requests: u64::MAX / 32, time: ROW_TIME, first: 0, rate: Some(rate / 20.0) };
    let address = nora.address();
    let load = std::thread::spawn(move || generator::run(address, &template, plan));
    let mut micros = Vec::new();
    let started = Instant::now();
    while started.elapsed() < ROW_TIME.mul_f64(0.9) {
        let name = format!("probe-{}", micros.len());
        let body = format!(r#"{{"type":"track","event":"Probed","anonymousId":"{name}","messageId":"{name}"}}"#);
        let taken = nora.post("/v1/track", body);
        if taken.status != 200 {
            return Err(format!("the probe was answered with {}", taken.status).into());
        }
        let asked = Instant::now();
        if nora.json(&format!("/v1/profiles/anonymous_id:{name}"))["event_count"] != 1 {
            return Err("an event that was acknowledged is not in the profile".into());
        }
        micros.push(asked.elapsed().as_micros() as u32);
    }
    let run = load.join().map_err(|_| "the load ended with a panic")??;
    micros.sort_unstable();
    let at = |hundredths: usize| f64::from(micros[(micros.len() - 1) * hundredths / 100]) / 1000.0;
    println!("\nAt half of that load, {:.0} events/s in batches of 20 over 64 connections:", per_second(&run, 20));
    println!("| | p50 ms | p99 ms |\n|---|---:|---:|");
    println!("| from request to acknowledgement | {:.2} | {:.2} |", run.percentile_ms(50), run.percentile_ms(99));
    println!("| from acknowledgement to the profile with the event, {} times | {:.2} | {:.2} |", micros.len(), at(50), at(99));
    Ok(())
}

/// Waits until every event is in a profile, and checks that the log holds neither fewer nor more.
pub(crate) fn wait_until_applied(nora: &Nora, events: u64) -> Result<()> {
    let started = Instant::now();
    // It waits for some seconds itself, and says 503 if that was not enough.
    while nora.get("/readyz").status != 200 {
        if started.elapsed() > APPLY_TIME {
            return Err("what was acknowledged is not applied".into());
        }
    }
    let accepted = nora.json("/v1/overview")["events"]["accepted"].as_u64();
    if accepted == Some(events) { Ok(()) } else { Err(format!("{events} events were acknowledged, and the log has {accepted:?}").into()) }
}
