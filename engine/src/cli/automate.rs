//! `pellicle automate`: a mini-program without a window that tests drive over a socket.

use super::Failure;
use super::headless::Headless;
use super::options::AutomateOptions;
use crate::automation::server::{Server, ServerError};
use crate::tools::output;

/// Opens a program and serves clients until one of them closes it.
///
/// # Errors
/// [`Failure`] if the page cannot be shown, the address cannot be listened on, or script does not end.
pub fn run(options: &AutomateOptions) -> Result<(), Failure> {
    let mut server = Server::listen(options.listen).map_err(|error| match error {
        ServerError::NotLocal(_) => Failure::Usage(format!("--listen {error}")),
        ServerError::Listen(..) => Failure::program(error),
    })?;
    let renderer = options.page.renderer()?;
    let headless = Headless::open(&options.dir, &options.page, true)?;
    let mut app = headless.automate(renderer);
    // A script that starts this waits for the line.
    if !super::print(format_args!("ws://{}", server.address()))? {
        output::note("nobody reads where the socket is");
    }
    server.run(&mut app).map_err(Failure::program)?;
    if options.page.strict && app.record.has_faults() { Err(Failure::Reported) } else { Ok(()) }
}
