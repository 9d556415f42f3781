#![no_main]

use std::sync::Once;

static ONCE: Once = Once::new();

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    // The fuzzer ends at every panic. Those of decoders are caught where they are called; the others end it all the same.
    ONCE.call_once(|| std::panic::set_hook(Box::new(|_| {})));
    pellicle_fuzz::image(bytes)
});
