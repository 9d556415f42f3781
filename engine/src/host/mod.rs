//! The embedding API: a host opens mini-programs, hands in input and time, and gets pictures.
//!
//! | module | models |
//! | --- | --- |
//! | [`hosting`] | a host with ordinary services, and the mini-programs that it has |
//! | [`app`] | a mini-program: input, ticks, pictures |
//! | `animating` | what script hears of transitions and animations |
//! | `acting` | what tools do to the page without a finger |
//! | `chrome_input` | fingers and keys on bars, dialogs and panels |
//! | `calls` | calls of logic to the shell |
//! | [`chrome_view`] | the bars and dialogs as they are drawn |
//! | [`life`] | the life of a mini-program: background, rest, its end and its return |
//! | `inspecting` | what an inspector asks of a program |
//! | `keyboard` | room for the soft keyboard |
//! | `measuring` | what frames take: records, traces, figures over the picture |
//! | `moving` | styles that worklets give |
//! | `transition` | sliding from page to page |
//! | `frame` | one tick: the phases up to layout |
//! | `watching` | intersection observers |
//! | `surroundings` | light and dark, front and background |
//! | `updating` | a newer version: what is told of it, the wish to run it |
//! | `responding` | functions of wxs among the phases |
//! | `render` | the display lists |
//! | `look` | what is shown of a page beyond its boxes |
//! | [`draw`] | drawing frames, into memory or into a host's own GPU commands |
//! | [`gpu_surface`] | drawing frames into a window of the host's, on a device of the engine's |
//! | `picking` | the picker that is open |
//! | [`program`] | opening the files of a mini-program |
//! | `page_meta` | what the first nodes of a page set of its window |
//! | [`types`] | plain types of the API |
//! | [`caches`] | what caches hold, and what programs share of them |
//! | [`sheets`] | style sheets that several starts use |
//! | `config` | what an app is made of |
//! | `snapshot` | pictures of elements |
//! | `surface` | its size, what of it the system covers, where the page lies |
//! | [`supplied`] | components whose pictures the host supplies |
//! | `scene` | the page on top as interaction meets it |
//! | [`stage`] | the pages on the render side: document, styles, boxes |
//! | [`fixed`] | a document that no script changes |
//! | [`services`] | requests over HTTP, a clipboard |
//! | [`pictures`] | natural sizes of pictures |

mod acting;
mod animating;
pub mod app;
pub mod caches;
mod calls;
mod chrome_input;
pub mod chrome_view;
mod config;
pub mod draw;
pub mod fixed;
mod frame;
pub mod gpu_surface;
pub mod hosting;
pub(crate) mod inspecting;
mod keyboard;
pub mod life;
mod look;
mod measuring;
mod moving;
mod page_meta;
mod picking;
pub mod pictures;
pub mod program;
mod render;
mod responding;
mod scene;
pub mod services;
pub mod sheets;
mod snapshot;
pub mod stage;
pub mod supplied;
mod surface;
mod surroundings;
mod transition;
pub mod types;
mod updating;
mod watching;
