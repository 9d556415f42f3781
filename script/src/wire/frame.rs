//! Frames on a stream: four bytes of length, one of kind, then the bytes.

use super::WireError;
use super::decode::{Decoder, Numbers};
use serde::Serialize;
use serde::de::DeserializeOwned;
use std::io::{Read, Write};

/// Most bytes of a frame. A file of the package or a picture's pixels must fit.
pub const MOST_BYTES: usize = 96 << 20;

/// Bytes that are read at once into a frame that is announced as long: the room grows with what has really come.
const PIECE: usize = 1 << 20;

/// What a frame holds.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Kind {
    /// A value.
    Value,
    /// A commit.
    Commit,
    /// The result of a call: its number, then the value.
    Answer,
}

impl Kind {
    fn of(byte: u8) -> Option<Kind> {
        [Kind::Value, Kind::Commit, Kind::Answer].into_iter().find(|kind| *kind as u8 == byte)
    }
}

/// Room for frames to be put together in, used again.
#[derive(Default)]
pub struct FrameWriter {
    buffer: Vec<u8>,
}

impl FrameWriter {
    /// Starts a frame; what is pushed to the buffer belongs to it.
    fn begin(&mut self, kind: Kind) -> usize {
        let start = self.buffer.len();
        self.buffer.extend_from_slice(&[0, 0, 0, 0, kind as u8]);
        start
    }

    fn end(&mut self, start: usize) -> Result<(), WireError> {
        let length = self.buffer.len() - start - 5;
        if length > MOST_BYTES {
            self.buffer.truncate(start);
            return Err(WireError::TooLong(length));
        }
        self.buffer[start..start + 4].copy_from_slice(&(length as u32).to_le_bytes());
        Ok(())
    }

    /// Adds a frame whose bytes `fill` writes.
    ///
    /// # Errors
    /// [`WireError::TooLong`], and what `fill` gives; the frame is left out then.
    pub fn add(
        &mut self,
        kind: Kind,
        fill: impl FnOnce(&mut Vec<u8>) -> Result<(), WireError>,
    ) -> Result<(), WireError> {
        let start = self.begin(kind);
        if let Err(error) = fill(&mut self.buffer) {
            self.buffer.truncate(start);
            return Err(error);
        }
        self.end(start)
    }

    /// Adds a frame of a value.
    ///
    /// # Errors
    /// As [`FrameWriter::add`].
    pub fn value(&mut self, value: &impl Serialize) -> Result<(), WireError> {
        self.add(Kind::Value, |buffer| push(buffer, value))
    }

    /// Sends what was added. Long frames do not keep their room.
    ///
    /// # Errors
    /// [`WireError::Lost`].
    pub fn flush(&mut self, mut stream: impl Write) -> Result<(), WireError> {
        let sent = stream.write_all(&self.buffer);
        self.buffer.clear();
        if self.buffer.capacity() > 4 * PIECE {
            self.buffer.shrink_to(PIECE);
        }
        sent.map_err(|_| WireError::Lost)
    }
}

/// Writes a value behind what is in a buffer.
///
/// # Errors
/// [`WireError::Malformed`] if it cannot be written.
pub fn push(buffer: &mut Vec<u8>, value: &impl Serialize) -> Result<(), WireError> {
    // The encoder takes the buffer and gives it back; without one there is nothing to lose.
    let whole = postcard::to_extend(value, std::mem::take(buffer)).map_err(|_| WireError::Malformed)?;
    *buffer = whole;
    Ok(())
}

/// The value that bytes hold, all of them.
///
/// # Errors
/// [`WireError`] if they hold none, or more than one.
pub fn read<T: DeserializeOwned>(bytes: &[u8], numbers: Numbers) -> Result<T, WireError> {
    let mut decoder = Decoder::new(bytes, numbers);
    let value = decoder.value()?;
    if decoder.rest().is_empty() { Ok(value) } else { Err(WireError::Malformed) }
}

/// Reads frames one after the other into the same room.
#[derive(Default)]
pub struct FrameReader {
    buffer: Vec<u8>,
}

impl FrameReader {
    /// The next frame: its kind and bytes.
    ///
    /// # Errors
    /// [`WireError::Lost`] at the end of the stream, others for what cannot be a frame.
    pub fn next(&mut self, mut stream: impl Read) -> Result<(Kind, &[u8]), WireError> {
        let mut head = [0; 5];
        stream.read_exact(&mut head).map_err(|_| WireError::Lost)?;
        let length = u32::from_le_bytes([head[0], head[1], head[2], head[3]]) as usize;
        if length > MOST_BYTES {
            return Err(WireError::TooLong(length));
        }
        let kind = Kind::of(head[4]).ok_or(WireError::Malformed)?;
        if self.buffer.capacity() > 4 * PIECE && length < PIECE {
            self.buffer = Vec::new();
        }
        self.buffer.clear();
        while self.buffer.len() < length {
            let start = self.buffer.len();
            let end = length.min(start + PIECE);
            self.buffer.resize(end, 0);
            stream.read_exact(&mut self.buffer[start..end]).map_err(|_| WireError::Lost)?;
        }
        Ok((kind, &self.buffer))
    }
}
