//! What the figures were measured on, and how to measure them again.

use std::fs;
use std::io::Write;
use std::time::Instant;

use crate::Result;

/// Syncs that are timed.
const SYNCS: u32 = 50;

/// Prints the command, the machine, and how long its disk takes to make something durable.
pub(crate) fn describe() -> Result<()> {
    let arguments: Vec<_> = std::env::args().skip(1).collect();
    println!("$ cargo xtask bench {}", arguments.join(" "));
    println!("binary     {}", nora_tests::binary().display());
    let info = fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let model = info.lines().find_map(|line| line.strip_prefix("model name")?.split_once(':')).map_or("unknown", |(_, name)| name.trim());
    let cores = std::thread::available_parallelism()?;
    println!("processor  {model}, {cores} cores, shared by the server and whoever asks it");
    let system = ["ostype", "osrelease"].map(|name| fs::read_to_string(format!("/proc/sys/kernel/{name}")).unwrap_or_default());
    println!("system     {}", system.map(|text| text.trim().to_owned()).join(" "));
    println!("disk       {} µs for fdatasync after 4 KiB, the mean of {SYNCS}, where the data is", sync_micros()?);
    Ok(())
}

fn sync_micros() -> Result<u128> {
    let mut file = tempfile::tempfile()?;
    let started = Instant::now();
    for _ in 0..SYNCS {
        file.write_all(&[1; 4096])?;
        file.sync_data()?;
    }
    Ok(started.elapsed().as_micros() / u128::from(SYNCS))
}
