//! How often a program that broke down is started again.

use std::collections::VecDeque;

/// How often a program that broke down is started again.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct RestartPolicy {
    /// Most restarts within [`RestartPolicy::within_ms`]; one more, and it stays as it is.
    pub most: u32,
    /// The time that restarts are counted in, ms.
    pub within_ms: f64,
    /// It comes back with its page stack, else at its entry page.
    pub keep_page: bool,
}

impl Default for RestartPolicy {
    /// Three times in a minute, with its pages.
    fn default() -> Self {
        RestartPolicy { most: 3, within_ms: 60_000.0, keep_page: true }
    }
}

impl RestartPolicy {
    /// It is never started again.
    pub const NEVER: RestartPolicy = RestartPolicy { most: 0, within_ms: 0.0, keep_page: false };
}

/// The restarts of a program.
#[derive(Debug, Default)]
pub(super) struct Restarts(VecDeque<f64>);

impl Restarts {
    /// True if one more may be at a time, which is counted then.
    pub(super) fn one_more(&mut self, policy: &RestartPolicy, now: f64) -> bool {
        self.0.retain(|at| now - at < policy.within_ms);
        let may = self.0.len() < policy.most as usize;
        if may {
            self.0.push_back(now);
        }
        may
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn restarts_are_counted_within_a_time() {
        let policy = RestartPolicy { most: 2, within_ms: 100.0, keep_page: true };
        let mut restarts = Restarts::default();
        let may: Vec<bool> = [0.0, 50.0, 99.0, 100.0, 149.0, 150.0].map(|at| restarts.one_more(&policy, at)).to_vec();
        assert_eq!(may, [true, true, false, true, false, true]);
        assert!(!Restarts::default().one_more(&RestartPolicy::NEVER, 0.0));
    }
}
