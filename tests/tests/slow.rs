//! Clients that say little, say nothing, or say too much: they are hung up on, and the door stays open for all others.
#![allow(clippy::unwrap_used, clippy::expect_used)]

use std::io::{Read, Write};
use std::net::{Ipv4Addr, SocketAddr, SocketAddrV4, TcpStream};
use std::thread;
use std::time::Duration;

use nora_tests::client::basic;
use nora_tests::{Nora, WRITE_KEY};
use rustix::net::{AddressFamily, SocketType};
use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
use serde_json::json;

/// How long the server may take to do what it does after a second. Nothing waits that long unless it is broken.
const LONG: Duration = Duration::from_secs(60);

fn connect(address: SocketAddr) -> TcpStream {
    let stream = TcpStream::connect(address).expect("a connection");
    stream.set_read_timeout(Some(LONG)).unwrap();
    stream
}

/// Everything that comes until the server hangs up.
fn rest(mut stream: TcpStream) -> String {
    let (mut text, mut part) = (Vec::new(), [0; 4096]);
    loop {
        match stream.read(&mut part) {
            Ok(0) => break,
            Ok(count) => text.extend_from_slice(&part[..count]),
            Err(error) => {
                assert_eq!(error.kind(), std::io::ErrorKind::ConnectionReset, "the server keeps silent");
                break;
            }
        }
    }
    String::from_utf8_lossy(&text).into_owned()
}

fn is_taken(nora: &Nora) {
    nora.track("/v1/track", &json!({"event": "A", "anonymousId": "somebody else"}));
}

#[test]
fn who_does_not_finish_a_head_or_a_body_is_hung_up_on() {
    let nora = Nora::start_with(&["--client-timeout", "1"]);
    let address = nora.address();
    let key = basic(WRITE_KEY);
    let head = |length: &str| format!("POST /v1/track HTTP/1.1\r\nhost: x\r\nauthorization: {key}\r\n{length}\r\n\r\n");
    let starts = [
        String::new(),
        "POST /v1/tr".to_owned(),
        "POST /v1/track HTTP/1.1\r\nhost: x\r\n".to_owned(),
        head("content-length: 400000"),
        head("transfer-encoding: chunked"),
    ];
    let waiting: Vec<_> = starts
        .iter()
        .map(|start| {
            let mut stream = connect(address);
            stream.write_all(start.as_bytes()).unwrap();
            stream
        })
        .collect();
    is_taken(&nora);
    for (start, stream) in starts.iter().zip(waiting) {
        let answer = rest(stream);
        assert!(answer.is_empty() || answer.contains(" 408 "), "{start:?}: {answer}");
        if start.contains("\r\n\r\n") {
            assert!(answer.contains("request_timeout"), "{start:?}: {answer}");
        }
    }
    is_taken(&nora);
}

#[test]
fn a_body_that_trickles_in_is_cut_off() {
    let nora = Nora::start_with(&["--client-timeout", "1"]);
    let key = basic(WRITE_KEY);
    let mut stream = connect(nora.address());
    write!(stream, "POST /v1/batch HTTP/1.1\r\nhost: x\r\nauthorization: {key}\r\ncontent-length: 400000\r\n\r\n").unwrap();
    let mut writing = stream.try_clone().unwrap();
    // Never silent for long: only that all of it comes too slowly gives it away.
    let writer = thread::spawn(move || {
        while writing.write_all(b" ").is_ok() {
            thread::sleep(Duration::from_millis(20));
        }
    });
    is_taken(&nora);
    let answer = rest(stream);
    assert!(answer.contains(" 408 ") && answer.contains("request_timeout"), "{answer}");
    writer.join().unwrap();
    is_taken(&nora);
}

#[test]
fn a_large_body_is_refused_unread() {
    const BYTES: usize = 64 << 20;
    let nora = Nora::start();
    let key = basic(WRITE_KEY);
    for length in [format!("content-length: {BYTES}"), "transfer-encoding: chunked".to_owned()] {
        let mut stream = connect(nora.address());
        write!(stream, "POST /v1/batch HTTP/1.1\r\nhost: x\r\nauthorization: {key}\r\n{length}\r\n\r\n").unwrap();
        // A hundredth of it, and then nothing: the answer does not wait for the rest. It may hang up before this has gone out.
        let _ = stream.write_all(&chunks(1 << 20));
        is_taken(&nora);
        let answer = rest(stream);
        assert!(answer.contains(" 413 ") && answer.contains("batch_too_large"), "{length}: {answer}");
    }
    is_taken(&nora);
}

