//! The normal form of an identifier, `type:value`: it is its own normal form, and within its bounds.
#![no_main]

use libfuzzer_sys::fuzz_target;
use nora_shared::{limits, normalize};

fuzz_target!(|text: &str| {
    let Some((kind, value)) = text.split_once(':') else { return };
    let Some(once) = normalize::identifier(kind, value) else { return };
    assert_eq!(normalize::identifier(kind, &once).as_deref(), Some(&*once), "{kind}: {value:?}");
    assert!(!once.is_empty() && once.chars().count() <= limits::ID_CHARS, "{kind}: {value:?}");
});
