//! Pellicle.
