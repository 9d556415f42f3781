//! What is wrong with a JSON text, in the words that programs know.

/// The message of the first fault of a text (ECMA-404, with the places of V8), `None` if it has none.
pub(crate) fn json_fault(text: &str) -> Option<String> {
    let units: Vec<u16> = text.encode_utf16().collect();
    let mut scan = Scan { units: &units, at: 0 };
    if scan.document().is_some() {
        return None;
    }
    Some(match scan.peek() {
        None => "Unexpected end of JSON input".to_owned(),
        Some(unit) => {
            let character = char::from_u32(u32::from(unit)).unwrap_or(char::REPLACEMENT_CHARACTER);
            format!("Unexpected token {character} in JSON at position {}", scan.at)
        }
    })
}

struct Scan<'a> {
    units: &'a [u16],
    at: usize,
}

/// What may come next.
#[derive(Clone, Copy, PartialEq)]
enum Next {
    Value,
    /// A value, or the end of an array that has none.
    ValueOrEnd,
    /// A field, or the end of an object that has none.
    FieldOrEnd,
    Field,
    /// A comma, or the end of what is open.
    After,
}

impl Scan<'_> {
    fn peek(&self) -> Option<u16> {
        self.units.get(self.at).copied()
    }

    fn eat(&mut self, character: u8) -> Option<()> {
        (self.peek()? == u16::from(character)).then(|| self.at += 1)
    }

    fn skip_space(&mut self) {
        while matches!(self.peek(), Some(0x20 | 0x09 | 0x0A | 0x0D)) {
            self.at += 1;
        }
    }

    /// Reads it all; `None` at the first fault, where `at` stays. A stack of its own, so that depth costs no calls.
    fn document(&mut self) -> Option<()> {
        // True for objects.
        let mut open: Vec<bool> = Vec::new();
        let mut next = Next::Value;
        loop {
            self.skip_space();
            if next == Next::After && open.is_empty() {
                return (self.at == self.units.len()).then_some(());
            }
            let unit = u8::try_from(self.peek()?).unwrap_or(0);
            next = match (next, unit) {
                (Next::After, b',') => {
                    self.at += 1;
                    if open.last() == Some(&true) { Next::Field } else { Next::Value }
                }
                (Next::After | Next::FieldOrEnd, b'}') if open.last() == Some(&true) => self.close(&mut open),
                (Next::After | Next::ValueOrEnd, b']') if open.last() == Some(&false) => self.close(&mut open),
                (Next::Field | Next::FieldOrEnd, b'"') => {
                    self.string()?;
                    self.skip_space();
                    self.eat(b':')?;
                    Next::Value
                }
                (Next::Value | Next::ValueOrEnd, b'{' | b'[') => {
                    self.at += 1;
                    open.push(unit == b'{');
                    if unit == b'{' { Next::FieldOrEnd } else { Next::ValueOrEnd }
                }
                (Next::Value | Next::ValueOrEnd, _) => {
                    match unit {
                        b'"' => self.string()?,
                        b't' => self.word("true")?,
                        b'f' => self.word("false")?,
                        b'n' => self.word("null")?,
                        b'-' | b'0'..=b'9' => self.number()?,
                        _ => return None,
                    }
                    Next::After
                }
                _ => return None,
            };
        }
    }

    fn close(&mut self, open: &mut Vec<bool>) -> Next {
        self.at += 1;
        open.pop();
        Next::After
    }

    fn word(&mut self, word: &str) -> Option<()> {
        word.bytes().try_for_each(|byte| self.eat(byte))
    }

    fn digits(&mut self) -> Option<()> {
        let from = self.at;
        while self.peek().is_some_and(|unit| (0x30..=0x39).contains(&unit)) {
            self.at += 1;
        }
        (self.at > from).then_some(())
    }

    fn number(&mut self) -> Option<()> {
        let _ = self.eat(b'-');
        if self.eat(b'0').is_none() {
            self.digits()?;
        }
        if self.eat(b'.').is_some() {
            self.digits()?;
        }
        if self.eat(b'e').or_else(|| self.eat(b'E')).is_some() {
            let _ = self.eat(b'+').or_else(|| self.eat(b'-'));
            self.digits()?;
        }
        Some(())
    }

    fn string(&mut self) -> Option<()> {
        self.eat(b'"')?;
        loop {
            match self.peek()? {
                0x22 => {
                    self.at += 1;
                    return Some(());
                }
                0x5C => {
                    self.at += 1;
                    let escape = u8::try_from(self.peek()?).ok()?;
                    match escape {
                        b'"' | b'\\' | b'/' | b'b' | b'f' | b'n' | b'r' | b't' => self.at += 1,
                        b'u' => {
                            self.at += 1;
                            for _ in 0..4 {
                                let digit = u8::try_from(self.peek()?).ok().filter(u8::is_ascii_hexdigit);
                                digit?;
                                self.at += 1;
                            }
                        }
                        _ => return None,
                    }
                }
                0..0x20 => return None,
                _ => self.at += 1,
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::json_fault;

    #[test]
    fn the_first_fault_is_named() {
        for text in ["0", "-1.5e+3", "\"a\\u00e9\\n\"", "[]", "{}", " [1, {\"a\": [null, true, false]}] ", "[[[]]]"] {
            assert_eq!(json_fault(text), None, "{text}");
        }
        let end = "Unexpected end of JSON input";
        for text in ["", "[1", "{\"a\"", "\"", "-", "tru", "[1,", "{\"a\":", "1.", "\"\\u00"] {
            assert_eq!(json_fault(text).as_deref(), Some(end), "{text}");
        }
        let at = |token: char, position: usize| format!("Unexpected token {token} in JSON at position {position}");
        let wrong = [
            ("[1,x]", 'x', 3),
            ("01", '1', 1),
            ("[1,]", ']', 3),
            ("{,}", ',', 1),
            ("{\"a\" 1}", '1', 5),
            ("{a:1}", 'a', 1),
            ("[}", '}', 1),
            ("\"\n\"", '\n', 1),
            ("\"\\x\"", 'x', 2),
            ("1 2", '2', 2),
            ("中", '中', 0),
        ];
        for (text, token, position) in wrong {
            assert_eq!(json_fault(text), Some(at(token, position)), "{text}");
        }
    }
}
