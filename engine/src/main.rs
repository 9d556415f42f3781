//! The `pellicle` command.

fn main() {}
