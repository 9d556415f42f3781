//! Places in generated code, and the places in the file that they came from.

/// Maps lines and columns of generated code to those of the file. All numbers are from 1.
#[derive(Debug, Default)]
pub(crate) struct LineMap {
    /// Generated line and column, original line and column; sorted.
    tokens: Vec<(u32, u32, u32, u32)>,
}

impl LineMap {
    /// A map of tokens, each a generated and an original place.
    pub(crate) fn new(mut tokens: Vec<(u32, u32, u32, u32)>) -> Self {
        tokens.sort_unstable();
        LineMap { tokens }
    }

    /// The place in the file of a place in the code: that of the token at or before it on its line, else of the
    /// first token after it.
    pub(crate) fn original(&self, line: u32, column: u32) -> (u32, u32) {
        let after = self.tokens.partition_point(|token| (token.0, token.1) <= (line, column));
        let before = after.checked_sub(1).and_then(|index| self.tokens.get(index)).filter(|token| token.0 == line);
        match before.or_else(|| self.tokens.get(after)).or_else(|| self.tokens.last()) {
            Some(token) => (token.2, token.3),
            None => (line, column),
        }
    }
}
