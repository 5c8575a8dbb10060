//! The leaves of an object of traits.

use std::collections::BTreeMap;

use nora_shared::event::Json;

use super::Path;

/// Names in a path, at most: an object that lies deeper is a leaf, replaced whole. Bounds what one path can take.
pub(super) const DEPTH: usize = 5;

/// Each leaf by its path: its JSON, or `None` where it is `null`.
pub(super) fn of(traits: Json<'_>) -> Vec<(Path, Option<String>)> {
    let mut found = Vec::new();
    collect(traits, &mut Vec::new(), &mut found);
    found
}

fn collect(object: Json<'_>, path: &mut Path, found: &mut Vec<(Path, Option<String>)>) {
    // Of a name that is there twice the last counts, as for every reader of JSON.
    let names: BTreeMap<_, _> = object.fields().map(|(name, value)| (name, value.get())).collect();
    for (name, json) in names {
        path.push(name.into_owned());
        if json.starts_with('{') && path.len() < DEPTH {
            collect(Json::known(json), path, found);
        } else {
            found.push((path.clone(), (json != "null").then(|| json.to_owned())));
        }
        path.pop();
    }
}
