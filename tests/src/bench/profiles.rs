//! How long a profile takes to read while events arrive, and whether that depends on how many profiles there are.

use std::net::SocketAddr;
use std::time::{Duration, Instant};

use nora_tests::{ADMIN_TOKEN, Nora, WRITE_KEY};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::Result;

/// How many profiles there are when it is measured.
const SIZES: [u64; 3] = [10_000, 100_000, 1_000_000];

/// Events a second that arrive meanwhile, in batches of this many.
const RATE: u64 = 5_000;
const BATCH: u64 = 20;

/// Connections that read.
const READERS: u64 = 2;

/// Time for one row of the table.
const ROW_TIME: Duration = Duration::from_secs(10);

/// Profiles that one request brings when they are made.
const MADE: u64 = 500;

/// Prints the table.
pub(crate) fn bench() -> Result<()> {
    println!(
        "\nProfiles: GET /v1/profiles/user_id:… of somebody at random, {READERS} connections, while {RATE} events/s arrive for others at random"
    );
    println!(
        "  each has a user id, a browser and an e-mail address; stale: answers without an event that was acknowledged before they were asked for\n"
    );
    println!("| profiles | written/s | reads | p50 ms | p99 ms | p99.9 ms | stale | resident MiB |");
    println!("|---:|---:|---:|---:|---:|---:|---:|---:|");
    let nora = Nora::start();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let largest = std::env::var("NORA_BENCH_PROFILES").ok().and_then(|text| text.parse().ok()).unwrap_or(u64::MAX);
    let mut made = 0;
    for size in SIZES.into_iter().filter(|size| *size <= largest) {
        runtime.block_on(make(nora.address(), made..size))?;
        made = size;
        // Nothing of the making is to be waited for while it is measured.
        while nora.get("/v1/profiles/user_id:1").status != 200 {}
        let row = runtime.block_on(measure(nora.address(), size))?;
        let resident = nora.resident_bytes() >> 20;
        let Row { written, reads, stale } = row;
        let at = |share: f64| f64::from(reads[((reads.len() - 1) as f64 * share) as usize]) / 1000.0;
        println!(
            "| {size} | {written:.0} | {} | {:.2} | {:.2} | {:.2} | {stale} | {resident} |",
            reads.len(),
            at(0.5),
            at(0.99),
            at(0.999)
        );
    }
    Ok(())
}

struct Row {
    written: f64,
    /// Microseconds, in ascending order.
    reads: Vec<u32>,
    stale: u64,
}

