//! One profile per customer: the sum of its fragments.
//!
//! A [`fragment`] is everything recorded under one anchor, to which events are added one by one; [`view`] adds up the fragments of a
//! cluster and makes of the sum what is shown. Every part of a fragment answers one question, and is a merge that does not care about
//! order, also where it is bounded. What depends on the moment of looking (decay, recency) or on the configuration (which source of a
//! trait is believed) is decided by the view, so that neither makes what is stored out of date.
//!
//! All pure: no HTTP, no storage, no clock.

mod affinities;
mod bounded;
mod commerce;
mod consent;
mod days;
pub mod delivery;
mod device;
pub mod fragment;
mod money;
mod orders;
pub mod precedence;
mod recent;
mod rfm;
mod sessions;
#[cfg(test)]
mod tests;
mod touch;
pub mod traits;
pub mod view;

pub use fragment::Fragment;
pub use precedence::Precedence;
pub use view::{Profile, display_name};
