//! What the sandbox asks of the system: CPU clocks of threads, where their stacks lie, signals, reserved addresses.
//!
//! On Linux and Android. Elsewhere there is none of it, and [`enforcement`](super::enforcement) says so.
//!
//! Unsafe: calls of the C library. Each gets pointers to locals that live for the call, and its result is checked before anything that
//! it wrote is used. A thread is signalled only while it is registered, and it cannot end before it is not.

#[cfg(any(target_os = "linux", target_os = "android"))]
mod imp {
    use std::mem::MaybeUninit;
    use std::ops::Range;
    use std::ptr::null_mut;

    /// A thread of this process.
    pub(crate) struct Thread {
        id: libc::pthread_t,
        clock: Option<libc::clockid_t>,
        stack: Range<usize>,
        guard: usize,
    }

    fn nanoseconds(clock: libc::clockid_t) -> Option<u64> {
        let mut time = MaybeUninit::<libc::timespec>::uninit();
        // SAFETY: see the head of this file.
        let time = unsafe {
            if libc::clock_gettime(clock, time.as_mut_ptr()) != 0 {
                return None;
            }
            time.assume_init()
        };
        Some((time.tv_sec as u64).saturating_mul(1_000_000_000).saturating_add(time.tv_nsec as u64))
    }

    /// CPU time of the calling thread, ns.
    pub(crate) fn own_cpu_ns() -> u64 {
        nanoseconds(libc::CLOCK_THREAD_CPUTIME_ID).unwrap_or(0)
    }

    impl Thread {
        /// The calling thread.
        pub(crate) fn current() -> Thread {
            // SAFETY: see the head of this file.
            unsafe {
                let id = libc::pthread_self();
                let mut clock: libc::clockid_t = 0;
                let clock = (libc::pthread_getcpuclockid(id, &mut clock) == 0).then_some(clock);
                let (mut low, mut size, mut guard) = (null_mut(), 0, 0);
                let mut attributes = MaybeUninit::<libc::pthread_attr_t>::uninit();
                if libc::pthread_getattr_np(id, attributes.as_mut_ptr()) == 0 {
                    if libc::pthread_attr_getstack(attributes.as_ptr(), &mut low, &mut size) != 0 {
                        (low, size) = (null_mut(), 0);
                    }
                    if libc::pthread_attr_getguardsize(attributes.as_ptr(), &mut guard) != 0 {
                        guard = 0;
                    }
                    libc::pthread_attr_destroy(attributes.as_mut_ptr());
                }
                Thread { id, clock, stack: low as usize..(low as usize).saturating_add(size), guard }
            }
        }

        /// CPU time of the thread, ns.
        pub(crate) fn cpu_ns(&self) -> Option<u64> {
            nanoseconds(self.clock?)
        }

        /// Sends it the signal of the sandbox.
        pub(crate) fn signal(&self) {
            // SAFETY: see the head of this file.
            unsafe {
                libc::pthread_kill(self.id, signal_number());
            }
        }

        /// Bytes between here, on the thread itself, and the end of its stack.
        pub(crate) fn stack_left(&self) -> usize {
            let here = 0_u8;
            let here = std::ptr::from_ref(&here) as usize;
            if self.stack.contains(&here) { here - self.stack.start } else { usize::MAX }
        }

        /// True if this address is in the guard of its stack. Some C libraries count the guard as a part of the stack,
        /// others do not.
        pub(crate) fn guards(&self, address: usize) -> bool {
            let guard = self.guard.max(4096);
            self.stack.start > guard && (self.stack.start - guard..self.stack.start + guard).contains(&address)
        }
    }

    /// The signal with which threads are asked to come to an end: one that neither the C library nor many programs use.
    pub(crate) fn signal_number() -> libc::c_int {
        libc::SIGRTMIN() + 7
    }

    /// A range of addresses that nothing is behind yet.
    pub(crate) fn reserve(bytes: usize) -> Option<usize> {
        // SAFETY: a new mapping of the kernel's choosing touches nothing that exists.
        let at = unsafe {
            let flags = libc::MAP_PRIVATE | libc::MAP_ANONYMOUS | libc::MAP_NORESERVE;
            libc::mmap(null_mut(), bytes, libc::PROT_NONE, flags, -1, 0)
        };
        (at != libc::MAP_FAILED).then_some(at as usize)
    }

    /// Lets reserved addresses be read and written.
    ///
    /// # Safety
    /// The range is a whole number of pages of a reservation.
    pub(crate) unsafe fn open(at: usize, bytes: usize) -> bool {
        // SAFETY: the caller's.
        unsafe { libc::mprotect(at as *mut libc::c_void, bytes, libc::PROT_READ | libc::PROT_WRITE) == 0 }
    }

    /// Gives memory behind addresses back; it reads as zeros.
    ///
    /// # Safety
    /// The range is a whole number of pages of a reservation, and nothing lives there.
    pub(crate) unsafe fn give_back(at: usize, bytes: usize) {
        // SAFETY: the caller's.
        unsafe {
            libc::madvise(at as *mut libc::c_void, bytes, libc::MADV_DONTNEED);
        }
    }
}

#[cfg(not(any(target_os = "linux", target_os = "android")))]
mod imp {
    /// A thread of this process.
    pub(crate) struct Thread;

    pub(crate) fn own_cpu_ns() -> u64 {
        0
    }

    impl Thread {
        pub(crate) fn current() -> Thread {
            Thread
        }

        pub(crate) fn cpu_ns(&self) -> Option<u64> {
            None
        }

        pub(crate) fn signal(&self) {}

        pub(crate) fn stack_left(&self) -> usize {
            usize::MAX
        }
    }

    pub(crate) fn reserve(_: usize) -> Option<usize> {
        None
    }

    /// # Safety
    /// Nothing is done.
    pub(crate) unsafe fn open(_: usize, _: usize) -> bool {
        false
    }

    /// # Safety
    /// Nothing is done.
    pub(crate) unsafe fn give_back(_: usize, _: usize) {}
}

pub(super) use imp::*;
