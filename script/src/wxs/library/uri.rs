//! `encodeURIComponent` and its kin.

use crate::value::Value;
use crate::vm::Machine;
use crate::vm::fault::{FaultKind, Outcome};

/// Signs that `encodeURIComponent` keeps, beside letters and digits.
pub(super) const KEPT: &str = "-_.!~*'()";
/// Signs that `encodeURI` keeps.
pub(super) const KEPT_IN_URI: &str = "-_.!~*'();/?:@&=+$,#";
/// Signs whose escapes `decodeURI` leaves.
pub(super) const RESERVED: &str = ";/?:@&=+$,#";

pub(super) fn encode(machine: &mut Machine, text: &str, kept: &str) -> Outcome<Value> {
    machine.burn(text.len() as u64)?;
    let mut out = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || byte.is_ascii() && kept.contains(char::from(byte)) {
            out.push(char::from(byte));
        } else {
            out.push('%');
            for digit in [byte >> 4, byte & 15] {
                out.push(char::from_digit(u32::from(digit), 16).unwrap_or('0').to_ascii_uppercase());
            }
        }
    }
    machine.text(out)
}

pub(super) fn decode(machine: &mut Machine, text: &str, reserved: &str) -> Outcome<Value> {
    machine.burn(text.len() as u64)?;
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((&byte, after)) = rest.split_first() {
        rest = after;
        if byte != b'%' {
            bytes.push(byte);
            continue;
        }
        let digit = |i: usize| after.get(i).and_then(|b| char::from(*b).to_digit(16));
        let (Some(high), Some(low)) = (digit(0), digit(1)) else {
            return Err(machine.fault(FaultKind::Syntax, "the text is no encoded URI"));
        };
        let decoded = (high * 16 + low) as u8;
        if decoded.is_ascii() && reserved.contains(char::from(decoded)) {
            bytes.extend_from_slice(&[b'%', after[0], after[1]]);
        } else {
            bytes.push(decoded);
        }
        rest = &after[2..];
    }
    match String::from_utf8(bytes) {
        Ok(text) => machine.text(text),
        Err(_) => Err(machine.fault(FaultKind::Syntax, "the text is no encoded URI")),
    }
}
