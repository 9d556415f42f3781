//! What a restyle did.

/// What a restyle did.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct RestyleStats {
    /// Nodes that were looked at.
    pub nodes_visited: u32,
    /// Elements whose rules were matched again.
    pub nodes_restyled: u32,
    /// Those of them of which nothing has changed but a transform or an opacity.
    pub nodes_composited: u32,
    /// Styles that moved on by themselves, without any rule being matched.
    pub nodes_moved: u32,
    /// Rules that were tested against a node.
    pub rules_tested: u32,
    /// Styles that were found in the cache instead of being computed.
    pub styles_shared: u32,
    /// Styles that were computed.
    pub styles_computed: u32,
}
