//! What a token may do.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// One thing that a token may do: a closed set. The route table (`http.rs`) says which each route needs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum Scope {
    /// Query profiles, events, identities and figures.
    Read,
    /// Decide who is who, and by which rules.
    Identity,
    /// Import files.
    Import,
    /// Change sources and their keys.
    Config,
    /// All of these, and tokens.
    Owner,
}

impl Scope {
    /// All scopes, the least first.
    pub const ALL: [Scope; 5] = [Scope::Read, Scope::Identity, Scope::Import, Scope::Config, Scope::Owner];

    /// As it is written.
    pub const fn name(self) -> &'static str {
        match self {
            Scope::Read => "read",
            Scope::Identity => "identity",
            Scope::Import => "import",
            Scope::Config => "config",
            Scope::Owner => "owner",
        }
    }
}

/// Whether these scopes allow what needs this one.
pub fn allows(scopes: &[Scope], needed: Scope) -> bool {
    scopes.iter().any(|scope| *scope == needed || *scope == Scope::Owner)
}

impl fmt::Display for Scope {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl FromStr for Scope {
    type Err = String;

    fn from_str(text: &str) -> Result<Scope, String> {
        let known = || Scope::ALL.map(Scope::name).join(", ");
        Scope::ALL.into_iter().find(|scope| scope.name() == text).ok_or_else(|| format!("{text} is no scope; there are {}", known()))
    }
}
