//! Events a second: acknowledged, which means durable, and applied to profiles.

use std::net::SocketAddr;
use std::time::{Duration, Instant};

use nora_tests::Nora;

use crate::events::Template;
use crate::generator::{self, Plan};
use crate::{Result, baseline};

/// Time for one row of the table, at most.
const ROW_TIME: Duration = Duration::from_secs(8);

/// Events of one row, at most.
const ROW_EVENTS: u64 = 400_000;

/// Time to apply what was acknowledged, at most.
const APPLY_TIME: Duration = Duration::from_secs(60);

struct Figures {
    acknowledged: f64,
    applied: f64,
    p50: f64,
    p99: f64,
}

/// Prints the table.
pub(crate) fn bench() -> Result<()> {
    println!(
        "\nIngest: events of {} bytes, each batch from a visitor of its own, each row on an empty data directory",
        Template::event_bytes()
    );
    println!("  acknowledged: answered with 200, so that they survive a power cut; applied: in profiles, from the first request on");
    println!("  reads only: the same requests to a handler that reads the body and does nothing else\n");
    println!(
        "| events a request | connections | acknowledged/s | applied/s | p50 ms | p99 ms | reads only/s | p50 ms | p99 ms | acknowledged/reads only |"
    );
    println!("|---:|---:|---:|---:|---:|---:|---:|---:|---:|---:|");
    let bare = baseline::start()?;
    for events in [20, 1] {
        for connections in [32, 64] {
            let nora = Nora::start();
            let measured = measure(nora.address(), events, connections, Some(&nora))?;
            drop(nora);
            let compared = measure(bare, events, connections, None)?;
            println!(
                "| {events} | {connections} | {:.0} | {:.0} | {:.2} | {:.2} | {:.0} | {:.2} | {:.2} | {:.2} |",
                measured.acknowledged,
                measured.applied,
                measured.p50,
                measured.p99,
                compared.acknowledged,
                compared.p50,
                compared.p99,
                measured.acknowledged / compared.acknowledged
            );
        }
    }
    Ok(())
}

fn measure(address: SocketAddr, events: usize, connections: usize, nora: Option<&Nora>) -> Result<Figures> {
    let template = Template::new(events);
    let events = events as u64;
    let warm_up = Plan { connections, requests: 20 * connections as u64, time: ROW_TIME, first: 0 };
    generator::run(address, &template, warm_up)?;
    wait_until_applied(nora, warm_up.requests * events)?;
    let plan = Plan { requests: ROW_EVENTS / events, first: warm_up.requests, ..warm_up };
    let started = Instant::now();
    let run = generator::run(address, &template, plan)?;
    wait_until_applied(nora, (warm_up.requests + run.requests) * events)?;
    let applied_in = started.elapsed();
    let sent = (run.requests * events) as f64;
    Ok(Figures {
        acknowledged: sent / run.elapsed.as_secs_f64(),
        applied: sent / applied_in.as_secs_f64(),
        p50: run.percentile_ms(50),
        p99: run.percentile_ms(99),
    })
}

/// Waits until every event is in a profile, and checks that the log holds neither fewer nor more.
fn wait_until_applied(nora: Option<&Nora>, events: u64) -> Result<()> {
    let Some(nora) = nora else { return Ok(()) };
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
