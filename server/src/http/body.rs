//! A request's body, as text, within its bounds.

use std::io::Read;

use actix_web::HttpRequest;
use actix_web::http::Method;
use actix_web::http::header::{CONTENT_ENCODING, CONTENT_LENGTH};
use actix_web::web::{BytesMut, Data, Payload, Query};
use futures_util::StreamExt;
use nora_shared::{Reason, limits};
use serde::de::DeserializeOwned;
use tokio::time::{Duration, Instant, timeout_at};

use super::door::Door;
use super::error::ApiError;

/// Reads the body as text; see [`bytes()`].
pub async fn text(request: &HttpRequest, payload: &mut Payload, limit: usize) -> Result<String, ApiError> {
    String::from_utf8(bytes(request, payload, limit).await?).map_err(|_| Reason::InvalidUtf8.into())
}

/// Reads the body as a JSON object of this form, whatever its content type says; with DELETE, where some clients send none, the query in
/// its place.
pub async fn object<T: DeserializeOwned>(request: &HttpRequest, mut payload: Payload, limit: usize) -> Result<T, ApiError> {
    let text = text(request, &mut payload, limit).await?;
    if text.is_empty() && request.method() == Method::DELETE {
        return Query::from_query(request.query_string()).map(Query::into_inner).map_err(|error| ApiError::InvalidBody(error.to_string()));
    }
    read(&text)
}

/// The same, where there may be no body, or `null`: that says nothing.
pub async fn optional<T: DeserializeOwned + Default>(request: &HttpRequest, mut payload: Payload, limit: usize) -> Result<T, ApiError> {
    let text = text(request, &mut payload, limit).await?;
    if matches!(text.trim(), "" | "null") { Ok(T::default()) } else { read(&text) }
}

fn read<T: DeserializeOwned>(text: &str) -> Result<T, ApiError> {
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
/// A body that is longer is refused as soon as that shows (unread, where its length is announced), so that neither a large upload nor a
/// gzip bomb takes more than `limit` bytes; and one that comes too slowly, so that nobody can hold memory by saying little.
pub async fn bytes(request: &HttpRequest, payload: &mut Payload, limit: usize) -> Result<Vec<u8>, ApiError> {
    let announced = request.headers().get(CONTENT_LENGTH).and_then(|value| value.to_str().ok()?.parse::<u64>().ok());
    if announced.is_some_and(|length| length > limit as u64) {
        return Err(Reason::BatchTooLarge.into());
    }
    let patience = request.app_data::<Data<Door>>().map_or(Duration::ZERO, |door| door.patience);
    let began = Instant::now();
    let mut bytes = BytesMut::new();
    loop {
        let until = began + patience + Duration::from_secs((bytes.len() / LEAST_BYTES_PER_SECOND) as u64);
        let Some(chunk) = timeout_at(until, payload.next()).await.map_err(|_| ApiError::TooSlow)? else { break };
        // The connection broke, or the chunks are not as announced: what came is not the whole.
        let chunk = chunk.map_err(|_| Reason::MalformedJson)?;
        if bytes.len() + chunk.len() > limit {
            return Err(Reason::BatchTooLarge.into());
        }
        bytes.extend_from_slice(&chunk);
    }
    let encoding = request.headers().get(CONTENT_ENCODING).map(|value| value.to_str().unwrap_or("?"));
    Ok(decoded(&bytes, encoding, limit)?)
}

/// What bytes are that came with this `Content-Encoding`: at most `limit` of them.
pub fn decoded(bytes: &[u8], encoding: Option<&str>, limit: usize) -> Result<Vec<u8>, Reason> {
    match encoding.map(|encoding| encoding.trim().to_ascii_lowercase()).as_deref() {
        None | Some("" | "identity") => Ok(bytes.to_vec()),
        Some("gzip" | "x-gzip") => unpacked(flate2::read::MultiGzDecoder::new(bytes), limit),
        Some("deflate") => unpacked(flate2::read::ZlibDecoder::new(bytes), limit),
        Some(_) => Err(Reason::InvalidEncoding),
    }
}

/// How fast a body has to come, once patience is at its end: a full tracking request takes half a minute more at most.
const LEAST_BYTES_PER_SECOND: usize = 16 * 1024;

/// The bound of a request that asks for a change.
pub const CHANGE: usize = 64 * 1024;

/// The bound of a tracking request.
pub const TRACKING: usize = limits::BATCH_BYTES;

fn unpacked(reader: impl Read, limit: usize) -> Result<Vec<u8>, Reason> {
    let mut bytes = Vec::new();
    reader.take(limit as u64 + 1).read_to_end(&mut bytes).map_err(|_| Reason::InvalidEncoding)?;
    if bytes.len() > limit { Err(Reason::BatchTooLarge) } else { Ok(bytes) }
}
