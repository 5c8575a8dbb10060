//! What the process takes of the machine, where Linux tells it. The same as Prometheus's own clients measure, under Nora's prefix.

use std::fs;

use prometheus_client::metrics::counter::ConstCounter;
use prometheus_client::metrics::gauge::ConstGauge;
use prometheus_client::registry::{Registry, Unit};

pub(super) fn register(registry: &mut Registry) {
    if let Some(seconds) = cpu_seconds() {
        registry.register_with_unit("process_cpu", "CPU time of the process", Unit::Seconds, ConstCounter::new(seconds));
    }
    if let Some(bytes) = resident_bytes() {
        registry.register("process_resident_bytes", "Memory of the process that is in use", ConstGauge::new(bytes));
    }
    if let Ok(files) = fs::read_dir("/proc/self/fd") {
        registry.register("process_open_files", "Files and connections that the process has open", ConstGauge::new(files.count() as i64));
    }
}

fn cpu_seconds() -> Option<f64> {
    let stat = fs::read_to_string("/proc/self/stat").ok()?;
    // After the name of the program, which may have blanks: `proc(5)` counts from 1, and the name is the second.
    let fields: Vec<&str> = stat.rsplit_once(')')?.1.split_whitespace().collect();
    let ticks = fields.get(11)?.parse::<f64>().ok()? + fields.get(12)?.parse::<f64>().ok()?;
    Some(ticks / rustix::param::clock_ticks_per_second() as f64)
}

fn resident_bytes() -> Option<i64> {
    let pages: i64 = fs::read_to_string("/proc/self/statm").ok()?.split_whitespace().nth(1)?.parse().ok()?;
    Some(pages * i64::try_from(rustix::param::page_size()).ok()?)
}
