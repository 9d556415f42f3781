//! The `main` of a test that is its own child process, as test runners expect one: it lists its tests and runs those asked for.

/// Runs the tests that the arguments ask for, all without any.
pub fn run_asked(tests: &[(&str, fn())]) {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let has = |flag: &str| arguments.iter().any(|argument| argument == flag);
    if has("--list") {
        // None of them is ignored.
        for (name, _) in tests.iter().filter(|_| !has("--ignored")) {
            println!("{name}: test");
        }
        return;
    }
    let mut values = arguments.iter().map(String::as_str);
    let mut wanted: Vec<&str> = Vec::new();
    while let Some(argument) = values.next() {
        match argument {
            "--format" | "--color" | "--test-threads" | "--logfile" | "--skip" => drop(values.next()),
            flag if flag.starts_with('-') => {}
            name => wanted.push(name),
        }
    }
    let is_wanted = |name: &str| wanted.is_empty() || wanted.iter().any(|part| name.contains(part));
    for (name, test) in tests.iter().filter(|(name, _)| is_wanted(name)) {
        test();
        println!("test {name} ... ok");
    }
}
