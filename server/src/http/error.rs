//! What a caller is told when something is wrong: one table from what happened to status, code, message and hint.

use actix_web::http::{StatusCode, header};
use actix_web::{HttpResponse, ResponseError};
use nora_shared::Reason;
use serde::Serialize;
use utoipa::ToSchema;

use crate::app::NotCaughtUp;
use crate::keys::{KeyError, Scope};
use crate::log::writer::SubmitError;
use crate::plans::PlanError;
use crate::storage::StoreError;

/// Seconds after which a client that was turned away may come again.
const RETRY_AFTER: &str = "1";

/// What can be wrong with a request.
#[derive(Debug, thiserror::Error)]
pub enum ApiError {
    /// What was sent cannot be taken.
    #[error("{}", .0.message())]
    Rejected(Reason),
    /// A readable event that is now in the quarantine.
    #[error("{}", .0.message())]
    Quarantined(Reason),
    /// No token and no session, or wrong ones.
    #[error("A valid access token is needed.")]
    Unauthorized,
    /// Only a secret key will do, and there is none.
    #[error("The source's secret key is needed.")]
    SecretKeyNeeded,
    /// A token or a session that may not do this: what it would need.
    #[error("This needs the scope {0}.")]
    Forbidden(Scope),
    /// More than its share: seconds after which it may come again.
    #[error("Too many requests or events in a minute.")]
    RateLimited(u64),
    /// The body came too slowly.
    #[error("The request took too long to arrive.")]
    TooSlow,
    /// It does not go with what there is: why.
    #[error("This cannot be done: {0}.")]
    Conflict(&'static str),
    /// No backup was made: why, as a code.
    #[error("No backup was made.")]
    NoBackup(&'static str),
    /// There is no such thing.
    #[error("There is no {0}.")]
    NotFound(&'static str),
    /// There is such an address, and nothing that does this with it: what does, as `Allow` names it.
    #[error("This address takes {0} alone.")]
    MethodNotAllowed(String),
    /// The body is of another content type than this one, which alone is taken here.
    #[error("The body has to be {0}.")]
    UnsupportedMediaType(&'static str),
    /// A parameter cannot be read.
    #[error("The parameter {0} cannot be read.")]
    InvalidParameter(&'static str),
    /// The body is JSON, but not what it should be: how.
    #[error("The body cannot be used: {0}.")]
    InvalidBody(String),
    /// A tracking plan cannot be used: where in it, as a JSON pointer, and why.
    #[error("The tracking plan cannot be used: at {}, {why}.", if pointer.is_empty() { "the top" } else { pointer })]
    InvalidPlan {
        /// Where.
        pointer: String,
        /// Why.
        why: String,
    },
    /// As much is waiting as may wait.
    #[error("The server is taking as much as it can.")]
    Busy,
    /// There is no room on the disk for more.
    #[error("The disk of the server is nearly full.")]
    DiskFull,
    /// The store failed.
    #[error("The store is not available.")]
    Unavailable,
    /// The store failed, and nothing but opening it again helps.
    #[error("The store has failed and must be opened again.")]
    RestartNeeded,
    /// What was acknowledged has not been applied in time.
    #[error("The profiles have not caught up with the events yet.")]
    NotCaughtUp,
}

/// The body of every error.
#[derive(Debug, Serialize, ToSchema)]
pub struct ErrorBody {
    error: ErrorDetail,
    #[serde(flatten)]
    client: ClientError,
}

/// The same once more, in answers to tracking calls alone, as Segment's API words it: what Segment's and RudderStack's clients read. Without it,
/// some of them send what is wrong again and again.
#[derive(Debug, Default, Serialize, ToSchema)]
pub struct ClientError {
    /// `false`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    success: Option<bool>,
    /// The same code.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    code: Option<&'static str>,
    /// The same message.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    message: Option<String>,
}

/// What went wrong.
#[derive(Debug, Serialize, ToSchema)]
pub struct ErrorDetail {
    /// Stable, for programs.
    code: &'static str,
    /// What is wrong.
    message: String,
    /// How to mend it.
    hint: &'static str,
    /// Where in the body, as a JSON pointer: of a tracking plan alone.
    #[serde(skip_serializing_if = "Option::is_none")]
    pointer: Option<String>,
}

impl ApiError {
    /// Stable, for programs.
    pub fn code(&self) -> &'static str {
        self.code_and_hint().0
    }

    fn code_and_hint(&self) -> (&'static str, &'static str) {
        match self {
            ApiError::Rejected(reason) | ApiError::Quarantined(reason) => (reason.code(), reason.hint()),
            ApiError::Unauthorized => ("unauthorized", "Send the token as Authorization: Bearer TOKEN, or log in to the console."),
            ApiError::SecretKeyNeeded => (
                "secret_key_needed",
                "From your server, send the source's secret key as Authorization: Bearer KEY, or as the user name of Basic.",
            ),
            ApiError::Forbidden(_) => ("forbidden", "Ask an owner for a token with this scope, or for one more on yours."),
            ApiError::RateLimited(_) => {
                ("rate_limited", "Send it again after the time in Retry-After; larger batches need fewer requests.")
            }
            ApiError::TooSlow => ("request_timeout", "Send it again, or in smaller parts."),
            ApiError::Conflict(_) => ("conflict", "GET shows what there is."),
            ApiError::NoBackup(code @ "backup_not_configured") => (code, "Start the server with --backup-dir DIR."),
            ApiError::NoBackup(code @ "backup_exists") => (code, "Take another name, or remove the one that is there."),
            ApiError::NoBackup(code) => (code, "Wait until the one that is being made is there."),
            ApiError::NotFound(_) => ("not_found", "Check the address; GET /openapi.json lists all of them."),
            ApiError::MethodNotAllowed(_) => ("method_not_allowed", "Check the method; GET /openapi.json lists what each address takes."),
            ApiError::UnsupportedMediaType(_) => ("unsupported_media_type", "Say what the body is in Content-Type."),
            ApiError::InvalidParameter(_) => ("invalid_parameter", "GET /openapi.json says what it takes."),
            ApiError::InvalidBody(_) => ("invalid_body", "GET /openapi.json says what it takes."),
            ApiError::InvalidPlan { .. } => {
                ("invalid_plan", "Mend what the pointer points at; docs/tracking-plans.md says what a plan can have.")
            }
            ApiError::Busy => ("busy", "Send it again after the time in Retry-After."),
            ApiError::Unavailable => (
                "unavailable",
                "Nothing was acknowledged; send it again, with messageIds nothing is doubled. The server's log says what happened.",
            ),
            ApiError::DiskFull => (
                "disk_full",
                "Nothing was acknowledged; send it again. Whoever runs the server makes room on its disk; it then goes on by itself.",
            ),
            ApiError::RestartNeeded => (
                "restart_needed",
                "Make room on the disk, or mend it, and restart the server. Nothing acknowledged is lost; the server's log says what happened.",
            ),
            ApiError::NotCaughtUp => ("not_caught_up", "Ask again after the time in Retry-After."),
        }
    }
}

impl ResponseError for ApiError {
    fn status_code(&self) -> StatusCode {
        match self {
            ApiError::Rejected(Reason::MissingWriteKey | Reason::InvalidWriteKey)
            | ApiError::Quarantined(Reason::InvalidWriteKey)
            | ApiError::Unauthorized
            | ApiError::SecretKeyNeeded => StatusCode::UNAUTHORIZED,
            ApiError::Rejected(Reason::EventTooLarge | Reason::BatchTooLarge | Reason::TooManyEvents) => StatusCode::PAYLOAD_TOO_LARGE,
            ApiError::Rejected(Reason::InvalidEncoding) => StatusCode::UNSUPPORTED_MEDIA_TYPE,
            ApiError::Rejected(Reason::OriginNotAllowed) | ApiError::Forbidden(_) => StatusCode::FORBIDDEN,
            ApiError::Rejected(_)
            | ApiError::Quarantined(_)
            | ApiError::InvalidParameter(_)
            | ApiError::InvalidBody(_)
            | ApiError::InvalidPlan { .. } => StatusCode::BAD_REQUEST,
            ApiError::RateLimited(_) => StatusCode::TOO_MANY_REQUESTS,
            ApiError::TooSlow => StatusCode::REQUEST_TIMEOUT,
            ApiError::Conflict(_) | ApiError::NoBackup(_) => StatusCode::CONFLICT,
            ApiError::NotFound(_) => StatusCode::NOT_FOUND,
            ApiError::MethodNotAllowed(_) => StatusCode::METHOD_NOT_ALLOWED,
            ApiError::UnsupportedMediaType(_) => StatusCode::UNSUPPORTED_MEDIA_TYPE,
            ApiError::DiskFull => StatusCode::INSUFFICIENT_STORAGE,
            ApiError::Busy | ApiError::Unavailable | ApiError::RestartNeeded | ApiError::NotCaughtUp => StatusCode::SERVICE_UNAVAILABLE,
        }
    }

    fn error_response(&self) -> HttpResponse {
        let (code, hint) = self.code_and_hint();
        let kept = if matches!(self, ApiError::Quarantined(_)) { " It is kept in the quarantine." } else { "" };
        let message = format!("{self}{kept}");
        let is_of_tracking = matches!(self, ApiError::Rejected(_) | ApiError::Quarantined(_));
        let client = match is_of_tracking {
            true => ClientError { success: Some(false), code: Some(code), message: Some(message.clone()) },
            false => ClientError::default(),
        };
        let mut response = HttpResponse::build(self.status_code());
        match self {
            ApiError::RateLimited(seconds) => drop(response.insert_header((header::RETRY_AFTER, *seconds))),
            ApiError::MethodNotAllowed(allowed) => drop(response.insert_header((header::ALLOW, allowed.as_str()))),
            // What is left of the body would be taken for the next request.
            ApiError::TooSlow => drop(response.force_close()),
            _ if matches!(self.status_code(), StatusCode::SERVICE_UNAVAILABLE | StatusCode::INSUFFICIENT_STORAGE) => {
                response.insert_header((header::RETRY_AFTER, RETRY_AFTER));
            }
            _ => {}
        }
        let pointer = if let ApiError::InvalidPlan { pointer, .. } = self { Some(pointer.clone()) } else { None };
        response.json(ErrorBody { error: ErrorDetail { code, message, hint, pointer }, client })
    }
}

impl From<Reason> for ApiError {
    fn from(reason: Reason) -> ApiError {
        ApiError::Rejected(reason)
    }
}

impl From<KeyError> for ApiError {
    fn from(error: KeyError) -> ApiError {
        match error {
            KeyError::Invalid(how) => ApiError::InvalidBody(how),
            KeyError::Conflict(why) => ApiError::Conflict(why),
            KeyError::NotFound("source") => ApiError::NotFound("such source"),
            KeyError::NotFound("key") => ApiError::NotFound("such key that has ended"),
            KeyError::NotFound(_) => ApiError::NotFound("such token"),
            KeyError::Io(error) => {
                tracing::error!(%error, "the keys could not be written");
                ApiError::Unavailable
            }
        }
    }
}

impl From<PlanError> for ApiError {
    fn from(error: PlanError) -> ApiError {
        match error {
            PlanError::Invalid { pointer, why } => ApiError::InvalidPlan { pointer, why },
            PlanError::Conflict(why) => ApiError::Conflict(why),
            PlanError::NotFound => ApiError::NotFound("such tracking plan"),
            PlanError::Io(error) => {
                tracing::error!(%error, "the tracking plans could not be read or written");
                ApiError::Unavailable
            }
        }
    }
}

impl From<SubmitError> for ApiError {
    fn from(error: SubmitError) -> ApiError {
        match error {
            SubmitError::Full => ApiError::Busy,
            SubmitError::DiskFull => ApiError::DiskFull,
            SubmitError::Unavailable => ApiError::Unavailable,
        }
    }
}

impl From<StoreError> for ApiError {
    fn from(error: StoreError) -> ApiError {
        tracing::error!(%error, "a request could not be answered");
        ApiError::Unavailable
    }
}

impl From<NotCaughtUp> for ApiError {
    fn from(_: NotCaughtUp) -> ApiError {
        ApiError::NotCaughtUp
    }
}
