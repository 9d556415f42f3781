#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| pellicle_fuzz::archive(bytes));
