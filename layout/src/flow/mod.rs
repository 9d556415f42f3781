//! From styled nodes to positioned boxes.
//!
//! | module | models |
//! | --- | --- |
//! | [`boxes`] | the box tree that layout leaves |

pub mod boxes;

pub use boxes::{BoxId, BoxLayout, BoxOrigin, LayoutBox};
