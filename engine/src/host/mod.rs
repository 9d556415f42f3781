//! The embedding API: a host opens mini-programs, hands in input and time, and gets pictures.
//!
//! | module | models |
//! | --- | --- |
//! | [`fixed`] | a document that no script changes |
//! | [`services`] | requests over HTTP, a clipboard |

pub mod fixed;
pub mod services;
