//! What is left when all that was written is applied.

use std::collections::BTreeMap;

use serde_json::value::RawValue;

use super::{HISTORY, Path, Traits, Write, Writes};
use crate::profile::precedence::{Precedence, Standing};

/// One trait, as everything that was written leaves it.
#[derive(Debug)]
pub struct Shown {
    /// The value.
    pub value: Box<RawValue>,
    /// The id of the source that wrote what is latest in it.
    pub source: String,
    /// When that was, in milliseconds since 1970.
    pub at: i64,
}

/// What was once written of a trait.
#[derive(Debug)]
pub struct Past {
    /// What was written, as it was: of an object, only what the event said of it. `null` removed the trait.
    pub value: Box<RawValue>,
    /// The id of the source that wrote it.
    pub source: String,
    /// When that was, in milliseconds since 1970.
    pub at: i64,
}

/// How a write stands against others: first by what its source may say, then by when.
type Rank<'a> = (Standing, i64, &'a str, &'a str);

impl Traits {
    /// The traits that are left, by name.
    pub fn shown(&self, precedence: &Precedence) -> BTreeMap<String, Shown> {
        let shown = self.by_name().filter_map(|(name, leaves)| Some((name.to_owned(), left(&leaves, precedence.of(name))?)));
        shown.collect()
    }

    /// The last values that each trait has had, the latest first, the one that is shown among them; at most [`HISTORY`] of each.
    pub fn histories(&self) -> BTreeMap<String, Vec<Past>> {
        self.by_name().map(|(name, leaves)| (name.to_owned(), history(&leaves))).collect()
    }

    /// The leaves of each trait, in the order of their paths.
    fn by_name(&self) -> impl Iterator<Item = (&str, Vec<(&Path, &Writes)>)> {
        let mut leaves = self.0.iter().filter(|(path, _)| !path.is_empty()).peekable();
        std::iter::from_fn(move || {
            let first = leaves.next()?;
            let mut group = vec![first];
            while let Some(next) = leaves.next_if(|(path, _)| path[0] == first.0[0]) {
                group.push(next);
            }
            Some((first.0[0].as_str(), group))
        })
    }
}

fn history(leaves: &[(&Path, &Writes)]) -> Vec<Past> {
    let mut writes: Vec<(&Write, &[String])> = Vec::new();
    for (path, kept) in leaves {
        writes.extend(kept.iter().map(|write| (write, &path[1..])));
    }
    writes.sort_by(|(a, _), (b, _)| event_of(b).cmp(&event_of(a)));
    // The leaves that one event wrote are one value. They are still in the order of their paths: sorting is stable.
    let events = writes.chunk_by(|(a, _), (b, _)| event_of(a) == event_of(b));
    let past = events.filter_map(|event| {
        let leaves: Vec<_> = event.iter().map(|(write, path)| (*path, write.value.as_deref().unwrap_or("null"))).collect();
        let (write, _) = event.first()?;
        Some(Past { value: RawValue::from_string(json_of(&leaves)).ok()?, source: write.source.clone(), at: write.at })
    });
    past.take(HISTORY).collect()
}

fn event_of(write: &Write) -> (i64, &str, &str) {
    (write.at, &write.message_id, &write.source)
}

/// A leaf is left if nothing above it or below it was written later: a scalar or a `null` replaces the object that was there, and an
/// object the scalar.
fn left(leaves: &[(&Path, &Writes)], standing: impl Fn(&str) -> Standing) -> Option<Shown> {
    let rank = |write: &Write| -> Standing { standing(&write.source) };
    let mut tops: Vec<(&Path, &Write, Rank<'_>, bool)> = Vec::new();
    for (path, writes) in leaves {
        let top = writes.iter().max_by_key(|write| (rank(write), *write))?;
        tops.push((path, top, (rank(top), top.at, &top.message_id, &top.source), true));
    }
    for above in 0..tops.len() {
        let (before, after) = tops.split_at_mut(above + 1);
        let (path, _, rank, is_left) = &mut before[above];
        // What is below a path follows it in order, and no path has more than a few above it.
        for (_, _, below, below_is_left) in after.iter_mut().take_while(|(below, ..)| below.starts_with(path)) {
            *is_left &= *rank > *below;
            *below_is_left &= *below > *rank;
        }
    }
    tops.retain(|(.., is_left)| *is_left);
    let values: Vec<_> = tops.iter().filter_map(|(path, write, ..)| Some((&path[1..], write.value.as_deref()?))).collect();
    // Without a value nothing is left; next to one, that something else was removed is the latest news of it.
    let (_, latest, ..) = tops.iter().filter(|_| !values.is_empty()).max_by_key(|(_, write, ..)| *write)?;
    Some(Shown { value: RawValue::from_string(json_of(&values)).ok()?, source: latest.source.clone(), at: latest.at })
}

/// The JSON that has these leaves, which are in the order of their paths.
fn json_of(leaves: &[(&[String], &str)]) -> String {
    match leaves.first() {
        Some(([], leaf)) => (*leaf).to_owned(),
        _ => {
            let members = leaves.chunk_by(|(a, _), (b, _)| a.first() == b.first()).filter_map(|group| {
                let name = serde_json::to_string(group.first()?.0.first()?).ok()?;
                let inner: Vec<_> = group.iter().filter_map(|(path, leaf)| Some((path.get(1..)?, *leaf))).collect();
                Some(format!("{name}:{}", json_of(&inner)))
            });
            format!("{{{}}}", members.collect::<Vec<_>>().join(","))
        }
    }
}

#[cfg(test)]
mod tests;
