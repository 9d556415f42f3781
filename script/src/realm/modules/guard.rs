//! Refuses sources that are nested beyond what the stack bears.
//!
//! The engine's parser and compiler recurse, and a stack that overflows takes the process with it. So the text is
//! scanned first, once and without recursion: every construct that makes them recurse has a cost, and what is
//! open at one time may not cost more than the stack has. The costs are in KB of stack for each level,
//! from measurements; the budget is well under [`crate::realm::LOGIC_STACK_BYTES`].
//!
//! The scan knows enough of the language to tell text from code: strings, templates, comments, and regular
//! expressions from divisions.

use super::{SyntaxFault, line_column};

/// KB that may be in use at one time.
const BUDGET: u32 = 100_000;
/// A bracket; a function body is the dearest thing in one.
const BRACKET: u32 = 64;
/// Something that nests to the right: an arrow, a unary operator, an assignment, an `else if`. It takes 4 KB; the
/// rest is because the engine's time for such chains grows with their square.
const RIGHT: u32 = 20;
/// Something that nests to the left: a binary operator, a member, a call, a comma of a sequence. It takes 1 KB, and
/// the same holds.
const LEFT: u32 = 8;

/// What a bracket opens.
#[derive(Clone, Copy, PartialEq)]
enum Kind {
    Paren,
    /// The parentheses of `if (…)` and the like, after which a statement begins.
    Control,
    Square,
    Block,
    Object,
    /// The body of a function or class that is an expression.
    ExpressionBody,
    /// `${…}` in a template.
    Template,
}

struct Level {
    kind: Kind,
    /// Cost of what nests to the right in it since the last statement or item began.
    right: u32,
    /// Cost of what nests to the left in the item of the sequence.
    left: u32,
    /// Cost of the sequence's commas.
    sequence: u32,
    /// A `?` waits for its `:`.
    ternaries: u32,
    /// A `function` or `class` waits for its body; true if it is an expression.
    pending_body: Option<bool>,
}

/// What the last token was, as far as the next one's meaning depends on it.
#[derive(Clone, Copy, PartialEq)]
enum Last {
    /// A statement may begin here.
    Start,
    /// A statement begins here, inside the one before.
    Nested,
    /// An operator or a word that wants an expression after it.
    Operator,
    /// The end of an expression.
    Operand,
    /// `if`, `for`, `while`, `with`: parentheses of a statement follow.
    ControlWord,
    /// `.`: a name follows, whatever it is.
    Dot,
}

struct Scan<'a> {
    text: &'a str,
    bytes: &'a [u8],
    at: usize,
    levels: Vec<Level>,
    last: Last,
    cost: u32,
    newline: bool,
}

/// Checks a source.
///
/// # Errors
/// Where it becomes too deep.
pub(crate) fn check(text: &str) -> Result<(), SyntaxFault> {
    // A short text cannot be deep enough for trouble.
    let brackets = text.bytes().filter(|byte| matches!(byte, b'(' | b'[' | b'{')).count();
    if brackets.saturating_mul(BRACKET as usize).saturating_add(text.len().saturating_mul(RIGHT as usize))
        < BUDGET as usize
    {
        return Ok(());
    }
    let mut scan = Scan {
        text,
        bytes: text.as_bytes(),
        at: 0,
        levels: vec![Level::new(Kind::Block)],
        last: Last::Start,
        cost: 0,
        newline: false,
    };
    scan.run()
}

impl Level {
    fn new(kind: Kind) -> Level {
        Level { kind, right: 0, left: 0, sequence: 0, ternaries: 0, pending_body: None }
    }
}

