//! App, Page, Component, Behavior: what a mini-program's script is written against.
//!
//! | module | models |
//! | --- | --- |
//! | [`path`] | data paths such as `list[3].name` |
//! | [`property`] | property types, defaults and coercion |
//! | [`observer`] | which data observers a change concerns |
//! | [`definition`] | what `Page({})` and `Component({})` were given, behaviors merged |
//! | [`components`] | component files: configuration and `usingComponents` |
//! | [`selector`] | the selectors of `selectComponent` |
//! | [`route`] | URLs of pages and what a route does to the page stack |

pub mod components;
pub mod definition;
pub mod observer;
pub mod path;
pub mod property;
pub mod route;
pub mod selector;
