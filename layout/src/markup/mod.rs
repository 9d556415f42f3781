//! WXML: from source text to the template tree.
//!
//! Nothing here fails as a whole: what is not understood gives a diagnostic and the rest goes on. Time is
//! linear in the source, nesting is bounded, so no source can stall or overflow whoever reads it.
//!
//! | module | models |
//! | --- | --- |
//! | [`template`] | the template tree |
//! | [`expression`] | the syntax of `{{ }}` |
//! | [`loader`] | files and what they import, include and require |
//! | `stored` | files in a compiled package |
//! | [`expression_parser`] | from the text of `{{ }}` to its syntax |
//! | [`token`] | tokens of expressions and wxs |
//! | `lexer` | tags, attributes and texts |
//! | `parser` | from these to the tree, mending malformed sources |
//! | `attributes` | what the attributes of a tag mean |
//! | `lets` | what the values of `let:name` may read |
//! | `value` | texts with `{{ }}` in them |
//! | `entities` | character references |
//! | `tags` | what is known about tag names |

mod attributes;
mod entities;
pub mod expression;
pub mod expression_parser;
mod lets;
mod lexer;
pub mod loader;
mod parser;
mod stored;
mod tags;
pub mod template;
pub mod token;
mod value;

pub use expression::Expression;
pub use loader::{TemplateLoader, TemplateSource, parse};
pub use stored::{StoredTemplate, TemplateFile};
pub use tags::{html_message, is_html};
pub use template::Template;
