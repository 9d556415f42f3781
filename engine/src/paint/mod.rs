//! From positioned boxes to a display list.
//!
//! | module | models |
//! | --- | --- |
//! | [`geometry`] | points, rectangles, radii, affine maps |
//! | [`list`] | the display list: items in paint order |
//! | [`tables`] | property tables: transforms and scroll offsets, clips, effects |
//! | [`path`] | vector paths |
//! | [`prepare`] | from the list to primitives in device px, for both painters |
//! | [`math`] | elementary functions with the same bits everywhere |

pub mod geometry;
pub mod list;
pub mod math;
pub mod path;
pub mod prepare;
pub mod tables;

pub use geometry::{Affine, DeviceRect, Point, Radii, Rect};
pub use list::{DisplayList, Item, ItemKind};
pub use tables::{ClipId, EffectId, PropertyTables, SpatialId};