impl Scan<'_> {
    fn peek(&self, ahead: usize) -> u8 {
        self.bytes.get(self.at + ahead).copied().unwrap_or(0)
    }

    fn fail(&self) -> SyntaxFault {
        let (line, column) = line_column(self.text, self.at);
        SyntaxFault { line, column, message: "the source is nested too deep".to_owned() }
    }

    fn level(&mut self) -> &mut Level {
        if self.levels.is_empty() {
            self.levels.push(Level::new(Kind::Block));
        }
        let index = self.levels.len() - 1;
        &mut self.levels[index]
    }

    fn spend_right(&mut self) -> Result<(), SyntaxFault> {
        self.level().right += RIGHT;
        self.spend(RIGHT)
    }

    fn spend_left(&mut self) -> Result<(), SyntaxFault> {
        self.level().left += LEFT;
        self.spend(LEFT)
    }

    fn spend(&mut self, cost: u32) -> Result<(), SyntaxFault> {
        self.cost += cost;
        if self.cost > BUDGET { Err(self.fail()) } else { Ok(()) }
    }

    /// A statement or item ends: its chains are over.
    fn reset(&mut self) {
        let level = self.level();
        level.ternaries = 0;
        let chain = std::mem::take(&mut level.right) + std::mem::take(&mut level.left);
        let sequence = std::mem::take(&mut level.sequence);
        self.cost -= chain + sequence;
    }

    fn open(&mut self, kind: Kind) -> Result<(), SyntaxFault> {
        self.levels.push(Level::new(kind));
        self.spend(BRACKET)
    }

    fn close(&mut self) -> Kind {
        if self.levels.len() < 2 {
            return Kind::Block;
        }
        match self.levels.pop() {
            Some(level) => {
                self.cost -= level.right + level.left + level.sequence + BRACKET;
                level.kind
            }
            None => Kind::Block,
        }
    }

    fn run(&mut self) -> Result<(), SyntaxFault> {
        while self.at < self.bytes.len() {
            let byte = self.peek(0);
            match byte {
                b'\n' | b'\r' => {
                    self.newline = true;
                    self.at += 1;
                }
                b' ' | b'\t' | 0x0B | 0x0C => self.at += 1,
                b'/' if self.peek(1) == b'/' => self.skip_while(|byte| byte != b'\n'),
                b'/' if self.peek(1) == b'*' => {
                    let end = self.text.get(self.at + 2..).and_then(|rest| rest.find("*/"));
                    self.at = end.map_or(self.bytes.len(), |end| self.at + 2 + end + 2);
                }
                _ => {
                    self.token(byte)?;
                    self.newline = false;
                }
            }
        }
        Ok(())
    }

    fn skip_while(&mut self, belongs: fn(u8) -> bool) {
        while self.at < self.bytes.len() && belongs(self.peek(0)) {
            self.at += 1;
        }
    }

    fn token(&mut self, byte: u8) -> Result<(), SyntaxFault> {
        match byte {
            b'"' | b'\'' => {
                self.statement_may_begin();
                self.string(byte);
                self.last = Last::Operand;
            }
            b'`' => {
                if self.last == Last::Operand {
                    self.spend_left()?;
                }
                self.at += 1;
                self.template()?;
            }
            b'0'..=b'9' => {
                self.statement_may_begin();
                self.skip_while(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'.'));
                self.last = Last::Operand;
            }
            b'a'..=b'z' | b'A'..=b'Z' | b'_' | b'$' | b'#' | b'\\' | 0x80.. => self.word()?,
            b'(' | b'[' | b'{' => self.open_bracket(byte)?,
            b')' | b']' | b'}' => self.close_bracket()?,
            b'/' if self.last != Last::Operand => {
                self.regex();
                self.last = Last::Operand;
            }
            _ => self.operator(byte)?,
        }
        Ok(())
    }

    /// A word, number or string after a line break begins a statement if the line before was complete.
    fn statement_may_begin(&mut self) {
        if self.newline && self.last == Last::Operand && matches!(self.level().kind, Kind::Block | Kind::ExpressionBody)
        {
            self.reset();
        }
    }

    fn word(&mut self) -> Result<(), SyntaxFault> {
        let start = self.at;
        self.at += 1;
        self.skip_while(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'$' | b'\\' | 0x80..));
        let word = self.text.get(start..self.at).unwrap_or_default();
        if self.last == Last::Dot {
            self.last = Last::Operand;
            return Ok(());
        }
        match word {
            "if" | "for" | "while" | "with" => {
                self.statement_may_begin();
                self.spend_right()?;
                self.last = Last::ControlWord;
            }
            "else" | "do" | "try" | "finally" | "catch" => {
                self.spend_right()?;
                self.last = if word == "catch" { Last::ControlWord } else { Last::Nested };
            }
            "return" | "throw" | "case" | "default" => {
                self.statement_may_begin();
                self.last = Last::Operator;
            }
            "typeof" | "void" | "delete" | "new" | "await" | "yield" | "extends" | "async" => {
                self.spend_right()?;
                self.last = if word == "async" { Last::Operand } else { Last::Operator };
            }
            "in" | "of" | "instanceof" => {
                self.spend_left()?;
                self.last = Last::Operator;
            }
            "function" | "class" => {
                let begins =
                    matches!(self.last, Last::Start | Last::Nested) || (self.newline && self.last == Last::Operand);
                let expression = !begins;
                if !expression {
                    self.statement_may_begin();
                }
                self.level().pending_body = Some(expression);
                self.last = Last::Operand;
            }
            "var" | "let" | "const" | "import" | "export" => {
                self.statement_may_begin();
                self.last = Last::Operator;
            }
            _ => {
                self.statement_may_begin();
                self.last = Last::Operand;
            }
        }
        Ok(())
    }

    fn open_bracket(&mut self, byte: u8) -> Result<(), SyntaxFault> {
        self.at += 1;
        let kind = match byte {
            b'(' if self.last == Last::ControlWord => Kind::Control,
            b'(' => {
                if self.last == Last::Operand {
                    self.spend_left()?;
                }
                Kind::Paren
            }
            b'[' => {
                if self.last == Last::Operand {
                    self.spend_left()?;
                }
                Kind::Square
            }
            _ => match self.level().pending_body.take() {
                Some(true) => Kind::ExpressionBody,
                Some(false) => Kind::Block,
                None if self.last == Last::Operator && !self.after_label() => Kind::Object,
                None => Kind::Block,
            },
        };
        self.open(kind)?;
        self.last = match kind {
            Kind::Block | Kind::ExpressionBody => Last::Start,
            _ => Last::Operator,
        };
        Ok(())
    }

    /// True if the last token was `=>`, or the `:` of a label or case.
    fn after_label(&mut self) -> bool {
        let before = self.text.get(..self.at - 1).unwrap_or_default().trim_end();
        if before.ends_with("=>") {
            return true;
        }
        let level = self.level();
        before.ends_with(':') && level.kind == Kind::Block && level.ternaries == 0
    }

    fn close_bracket(&mut self) -> Result<(), SyntaxFault> {
        self.at += 1;
        match self.close() {
            Kind::Control => self.last = Last::Nested,
            Kind::Paren | Kind::Square | Kind::Object | Kind::ExpressionBody => self.last = Last::Operand,
            Kind::Template => self.template()?,
            Kind::Block => {
                // `} else` and an arrow's body go on; anything else begins a statement.
                let goes_on = ["else", "catch", "finally", "while", ")", "]", ",", ".", "(", "?", ":", "}", "`"];
                if !self.next_is(&goes_on) && self.level().kind == Kind::Block {
                    self.reset();
                }
                self.last = Last::Start;
            }
        }
        Ok(())
    }

    /// True if one of these comes next, after space and comments.
    fn next_is(&self, what: &[&str]) -> bool {
        let mut rest = self.text.get(self.at..).unwrap_or_default();
        loop {
            rest = rest.trim_start();
            let after = match rest.strip_prefix("//") {
                Some(comment) => comment.find('\n').map(|end| &comment[end..]),
                None => match rest.strip_prefix("/*") {
                    Some(comment) => comment.find("*/").map(|end| &comment[end + 2..]),
                    None => break,
                },
            };
            rest = after.unwrap_or_default();
        }
        what.iter().any(|next| rest.starts_with(next))
    }

    fn operator(&mut self, byte: u8) -> Result<(), SyntaxFault> {
        let next = self.peek(1);
        self.at += 1;
        match byte {
            b';' => {
                // `if (a) b; else if (c) d; else …` is one chain.
                if !self.next_is(&["else"]) {
                    self.reset();
                }
                self.last = Last::Start;
                return Ok(());
            }
            b',' => {
                match self.level().kind {
                    Kind::Square | Kind::Object => self.reset(),
                    _ => {
                        // What nested within the item is over; the sequence itself goes on.
                        let level = self.level();
                        let item = std::mem::take(&mut level.right) + std::mem::take(&mut level.left);
                        level.sequence += LEFT;
                        self.cost -= item;
                        self.spend(LEFT)?;
                    }
                }
                self.level().ternaries = 0;
            }
            b'.' if next == b'.' => self.at += usize::from(self.peek(1) == b'.') + 1,
            b'.' => {
                self.spend_left()?;
                self.last = Last::Dot;
                return Ok(());
            }
            b'?' if next == b'.' => {
                self.at += 1;
                self.spend_left()?;
                self.last = Last::Dot;
                // `?.(` and `?.[` have no name.
                if matches!(self.peek(0), b'(' | b'[') {
                    self.last = Last::Operand;
                }
                return Ok(());
            }
            b'?' if next == b'?' => {
                self.at += 1;
                self.spend_left()?;
            }
            b'?' => {
                self.spend_right()?;
                self.level().ternaries += 1;
            }
            b':' => {
                let level = self.level();
                level.ternaries = level.ternaries.saturating_sub(1);
                if level.kind == Kind::Block {
                    self.spend_right()?;
                }
            }
            b'=' if next == b'>' => {
                self.at += 1;
                self.spend_right()?;
            }
            b'=' if next == b'=' => {
                self.skip_while(|byte| byte == b'=');
                self.spend_left()?;
            }
            b'=' => self.spend_right()?,
            b'+' | b'-' if next == byte => {
                // `x++` is complete, `++x` is not.
                self.at += 1;
                self.spend_right()?;
                if self.last == Last::Operand && !self.newline {
                    return Ok(());
                }
            }
            b'*' if next == b'*' => {
                self.at += 1;
                self.spend_right()?;
            }
            b'!' if next == b'=' => {
                self.skip_while(|byte| byte == b'=');
                self.spend_left()?;
            }
            b'!' | b'~' => self.spend_right()?,
            b'@' => {}
            _ if self.last != Last::Operand => self.spend_right()?,
            _ => {
                // `&&`, `>>>` and the like are one; with `=` after them they assign, save for `<=` and `>=`.
                let start = self.at;
                if matches!(byte, b'&' | b'|' | b'<' | b'>') {
                    while self.at < self.bytes.len() && self.peek(0) == byte {
                        self.at += 1;
                    }
                }
                let compares = matches!(byte, b'<' | b'>') && self.at == start;
                let equals = self.peek(0) == b'=';
                self.at += usize::from(equals);
                if equals && !compares { self.spend_right()? } else { self.spend_left()? }
            }
        }
        self.last = Last::Operator;
        Ok(())
    }

    fn string(&mut self, quote: u8) {
        self.at += 1;
        while self.at < self.bytes.len() {
            match self.peek(0) {
                b'\\' => self.at += 2,
                b'\n' => return,
                byte => {
                    self.at += 1;
                    if byte == quote {
                        return;
                    }
                }
            }
        }
        self.at = self.at.min(self.bytes.len());
    }

    /// The text of a template, up to its end or to a `${`.
    fn template(&mut self) -> Result<(), SyntaxFault> {
        while self.at < self.bytes.len() {
            match self.peek(0) {
                b'\\' => self.at += 2,
                b'`' => {
                    self.at += 1;
                    self.last = Last::Operand;
                    return Ok(());
                }
                b'$' if self.peek(1) == b'{' => {
                    self.at += 2;
                    self.last = Last::Operator;
                    return self.open(Kind::Template);
                }
                _ => self.at += 1,
            }
        }
        self.at = self.bytes.len();
        Ok(())
    }

    fn regex(&mut self) {
        self.at += 1;
        let mut class = false;
        while self.at < self.bytes.len() {
            match self.peek(0) {
                b'\\' => self.at += 2,
                b'\n' => return,
                b'[' => {
                    class = true;
                    self.at += 1;
                }
                b']' => {
                    class = false;
                    self.at += 1;
                }
                b'/' if !class => {
                    self.at += 1;
                    return self.skip_while(|byte| byte.is_ascii_alphabetic());
                }
                _ => self.at += 1,
            }
        }
        self.at = self.at.min(self.bytes.len());
    }
}

#[cfg(test)]
mod tests;
