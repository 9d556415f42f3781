//! The wxs language.
//!
//! | module | models |
//! | --- | --- |
//! | `function` | functions as values |
//! | `library` | globals and methods |

pub(crate) mod function;
pub(crate) mod library;
