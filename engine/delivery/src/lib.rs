//! How mini-programs come to a host: packages in one file, and what brings them from whoever publishes them.
//!
//! | module | models |
//! | --- | --- |
//! | [`archive`] | a package in one file, checked and signed |
//! | [`client`] | mini-programs on a device: fetched, kept, started |
//! | [`delta`] | the difference between two packages |
//! | [`repository`] | what is published: static files with signed metadata |

pub mod archive;
pub mod client;
pub mod delta;
pub mod repository;
