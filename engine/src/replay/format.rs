//! The file of a recording: eight bytes that say what it is, its format, then frames.
//!
//! A frame is its length, its kind, whether it is deflated, its bytes, and a CRC-32 of all of that. Frames are written one
//! behind the other as things happen, so what was written when a process died can be read up to the last whole frame. Readers
//! take a file for anybody's: a length is bounded before anything is reserved for it, and room grows with what is really
//! there.

use flate2::Compression;
use flate2::Crc;
use flate2::read::DeflateDecoder;
use flate2::write::DeflateEncoder;
use std::io::{Read, Write};

/// What a recording begins with.
const MAGIC: [u8; 8] = *b"PLCLREC\n";
/// The format that this build writes, and the newest that it reads.
pub const FORMAT: u16 = 1;
/// Most bytes of a frame, as it is in the file and unpacked.
const MOST: usize = 128 << 20;
/// Bytes that are read at once.
const PIECE: usize = 64 << 10;
/// Frames that are shorter than that are not deflated.
const SHORT: usize = 256;

/// Why a recording cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum FormatError {
    /// The file cannot be read.
    #[error("{0}")]
    Io(#[from] std::io::Error),
    /// It is no recording.
    #[error("not a recording")]
    Foreign,
    /// A later build wrote it in a form that this one does not know.
    #[error("a recording of format {0}, and this build reads formats up to {FORMAT}")]
    Version(u16),
    /// It is whole up to this byte, and what follows is damaged or was never written.
    #[error("damaged at byte {0}")]
    Damaged(u64),
    /// It lacks what it has to have.
    #[error("it has no {0}")]
    Missing(&'static str),
    /// The package that was recorded is not there, or is another one.
    #[error("{0}")]
    Package(String),
}

/// What a frame holds.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum FrameKind {
    /// The [`Head`](super::Head).
    Head,
    /// A file of the package.
    File,
    /// Bytes that are named by their hash elsewhere.
    Blob,
    /// An [`Entry`](super::Entry) of the render side.
    Render,
    /// Entries of the logic side.
    Logic,
    /// The recording was ended, not broken off.
    End,
}

impl FrameKind {
    const ALL: [FrameKind; 6] =
        [FrameKind::Head, FrameKind::File, FrameKind::Blob, FrameKind::Render, FrameKind::Logic, FrameKind::End];

    fn of(byte: u8) -> Option<FrameKind> {
        FrameKind::ALL.into_iter().find(|kind| *kind as u8 == byte)
    }
}

/// Writes frames.
pub struct FrameWriter<W: Write> {
    out: W,
    buffer: Vec<u8>,
}

impl<W: Write> FrameWriter<W> {
    /// Begins a file.
    ///
    /// # Errors
    /// The writer's.
    pub fn new(mut out: W) -> std::io::Result<FrameWriter<W>> {
        out.write_all(&MAGIC)?;
        out.write_all(&FORMAT.to_le_bytes())?;
        Ok(FrameWriter { out, buffer: Vec::new() })
    }

    /// Adds a frame. What is gathered goes out when it is much, and by [`flush`](Self::flush).
    ///
    /// # Errors
    /// The writer's; [`std::io::ErrorKind::InvalidInput`] for a frame that is too long: it is left out.
    pub fn frame(&mut self, kind: FrameKind, bytes: &[u8]) -> std::io::Result<()> {
        if bytes.len() > MOST {
            return Err(std::io::Error::new(std::io::ErrorKind::InvalidInput, "a frame that is too long"));
        }
        let packed = match bytes.len() >= SHORT {
            true => {
                let mut encoder = DeflateEncoder::new(Vec::new(), Compression::fast());
                encoder.write_all(bytes)?;
                Some(encoder.finish()?).filter(|packed| packed.len() < bytes.len())
            }
            false => None,
        };
        let body = packed.as_deref().unwrap_or(bytes);
        let start = self.buffer.len();
        self.buffer.extend_from_slice(&(body.len() as u32).to_le_bytes());
        self.buffer.extend_from_slice(&[kind as u8, u8::from(packed.is_some())]);
        self.buffer.extend_from_slice(body);
        let mut crc = Crc::new();
        crc.update(&self.buffer[start..]);
        self.buffer.extend_from_slice(&crc.sum().to_le_bytes());
        if self.buffer.len() > PIECE { self.flush() } else { Ok(()) }
    }