#[test]
fn a_body_without_an_end_is_cut_off() {
    const BYTES: usize = 4 << 30;
    let nora = Nora::start();
    let (key, address) = (basic(WRITE_KEY), nora.address());
    thread::scope(|scope| {
        // Also where nobody wanted a body.
        for (path, key) in [("/v1/batch", key.as_str()), ("/v1/batch", "none"), ("/v1/m", "none"), ("/nothing", "none")] {
            scope.spawn(move || {
                let mut stream = connect(address);
                stream.set_write_timeout(Some(LONG)).unwrap();
                write!(stream, "POST {path} HTTP/1.1\r\nhost: x\r\nauthorization: {key}\r\ntransfer-encoding: chunked\r\n\r\n").unwrap();
                let (part, mut sent) = (chunks(1 << 20), 0);
                while sent < BYTES && stream.write_all(&part).is_ok() {
                    sent += part.len();
                }
                assert!(sent < BYTES, "{path}: nobody stops it");
            });
        }
    });
    let peak = nora.peak_resident_bytes() >> 20;
    assert!(peak < 300, "{peak} MiB were resident");
    is_taken(&nora);
}

/// Blanks, as chunks.
fn chunks(bytes: usize) -> Vec<u8> {
    [b"10000\r\n".as_slice(), &[b' '; 0x10000], b"\r\n"].concat().repeat(bytes >> 16)
}

#[test]
fn thousands_of_connections_that_say_nothing_keep_nobody_out() {
    const WANTED: u64 = 10_000;
    let Rlimit { maximum, .. } = getrlimit(Resource::Nofile);
    setrlimit(Resource::Nofile, Rlimit { current: maximum, maximum }).unwrap();
    let count = maximum.map_or(WANTED, |most| WANTED.min(most.saturating_sub(500)));
    if count < WANTED {
        nora_tests::skipped(&format!("{count} idle connections instead of {WANTED}: more files may not be open here"));
    }
    let nora = Nora::start_with(&["--connections-per-address", "0", "--client-timeout", "60"]);
    let idle: Vec<_> = (0..count).map(|_| connect(nora.address())).collect();
    is_taken(&nora);
    nora.assert_healthy();
    let peak = nora.peak_resident_bytes() >> 20;
    assert!(peak < 600, "{peak} MiB were resident with {count} connections");
    // All of them are open still.
    for stream in idle.iter().step_by(997) {
        stream.set_nonblocking(true).unwrap();
        let silent = (&*stream).read(&mut [0; 1]).unwrap_err();
        assert_eq!(silent.kind(), std::io::ErrorKind::WouldBlock);
    }
}

/// A connection from another address of this machine.
fn connect_from(own: Ipv4Addr, to: SocketAddr) -> TcpStream {
    let socket = rustix::net::socket(AddressFamily::INET, SocketType::STREAM, None).unwrap();
    rustix::net::bind(&socket, &SocketAddrV4::new(own, 0)).unwrap();
    rustix::net::connect(&socket, &to).unwrap();
    TcpStream::from(socket)
}

#[test]
fn one_address_cannot_take_all_connections() {
    let nora = Nora::start_with(&["--connections-per-address", "20"]);
    let address = nora.address();
    let crowd = Ipv4Addr::new(127, 0, 0, 2);
    let is_open = |stream: &mut TcpStream| {
        stream.set_read_timeout(Some(LONG)).unwrap();
        let asked = stream.write_all(b"GET /healthz HTTP/1.1\r\nhost: x\r\n\r\n");
        asked.is_ok() && matches!(stream.read(&mut [0; 512]), Ok(count) if count > 0)
    };
    let mut held: Vec<_> = (0..20).map(|_| connect_from(crowd, address)).collect();
    assert!(held.iter_mut().all(&is_open));
    assert!(!is_open(&mut connect_from(crowd, address)), "one too many");
    is_taken(&nora);
    drop(held);
    // The server has seen them end once there is room again.
    while !is_open(&mut connect_from(crowd, address)) {}
    is_taken(&nora);
}
