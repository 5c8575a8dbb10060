//! Which source is believed about which trait.

use std::collections::BTreeMap;
use std::fmt;
use std::str::FromStr;

/// The name that stands for every trait that is not named itself.
const ANY: &str = "*";

/// For each trait, the sources whose word counts more than that of others, the first most; none at all by default.
///
/// What such a source wrote stays until it or one that goes before writes again, whatever others write later; among all others the
/// last writer wins. It is applied when a profile is looked at, so that a change needs no rebuild. As text: `email=crm,web;*=crm`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Precedence(BTreeMap<String, Vec<String>>);

/// How much the word of a source counts; more is more.
pub type Standing = usize;

impl Precedence {
    /// How much each source's word counts about a trait.
    pub(super) fn of(&self, name: &str) -> impl Fn(&str) -> Standing {
        let sources = self.0.get(name).or_else(|| self.0.get(ANY)).map_or(&[][..], Vec::as_slice);
        move |source| sources.iter().position(|known| known == source).map_or(0, |place| sources.len() - place)
    }
}

impl FromStr for Precedence {
    type Err = String;

    fn from_str(text: &str) -> Result<Precedence, String> {
        let mut precedence = Precedence::default();
        for entry in text.split(';').map(str::trim).filter(|entry| !entry.is_empty()) {
            let (name, sources) = entry.split_once('=').ok_or_else(|| format!("`{entry}` has no `=`: write TRAIT=SOURCE,SOURCE"))?;
            let sources: Vec<_> = sources.split(',').map(|source| source.trim().to_owned()).collect();
            if name.trim().is_empty() || sources.iter().any(|source| source.is_empty() || source.contains('=')) {
                return Err(format!("`{entry}` names no trait or no source: write TRAIT=SOURCE,SOURCE"));
            }
            if precedence.0.insert(name.trim().to_owned(), sources).is_some() {
                return Err(format!("`{}` is there twice", name.trim()));
            }
        }
        Ok(precedence)
    }
}

impl fmt::Display for Precedence {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let entries: Vec<_> = self.0.iter().map(|(name, sources)| format!("{name}={}", sources.join(","))).collect();
        f.write_str(&entries.join(";"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_compact_form_is_read_and_written() {
        let precedence: Precedence = " email = crm , web ; *=crm;".parse().unwrap();
        assert_eq!(precedence.to_string(), "*=crm;email=crm,web");
        let standing = |name: &str| ["crm", "web", "other"].map(precedence.of(name));
        assert_eq!((standing("email"), standing("plan")), ([2, 1, 0], [1, 0, 0]));
        assert_eq!(["crm", "web"].map(Precedence::default().of("email")), [0, 0]);
        for text in ["email", "a=b=c", "=crm", "email=", "email=crm,,web", "a=b;a=c"] {
            assert!(text.parse::<Precedence>().is_err(), "{text}");
        }
    }
}
