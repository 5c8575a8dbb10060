//! TLS: certificates that are renewed while the server runs, HTTP/2, and what is different for browsers.
#![allow(clippy::unwrap_used, clippy::expect_used)]

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use nora_tests::client::basic;
use nora_tests::{ADMIN_TOKEN, Nora, WRITE_KEY};
use rcgen::{CertifiedKey, generate_simple_self_signed};
use rustls::pki_types::{CertificateDer, ServerName};
use rustls::{ClientConfig, ClientConnection, RootCertStore, StreamOwned};

/// Writes a new certificate and its key; the certificate.
fn issue(folder: &Path) -> CertificateDer<'static> {
    let CertifiedKey { cert, signing_key } = generate_simple_self_signed(["localhost".to_owned()]).unwrap();
    std::fs::write(folder.join("cert.pem"), cert.pem()).unwrap();
    std::fs::write(folder.join("key.pem"), signing_key.serialize_pem()).unwrap();
    cert.der().clone()
}

fn start(folder: &Path) -> Nora {
    let [cert, key] = ["cert.pem", "key.pem"].map(|name| folder.join(name).to_str().unwrap().to_owned());
    Nora::start_with(&["--tls-cert", &cert, "--tls-key", &key])
}

type Tls = StreamOwned<ClientConnection, TcpStream>;

/// A connection that trusts this certificate alone, and offers these protocols.
fn connect(address: SocketAddr, trusted: &CertificateDer<'static>, protocols: &[&str]) -> std::io::Result<Tls> {
    let mut roots = RootCertStore::empty();
    roots.add(trusted.clone()).unwrap();
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let builder = ClientConfig::builder_with_provider(provider).with_safe_default_protocol_versions().unwrap();
    let mut config = builder.with_root_certificates(roots).with_no_client_auth();
    config.alpn_protocols = protocols.iter().map(|name| name.as_bytes().to_vec()).collect();
    let socket = TcpStream::connect(address)?;
    socket.set_read_timeout(Some(Duration::from_secs(60)))?;
    let client = ClientConnection::new(Arc::new(config), ServerName::try_from("localhost").unwrap()).unwrap();
    let mut stream = StreamOwned::new(client, socket);
    stream.conn.complete_io(&mut stream.sock)?;
    Ok(stream)
}

fn exchange(stream: &mut Tls, request: &str) -> String {
    stream.write_all(request.as_bytes()).unwrap();
    let (mut answer, mut part) = (Vec::new(), [0; 4096]);
    while let Ok(count @ 1..) = stream.read(&mut part) {
        answer.extend_from_slice(&part[..count]);
    }
    String::from_utf8_lossy(&answer).to_ascii_lowercase()
}

#[test]
fn events_come_over_tls_and_cookies_stay_there() {
    let folder = tempfile::tempdir().unwrap();
    let cert = issue(folder.path());
    let nora = start(folder.path());
    let post = |path: &str, headers: &str, body: &str| {
        let mut stream = connect(nora.address(), &cert, &["http/1.1"]).unwrap();
        let length = body.len();
        let head = format!("POST {path} HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n{headers}content-length: {length}\r\n\r\n");
        exchange(&mut stream, &(head + body))
    };
    let answer = post("/v1/track", &format!("authorization: {}\r\n", basic(WRITE_KEY)), r#"{"event":"A","userId":"u"}"#);
    assert!(answer.contains(" 200 ") && answer.contains("strict-transport-security: max-age="), "{answer}");
    let answer = post("/v1/session", "content-type: application/json\r\n", &format!(r#"{{"token":"{ADMIN_TOKEN}"}}"#));
    assert!(answer.contains(" 204 ") && answer.contains("; secure") && answer.contains("httponly"), "{answer}");
    // Who speaks no TLS gets nothing, and the commands on this machine find their way.
    let mut plain = TcpStream::connect(nora.address()).unwrap();
    plain.set_read_timeout(Some(Duration::from_secs(60))).unwrap();
    plain.write_all(b"GET /healthz HTTP/1.1\r\nhost: x\r\n\r\n").unwrap();
    let mut answer = Vec::new();
    let _ = plain.read_to_end(&mut answer);
    assert!(!String::from_utf8_lossy(&answer).contains("ok\n"));
    let listed = nora.command(&["token", "list"]);
    assert!(listed.status.success() && String::from_utf8_lossy(&listed.stdout).contains("Owner"), "{listed:?}");
}

#[test]
fn http_2_is_spoken_with_whoever_offers_it() {
    let folder = tempfile::tempdir().unwrap();
    let cert = issue(folder.path());
    let nora = start(folder.path());
    let mut stream = connect(nora.address(), &cert, &["h2", "http/1.1"]).unwrap();
    assert_eq!(stream.conn.alpn_protocol(), Some(&b"h2"[..]));
    // The preface and empty settings (RFC 9113, section 3.4); the server's first frame is of settings, too: type 4.
    stream.write_all(b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\x04\0\0\0\0\0").unwrap();
    let mut frame = [0; 9];
    stream.read_exact(&mut frame).unwrap();
    assert_eq!(frame[3], 4, "{frame:?}");
    let old = connect(nora.address(), &cert, &["http/1.1"]).unwrap();
    assert_eq!(old.conn.alpn_protocol(), Some(&b"http/1.1"[..]));
}

#[test]
fn a_renewed_certificate_needs_no_restart_and_a_broken_one_does_no_harm() {
    let folder = tempfile::tempdir().unwrap();
    let first = issue(folder.path());
    let nora = start(folder.path());
    let mut open = connect(nora.address(), &first, &[]).unwrap();
    let second = issue(folder.path());
    assert!(connect(nora.address(), &second, &[]).is_err(), "not before it is told");
    nora.hang_up();
    while connect(nora.address(), &second, &[]).is_err() {}
    assert!(connect(nora.address(), &first, &[]).is_err());
    let answer = exchange(&mut open, "GET /healthz HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n");
    assert!(answer.contains(" 200 "), "connections that were open stay so: {answer}");
    std::fs::write(folder.path().join("cert.pem"), "no certificate").unwrap();
    nora.hang_up();
    while !nora.log().contains("stays as it was") {}
    connect(nora.address(), &second, &[]).unwrap();
}

#[test]
fn what_cannot_be_used_is_said_at_the_start() {
    let folder = tempfile::tempdir().unwrap();
    issue(folder.path());
    let paths = ["cert.pem", "key.pem"].map(|name| folder.path().join(name));
    let other = rcgen::KeyPair::generate().unwrap();
    std::fs::write(&paths[1], other.serialize_pem()).unwrap();
    let [cert, key] = paths.map(|path| path.to_str().unwrap().to_owned());
    let start = |arguments: &[&str]| {
        let data = tempfile::tempdir().unwrap();
        let output = nora_tests::run(data.path(), &[&["serve", "--listen", "127.0.0.1:0"], arguments].concat());
        assert!(!output.status.success());
        String::from_utf8_lossy(&output.stderr).into_owned()
    };
    assert!(start(&["--tls-cert", &cert, "--tls-key", &key]).contains("cannot be used"), "the key is another's");
    assert!(start(&["--tls-cert", "/nowhere", "--tls-key", &key]).contains("/nowhere"));
    assert!(start(&["--tls-cert", &cert]).contains("--tls-key"), "one without the other");
}
