//! What a page is to somebody who does not see it: a tree of roles, names and states.
//!
//! Roles come from tags and from `aria-role`, names from `aria-label`, labels, placeholders and contents, after the computation of
//! ARIA's accessible names (<https://www.w3.org/TR/accname-1.2/>) as far as mini-programs have its sources. What only groups others
//! is left out, so the tree has what is said and what can be done.
//!
//! | module | models |
//! | --- | --- |
//! | [`tree`] | the tree of a page |
//! | [`role`] | roles |
//! | `name` | what elements are called |
//! | [`audit`] | what is wrong with it: names, sizes, contrast |

pub mod audit;
mod name;
pub mod role;
pub mod tree;

pub use role::Role;
pub use tree::{AccessNode, States};
