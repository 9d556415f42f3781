//! `pellicle api`: what the table of APIs says.

use super::Failure;
use super::options::ApiOptions;
use pellicle_script::api::generate;
use pellicle_script::sandbox::host_api::HostApis;

/// Prints what is asked for.
///
/// # Errors
/// [`Failure::Usage`] if what a host adds cannot be understood, [`Failure::Program`] if it cannot be written.
pub fn run(options: &ApiOptions) -> Result<(), Failure> {
    let hosts = match &options.host {
        None => HostApis::default(),
        Some(path) => {
            let usage = |error: &dyn std::fmt::Display| Failure::Usage(format!("{}: {error}", path.display()));
            let text = std::fs::read_to_string(path).map_err(|error| usage(&error))?;
            HostApis::described(&text).map_err(|error| usage(&error))?
        }
    };
    let text = match (options.what.docs, options.what.typings) {
        (true, _) => generate::docs(&hosts),
        (_, true) => generate::typings(&hosts),
        _ => generate::mocks(&hosts),
    };
    super::print(text.trim_end()).map(drop)
}
