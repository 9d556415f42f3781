//! `pellicle api`: what the table of APIs says.

use super::Failure;
use super::options::ApiOptions;
use pellicle_script::api::generate;

/// Prints what is asked for.
///
/// # Errors
/// [`Failure::Program`] if it cannot be written.
pub fn run(options: &ApiOptions) -> Result<(), Failure> {
    let text = match (options.docs, options.typings) {
        (true, _) => generate::docs(),
        (_, true) => generate::typings(),
        _ => generate::mocks(),
    };
    super::print(text.trim_end()).map(drop)
}
