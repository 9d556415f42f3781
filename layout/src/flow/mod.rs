//! From styled nodes to positioned boxes.
//!
//! | module | models |
//! | --- | --- |
//! | [`boxes`] | the boxes and lines that layout leaves |
//! | [`tree`] | the arena of boxes |
//! | [`engine`] | one layout pass: what is rebuilt, what is laid out |
//! | [`geometry`] | positions on the page, rectangles, line counts |
//! | [`containers`] | what containers decide about their own style and that of their children |
//! | [`builder`] | lists of which only a part is there |
//! | [`builtin`] | the boxes inside built-in components |
//! | `controls` | the insides of controls that show a value |
//! | `update` | which boxes a change makes anew |
//! | `generate`, `flat` | box generation: the contents of a box as a flat list |
//! | `assemble` | formatting contexts of that list, anonymous boxes |
//! | `rows` | generation of rows and cells of tables |
//! | `derive` | styles of boxes without an element |
//! | [`rich_text`] | the content of `rich-text` |
//! | `rich_list` | markers of lists in it |
//! | `rich_style` | the styles of its tags |
//! | `solve`, `cache` | which algorithm lays out a box, and what it answered |
//! | `taffy_style`, `grid_style` | styles as layout reads them |
//! | `box_model` | padding, border, sizes and limits of a style |
//! | `question` | questions for sizes by content, for layouts |
//! | `fit` | sizes that a box is asked with |
//! | `sizes` | sizes of a box in an area of its own |
//! | `flex` | flex containers |
//! | `grid` | grid containers |
//! | `block` | block containers, floats |
//! | `positioned` | out-of-flow boxes |
//! | `placed` | what a container takes over of boxes in their places |
//! | `overflow` | what scrolls |
//! | [`picker`] | the inside of picker views |
//! | `page_container` | the inside of page containers |
//! | `table` | tables |
//! | `clamp` | `-webkit-line-clamp` |
//! | `settle` | how far a change reaches |
//! | `split` | inline boxes that blocks split |
//! | [`select`] | text that the user selects |
//! | [`ink`], `ink_groups` | where boxes may paint, one by one and as runs of neighbours |
//! | [`moved`] | boxes that the user moves |
//! | `inline` | inline formatting |

mod assemble;
mod block;
mod box_model;
pub mod boxes;
pub mod builder;
pub mod builtin;
mod cache;
mod clamp;
pub mod containers;
mod controls;
mod derive;
pub mod engine;
mod fit;
mod flat;
mod flex;
mod generate;
pub mod geometry;
mod grid;
mod grid_style;
pub mod ink;
mod ink_groups;
mod inline;
pub mod moved;
mod overflow;
mod page_container;
pub mod picker;
mod placed;
mod positioned;
mod question;
mod rich_list;
mod rich_style;
pub mod rich_text;
mod rows;
pub mod select;
mod settle;
mod sizes;
mod solve;
mod split;
mod table;
mod taffy_style;
pub mod tree;
mod update;

pub use boxes::{BoxId, BoxLayout, BoxOrigin, LayoutBox};
pub use engine::{LayoutEngine, LayoutStats, NoReplacedSizes, ReplacedSizes, Viewport};
pub use generate::decoded;
pub use geometry::Rect;
pub use tree::BoxTree;
