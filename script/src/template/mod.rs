//! Templates bound to data: instances, their updates, lists, slots.
//!
//! A template is compiled once ([`compiled`]); an instance of it is a tree of parts ([`part`]) with the last
//! value of every binding. A data change is compared with what is shown ([`change`]), and only what reads a
//! changed path is evaluated again ([`reads`]). Parts form shadow trees; the composed tree is derived from
//! them where structure changed.
//!
//! | module | models |
//! | --- | --- |
//! | [`compiled`] | a template prepared for its instances |
//! | [`compile`] | from a parsed template to that |
//! | [`reads`] | what expressions read, the guard before an evaluation |
//! | [`program`] | where a binding's value comes from |
//! | [`change`] | what changed between two values |
//! | [`items`] | the items of `list-builder` and `grid-builder` |
//! | [`part`] | the parts of instances |
//! | `build` | making parts |
//! | `update` | showing a data change |
//! | `listen` | which events elements listen to, which wxs functions they name |
//! | [`rows`] | the rounds of a loop |
//! | `lets` | values that an element has for itself and what is in it |
//! | `fill` | content that is made for each slot anew |
//! | `compose` | from shadow trees to the composed tree |
//! | [`animation`] | what animations leave on an element |
//! | `destroy` | taking parts away |
//! | [`text`] | values as text and attributes |

pub mod animation;
pub(crate) mod build;
pub mod change;
pub mod compile;
pub mod compiled;
pub(crate) mod compose;
mod destroy;
mod fill;
pub(crate) mod items;
mod lets;
pub(crate) mod listen;
pub mod part;
pub mod program;
pub mod reads;
pub mod rows;
pub mod text;
mod update;
