//! Bodies that are not what their headers say, or that never end.

use std::thread;

use nora_tests::WRITE_KEY;
use nora_tests::client::{basic, gzip};
use nora_tests::raw::{self, RawReply};

use crate::Watched;

const EVENT: &[u8] = br#"{"event":"A","userId":"cut"}"#;

/// Gzip of so many zeros. Made of members of 10 MB one after the other, which is a valid file and quickly made.
fn bomb(members: usize) -> Vec<u8> {
    gzip_best(&vec![0; 10_000_000]).repeat(members)
}

fn gzip_best(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    std::io::Write::write_all(&mut encoder, bytes).unwrap();
    encoder.finish().unwrap()
}

#[test]
fn a_gzip_bomb_takes_no_memory() {
    let mut server = Watched::start();
    // 1 GB of zeros is a megabyte of gzip, which is too much as it is; half of that passes as a body, and must not be unpacked in full.
    let (whole, small) = (bomb(100), bomb(40));
    assert!(whole.len() > 500 * 1024 && small.len() < 500 * 1024, "{} and {} bytes", whole.len(), small.len());
    for bomb in [whole, small] {
        for path in ["/v1/track", "/v1/batch", "/v1/raw"] {
            let request = server.request("POST", path).header("authorization", basic(WRITE_KEY)).header("content-encoding", "gzip");
            assert_eq!(server.send(request, bomb.clone()).outcome(), (413, "batch_too_large".to_owned()), "{path}");
        }
        server.assert_unharmed();
    }
}

#[test]
fn many_gzip_bombs_at_once_take_no_memory() {
    let mut server = Watched::start();
    let bomb = bomb(40);
    thread::scope(|scope| {
        for _ in 0..16 {
            scope.spawn(|| {
                let request = server.request("POST", "/v1/batch").header("authorization", basic(WRITE_KEY));
                let reply = server.send(request.header("content-encoding", "gzip"), bomb.clone());
                assert_eq!(reply.status, 413);
            });
        }
    });
    server.assert_unharmed();
}

#[test]
fn what_is_not_encoded_as_announced_is_refused() {
    let mut server = Watched::start();
    let zipped = gzip(EVENT);
    let mut flipped = zipped.clone();
    let last = flipped.len() - 5;
    flipped[last] ^= 0xff;
    for (encoding, body) in [
        ("gzip", &zipped[..zipped.len() / 2]),
        ("gzip", &zipped[..12]),
        ("gzip", &flipped),
        ("gzip", EVENT),
        ("gzip", b""),
        ("deflate", EVENT),
        ("deflate", &zipped),
        ("br", EVENT),
        ("zstd", EVENT),
        ("gzip, gzip", &zipped),
    ] {
        for path in ["/v1/track", "/v1/batch", "/v1/raw"] {
            let request = server.request("POST", path).header("authorization", basic(WRITE_KEY)).header("content-encoding", encoding);
            assert_eq!(server.send(request, body).outcome(), (415, "invalid_encoding".to_owned()), "{path} {encoding}");
        }
        server.assert_unharmed();
    }
    // Announced as nothing, it is no JSON.
    assert_eq!(server.post("/v1/track", zipped).outcome(), (400, "invalid_utf8".to_owned()));
    server.assert_unharmed();
}

#[test]
fn a_body_that_breaks_off_is_not_taken() {
    let mut server = Watched::start();
    let (authorization, address) = (basic(WRITE_KEY), server.address());
    let send = |length: &str, body: &[u8]| {
        let headers = [("authorization", authorization.as_str()), length.split_once(": ").unwrap()];
        raw::exchange(address, raw::request("/v1/track", &headers, body))
    };
    let chunk = [format!("{:x}\r\n", EVENT.len()).as_bytes(), EVENT, b"\r\n"].concat();
    // Whole as JSON each time: only the length tells that something is missing.
    for reply in [
        send("content-length: 4000", EVENT),
        send("content-length: 400000", EVENT),
        send("transfer-encoding: chunked", &chunk),
        send("transfer-encoding: chunked", &chunk[..chunk.len() - 9]),
        send("transfer-encoding: chunked", b"zz\r\nno length\r\n"),
    ] {
        // Whoever hung up gets no answer; who still listens is told.
        let is_told = reply.status == Some(400) && reply.body.contains("malformed_json");
        assert!(reply.status.is_none() || is_told, "{reply:?}");
    }
    let profile = server.get("/v1/profiles/user_id:cut");
    assert_eq!(profile.status, 404, "half a request was taken: {}", profile.text());
    server.assert_unharmed();
    assert_eq!(send("content-length: 28", EVENT).status, Some(200), "the same, whole");
}

#[test]
fn what_is_no_http_is_answered_or_hung_up_on() {
    let mut server = Watched::start();
    let long = format!("POST /v1/track HTTP/1.1\r\nx: {}\r\n\r\n", "x".repeat(1 << 20)).into_bytes();
    let many = format!("POST /v1/track HTTP/1.1\r\n{}\r\n", "x: y\r\n".repeat(10_000)).into_bytes();
    let both = raw::request("/v1/track", &[("content-length", "28"), ("transfer-encoding", "chunked")], EVENT);
    let negative = raw::request("/v1/track", &[("content-length", "-1")], EVENT);
    let tls = b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03".to_vec();
    for bytes in [long, many, both, negative, tls, b"\0\0\0\0".to_vec(), b"GET / HTTP/9.9\r\n\r\n".to_vec()] {
        let RawReply { status, .. } = raw::exchange(server.address(), bytes.clone());
        assert!(status.is_none_or(|status| (400..500).contains(&status)), "{status:?} to {:.40}", String::from_utf8_lossy(&bytes));
        server.assert_unharmed();
    }
}
