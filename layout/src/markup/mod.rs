//! WXML: from source text to the template tree.
//!
//! | module | models |
//! | --- | --- |
//! | [`template`] | the template tree |
//! | [`expression`] | the syntax of `{{ }}` |

pub mod expression;
pub mod template;

pub use expression::Expression;
pub use template::Template;
