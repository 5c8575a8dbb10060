//! Who is who, through the real door: which identifiers are one customer, why, what people decide about it, and how they undo that.
#![allow(clippy::unwrap_used, clippy::expect_used)]

mod crash;
mod decisions;
mod profile_ids;
mod rules;
mod scenarios;
mod support;
mod unmerge;
mod why;
