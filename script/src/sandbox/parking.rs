//! Parking: a thread that cannot be ended stops returning.
//!
//! It happens in a signal handler or inside the allocator, so nothing here allocates, locks or unwinds.
//!
//! Unsafe: calls of the C library that are safe in signal handlers, with pointers to statics and locals that outlive the
//! calls. The handlers read the siginfo that the kernel hands them and hand it on unchanged. What is chained to is what
//! `sigaction` gave, kept for the life of the process.

use std::sync::atomic::{AtomicU32, AtomicU64, Ordering};

/// Threads parked so far, and what is lost with them.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct ParkedStatistics {
    /// Mini-programs with a parked thread.
    pub programs: u32,
    /// Threads.
    pub threads: u32,
    /// Those that did not end when they were asked to.
    pub by_deadline: u32,
    /// Those that would have had more memory than they may.
    pub by_memory: u32,
    /// Those that touched the guard page of their stack.
    pub by_stack: u32,
    /// Bytes of heap that are lost until the process ends, as far as something counts them.
    pub heap_bytes: u64,
}

static PROGRAMS: AtomicU32 = AtomicU32::new(0);
static BY: [AtomicU32; 3] = [const { AtomicU32::new(0) }; 3];
static HEAP: AtomicU64 = AtomicU64::new(0);
static LIMIT: AtomicU32 = AtomicU32::new(8);

/// What is parked in this process.
pub fn parked() -> ParkedStatistics {
    let count = |at: usize| BY[at].load(Ordering::Relaxed);
    ParkedStatistics {
        programs: PROGRAMS.load(Ordering::Relaxed),
        threads: count(0) + count(1) + count(2),
        by_deadline: count(0),
        by_memory: count(1),
        by_stack: count(2),
        heap_bytes: HEAP.load(Ordering::Relaxed),
    }
}

/// Sets after how many mini-programs with parked threads no further ones start in this process; 8 unless set.
pub fn set_parked_limit(programs: u32) {
    LIMIT.store(programs, Ordering::Relaxed);
}

pub(super) fn is_full() -> bool {
    PROGRAMS.load(Ordering::Relaxed) >= LIMIT.load(Ordering::Relaxed)
}

/// Counts a mini-program that lost a thread, and its heap.
pub(super) fn count_program(heap: u64) {
    PROGRAMS.fetch_add(1, Ordering::Relaxed);
    HEAP.fetch_add(heap, Ordering::Relaxed);
}

#[cfg(any(target_os = "linux", target_os = "android"))]
mod imp {
    use super::BY;
    use crate::sandbox::budgets::Budget;
    use crate::sandbox::control::{self, ASK_CUT, ASK_PARK, Control, Parked};
    use crate::sandbox::{sys, watchdog};
    use std::mem::MaybeUninit;
    use std::ptr::{null, null_mut};
    use std::sync::OnceLock;
    use std::sync::atomic::Ordering;

    /// Ends the thread's work for ever, on the thread itself.
    pub(crate) fn park(control: &Control, how: Parked) -> ! {
        // SAFETY: see the head of this file.
        unsafe {
            let mut all = MaybeUninit::<libc::sigset_t>::uninit();
            libc::sigfillset(all.as_mut_ptr());
            libc::pthread_sigmask(libc::SIG_BLOCK, all.as_ptr(), null_mut());
        }
        if how == Parked::Stack {
            control.stop(Budget::Stack, control.sandbox.budgets().stack_bytes as u64, 0);
        }
        if control.allocating.load(Ordering::Relaxed) {
            control.sandbox.lose_heap();
        }
        BY[how as usize - 1].fetch_add(1, Ordering::Relaxed);
        control.set_parked(how);
        watchdog::ring();
        loop {
            // SAFETY: waits for signals, of which none comes through.
            unsafe {
                libc::pause();
            }
        }
    }

    struct Before {
        sandbox: libc::sigaction,
        segment: libc::sigaction,
        bus: libc::sigaction,
    }

    static BEFORE: OnceLock<Option<Before>> = OnceLock::new();

    type Handler = extern "C" fn(libc::c_int, *mut libc::siginfo_t, *mut libc::c_void);

    fn set(signal: libc::c_int, handler: Handler) -> Option<libc::sigaction> {
        // SAFETY: see the head of this file; a zeroed sigaction is one with an empty mask.
        unsafe {
            let mut action: libc::sigaction = std::mem::zeroed();
            action.sa_sigaction = handler as usize;
            action.sa_flags = libc::SA_SIGINFO | libc::SA_ONSTACK | libc::SA_RESTART;
            libc::sigemptyset(&mut action.sa_mask);
            let mut before = MaybeUninit::<libc::sigaction>::uninit();
            (libc::sigaction(signal, &action, before.as_mut_ptr()) == 0).then(|| before.assume_init())
        }
    }

