//! The embedding API: a host opens mini-programs, hands in input and time, and gets pictures.
//!
//! | module | models |
//! | --- | --- |
//! | [`fixed`] | a document that no script changes |

pub mod fixed;
