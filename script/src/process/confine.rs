//! What a process that runs script takes from itself before any script runs.
//!
//! On Linux: descriptors but its own, new rights, core files, file sizes, memory beyond a limit; then the whole file
//! system and TCP (Landlock), then all system calls but those that threads, memory, time and the socket take (seccomp).
//! A call that is not among them fails with `EPERM`. Elsewhere on Unix: the limits only.
//!
//! # Safety
//!
//! The system calls here take numbers and a structure on the stack; none of them touches memory of this process, but for
//! `close_range`, which closes descriptors that nobody owns yet: it is called first thing in a process that was started
//! to run script.
#![allow(unsafe_code)]

use crate::wire::call::Confined;

/// What a system can take from a process. There is one that does ([`OwnSystem`]), and those of tests that cannot.
pub trait Confinement {
    /// Limits what the process can open and write, and its memory, bytes (0 for any); true if all limits hold.
    fn limit(&self, memory: u64) -> bool;

    /// Takes the file system and the network; false where the system knows nothing of the kind.
    ///
    /// # Errors
    /// What the system says of something that it should be able to do.
    fn without_files(&self) -> Result<bool, String>;

    /// Takes all system calls but those that running script takes; false where the system knows nothing of the kind.
    ///
    /// # Errors
    /// As [`without_files`](Self::without_files).
    fn filter(&self) -> Result<bool, String>;
}

/// The system that this runs on.
#[derive(Clone, Copy, Debug, Default)]
pub struct OwnSystem;

impl Confinement for OwnSystem {
    fn limit(&self, memory: u64) -> bool {
        #[cfg(unix)]
        return limit(memory);
        #[cfg(not(unix))]
        {
            let _ = memory;
            false
        }
    }

    fn without_files(&self) -> Result<bool, String> {
        #[cfg(target_os = "linux")]
        return linux::without_files().map_err(|error| error.to_string());
        #[cfg(not(target_os = "linux"))]
        Ok(false)
    }

    fn filter(&self) -> Result<bool, String> {
        #[cfg(target_os = "linux")]
        return linux::filter().map(|()| true).map_err(|error| error.to_string());
        #[cfg(not(target_os = "linux"))]
        Ok(false)
    }
}

/// Confines this process for good. `memory` is what it may write, bytes, stacks as a whole; 0 for any. Addresses that are
/// only reserved do not count.
///
/// Threads that were started before are not confined: it is called while there is only one.
pub fn confine(memory: u64) -> Confined {
    confine_by(&OwnSystem, memory)
}

/// The same by a system of another's.
pub(super) fn confine_by(system: &dyn Confinement, memory: u64) -> Confined {
    let limits = system.limit(memory);
    let file_system = system.without_files();
    let system_calls = system.filter();
    Confined {
        failed: file_system.is_err() || system_calls.is_err(),
        system_calls: system_calls.unwrap_or(false),
        file_system: file_system.unwrap_or(false),
        limits,
    }
}

/// Closes all descriptors but the standard ones.
#[cfg(unix)]
pub(super) fn close_others() {
    #[cfg(target_os = "linux")]
    // SAFETY: see the head of this file.
    unsafe {
        libc::syscall(libc::SYS_close_range, 3_u32, u32::MAX, 0_u32);
    }
}

/// Limits that only processes with more rights can lift; true if all hold.
#[cfg(unix)]
fn limit(memory: u64) -> bool {
    let set = |resource, value: u64| {
        let limit = libc::rlimit { rlim_cur: value as libc::rlim_t, rlim_max: value as libc::rlim_t };
        // SAFETY: the structure lives until the call is over.
        unsafe { libc::setrlimit(resource, &limit) == 0 }
    };
    let mut all = set(libc::RLIMIT_CORE, 0) & set(libc::RLIMIT_FSIZE, 0) & set(libc::RLIMIT_NOFILE, 16);
    if memory > 0 {
        all &= set(libc::RLIMIT_DATA, memory);
    }
    #[cfg(target_os = "linux")]
    {
        let switch = |option: libc::c_int, value: libc::c_ulong| {
            // SAFETY: these options take numbers only.
            unsafe { libc::prctl(option, value, 0, 0, 0) == 0 }
        };
        all &= switch(libc::PR_SET_NO_NEW_PRIVS, 1);
        all &= switch(libc::PR_SET_DUMPABLE, 0);
        // Who started it takes it along.
        all &= switch(libc::PR_SET_PDEATHSIG, libc::SIGKILL as libc::c_ulong);
    }
    all
}

