//! Bytes over a socket, as nobody should send them, and whatever comes back.

use std::io::{ErrorKind, Read, Write};
use std::net::{Shutdown, SocketAddr, TcpStream};
use std::thread;
use std::time::Duration;

/// How long the server may take to answer or to hang up. Longer than it waits for a head that does not come.
const TIMEOUT: Duration = Duration::from_secs(30);

/// What came back before the connection ended.
#[derive(Debug, PartialEq, Eq)]
pub struct RawReply {
    /// The status, where there was an answer at all.
    pub status: Option<u16>,
    /// The rest of the answer.
    pub body: String,
}

/// Sends bytes and nothing more, and reads until the server hangs up or has answered in full.
///
/// Writes go on while the answer comes, and their errors count for nothing: a server may well answer before it has read all.
pub fn exchange(address: SocketAddr, bytes: Vec<u8>) -> RawReply {
    let mut stream = TcpStream::connect(address).expect("a connection");
    stream.set_read_timeout(Some(TIMEOUT)).expect("a time limit");
    stream.set_write_timeout(Some(TIMEOUT)).expect("a time limit");
    let mut writing = stream.try_clone().expect("a second handle");
    let writer = thread::spawn(move || {
        if writing.write_all(&bytes).is_ok() {
            // It may be gone by now.
            let _ = writing.shutdown(Shutdown::Write);
        }
    });
    let mut answer = Vec::new();
    let mut part = [0; 16 * 1024];
    while !is_whole(&answer) {
        match stream.read(&mut part) {
            Ok(0) => break,
            Ok(count) => answer.extend_from_slice(&part[..count]),
            Err(error) if error.kind() == ErrorKind::Interrupted => {}
            Err(error) if matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut) => panic!("the server keeps silent"),
            Err(_) => break,
        }
    }
    // Lets a writer that is stuck go.
    let _ = stream.shutdown(Shutdown::Both);
    writer.join().expect("the writer");
    let text = String::from_utf8_lossy(&answer).into_owned();
    let (head, body) = text.split_once("\r\n\r\n").unwrap_or((&text, ""));
    RawReply { status: head.split(' ').nth(1).and_then(|status| status.parse().ok()), body: body.to_owned() }
}

/// A request as text: its head, with these lines, and its body.
pub fn request(path: &str, headers: &[(&str, &str)], body: &[u8]) -> Vec<u8> {
    let mut bytes = format!("POST {path} HTTP/1.1\r\nhost: localhost\r\n").into_bytes();
    for (name, value) in headers {
        bytes.extend_from_slice(format!("{name}: {value}\r\n").as_bytes());
    }
    bytes.extend_from_slice(b"\r\n");
    bytes.extend_from_slice(body);
    bytes
}

/// Whether a head with `content-length`, and that much after it, has come.
fn is_whole(answer: &[u8]) -> bool {
    let Some(end) = answer.windows(4).position(|window| window == b"\r\n\r\n") else { return false };
    let head = String::from_utf8_lossy(&answer[..end]).to_ascii_lowercase();
    let length = head.lines().find_map(|line| line.strip_prefix("content-length:")?.trim().parse::<usize>().ok());
    length.is_some_and(|length| answer.len() >= end + 4 + length)
}
