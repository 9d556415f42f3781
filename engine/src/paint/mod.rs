//! From positioned boxes to a display list.
//!
//! | module | models |
//! | --- | --- |
//! | [`compose`] | several lists as one: page, bars, dialogs |
//! | [`damage`] | the pixels in which two lists differ |
//! | [`extents`] | where the items of a chunk are |
//! | [`geometry`] | points, rectangles, radii, affine maps |
//! | [`builder`] | from boxes to the list, in paint order |
//! | [`list`] | the display list: items in paint order |
//! | [`tables`] | property tables: transforms and scroll offsets, clips, effects |
//! | `rows` | the rows of those tables |
//! | [`space`] | where the rows of the spatial table lie on the device |
//! | [`path`] | vector paths |
//! | [`relief`] | the two shades of borders in relief |
//! | [`prepare`] | from the list to primitives in device px, for both painters |
//! | [`math`] | elementary functions with the same bits everywhere |

pub mod builder;
pub mod compose;
pub mod damage;
pub mod extents;
pub mod geometry;
pub mod list;
pub mod math;
pub mod path;
pub mod prepare;
pub mod relief;
mod rows;
pub mod space;
pub mod tables;

pub use builder::{Input, PaintState, build};
pub use geometry::{Affine, DeviceRect, Point, Radii, Rect};
pub use list::{DisplayList, Item, ItemKind};
pub use tables::{ClipId, EffectId, PropertyTables, SpatialId};
