//! A request's body, as text, within its bounds.

use std::io::Read;

use actix_web::HttpRequest;
use actix_web::http::header::CONTENT_ENCODING;
use actix_web::web::{BytesMut, Payload};
use futures_util::StreamExt;
use nora_shared::{Reason, limits};
use serde::de::DeserializeOwned;

use super::error::ApiError;

/// Reads the body as text; see [`bytes()`].
pub async fn text(request: &HttpRequest, payload: &mut Payload, limit: usize) -> Result<String, Reason> {
    String::from_utf8(bytes(request, payload, limit).await?).map_err(|_| Reason::InvalidUtf8)
}

/// Reads the body as a JSON object of this form, whatever its content type says.
pub async fn object<T: DeserializeOwned>(request: &HttpRequest, payload: &mut Payload, limit: usize) -> Result<T, ApiError> {
    object_of(&text(request, payload, limit).await?)
}

/// Reads a JSON object of this form.
pub fn object_of<T: DeserializeOwned>(text: &str) -> Result<T, ApiError> {
    let read = serde_json::from_str(text).map_err(|error| match error.classify() {
        serde_json::error::Category::Data => ApiError::InvalidBody(error.to_string()),
        _ => ApiError::Rejected(Reason::MalformedJson),
    })?;
    // Fields would be taken from a list in their order, and all that it lacks would have its default.
    if text.trim_start().starts_with('[') {
        return Err(ApiError::InvalidBody("it is a list".to_owned()));
    }
    Ok(read)
}

/// Reads the body: at most `limit` bytes of it, before and after decompression, whatever its content type says.
///
/// A body that is longer is refused as soon as that shows, so that neither a large upload nor a gzip bomb takes more than `limit` bytes.
pub async fn bytes(request: &HttpRequest, payload: &mut Payload, limit: usize) -> Result<Vec<u8>, Reason> {
    let mut bytes = BytesMut::new();
    while let Some(chunk) = payload.next().await {
        // The connection broke, or the chunks are not as announced: what came is not the whole.
        let chunk = chunk.map_err(|_| Reason::MalformedJson)?;
        if bytes.len() + chunk.len() > limit {
            return Err(Reason::BatchTooLarge);
        }
        bytes.extend_from_slice(&chunk);
    }
    let encoding = request.headers().get(CONTENT_ENCODING).map(|value| value.to_str().unwrap_or("?").trim().to_ascii_lowercase());
    match encoding.as_deref() {
        None | Some("" | "identity") => Ok(bytes.to_vec()),
        Some("gzip" | "x-gzip") => unpacked(flate2::read::MultiGzDecoder::new(&bytes[..]), limit),
        Some("deflate") => unpacked(flate2::read::ZlibDecoder::new(&bytes[..]), limit),
        Some(_) => Err(Reason::InvalidEncoding),
    }
}

/// The bound of a tracking request.
pub const TRACKING: usize = limits::BATCH_BYTES;

fn unpacked(reader: impl Read, limit: usize) -> Result<Vec<u8>, Reason> {
    let mut bytes = Vec::new();
    reader.take(limit as u64 + 1).read_to_end(&mut bytes).map_err(|_| Reason::InvalidEncoding)?;
    if bytes.len() > limit { Err(Reason::BatchTooLarge) } else { Ok(bytes) }
}