#[cfg(target_os = "linux")]
mod linux {
    use landlock::{ABI, Access, AccessFs, AccessNet, Ruleset, RulesetAttr, RulesetStatus};
    use seccompiler::{
        BackendError, BpfProgram, SeccompAction, SeccompCmpArgLen, SeccompCmpOp, SeccompCondition, SeccompFilter,
        SeccompRule, TargetArch, apply_filter,
    };
    use std::collections::BTreeMap;

    /// Rules that allow nothing of what Landlock knows; false where the system has no Landlock.
    pub fn without_files() -> Result<bool, landlock::RulesetError> {
        let rules = Ruleset::default()
            .handle_access(AccessFs::from_all(ABI::V5))?
            .handle_access(AccessNet::from_all(ABI::V4))?
            .create()?;
        Ok(rules.restrict_self()?.ruleset != RulesetStatus::NotEnforced)
    }

    /// System calls that take no look at their arguments.
    const PLAIN: &[libc::c_long] = &[
        libc::SYS_read,
        libc::SYS_write,
        libc::SYS_readv,
        libc::SYS_writev,
        libc::SYS_recvfrom,
        libc::SYS_sendto,
        libc::SYS_recvmsg,
        libc::SYS_sendmsg,
        libc::SYS_shutdown,
        libc::SYS_close,
        libc::SYS_fstat,
        libc::SYS_ppoll,
        libc::SYS_futex,
        libc::SYS_set_robust_list,
        libc::SYS_rseq,
        libc::SYS_set_tid_address,
        libc::SYS_munmap,
        libc::SYS_mremap,
        libc::SYS_madvise,
        libc::SYS_brk,
        libc::SYS_membarrier,
        libc::SYS_exit,
        libc::SYS_exit_group,
        libc::SYS_rt_sigaction,
        libc::SYS_rt_sigprocmask,
        libc::SYS_rt_sigreturn,
        libc::SYS_sigaltstack,
        libc::SYS_sched_yield,
        libc::SYS_sched_getaffinity,
        libc::SYS_clock_gettime,
        libc::SYS_clock_getres,
        libc::SYS_clock_nanosleep,
        libc::SYS_nanosleep,
        libc::SYS_gettimeofday,
        libc::SYS_getpid,
        libc::SYS_gettid,
        libc::SYS_getrandom,
        libc::SYS_restart_syscall,
        // What a parked thread does.
        #[cfg(target_arch = "x86_64")]
        libc::SYS_pause,
        // Answered by the other filter.
        libc::SYS_clone3,
    ];

    fn argument(
        index: u8,
        length: SeccompCmpArgLen,
        operator: SeccompCmpOp,
        value: u64,
    ) -> Result<SeccompRule, BackendError> {
        SeccompRule::new(vec![SeccompCondition::new(index, length, operator, value)?])
    }

    fn load(
        rules: BTreeMap<i64, Vec<SeccompRule>>,
        otherwise: SeccompAction,
        then: SeccompAction,
    ) -> Result<(), seccompiler::Error> {
        let arch = TargetArch::try_from(std::env::consts::ARCH)?;
        let filter = SeccompFilter::new(rules, otherwise, then, arch)?;
        let program: BpfProgram = filter.try_into()?;
        apply_filter(&program)
    }

    /// Filters the system calls of this thread and those it will start.
    pub fn filter() -> Result<(), seccompiler::Error> {
        use SeccompCmpArgLen::{Dword, Qword};
        // What `clone3` is to do lies in memory, where no filter sees it: libraries go on to `clone` without it.
        let unknown = SeccompAction::Errno(libc::ENOSYS as u32);
        load(BTreeMap::from([(libc::SYS_clone3, Vec::new())]), SeccompAction::Allow, unknown)?;
        let mut rules: BTreeMap<i64, Vec<SeccompRule>> = PLAIN.iter().map(|call| (*call, Vec::new())).collect();
        let plain_memory = || argument(2, Dword, SeccompCmpOp::MaskedEq(libc::PROT_EXEC as u64), 0);
        rules.insert(libc::SYS_mmap, vec![plain_memory()?]);
        rules.insert(libc::SYS_mprotect, vec![plain_memory()?]);
        let thread = libc::CLONE_THREAD as u64;
        rules.insert(libc::SYS_clone, vec![argument(0, Qword, SeccompCmpOp::MaskedEq(thread), thread)?]);
        // Threads have names.
        rules.insert(libc::SYS_prctl, vec![argument(0, Dword, SeccompCmpOp::Eq, libc::PR_SET_NAME as u64)?]);
        // A process that cannot go on aborts itself.
        let own = u64::from(std::process::id());
        rules.insert(libc::SYS_tgkill, vec![argument(0, Dword, SeccompCmpOp::Eq, own)?]);
        load(rules, SeccompAction::Errno(libc::EPERM as u32), SeccompAction::Allow)
    }
}
