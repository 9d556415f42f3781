//! Random trees of elements, laid out here and by Chromium.
//!
//! | module | models |
//! | --- | --- |
//! | [`tree`] | a tree of elements with its rules, as markup and as HTML |
//! | [`values`] | the values that each property gets |
//! | [`grow`] | a tree from a seed |
//! | [`shrink`] | smaller trees from a tree |
//! | [`compare`] | boxes of both sides, and how they agree |

pub mod compare;
pub mod grow;
#[path = "../random.rs"]
pub mod random;
pub mod shrink;
pub mod tree;
pub mod values;
