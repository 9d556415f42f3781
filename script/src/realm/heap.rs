//! How a heap is judged that comes near its limits.

use crate::sandbox::{self, Budget, BudgetEvent, Sandbox, control};
use std::cell::Cell;

/// Judges what a collection left of a mini-program's heap, in bytes before and after; false if it is to stop. `told`
/// keeps that the soft limit was crossed and told of.
pub(super) fn judge(sandbox: &Sandbox, told: &Cell<bool>, before: u64, left: u64) -> bool {
    let bounds = sandbox.budgets().heap;
    // Close to the limit each step would collect and win next to nothing.
    if before > bounds.hard && left > bounds.hard / 100 * 85 {
        sandbox::stop(Budget::Heap, left, bounds.hard);
        return false;
    }
    if left > bounds.soft && !told.replace(true) {
        let _outside = control::outside();
        sandbox.warn(BudgetEvent { budget: Budget::Heap, limit: bounds.soft, figure: left });
    } else if left < bounds.soft / 100 * 85 {
        told.set(false);
    }
    true
}
