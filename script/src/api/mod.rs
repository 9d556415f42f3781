//! The `wx` surface: one table of APIs, a file per family.
//!
//! | module | models |
//! | --- | --- |
//! | [`row`] | a row of the table: name, arguments, kind, capability |

pub mod row;
