//! What is left of a chunked body that nobody wanted to read.
//!
//! Before it takes the next request, actix-http reads the rest of it: for ever, if the client never ends. So little of it is read here, and
//! a connection on which more would follow is given up once it has its answer. (Bodies whose length was announced it does not read.)

use std::cell::RefCell;
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Poll};

use actix_web::body::{BodySize, BoxBody, MessageBody};
use actix_web::dev::{Payload, ServiceRequest, ServiceResponse};
use actix_web::http::header::TRANSFER_ENCODING;
use actix_web::middleware::Next;
use actix_web::web::Bytes;
use actix_web::{Error, ResponseError};
use futures_util::stream::poll_fn;
use futures_util::{Stream, StreamExt};
use tokio::time::{Duration, timeout};

use super::error::ApiError;

/// Bytes that are read for politeness: a client that hears nothing until it has sent all then hears the answer.
const MOST_BYTES: usize = 1024 * 1024;

/// And how long that may take.
const MOST_TIME: Duration = Duration::from_secs(1);

/// Gives up connections on which a body would follow without an end.
pub async fn give_up(request: ServiceRequest, next: Next<impl MessageBody + 'static>) -> Result<ServiceResponse<BoxBody>, Error> {
    if !request.headers().contains_key(TRANSFER_ENCODING) {
        return Ok(next.call(request).await?.map_into_boxed_body());
    }
    let (request, payload) = request.into_parts();
    let rest = Rc::new(RefCell::new(Rest { payload, has_ended: false }));
    let read = Rc::clone(&rest);
    let stream = Box::pin(poll_fn(move |cx| read.borrow_mut().poll(cx)));
    let request = ServiceRequest::from_parts(request, Payload::Stream { payload: stream });
    let response = next.call(request).await?.map_into_boxed_body();
    // A body that ends soon, or has ended, leaves the connection as good as it was.
    if rest.borrow().has_ended || matches!(timeout(MOST_TIME, finish(&rest)).await, Ok(true)) {
        return Ok(response);
    }
    let response = match response.response().body().size() {
        // An answer without a body cannot break off.
        BodySize::None | BodySize::Sized(0) => response.into_response(ApiError::TooSlow.error_response()),
        _ => response,
    };
    Ok(response.map_body(|_, body| BreaksOff { body, is_sent: false }.boxed()))
}

struct Rest {
    payload: Payload,
    has_ended: bool,
}

impl Rest {
    fn poll(&mut self, cx: &mut Context<'_>) -> Poll<Option<Result<Bytes, actix_web::error::PayloadError>>> {
        let polled = Pin::new(&mut self.payload).poll_next(cx);
        self.has_ended |= matches!(polled, Poll::Ready(None | Some(Err(_))));
        polled
    }
}

/// Reads on; whether that was the end.
async fn finish(rest: &Rc<RefCell<Rest>>) -> bool {
    let mut bytes = 0;
    let mut stream = poll_fn(|cx| rest.borrow_mut().poll(cx));
    while let Some(Ok(chunk)) = stream.next().await {
        bytes += chunk.len();
        if bytes > MOST_BYTES {
            return false;
        }
    }
    true
}

/// A body after which the connection ends: an error is what makes actix-http end it.
struct BreaksOff {
    body: BoxBody,
    is_sent: bool,
}

impl MessageBody for BreaksOff {
    type Error = Error;

    fn size(&self) -> BodySize {
        self.body.size()
    }

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Result<Bytes, Error>>> {
        match Pin::new(&mut self.body).poll_next(cx) {
            Poll::Ready(None) if self.is_sent => Poll::Ready(Some(Err(ApiError::TooSlow.into()))),
            // What there is goes out first: the error ends the connection with all that waits.
            Poll::Ready(None) => {
                self.is_sent = true;
                cx.waker().wake_by_ref();
                Poll::Pending
            }
            Poll::Ready(Some(chunk)) => Poll::Ready(Some(chunk.map_err(|_| ApiError::TooSlow.into()))),
            Poll::Pending => Poll::Pending,
        }
    }
}
