#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| pellicle_script_fuzz::to_script(bytes));
