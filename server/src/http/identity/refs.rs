//! Identifiers as requests and answers write them.

use nora_shared::Identifier;
use serde::{Deserialize, Deserializer, Serialize};
use utoipa::ToSchema;

use crate::http::error::ApiError;
use crate::identity::NodeId;
use crate::identity::decisions::Identity;

/// An identifier: `{"type","value"}`, or in requests also `"type:value"`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct Ref {
    /// `user_id`, `email`, ….
    #[serde(rename = "type")]
    pub kind: String,
    /// Its value, normalised.
    pub value: String,
}

impl Ref {
    /// Of an identifier.
    pub fn of(identifier: &Identifier) -> Ref {
        Ref { kind: identifier.kind().to_owned(), value: identifier.value().to_owned() }
    }

    /// From `type:value`; `name` is that of the parameter.
    pub fn parse(text: &str, name: &'static str) -> Result<Ref, ApiError> {
        let (kind, value) = text.split_once(':').ok_or(ApiError::InvalidParameter(name))?;
        Identifier::new(kind, value).map(|identifier| Ref::of(&identifier)).ok_or(ApiError::InvalidParameter(name))
    }

    /// Its number.
    pub fn id(&self) -> NodeId {
        NodeId::of(&Identifier::from_normalized(&*self.kind, &*self.value))
    }

    /// As decisions keep it.
    pub fn identity(&self) -> Identity {
        Identity { kind: self.kind.clone(), value: self.value.clone() }
    }
}

impl From<&Identity> for Ref {
    fn from(identity: &Identity) -> Ref {
        Ref { kind: identity.kind.clone(), value: identity.value.clone() }
    }
}

impl<'de> Deserialize<'de> for Ref {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Ref, D::Error> {
        #[derive(Deserialize)]
        #[serde(untagged)]
        enum Written {
            Text(String),
            Object {
                #[serde(rename = "type")]
                kind: String,
                value: String,
            },
        }
        let (kind, value) = match Written::deserialize(deserializer)? {
            Written::Object { kind, value } => (kind, value),
            Written::Text(text) => match text.split_once(':') {
                Some((kind, value)) => (kind.to_owned(), value.to_owned()),
                None => return Err(serde::de::Error::custom("an identifier is type:value")),
            },
        };
        let identifier = Identifier::new(&kind, &value).ok_or_else(|| serde::de::Error::custom("this value identifies nobody"))?;
        Ok(Ref::of(&identifier))
    }
}
