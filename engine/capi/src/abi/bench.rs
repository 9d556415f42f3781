//! Measuring a mini-program.
//!
//! Unsafe: exported functions that take pointers. They are sound for a host that passes what the header asks for, since all
//! pointers but handles go through [`raw`], and handles are looked up and never followed.

use super::program::with_options;
use super::raw;
use crate::bench::{self, BenchSetup, BenchState};
use crate::handles;
use crate::status::{PellicleStatus, guard};
use crate::types::{PellicleBench, PellicleBenchOptions, PellicleBenchProgress, PellicleProgramOptions, PellicleText};

/// Begins to measure a mini-program as `pellicle bench` does, in this process: of `program` count its files, its page, its
/// surface, its engine and whose it is; it gets no network, and nothing is called back. It belongs to the calling thread, which
/// should not be that of an interface: every call takes seconds. Null options are the usual ones.
///
/// # Safety
/// `program` and `options` point at structs of the size that they say, with what they name (`options` may be null); `bench` points at a
/// pointer.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn pellicle_bench_open(
    program: *const PellicleProgramOptions,
    options: *const PellicleBenchOptions,
    bench: *mut *mut PellicleBench,
) -> PellicleStatus {
    guard(|| {
        raw::check_out(bench, "bench")?;
        let setup = if options.is_null() {
            BenchSetup { scenarios: "", painter: 0, runs: 0, warmup: true, frames: 0 }
        } else {
            // SAFETY: the host passes a struct of the size that it says, with a text that can be read.
            let (given, scenarios) = unsafe {
                let given = raw::read(options)?;
                (given, raw::text(given.scenarios, "scenarios")?)
            };
            let PellicleBenchOptions { painter, runs, without_warmup, frames, .. } = given;
            BenchSetup { scenarios, painter, runs, warmup: without_warmup == 0, frames }
        };
        // SAFETY: the host passes a struct of the size that it says, and what it points at can be read.
        let opened = unsafe { with_options(program, |program| bench::open(&program, setup))? };
        // SAFETY: the host passes a pointer to a pointer.
        unsafe { raw::put(bench, opened) }
    })
}

/// Measures the next part, if `measure` is not 0, then says how far it is: all is done when `done` is `parts`. A scenario that was
/// asked for by its name and cannot be measured is an error; of all scenarios, one that has nothing to do with the mini-program is
/// left out, and the report says why.
///
/// # Safety
/// `progress` points at a struct of the size that it says.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn pellicle_bench_step(
    bench: *mut PellicleBench,
    measure: u32,
    progress: *mut PellicleBenchProgress,
) -> PellicleStatus {
    guard(|| {
        // SAFETY: the host passes a struct of the size that it says.
        unsafe { raw::check(progress)? };
        handles::with(bench, |state: &mut BenchState| {
            if measure != 0 {
                state.step()?;
            }
            let found = state.progress();
            let result = PellicleBenchProgress {
                struct_size: size_of::<PellicleBenchProgress>(),
                done: found.done,
                parts: found.parts,
                next: PellicleText::of(found.next),
            };
            // SAFETY: as above.
            unsafe { raw::write(progress, &result) }
        })
    })
}

/// What has been measured so far: the JSON that `pellicle bench --json` writes, for `pellicle bench --compare` too. It lives until
/// the next call for this measurement.
///
/// # Safety
/// `json` points at a text, which is overwritten.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn pellicle_bench_report(bench: *mut PellicleBench, json: *mut PellicleText) -> PellicleStatus {
    guard(|| {
        raw::check_out(json, "json")?;
        handles::with(bench, |state: &mut BenchState| {
            let text = PellicleText::of(state.report()?);
            // SAFETY: the host passes a pointer to a text.
            unsafe { raw::put(json, text) }
        })
    })
}

/// Ends a measurement.
///
/// # Safety
/// None beyond that the handle is a number to this library.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn pellicle_bench_destroy(bench: *mut PellicleBench) -> PellicleStatus {
    guard(|| handles::remove::<BenchState>(bench).map(drop))
}
