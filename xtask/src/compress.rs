//! Compression ahead of time: slow and small, since it is done once.

use std::{
    io::{Cursor, Write},
    path::Path,
};

use anyhow::{Context, Result};
use brotli::enc::BrotliEncoderParams;
use flate2::{Compression, write::GzEncoder};

/// What is text, or like it. Pictures and fonts are compressed in themselves.
const COMPRESSIBLE: [&str; 10] = ["css", "html", "ico", "js", "json", "map", "svg", "txt", "wasm", "xml"];

/// Below this, an answer is one packet either way.
const WORTH_IT: usize = 256;

/// The encodings of a file that are smaller than it: the ending of each, and its bytes.
pub(crate) fn encodings(path: &str, raw: &[u8]) -> Result<Vec<(&'static str, Vec<u8>)>> {
    if !compressible(path) || raw.len() <= WORTH_IT {
        return Ok(Vec::new());
    }
    let encoded = [("br", brotli(raw)?), ("gz", gzip(raw)?)];
    Ok(encoded.into_iter().filter(|(_, bytes)| bytes.len() < raw.len()).collect())
}

/// The server writes its key into the pages of the shop, so that what it sends is not what lies here.
fn compressible(path: &str) -> bool {
    let extension = Path::new(path).extension().and_then(|extension| extension.to_str()).unwrap_or_default();
    COMPRESSIBLE.contains(&extension) && !(path.starts_with("shop/") && extension == "html")
}

fn brotli(raw: &[u8]) -> Result<Vec<u8>> {
    // Quality 11, and the largest window that browsers accept; the length lets the encoder choose a smaller one.
    let parameters = BrotliEncoderParams { quality: 11, lgwin: 24, size_hint: raw.len(), ..BrotliEncoderParams::default() };
    let mut out = Vec::new();
    brotli::BrotliCompress(&mut Cursor::new(raw), &mut out, &parameters).context("cannot compress with brotli")?;
    Ok(out)
}

fn gzip(raw: &[u8]) -> Result<Vec<u8>> {
    // The header has no time in it, so that the same bytes come out each time.
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(raw)?;
    encoder.finish().context("cannot compress with gzip")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_gets_smaller_and_is_sent_as_it_lies() {
        let text = "to and fro ".repeat(100);
        let endings = |path: &str, raw: &[u8]| encodings(path, raw).unwrap().into_iter().map(|(ending, _)| ending).collect::<Vec<_>>();
        assert_eq!(endings("console/index.html", text.as_bytes()), ["br", "gz"]);
        assert_eq!(endings("shop/assets/main.js", text.as_bytes()), ["br", "gz"]);
        assert!(endings("shop/en/index.html", text.as_bytes()).is_empty());
        assert!(endings("console/photo.png", text.as_bytes()).is_empty());
        assert!(endings("nora.js", &text.as_bytes()[..200]).is_empty());
    }

    #[test]
    fn gzip_is_the_same_each_time() {
        let text = "to and fro ".repeat(100);
        assert_eq!(gzip(text.as_bytes()).unwrap(), gzip(text.as_bytes()).unwrap());
    }
}
