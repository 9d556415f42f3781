//! WXSS: values, the property table, selectors, sheets.
//!
//! | module | models |
//! | --- | --- |
//! | [`value`] | lengths as written, the viewport, and the step from specified to computed values |
//! | [`calc`], [`math_functions`] | `calc()`, `min()`, `max()`, `clamp()` and their like |
//! | [`parse`] | the small pieces that values are made of |
//! | [`color`], [`color_space`], [`image`], [`background`], [`mask`], [`shape`], [`effects`], [`individual`], [`boxes`], [`text`], [`text_flow`], [`decoration`], [`grid`], `grid_areas`, [`motion`] | values by topic |
//! | [`properties`] | the one table of longhands |
//! | `property_table`, [`places`] | what is made of its rows, and where values live |
//! | [`shorthand`] | shorthands |
//! | [`names`] | property names, ignored and unsupported ones |
//! | [`grammar`] | the keywords of the table's grammars |
//! | [`reference`] | the page of supported CSS |
//! | [`declaration`] | declarations and blocks |
//! | [`substitute`] | `var()` and `env()` |
//! | [`selector`], `selector_parser` | selectors, and reading them |
//! | [`media`] | media queries, `@supports` |
//! | [`sheet`], `at_rules` | sheets and their files, layers, keyframes |
//! | `link` | from files to a sheet: imports |
//! | `sound` | values of compiled sheets that no source can have |
//! | [`font_face`] | `@font-face` |
//! | [`report`] | what is said about a file |
//! | [`text_form`], `text_graphics` | computed values as text |
//!
//! A sheet is parsed once ([`parse_sheet`]), without a document and without a viewport, and can be shared.
//! Parsing never fails and never recurses deeper than a fixed limit, whatever the bytes are.

mod at_rules;
pub mod background;
pub mod boxes;
pub mod calc;
pub mod color;
pub mod color_space;
pub mod declaration;
pub mod decoration;
pub mod effects;
pub mod font_face;
pub mod grammar;
pub mod grid;
mod grid_areas;
pub mod image;
pub mod individual;
mod link;
pub mod mask;
pub mod math_functions;
pub mod media;
pub mod motion;
pub mod names;
pub mod parse;
pub mod places;
pub mod properties;
mod property_table;
pub mod reference;
pub mod report;
pub mod selector;
mod selector_parser;
pub mod shape;
pub mod sheet;
pub mod shorthand;
pub(crate) mod sound;
pub mod substitute;
pub mod text;
pub mod text_flow;
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
pub use link::{load_sheet, parse_sheet};
pub use properties::{PropertyId, PropertyValue};
pub use report::SheetStats;
pub use selector::{PseudoElement, Selector};
pub use sheet::{Keyframe, Keyframes, NoImports, Rule, Sheet, SheetFile, SheetLoader};
pub use value::Viewport;