async fn make(address: SocketAddr, people: std::ops::Range<u64>) -> Result<()> {
    let mut connection = Connection::open(address).await?;
    let mut next = people.start;
    while next < people.end {
        let until = (next + MADE).min(people.end);
        let events: Vec<String> = (next..until)
            .map(|person| {
                format!(
                    r#"{{"type":"identify","messageId":"made-{person}","userId":"{person}","anonymousId":"browser-{person:012}","traits":{{"email":"person{person}@example.com","name":"Person {person}"}}}}"#
                )
            })
            .collect();
        connection.post("/v1/batch", &format!(r#"{{"batch":[{}]}}"#, events.join(","))).await?;
        next = until;
    }
    Ok(())
}

async fn measure(address: SocketAddr, people: u64) -> Result<Row> {
    let end = Instant::now() + ROW_TIME;
    let mut tasks = tokio::task::JoinSet::new();
    for reader in 0..READERS {
        tasks.spawn(read(address, people, reader, end));
    }
    let checked = tokio::spawn(check(address, people, end));
    let written = write(address, people, end).await?;
    let mut reads = Vec::new();
    while let Some(done) = tasks.join_next().await {
        reads.extend(done??);
    }
    reads.sort_unstable();
    Ok(Row { written, reads, stale: checked.await?? })
}

/// Events of people at random, at the rate, each batch of one of them.
async fn write(address: SocketAddr, people: u64, end: Instant) -> Result<f64> {
    let mut connection = Connection::open(address).await?;
    let mut dice = fastrand::Rng::with_seed(people);
    let start = Instant::now();
    let mut batches = 0;
    while Instant::now() < end {
        let person = dice.u64(..people);
        let events: Vec<String> = (0..BATCH)
            .map(|number| {
                format!(
                    r#"{{"type":"track","event":"Product Viewed","messageId":"seen-{people}-{batches}-{number}","userId":"{person}","anonymousId":"browser-{person:012}","properties":{{"product_id":"p{number}","category":"Games","price":18.99}}}}"#
                )
            })
            .collect();
        connection.post("/v1/batch", &format!(r#"{{"batch":[{}]}}"#, events.join(","))).await?;
        batches += 1;
        tokio::time::sleep_until((start + Duration::from_micros(batches * BATCH * 1_000_000 / RATE)).into()).await;
    }
    Ok((batches * BATCH) as f64 / start.elapsed().as_secs_f64())
}

async fn read(address: SocketAddr, people: u64, seed: u64, end: Instant) -> Result<Vec<u32>> {
    let mut connection = Connection::open(address).await?;
    let mut dice = fastrand::Rng::with_seed(seed);
    let mut times = Vec::new();
    while Instant::now() < end {
        let asked = Instant::now();
        connection.get(&format!("/v1/profiles/user_id:{}", dice.u64(..people))).await?;
        times.push(u32::try_from(asked.elapsed().as_micros()).unwrap_or(u32::MAX));
        // Readers that never pause would leave the writer no processor.
        tokio::time::sleep(Duration::from_millis(2)).await;
    }
    Ok(times)
}

/// Writes an event and asks for the profile at once, again and again; how many answers were without it.
async fn check(address: SocketAddr, people: u64, end: Instant) -> Result<u64> {
    let mut connection = Connection::open(address).await?;
    let (mut stale, mut number) = (0, 0_u64);
    while Instant::now() < end {
        number += 1;
        let event =
            format!(r#"{{"event":"Checked {number}","messageId":"checked-{people}-{number}","userId":"{}"}}"#, (number * 7919) % people);
        connection.post("/v1/track", &event).await?;
        let profile = connection.get(&format!("/v1/profiles/user_id:{}", (number * 7919) % people)).await?;
        stale += u64::from(!profile.contains(&format!("\"Checked {number}\"")));
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    Ok(stale)
}

/// One connection that is kept open.
struct Connection {
    stream: TcpStream,
    answer: Vec<u8>,
}

impl Connection {
    async fn open(address: SocketAddr) -> Result<Connection> {
        let stream = TcpStream::connect(address).await?;
        stream.set_nodelay(true)?;
        Ok(Connection { stream, answer: Vec::new() })
    }

    async fn get(&mut self, path: &str) -> Result<String> {
        self.exchange(&format!("GET {path} HTTP/1.1\r\nhost: nora\r\nauthorization: Bearer {ADMIN_TOKEN}\r\n\r\n")).await
    }

    async fn post(&mut self, path: &str, body: &str) -> Result<String> {
        use base64::Engine;
        let key = base64::engine::general_purpose::STANDARD.encode(format!("{WRITE_KEY}:"));
        let head = format!("POST {path} HTTP/1.1\r\nhost: nora\r\nauthorization: Basic {key}\r\ncontent-type: application/json\r\n");
        self.exchange(&format!("{head}content-length: {}\r\n\r\n{body}", body.len())).await
    }

    /// An answer other than 200 ends the bench.
    async fn exchange(&mut self, request: &str) -> Result<String> {
        self.stream.write_all(request.as_bytes()).await?;
        self.answer.clear();
        loop {
            if self.stream.read_buf(&mut self.answer).await? == 0 {
                return Err("the server hung up".into());
            }
            let Some(end) = self.answer.windows(4).position(|window| window == b"\r\n\r\n") else { continue };
            let head = String::from_utf8_lossy(&self.answer[..end]).to_lowercase();
            let length = head.lines().find_map(|line| line.strip_prefix("content-length:")?.trim().parse::<usize>().ok());
            let body = end + 4;
            if self.answer.len() >= body + length.ok_or("an answer without content-length")? {
                let text = String::from_utf8_lossy(&self.answer[body..]).into_owned();
                return if head.starts_with("http/1.1 200") { Ok(text) } else { Err(format!("the server answered {head} {text}").into()) };
            }
        }
    }
}
