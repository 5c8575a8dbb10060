//! One profile per customer: the sum of its fragments.
//!
//! A [`fragment`] is everything recorded under one anchor, [`fold`] makes the fragment of one event, and [`view`] adds up the fragments
//! of a cluster into what is shown. All pure: no HTTP, no storage, no clock.

mod bounded;
pub mod fold;
pub mod fragment;
pub mod view;

pub use fragment::Fragment;
pub use view::Profile;
