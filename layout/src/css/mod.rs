//! WXSS: values, the property table, selectors, sheets.
//!
//! | module | models |
//! | --- | --- |
//! | [`value`] | lengths as written, the viewport, and the step from specified to computed values |
//! | [`calc`] | `calc()`, `min()`, `max()`, `clamp()` |
//! | [`parse`] | the small pieces that values are made of |
//! | [`color`], [`image`], [`background`], [`effects`], [`boxes`], [`text`], [`grid`], [`motion`] | values by topic |
//! | [`properties`] | the one table of longhands |
//! | [`shorthand`] | shorthands |
//! | [`names`] | property names, ignored and unsupported ones |
//! | [`declaration`] | declarations and blocks |
//! | [`substitute`] | `var()` and `env()` |
//! | [`selector`] | selectors |
//! | [`media`] | media queries, `@supports` |
//! | [`sheet`] | sheets, imports, keyframes |
//! | [`font_face`] | `@font-face` |
//! | [`report`] | what is said about a file |
//! | [`text_form`], `text_graphics` | computed values as text |
//!
//! A sheet is parsed once ([`parse_sheet`]), without a document and without a viewport, and can be shared.
//! Parsing never fails and never recurses deeper than a fixed limit, whatever the bytes are.

pub mod background;
pub mod boxes;
pub mod calc;
pub mod color;
pub mod declaration;
pub mod effects;
pub mod font_face;
pub mod grid;
pub mod image;
pub mod media;
pub mod motion;
pub mod names;
pub mod parse;
pub mod properties;
pub mod report;
pub mod selector;
pub mod sheet;
pub mod shorthand;
pub mod substitute;
pub mod text;
pub mod text_form;
mod text_graphics;
pub mod value;

#[cfg(test)]
mod tests_bytes;
#[cfg(test)]
mod tests_properties;
#[cfg(test)]
mod tests_sheets;

pub use declaration::{DeclarationBlock, parse_style_attribute};
pub use font_face::{FontFaceRule, FontSource};
pub use properties::{PropertyId, PropertyValue};
pub use report::SheetStats;
pub use selector::{PseudoElement, Selector};
pub use sheet::{Keyframe, Keyframes, NoImports, Rule, Sheet, SheetLoader, parse_sheet};
pub use value::Viewport;