    /// Hands everything to the writer.
    ///
    /// # Errors
    /// The writer's.
    pub fn flush(&mut self) -> std::io::Result<()> {
        if !self.buffer.is_empty() {
            self.out.write_all(&self.buffer)?;
            self.buffer.clear();
            if self.buffer.capacity() > 16 * PIECE {
                self.buffer.shrink_to(PIECE);
            }
            self.out.flush()?;
        }
        Ok(())
    }
}

/// Reads frames one after the other.
pub struct FrameReader<R: Read> {
    input: R,
    at: u64,
    over: bool,
}

impl<R: Read> FrameReader<R> {
    /// Begins to read a file.
    ///
    /// # Errors
    /// [`FormatError::Foreign`] and [`FormatError::Version`] for what this build does not read.
    pub fn new(mut input: R) -> Result<FrameReader<R>, FormatError> {
        let mut head = [0; 10];
        let read = read_up_to(&mut input, &mut head)?;
        if read < head.len() || head[..8] != MAGIC {
            return Err(FormatError::Foreign);
        }
        let version = u16::from_le_bytes([head[8], head[9]]);
        if version == 0 || version > FORMAT {
            return Err(FormatError::Version(version));
        }
        Ok(FrameReader { input, at: head.len() as u64, over: false })
    }

    /// The next frame; `None` at the end of the file.
    ///
    /// # Errors
    /// [`FormatError::Damaged`] for what is no whole frame: nothing more is read then.
    pub fn next_frame(&mut self) -> Result<Option<(FrameKind, Vec<u8>)>, FormatError> {
        if self.over {
            return Ok(None);
        }
        let at = self.at;
        let frame = self.read_frame();
        self.over = !matches!(frame, Ok(Some(_)));
        match frame {
            Ok(Some(frame)) => Ok(Some(frame)),
            Ok(None) => Ok(None),
            Err(FormatError::Damaged(_)) => Err(FormatError::Damaged(at)),
            Err(error) => Err(error),
        }
    }

    fn read_frame(&mut self) -> Result<Option<(FrameKind, Vec<u8>)>, FormatError> {
        let damaged = FormatError::Damaged(0);
        let mut head = [0; 6];
        match read_up_to(&mut self.input, &mut head)? {
            0 => return Ok(None),
            6 => {}
            _ => return Err(damaged),
        }
        let length = u32::from_le_bytes([head[0], head[1], head[2], head[3]]) as usize;
        let (Some(kind), true) = (FrameKind::of(head[4]), length <= MOST && head[5] <= 1) else {
            return Err(damaged);
        };
        let mut body = Vec::new();
        while body.len() < length {
            let start = body.len();
            body.resize(length.min(start + PIECE), 0);
            if read_up_to(&mut self.input, &mut body[start..])? < body.len() - start {
                return Err(damaged);
            }
        }
        let mut sum = [0; 4];
        let mut crc = Crc::new();
        crc.update(&head);
        crc.update(&body);
        if read_up_to(&mut self.input, &mut sum)? < 4 || u32::from_le_bytes(sum) != crc.sum() {
            return Err(damaged);
        }
        self.at += (head.len() + length + sum.len()) as u64;
        if head[5] == 1 {
            let mut whole = Vec::new();
            let read = DeflateDecoder::new(&body[..]).take(MOST as u64 + 1).read_to_end(&mut whole);
            if read.is_err() || whole.len() > MOST {
                return Err(damaged);
            }
            body = whole;
        }
        Ok(Some((kind, body)))
    }
}

/// Fills a buffer as far as there is something; gives how far.
fn read_up_to(input: &mut impl Read, buffer: &mut [u8]) -> std::io::Result<usize> {
    let mut filled = 0;
    while filled < buffer.len() {
        match input.read(&mut buffer[filled..]) {
            Ok(0) => break,
            Ok(count) => filled += count,
            Err(error) if error.kind() == std::io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    Ok(filled)
}
