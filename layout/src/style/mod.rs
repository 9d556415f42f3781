//! The cascade: from matched rules to computed styles, and what a change of a node makes necessary.
//!
//! | module | models |
//! | --- | --- |
//! | [`computed`] | the computed style |

pub mod computed;

pub use computed::ComputedStyle;
