//! The cascade: from matched rules to computed styles, and what a change of a node makes necessary.
//!
//! | module | models |
//! | --- | --- |
//! | [`computed`] | the computed style |
//! | [`engine`] | the sheets of a document and their rules |
//! | `restyle` | the walk over what has to be styled |
//! | `element` | matching and computing the styles of one element |
//! | `ancestors` | what stands above an element, at a glance |
//! | [`highlight`] | what `::selection` sets |
//! | [`rules`] | rules bound to a document, in buckets |
//! | [`matching`] | whether a selector matches a node |
//! | [`invalidate`] | which nodes a change concerns |
//! | [`cascade`] | from declarations to a computed style |
//! | [`share`] | sharing equal styles |
//! | [`stats`] | what a restyle did and what it changed |
//! | [`query`] | computed values by name |
//!
//! What moves by itself is [`crate::animate`]'s: it stands between what the cascade gives and what an element shows.
//!
//! What layout has to know about built-in components beyond their style: `ua.wxss` gives the sizes of the
//! components themselves, `ua_dark.wxss` what of their colours is other in the dark. The boxes inside them are layout's: a `scroll-view` without `enable-flex` holds
//! its children in a block box of its own size that scrolls (so its children are never flex items of it);
//! `swiper` in a box that clips and holds its items by position; `checkbox` and `radio` hold a 22 px box and
//! their content in an inline flex box; `input` centres one line; `image` fits its picture into its box. With
//! `enable-flex`, a `scroll-view` scrolls itself and its computed `overflow` says so.

mod ancestors;
pub mod cascade;
pub mod computed;
mod element;
pub mod engine;
pub mod highlight;
pub mod invalidate;
pub mod matching;
#[cfg(test)]
mod properties_test;
pub mod query;
mod restyle;
pub mod rules;
pub mod share;
pub mod stats;
#[cfg(test)]
pub(crate) mod testing;
#[cfg(test)]
mod tests;

pub use crate::css::Viewport;
pub(crate) use cascade::{damage, passes_colors_on, reaches_children, settle_mixed};
pub use computed::ComputedStyle;
pub use engine::{CascadeSheet, StyleEngine, USER_AGENT_SHEET};
pub use highlight::{Highlight, SelectedText};
pub use query::computed_text;
pub use stats::RestyleStats;
