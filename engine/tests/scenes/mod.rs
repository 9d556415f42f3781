//! Pictures put together by hand that every painter has to draw alike.
//!
//! | module | holds |
//! | --- | --- |
//! | [`world`] | faces and pictures to draw with |
//! | [`items`] | short words for the items of a list |
//! | [`boxes`] | boxes: corners, borders, gradients, shadows |
//! | [`content`] | pictures, text and paths |
//! | [`groups`] | transforms, clips, layers, filters, scrollers |

mod boxes;
mod content;
mod groups;
mod items;
mod world;

use pellicle::paint::list::{DisplayList, Item};
use pellicle::paint::tables::PropertyTables;
use pellicle_layout::style::computed::Color;

#[allow(unused_imports)] // each test file uses its part
pub use items::*;
pub use world::{World, world};

pub struct Scene {
    pub name: &'static str,
    pub list: DisplayList,
    pub size: (u32, u32),
    pub scale: f32,
}
/// Adds scenes of 200 x 150 px.
struct Scenes(Vec<Scene>);

impl Scenes {
    fn add(&mut self, name: &'static str, scale: f32, tables: PropertyTables, items: Vec<Item>) {
        let list = DisplayList::from_items((200.0, 150.0), Color::WHITE, tables, items);
        self.0.push(Scene { name, list, size: ((200.0 * scale) as u32, (150.0 * scale) as u32), scale });
    }
}

pub fn scenes(world: &World) -> Vec<Scene> {
    let mut all = Scenes(Vec::new());
    boxes::add(&mut all);
    content::add(world, &mut all);
    groups::add(world, &mut all);
    all.0
}
