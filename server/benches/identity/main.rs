//! What the identity engine does in a second, alone: `cargo xtask bench identity`.
#![allow(clippy::print_stdout, clippy::unwrap_used, missing_docs, reason = "its output is what it is for")]

mod population;
mod timing;

use std::fs;
use std::path::Path;
use std::sync::Arc;
use std::time::Instant;

use nora_server::identity::engine::{Engine, Totals};
use nora_server::identity::memory::MemoryFacts;
use nora_server::identity::{Decisions, Observation, Rules};
use nora_server::storage::sled::SledStore;
use nora_server::storage::{Effect, IdentityState, Store};
use timing::Latencies;

/// As in the server.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// Observations of the population.
const OBSERVATIONS: usize = 1_000_000;

/// Neighbours of a hub.
const NEIGHBOURS: usize = 100_000;

/// Observations that the follower takes at once.
const BATCH: usize = 4_096;

fn main() {
    let count = std::env::var("NORA_BENCH_OBSERVATIONS").ok().and_then(|text| text.parse().ok()).unwrap_or(OBSERVATIONS);
    let observations = population::observations(count);
    println!("\nidentity: {count} observations of a generated population (devices, families, re-used phones, hubs, kiosks)\n");
    in_memory(&observations);
    hubs();
    on_disk(&observations);
}

fn engine() -> Engine<MemoryFacts> {
    Engine::new(MemoryFacts::default(), Arc::default(), Decisions::default(), Totals::default(), usize::MAX)
}

/// Each observation is taken in, settled and resolved before the next.
fn in_memory(observations: &[Observation]) {
    let mut engine = engine();
    let mut latencies = Latencies::with_capacity(observations.len());
    let start = Instant::now();
    for (at, observation) in observations.iter().enumerate() {
        let start = Instant::now();
        resolve(&mut engine, at as u64, observation);
        latencies.add(start.elapsed());
    }
    let seconds = start.elapsed().as_secs_f64();
    let Totals { identifiers, profiles } = engine.totals();
    println!("in memory, one core, each resolved before the next");
    println!("  identifiers {identifiers}, profiles {profiles}");
    println!("  observations/s {:.0}", observations.len() as f64 / seconds);
    println!("  {latencies}");
}

fn resolve(engine: &mut Engine<MemoryFacts>, at: u64, observation: &Observation) {
    engine.observe(at, observation).unwrap();
    engine.settle().unwrap();
    std::hint::black_box(engine.representative(&observation.identifiers[0]).unwrap());
}

/// What one more neighbour costs where there are very many already, next to an event of somebody with few.
fn hubs() {
    println!("\none more neighbour of a hub of {NEIGHBOURS}, each resolved");
    for (hub, neighbour) in population::HUBS {
        let mut engine = engine();
        let (mut few, mut many) = (Latencies::default(), Latencies::default());
        for at in 0..NEIGHBOURS {
            let usual = population::pair(("user_id", format!("v{at}")), ("anonymous_id", format!("w{at}")), at);
            let start = Instant::now();
            resolve(&mut engine, at as u64, &usual);
            few.add(start.elapsed());
            let another = population::pair((hub, "hub".to_owned()), (neighbour, format!("n{at}")), at);
            let start = Instant::now();
            resolve(&mut engine, at as u64, &another);
            // The last tenth, when the hub is nearly as large as it gets.
            if at >= NEIGHBOURS - NEIGHBOURS / 10 {
                many.add(start.elapsed());
            }
        }
        println!("  {hub} with {neighbour}s: {:.1} times a usual event ({many})", many.median() / few.median());
    }
}

/// What the state takes on disk, written as the follower does.
fn on_disk(observations: &[Observation]) {
    let dir = tempfile::tempdir().unwrap();
    let store: Arc<dyn Store> = Arc::new(SledStore::open(dir.path(), 256 << 20).unwrap());
    let mut engine = Engine::new(Arc::clone(&store), Arc::new(Rules::default()), Decisions::default(), Totals::default(), 100_000);
    store.restart(&IdentityState::default()).unwrap();
    let start = Instant::now();
    let mut at = 0;
    for batch in observations.chunks(BATCH) {
        let from = at;
        for observation in batch {
            engine.observe(at, observation).unwrap();
            at += 1;
        }
        engine.settle().unwrap();
        let state = IdentityState { totals: engine.totals(), ..IdentityState::default() };
        engine.take_changes(at).unwrap();
        let identity = engine.take_written();
        store.apply(&Effect { from, applied: at, identity, state: Some(state), ..Effect::default() }).unwrap();
    }
    let seconds = start.elapsed().as_secs_f64();
    store.close().unwrap();
    let identifiers = engine.totals().identifiers as f64;
    println!("\nin sled, in batches of {BATCH}, with a cache of 256 MiB");
    println!("  observations/s {:.0}", observations.len() as f64 / seconds);
    println!("  bytes of content an identifier {:.0}", store.derived_bytes().unwrap() as f64 / identifiers);
    println!("  bytes of the file an identifier {:.0}", size(dir.path()) as f64 / identifiers);
    drop((engine, store));
    let compacted = SledStore::compact(dir.path(), 256 << 20).unwrap();
    println!("  after nora compact {:.0}", compacted.after as f64 / identifiers);
}

fn size(dir: &Path) -> u64 {
    fs::metadata(dir.join("db")).unwrap().len()
}