    /// Installs the handlers; true if they are.
    pub(crate) fn install() -> bool {
        let before = BEFORE.get_or_init(|| {
            Some(Before {
                sandbox: set(sys::signal_number(), on_signal)?,
                segment: set(libc::SIGSEGV, on_fault)?,
                bus: set(libc::SIGBUS, on_fault)?,
            })
        });
        before.is_some()
    }

    pub(crate) fn is_installed() -> bool {
        BEFORE.get().is_some_and(Option::is_some)
    }

    /// The thread is asked to come to an end.
    extern "C" fn on_signal(signal: libc::c_int, info: *mut libc::siginfo_t, context: *mut libc::c_void) {
        let asked = control::with(|control| {
            let asked = control.asked.load(Ordering::Acquire);
            match asked {
                ASK_CUT => control.cut_limits(),
                ASK_PARK if control.is_inside() => {
                    if control.allocating.load(Ordering::Relaxed) {
                        control.park_late.store(true, Ordering::Relaxed);
                    } else {
                        park(control, Parked::Deadline);
                    }
                }
                // Outside it may hold a lock; the watchdog asks again.
                _ => {}
            }
            asked
        });
        if asked.is_none()
            && let Some(Some(before)) = BEFORE.get()
        {
            chain(&before.sandbox, signal, info, context, false);
        }
    }

    /// Memory was touched that is not there.
    extern "C" fn on_fault(signal: libc::c_int, info: *mut libc::siginfo_t, context: *mut libc::c_void) {
        // SAFETY: the kernel hands a siginfo over.
        let address = unsafe { (*info).si_addr() } as usize;
        control::with(|control| {
            if control.thread.guards(address) {
                park(control, Parked::Stack);
            }
        });
        if let Some(Some(before)) = BEFORE.get() {
            chain(if signal == libc::SIGBUS { &before.bus } else { &before.segment }, signal, info, context, true);
        }
    }

    /// Does what was done with the signal before.
    fn chain(
        before: &libc::sigaction,
        signal: libc::c_int,
        info: *mut libc::siginfo_t,
        context: *mut libc::c_void,
        fault: bool,
    ) {
        // SAFETY: see the head of this file.
        unsafe {
            match before.sa_sigaction {
                libc::SIG_DFL | libc::SIG_IGN if fault => {
                    // The instruction runs again and ends the process as it would have.
                    let mut action: libc::sigaction = std::mem::zeroed();
                    action.sa_sigaction = libc::SIG_DFL;
                    libc::sigaction(signal, &action, null_mut());
                }
                libc::SIG_DFL | libc::SIG_IGN => {}
                handler if before.sa_flags & libc::SA_SIGINFO != 0 => {
                    std::mem::transmute::<usize, Handler>(handler)(signal, info, context);
                }
                handler => std::mem::transmute::<usize, extern "C" fn(libc::c_int)>(handler)(signal),
            }
        }
    }

    /// A stack for the handlers of a thread that has none. The standard library gives its threads one where its own start
    /// ran; a host in another language may not have it.
    pub(crate) struct HandlerStack(Option<Vec<u8>>);

    impl HandlerStack {
        pub(crate) fn ensure() -> HandlerStack {
            const BYTES: usize = 64 << 10;
            // SAFETY: see the head of this file; the memory lives until `drop` has taken it away again.
            unsafe {
                let mut now = MaybeUninit::<libc::stack_t>::uninit();
                if libc::sigaltstack(null(), now.as_mut_ptr()) != 0
                    || now.assume_init().ss_flags & libc::SS_DISABLE == 0
                {
                    return HandlerStack(None);
                }
                let mut memory = vec![0_u8; BYTES];
                let stack = libc::stack_t { ss_sp: memory.as_mut_ptr().cast(), ss_flags: 0, ss_size: BYTES };
                HandlerStack((libc::sigaltstack(&stack, null_mut()) == 0).then_some(memory))
            }
        }
    }

    impl Drop for HandlerStack {
        fn drop(&mut self) {
            if self.0.is_some() {
                let none = libc::stack_t { ss_sp: null_mut(), ss_flags: libc::SS_DISABLE, ss_size: 0 };
                // SAFETY: no handler runs on it: this is ordinary code of the thread.
                unsafe {
                    libc::sigaltstack(&none, null_mut());
                }
            }
        }
    }
}

#[cfg(not(any(target_os = "linux", target_os = "android")))]
mod imp {
    pub(crate) fn install() -> bool {
        false
    }

    pub(crate) fn is_installed() -> bool {
        false
    }

    /// There are no handlers here.
    pub(crate) struct HandlerStack;

    impl HandlerStack {
        pub(crate) fn ensure() -> HandlerStack {
            HandlerStack
        }
    }
}

pub(super) use imp::*;
