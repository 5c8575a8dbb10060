//! The outermost layer of every value: one byte, then [postcard](https://postcard.jamesmunns.com/wire-format), compressed or not.
//!
//! The byte is the version of the form inside, 1 to 127, plus 128 if it is one zstd frame (level 1, with checksum and content size).
//! A version that is not known, a frame that does not fit its checksum, or bytes that are not of the form are damage. What is not
//! compressed has only sled's own checksum (CRC-32 of each write).

use std::borrow::Cow;
use std::cell::RefCell;

use serde::Serialize;
use zstd::bulk::{Compressor, Decompressor};

use super::keys::damaged;
use crate::storage::{Result, StoreError};

const COMPRESSED: u8 = 0x80;

/// What nearly every value fits into, in bytes.
const BUFFER_BYTES: usize = 64 << 10;

/// The largest content that a frame may announce, in bytes. Protects memory from a damaged header; the largest fragment has 16 MiB.
const CONTENT_BYTES: u64 = 256 << 20;

/// Encodes a value; compresses it when it has more bytes than `compress_above`.
pub(super) fn pack(version: u8, value: &impl Serialize, compress_above: usize) -> Result<Vec<u8>> {
    let plain = encode(version, value)?;
    if plain.len() - 1 <= compress_above {
        return Ok(plain);
    }
    let mut packed = compress(&plain[1..]).map_err(|error| StoreError(format!("compressing: {error}")))?;
    packed.insert(0, version | COMPRESSED);
    Ok(packed)
}

/// Encodes a value after its version.
pub(super) fn encode(version: u8, value: &impl Serialize) -> Result<Vec<u8>> {
    let encoded = BUFFER.with_borrow_mut(|buffer| {
        buffer.resize(BUFFER_BYTES, version);
        buffer[0] = version;
        // A vector that grows with each field takes longer than copying what nearly always fits.
        let length = postcard::to_slice(value, &mut buffer[1..]).map(|body| body.len() + 1);
        match length {
            Err(postcard::Error::SerializeBufferFull) => postcard::to_extend(value, vec![version]),
            length => length.map(|length| buffer[..length].to_vec()),
        }
    });
    encoded.map_err(|error| StoreError(format!("encoding: {error}")))
}

/// The version of a packed value; nothing where it is empty.
pub(super) fn version(packed: &[u8]) -> Option<u8> {
    packed.first().map(|first| first & !COMPRESSED)
}

/// Checks the version and decompresses. The form inside is the caller's to read, with [`decode`].
pub(super) fn unpack<'a>(key: &[u8], version: u8, packed: &'a [u8]) -> Result<Cow<'a, [u8]>> {
    let (first, body) = packed.split_first().ok_or_else(|| damaged(key, "empty"))?;
    if first & !COMPRESSED != version {
        return Err(damaged(key, format_args!("version {}", first & !COMPRESSED)));
    }
    if first & COMPRESSED == 0 {
        return Ok(Cow::Borrowed(body));
    }
    let length = match zstd::zstd_safe::get_frame_content_size(body) {
        Ok(Some(length)) if length <= CONTENT_BYTES => length as usize,
        _ => return Err(damaged(key, "not a frame")),
    };
    decompress(body, length).map(Cow::Owned).map_err(|error| damaged(key, error))
}

/// Reads the form inside.
pub(super) fn decode<'a, T: serde::Deserialize<'a>>(key: &[u8], plain: &'a [u8]) -> Result<T> {
    match postcard::take_from_bytes(plain) {
        Ok((value, [])) => Ok(value),
        Ok(_) => Err(damaged(key, "bytes left over")),
        Err(error) => Err(damaged(key, error)),
    }
}

thread_local! {
    static BUFFER: RefCell<Vec<u8>> = const { RefCell::new(Vec::new()) };
    // Making one costs more than compressing a fragment.
    static COMPRESSOR: RefCell<Option<Compressor<'static>>> = const { RefCell::new(None) };
    static DECOMPRESSOR: RefCell<Option<Decompressor<'static>>> = const { RefCell::new(None) };
}

fn compress(plain: &[u8]) -> std::io::Result<Vec<u8>> {
    COMPRESSOR.with_borrow_mut(|kept| {
        let compressor = match kept {
            Some(compressor) => compressor,
            None => {
                let mut compressor = Compressor::new(1)?;
                compressor.include_checksum(true)?;
                kept.insert(compressor)
            }
        };
        compressor.compress(plain)
    })
}

fn decompress(frame: &[u8], length: usize) -> std::io::Result<Vec<u8>> {
    DECOMPRESSOR.with_borrow_mut(|kept| {
        let decompressor = match kept {
            Some(decompressor) => decompressor,
            None => kept.insert(Decompressor::new()?),
        };
        decompressor.decompress(frame, length)
    })
}

#[cfg(test)]
mod tests {
    use super::{decode, pack, unpack};

    #[test]
    fn gives_back_what_it_was_given_and_names_damage() {
        let text = "nora ".repeat(100);
        for (above, first) in [(1000, 1), (100, 0x81)] {
            let packed = pack(1, &text, above).unwrap();
            assert_eq!(packed[0], first);
            assert_eq!(decode::<&str>(b"f", &unpack(b"f", 1, &packed).unwrap()).unwrap(), text);
            assert_eq!(unpack(b"f\x01", 2, &packed).unwrap_err().to_string(), "storage: damaged value under f01: version 1");
        }
        let mut packed = pack(1, &text, 0).unwrap();
        for at in 1..packed.len() {
            packed[at] ^= 0x10;
            let read = unpack(b"f", 1, &packed).and_then(|plain| decode::<String>(b"f", &plain));
            assert!(read.as_ref().map_or(true, |read| *read == text), "byte {at}: {read:?}");
            packed[at] ^= 0x10;
        }
        assert!(unpack(b"f", 1, &packed[..packed.len() - 1]).is_err());
        assert!(unpack(b"f", 1, &[]).is_err());
        assert!(decode::<String>(b"f", &[200, 200, 200]).is_err());
    }
}
