//! What a process that runs script can still do, tried from inside: this test starts itself again, confines that process
//! as one for script is, and has it try.

#![allow(clippy::unwrap_used)] // a failed unwrap is the failure of the test
#![cfg(target_os = "linux")]

use pellicle_script::process::confine::confine;
use std::process::{Command, Stdio};

/// Set in the environment of the process that tries.
const TRY: &str = "PELLICLE_TRY_CONFINED";

/// Each attempt with what the system said; `done` is a failure of the confinement.
fn attempts() -> Vec<(&'static str, String)> {
    let told = |outcome: std::io::Result<()>| outcome.map_or_else(|error| error.to_string(), |()| "done".to_owned());
    let parent = std::os::unix::process::parent_id();
    // SAFETY: these calls take numbers or nothing, and are expected to do nothing.
    let raw = |call: libc::c_long, a: u64, b: u64, c: u64| unsafe {
        if libc::syscall(call, a, b, c, 0) < 0 { Err(std::io::Error::last_os_error()) } else { Ok(()) }
    };
    vec![
        ("read a file", told(std::fs::read("/etc/passwd").map(drop))),
        ("write a file", told(std::fs::write("/tmp/pellicle-escaped", "x"))),
        ("list a folder", told(std::fs::read_dir("/").map(drop))),
        ("stat a file", told(std::fs::metadata("/etc/passwd").map(drop))),
        ("remove a file", told(std::fs::remove_file("/tmp/pellicle-escaped"))),
        ("connect", told(std::net::TcpStream::connect("127.0.0.1:9").map(drop))),
        ("listen", told(std::net::TcpListener::bind("127.0.0.1:0").map(drop))),
        ("datagrams", told(std::net::UdpSocket::bind("127.0.0.1:0").map(drop))),
        ("a local socket", told(std::os::unix::net::UnixStream::connect("/run/x").map(drop))),
        ("run a program", told(Command::new("/bin/true").stdin(Stdio::null()).spawn().map(drop))),
        ("clone a process", told(raw(libc::SYS_clone, libc::SIGCHLD as u64, 0, 0))),
        ("clone3", told(raw(libc::SYS_clone3, 0, 0, 0))),
        ("exec", told(raw(libc::SYS_execve, 0, 0, 0))),
        ("trace", told(raw(libc::SYS_ptrace, libc::PTRACE_ATTACH as u64, u64::from(parent), 0))),
        ("signal the parent", told(raw(libc::SYS_kill, u64::from(parent), 0, 0))),
        ("signal a thread of the parent", told(raw(libc::SYS_tgkill, u64::from(parent), u64::from(parent), 0))),
        ("read the parent's memory", told(raw(libc::SYS_process_vm_readv, u64::from(parent), 0, 0))),
        ("open the parent", told(raw(libc::SYS_pidfd_open, u64::from(parent), 0, 0))),
        ("memory that runs", told(raw(libc::SYS_mprotect, 0x1000_0000, 4096, libc::PROT_EXEC as u64))),
        ("a user namespace", told(raw(libc::SYS_unshare, libc::CLONE_NEWUSER as u64, 0, 0))),
        ("kernel programs", told(raw(libc::SYS_bpf, 0, 0, 0))),
        ("rings", told(raw(libc::SYS_io_uring_setup, 1, 0, 0))),
        ("other rights", told(raw(libc::SYS_setuid, 0, 0, 0))),
        ("other limits", told(raw(libc::SYS_prlimit64, 0, libc::RLIMIT_AS as u64, 0))),
        ("be dumped", told(raw(libc::SYS_prctl, libc::PR_SET_DUMPABLE as u64, 1, 0))),
    ]
}

/// What the process that was started says; it ends there.
fn tried() {
    let confined = confine(1 << 30);
    println!("confined: {confined:?}");
    // What script needs still works: memory, threads, time, randomness.
    let sum = std::thread::spawn(|| (0..100_000_u64).collect::<Vec<_>>().iter().sum::<u64>()).join().unwrap();
    std::thread::sleep(std::time::Duration::from_millis(1));
    println!("works: {sum} {}", std::time::Instant::now().elapsed().as_secs());
    let memory = std::panic::catch_unwind(|| Vec::<u8>::new().try_reserve_exact(4 << 30));
    println!("memory: {}", memory.is_ok_and(|reserved| reserved.is_err()));
    for (what, outcome) in attempts() {
        println!("attempt: {what}: {outcome}");
    }
}

#[test]
fn a_confined_process_reaches_nothing() {
    if std::env::var_os(TRY).is_some() {
        // On the main thread of a fresh process only what was started before is not confined; this thread is.
        tried();
        return;
    }
    let output = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "a_confined_process_reaches_nothing", "--nocapture"])
        .env(TRY, "1")
        .stdin(Stdio::null())
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    let lines = |start: &'static str| said.lines().filter_map(move |line| line.split_once(start).map(|(_, rest)| rest));
    assert_eq!(lines("works: ").count(), 1, "{said} {}", String::from_utf8_lossy(&output.stderr));
    assert_eq!(lines("memory: ").next(), Some("true"), "{said}");
    let confined = lines("confined: ").next().unwrap().to_owned();
    assert!(confined.contains("system_calls: true") && confined.contains("limits: true"), "{confined}");
    println!("{confined}");
    let attempts: Vec<&str> = lines("attempt: ").collect();
    assert_eq!(attempts.len(), attempts_expected(), "{said}");
    for attempt in attempts {
        assert!(!attempt.ends_with(": done"), "{attempt}");
        println!("{attempt}");
    }
}

fn attempts_expected() -> usize {
    25
}
