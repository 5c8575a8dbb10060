//! An access token: who may ask and change.

use serde::{Deserialize, Serialize};

use super::moment;
use super::scope::Scope;
use super::secret::Hashed;
use crate::time::Millis;

/// An access token. It is nowhere kept as it is. Not `Debug`, so that not even its hash gets into a log.
#[derive(Clone, Serialize, Deserialize)]
pub struct Token {
    /// Stable, public.
    pub id: String,
    /// For people.
    pub name: String,
    /// What it may do.
    pub scopes: Vec<Scope>,
    /// What is kept of it.
    pub hash: Hashed,
    /// Its last characters.
    pub hint: String,
    /// When it was made; nothing where that was before anybody wrote it down.
    #[serde(default, with = "moment", skip_serializing_if = "Option::is_none")]
    pub created_at: Option<Millis>,
    /// How long it can be used: for ever, where nothing.
    #[serde(default, with = "moment", skip_serializing_if = "Option::is_none")]
    pub expires_at: Option<Millis>,
    /// When it was last used, to the minute.
    #[serde(default, with = "moment", skip_serializing_if = "Option::is_none")]
    pub last_used_at: Option<Millis>,
}
