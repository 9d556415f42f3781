//! Commits on the wire: counts, then one flat buffer after the other. Both sides use their buffers again, and no op
//! allocates anything.

use super::WireError;
use super::decode::{Decoder, Numbers};
use super::frame::push;
use pellicle_layout::document::ops::{Commit, Origin};
use serde::Serialize;
use serde::de::Deserialize;

/// Bytes of a commit's texts.
const MOST_TEXT: usize = 64 << 20;
/// Largest number of a commit.
const LAST: u64 = 1 << 62;

#[derive(Serialize, serde::Deserialize)]
struct Head {
    sequence: u64,
    origin: Origin,
    replay: bool,
    counts: [u32; 6],
    text: u32,
}

/// Writes a commit behind what is in a buffer.
///
/// # Errors
/// [`WireError`] if it is too large.
pub fn write(commit: &Commit, into: &mut Vec<u8>) -> Result<(), WireError> {
    let Commit { sequence, origin, names, sheets, ops, values, classes, numbers, text, replay } = commit;
    let lengths = [names.len(), sheets.len(), ops.len(), values.len(), classes.len(), numbers.len()];
    let counts = lengths.map(|length| length as u32);
    if text.len() > MOST_TEXT {
        return Err(WireError::TooLong(text.len()));
    }
    let head = Head { sequence: *sequence, origin: *origin, replay: *replay, counts, text: text.len() as u32 };
    push(into, &head)?;
    push_all(into, names)?;
    push_all(into, sheets)?;
    push_all(into, ops)?;
    push_all(into, values)?;
    push_all(into, classes)?;
    push_all(into, numbers)?;
    into.extend_from_slice(text.as_bytes());
    Ok(())
}

fn push_all<T: Serialize>(into: &mut Vec<u8>, items: &[T]) -> Result<(), WireError> {
    items.iter().try_for_each(|item| push(into, item))
}

/// Reads a commit of at most so many ops into a buffer, which is cleared first. What comes out is a commit of known size;
/// whether its ops fit the document is not known yet.
///
/// # Errors
/// [`WireError`]; the buffer is empty then.
pub fn read(bytes: &[u8], most_ops: u64, commit: &mut Commit) -> Result<(), WireError> {
    commit.clear();
    let outcome = read_parts(bytes, most_ops, commit);
    if outcome.is_err() {
        commit.clear();
    }
    outcome
}

fn read_parts(bytes: &[u8], most_ops: u64, commit: &mut Commit) -> Result<(), WireError> {
    // Attributes may hold any number that script sets, as on a thread.
    let mut decoder = Decoder::new(bytes, Numbers::Any);
    let head: Head = decoder.value()?;
    if head.sequence > LAST {
        return Err(WireError::Malformed);
    }
    let [names, sheets, ops, values, classes, numbers] = head.counts;
    if u64::from(ops) > most_ops {
        return Err(WireError::Range("ops of a commit"));
    }
    read_all(&mut decoder, names, &mut commit.names)?;
    read_all(&mut decoder, sheets, &mut commit.sheets)?;
    read_all(&mut decoder, ops, &mut commit.ops)?;
    read_all(&mut decoder, values, &mut commit.values)?;
    read_all(&mut decoder, classes, &mut commit.classes)?;
    read_all(&mut decoder, numbers, &mut commit.numbers)?;
    let rest = decoder.rest();
    if rest.len() != head.text as usize || rest.len() > MOST_TEXT {
        return Err(WireError::Malformed);
    }
    commit.text.push_str(std::str::from_utf8(rest).map_err(|_| WireError::Malformed)?);
    let Origin { update, input, inputs, turns, calls, began, called, published } = head.origin;
    // Figures of time are for statistics; one that is no number says nothing.
    let [began, called, published] = [began, called, published].map(|at| if at.is_finite() { at } else { 0.0 });
    commit.origin = Origin { update, input, inputs, turns, calls, began, called, published };
    if !commit.numbers.iter().all(|number| number.is_finite()) {
        return Err(WireError::Malformed);
    }
    (commit.sequence, commit.replay) = (head.sequence, head.replay);
    Ok(())
}

fn read_all<'a, T: Deserialize<'a>>(decoder: &mut Decoder<'a>, count: u32, into: &mut Vec<T>) -> Result<(), WireError> {
    // Each item has a byte at least, so more than there are bytes cannot be meant.
    if count as usize > decoder.rest().len() {
        return Err(WireError::Malformed);
    }
    for _ in 0..count {
        decoder.spend(size_of::<T>())?;
        into.push(decoder.value()?);
    }
    Ok(())
}
