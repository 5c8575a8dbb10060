//! The load: one thread, many connections that each have one request under way, and little work for each.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::task::JoinSet;

use crate::Result;
use crate::events::Template;

/// How much to send.
#[derive(Clone, Copy)]
pub(crate) struct Plan {
    /// Connections at once.
    pub(crate) connections: usize,
    /// Requests in all, at most.
    pub(crate) requests: u64,
    /// Time for them, at most.
    pub(crate) time: Duration,
    /// The number of the first request.
    pub(crate) first: u64,
    /// Requests a second; as many as are answered where it is `None`.
    pub(crate) rate: Option<f64>,
}

/// How it went.
pub(crate) struct Run {
    /// Requests that were answered with 200.
    pub(crate) requests: u64,
    /// From the first request to the last answer.
    pub(crate) elapsed: Duration,
    /// Microseconds from request to answer, in ascending order.
    latencies: Vec<u32>,
}

impl Run {
    /// So many hundredths of the answers took at most this many milliseconds.
    pub(crate) fn percentile_ms(&self, hundredths: usize) -> f64 {
        let place = (self.latencies.len() * hundredths / 100).min(self.latencies.len().saturating_sub(1));
        self.latencies.get(place).map_or(0.0, |micros| f64::from(*micros) / 1000.0)
    }
}

/// Sends requests until one of the plan's bounds is met. An answer other than 200 ends the bench.
pub(crate) fn run(address: SocketAddr, template: &Template, plan: Plan) -> Result<Run> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    runtime.block_on(async {
        let mut streams = Vec::new();
        for _ in 0..plan.connections {
            let stream = TcpStream::connect(address).await?;
            stream.set_nodelay(true)?;
            streams.push(stream);
        }
        let next = Arc::new(AtomicU64::new(0));
        let started = Instant::now();
        let mut tasks = JoinSet::new();
        for stream in streams {
            tasks.spawn(connection(stream, template.clone(), plan, started, Arc::clone(&next)));
        }
        let mut latencies = Vec::new();
        while let Some(done) = tasks.join_next().await {
            latencies.extend(done??);
        }
        let elapsed = started.elapsed();
        latencies.sort_unstable();
        Ok(Run { requests: latencies.len() as u64, elapsed, latencies })
    })
}

async fn connection(mut stream: TcpStream, mut template: Template, plan: Plan, started: Instant, next: Arc<AtomicU64>) -> Result<Vec<u32>> {
    let mut latencies = Vec::with_capacity(4096);
    let mut buffer = vec![0; 4096];
    while started.elapsed() < plan.time {
        let number = next.fetch_add(1, Ordering::Relaxed);
        if number >= plan.requests {
            break;
        }
        if let Some(rate) = plan.rate {
            tokio::time::sleep_until((started + Duration::from_secs_f64(number as f64 / rate)).into()).await;
        }
        let request = template.fill(plan.first + number);
        let sent = Instant::now();
        stream.write_all(request).await?;
        answer(&mut stream, &mut buffer).await?;
        latencies.push(u32::try_from(sent.elapsed().as_micros()).unwrap_or(u32::MAX));
    }
    Ok(latencies)
}

/// Reads one answer: the servers here send a head with `content-length` and a body that fits the buffer.
async fn answer(stream: &mut TcpStream, buffer: &mut [u8]) -> Result<()> {
    let mut filled = 0;
    loop {
        let count = stream.read(&mut buffer[filled..]).await?;
        if count == 0 {
            return Err("the server hung up".into());
        }
        filled += count;
        let text = &buffer[..filled];
        let Some(end) = text.windows(4).position(|window| window == b"\r\n\r\n") else { continue };
        if !text.starts_with(b"HTTP/1.1 200") {
            return Err(format!("the server answered {}", String::from_utf8_lossy(text)).into());
        }
        if filled >= end + 4 + content_length(&text[..end]).ok_or("an answer without content-length")? {
            return Ok(());
        }
    }
}

fn content_length(head: &[u8]) -> Option<usize> {
    let name = b"content-length:";
    let line = head.split(|byte| *byte == b'\n').find(|line| line.len() > name.len() && line[..name.len()].eq_ignore_ascii_case(name))?;
    std::str::from_utf8(&line[name.len()..]).ok()?.trim().parse().ok()
}
