//! What a visitor downloads: the bytes that the server sends for the SDK, in each encoding.

use std::collections::BTreeSet;

use nora_tests::Nora;

use crate::Result;

/// Encodings, and what they are called in the table.
const ENCODINGS: [(&str, &str); 3] = [("identity", "raw"), ("gzip", "gzip"), ("br", "brotli")];

/// Prints the table.
pub(crate) fn bench() -> Result<()> {
    let nora = Nora::start();
    println!("\nSDK: bytes of the bodies on the wire\n");
    if size(&nora, "/nora.js", "identity")?.is_none() {
        println!("the server has no SDK inside: `cargo xtask build` puts it there");
        return Ok(());
    }
    println!("| file | {} |", ENCODINGS.map(|(_, name)| name).join(" | "));
    println!("|---|---:|---:|---:|");
    for path in files(&nora)? {
        let mut row = format!("| {path} |");
        for (encoding, _) in ENCODINGS {
            let bytes = size(&nora, &path, encoding)?.ok_or_else(|| format!("{path} is named and not there"))?;
            row += &format!(" {bytes} |");
        }
        println!("{row}");
    }
    println!(
        "\nA page loads /nora.js, with the module inside; the module alone only where the script was decoded with a wrong character set."
    );
    Ok(())
}

/// The loader and every file that it names, and so on.
fn files(nora: &Nora) -> Result<BTreeSet<String>> {
    let (mut found, mut unread) = (BTreeSet::new(), vec!["/nora.js".to_owned()]);
    while let Some(path) = unread.pop() {
        let reply = nora.send(nora.request("GET", &path), "");
        if reply.status != 200 {
            return Err(format!("{path}: {}", reply.status).into());
        }
        // A name is a run of these characters that starts with the folder; the wasm names nothing.
        let text = if path.ends_with(".wasm") { String::new() } else { reply.text() };
        let is_name = |c: char| c.is_ascii_alphanumeric() || "/._-".contains(c);
        for word in text.split(|c| !is_name(c)) {
            let name = format!("/nora/{}", word.trim_start_matches("./").trim_start_matches('/').trim_start_matches("nora/"));
            let is_file = name.ends_with(".wasm") || name.ends_with(".js");
            if is_file && !found.contains(&name) && !unread.contains(&name) && size(nora, &name, "identity")?.is_some() {
                unread.push(name);
            }
        }
        found.insert(path);
    }
    Ok(found)
}

/// Bytes of the body in this encoding; `None` where there is no such file. A server that has no smaller form sends it raw.
fn size(nora: &Nora, path: &str, encoding: &str) -> Result<Option<usize>> {
    let reply = nora.send(nora.request("GET", path).header("accept-encoding", encoding), "");
    match reply.status {
        200 => Ok(Some(reply.body.len())),
        404 => Ok(None),
        status => Err(format!("{path}: {status}").into()),
    }
}
