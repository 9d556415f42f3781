//! Files that are sealed with a key of the host's: a log of what was written, record behind record.
//!
//! ```text
//! file      8 bytes "PELSEAL1", 16 bytes id, records
//! record    u32 length of the sealed bytes, u64 place, 8 bytes mark of these and where the record stands, sealed bytes
//! place     the byte of the file that its bytes stand at; with the top bit, the length that the file is cut to
//! ```
//!
//! Numbers are little-endian. A record is bound to the file's id, its own number and its place, so that records neither
//! change places nor files. Nothing that was written is written over: who is killed leaves a record that is not whole at
//! the end, which counts for nothing and goes when the next one is written. Whatever else is not as it was written is an
//! error. A file with many records that say nothing
//! any more is written anew, beside its place. Who has the disk but not the key learns how many bytes were written when,
//! and can put back an older state of a file, cut off its last records, or exchange whole files, names and all.

use super::super::seal::{OVERHEAD, Seal, StorageKey};
use super::contents::Beside;
use super::{FileError, WriteAt};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use std::fs::{File, OpenOptions};
use std::io::{self, BufRead, BufReader, BufWriter, ErrorKind, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

const MAGIC: [u8; 8] = *b"PELSEAL1";
/// Bytes in front of the records.
const HEADER: u64 = 24;
/// Bytes in front of what is sealed of a record.
const RECORD: u64 = 20;
/// Marks a record that cuts.
const CUT: u64 = 1 << 63;
/// Bytes of a file that one record holds when the file is written as a whole.
const PIECE: usize = 64 << 10;
/// Longest name of a file on usual systems, bytes.
const MOST_NAME: usize = 255;
/// Records that a file may have beside those that its length accounts for.
const LOOSE: usize = 1024;

/// Names and bytes of the files of one mini-program.
pub(super) struct SealedContents {
    seal: Seal,
    /// What the file that was used last is made of: who writes on and on need not read it all again.
    last: Mutex<Option<(PathBuf, Log)>>,
}

/// What a file is made of.
#[derive(Clone)]
struct Log {
    id: [u8; 16],
    records: Vec<Stretch>,
    /// Bytes of the file.
    length: u64,
    /// Where the last whole record ends on the machine.
    end: u64,
}

/// A record, or what cuts have left of it.
#[derive(Clone, Copy)]
struct Stretch {
    /// Where what is sealed starts on the machine, and how long it is.
    at: u64,
    sealed: u64,
    /// Its place among the file's bytes, as it is written.
    place: u64,
    /// Bytes from there on that still count.
    counts: u64,
}

fn damaged(what: &'static str) -> io::Error {
    io::Error::new(ErrorKind::InvalidData, what)
}

/// What a record is bound to.
fn bound(id: &[u8; 16], number: usize, place: u64) -> [u8; 32] {
    let mut bound = [0; 32];
    bound[..16].copy_from_slice(id);
    bound[16..24].copy_from_slice(&(number as u64).to_le_bytes());
    bound[24..].copy_from_slice(&place.to_le_bytes());
    bound
}

/// What the mark of a file's next record is made of.
fn marked(log: &Log, length: u32, place: u64) -> [u8; 36] {
    let mut marked = [0; 36];
    marked[..32].copy_from_slice(&bound(&log.id, log.records.len(), place));
    marked[32..].copy_from_slice(&length.to_le_bytes());
    marked
}

/// The first bytes of some that are at least as many.
fn first<const N: usize>(bytes: &[u8]) -> [u8; N] {
    let mut first = [0; N];
    first.copy_from_slice(&bytes[..N]);
    first
}

/// Whether nothing but zeros is left.
fn are_zero(reader: &mut impl BufRead) -> io::Result<bool> {
    loop {
        let bytes = reader.fill_buf()?;
        if bytes.is_empty() {
            return Ok(true);
        }
        if bytes.iter().any(|byte| *byte != 0) {
            return Ok(false);
        }
        let count = bytes.len();
        reader.consume(count);
    }
}

impl Log {
    /// What a file that is there is made of.
    fn read(file: &File, seal: &Seal) -> io::Result<Log> {
        let kept = file.metadata()?.len();
        let mut reader = BufReader::new(file);
        reader.rewind()?;
        let mut head = [0; HEADER as usize];
        reader.read_exact(&mut head).map_err(|_| damaged("the file is cut short"))?;
        if head[..8] != MAGIC {
            return Err(damaged("the file is not sealed"));
        }
        let mut log = Log { id: first(&head[8..]), records: Vec::new(), length: 0, end: HEADER };
        while log.end < kept {
            let mut head = [0; RECORD as usize];
            let whole = kept - log.end >= RECORD;
            if whole {
                reader.read_exact(&mut head)?;
            }
            let (length, place) = (u32::from_le_bytes(first(&head)), u64::from_le_bytes(first(&head[4..])));
            if whole && seal.mark(&marked(&log, length, place)) != head[12..] {
                // Room that the system gave to a record whose bytes never came.
                if head == [0; RECORD as usize] && are_zero(&mut reader)? {
                    break;
                }
                return Err(damaged("the file is damaged, or sealed with another key"));
            }
            let (at, sealed) = (log.end + RECORD, u64::from(length));
            // The last one of somebody who was killed.
            if !whole || at + sealed > kept {
                break;
            }
            let counts = sealed.checked_sub(OVERHEAD as u64).ok_or_else(|| damaged("a record cannot be read"))?;
            reader.seek_relative(sealed as i64)?;
            log.add(Stretch { at, sealed, place, counts })?;
        }
        Ok(log)
    }

    fn add(&mut self, record: Stretch) -> io::Result<()> {
        self.end = record.at + record.sealed;
        if record.place & CUT != 0 {
            let length = record.place & !CUT;
            for earlier in &mut self.records {
                let start = earlier.place & !CUT;
                earlier.counts = earlier.counts.min(length.saturating_sub(start));
            }
            self.length = length;
            self.records.push(Stretch { counts: 0, ..record });
        } else {
            let end = record.place.checked_add(record.counts).ok_or_else(|| damaged("a record cannot be read"))?;
            self.length = self.length.max(end);
            self.records.push(record);
        }
        Ok(())
    }

    /// Whether so much of it says nothing any more that it is worth to write it anew.
    fn is_loose(&self) -> bool {
        let pieces = (self.length / PIECE as u64) as usize;
        self.records.len() > LOOSE + 4 * pieces || self.end > 2 * self.length + (1 << 20)
    }
}

impl SealedContents {
    pub fn new(key: &StorageKey, app: &str) -> SealedContents {
        SealedContents { seal: Seal::of_files(key, app), last: Mutex::default() }
    }

    /// Something sealed that tells whether a key is the right one.
    pub fn proof(&self) -> Result<Vec<u8>, FileError> {
        self.seal.seal(b"proof", b"pellicle").map_err(FileError::Io)
    }

    /// Whether a proof was made with this key.
    pub fn proves(&self, proof: &[u8]) -> bool {
        self.seal.open(b"proof", proof).is_some()
    }

    pub fn name(&self, name: &str) -> Result<String, FileError> {
        let sealed = self.seal.seal_steadily(b"name", name.as_bytes()).map_err(FileError::Io)?;
        let name = URL_SAFE_NO_PAD.encode(sealed);
        if name.len() > MOST_NAME { Err(FileError::NameTooLong) } else { Ok(name) }
    }

    pub fn read_name(&self, name: &str) -> Option<String> {
        let sealed = URL_SAFE_NO_PAD.decode(name).ok()?;
        String::from_utf8(self.seal.open_steady(b"name", &sealed)?).ok()
    }

    pub fn forget(&self) {
        *self.last.lock().unwrap_or_else(PoisonError::into_inner) = None;
    }

    /// Does something with what a file is made of, which is kept for the next time.
    fn with<T>(&self, place: &Path, file: &File, run: impl FnOnce(&mut Log) -> io::Result<T>) -> io::Result<T> {
        let mut last = self.last.lock().unwrap_or_else(PoisonError::into_inner);
        let kept = file.metadata()?.len();
        let known = last.take().filter(|(path, log)| path == place && log.end == kept);
        let mut log = match known {
            Some((_, log)) => log,
            None => Log::read(file, &self.seal)?,
        };
        let outcome = run(&mut log)?;
        *last = Some((place.to_owned(), log));
        Ok(outcome)
    }

    pub fn length(&self, place: &Path) -> io::Result<u64> {
        self.with(place, &File::open(place)?, |log| Ok(log.length))
    }

    pub fn read(&self, place: &Path, from: u64, length: u64) -> io::Result<Vec<u8>> {
        let file = File::open(place)?;
        self.with(place, &file, |log| self.stretch(&file, log, from, length))
    }

    /// A stretch of a file's bytes.
    fn stretch(&self, mut file: &File, log: &Log, from: u64, length: u64) -> io::Result<Vec<u8>> {
        let (from, end) = (from.min(log.length), from.saturating_add(length).min(log.length));
        let mut bytes = vec![0; usize::try_from(end - from).map_err(|_| damaged("the file is too long"))?];
        for (number, record) in log.records.iter().enumerate() {
            let (first, last) = (record.place.max(from), record.place.saturating_add(record.counts).min(end));
            if record.place & CUT != 0 || first >= last {
                continue;
            }
            let mut sealed = vec![0; record.sealed as usize];
            file.seek(SeekFrom::Start(record.at))?;
            file.read_exact(&mut sealed)?;
            let opened = self.seal.open(&bound(&log.id, number, record.place), &sealed);
            let opened = opened.ok_or_else(|| damaged("the file is damaged, or sealed with another key"))?;
            let piece = &opened[(first - record.place) as usize..(last - record.place) as usize];
            bytes[(first - from) as usize..(last - from) as usize].copy_from_slice(piece);
        }
        Ok(bytes)
    }

    /// The bytes of a record that is the next one of a file.
    fn record(&self, log: &Log, place: u64, bytes: &[u8]) -> io::Result<Vec<u8>> {
        let number = log.records.len();
        let sealed = self.seal.seal(&bound(&log.id, number, place), bytes).map_err(io::Error::other)?;
        let length = u32::try_from(sealed.len()).map_err(|_| damaged("so many bytes cannot be written at once"))?;
        let mut record = Vec::with_capacity(RECORD as usize + sealed.len());
        record.extend_from_slice(&length.to_le_bytes());
        record.extend_from_slice(&place.to_le_bytes());
        record.extend_from_slice(&self.seal.mark(&marked(log, length, place)));
        record.extend_from_slice(&sealed);
        Ok(record)
    }

    /// Puts a record behind the others of a file.
    fn append(&self, place: &Path, file: &File, at: Option<u64>, bytes: &[u8], beside: &Beside) -> io::Result<()> {
        let is_loose = self.with(place, file, |log| {
            let at = at.unwrap_or(log.length);
            let record = self.record(log, at, bytes)?;
            let mut file = file;
            // What a killed one left is no part of it.
            file.set_len(log.end)?;
            file.seek(SeekFrom::Start(log.end))?;
            file.write_all(&record)?;
            if beside.durable {
                file.sync_data()?;
            }
            let start = log.end + RECORD;
            log.add(Stretch {
                at: start,
                sealed: record.len() as u64 - RECORD,
                place: at,
                counts: bytes.len() as u64,
            })?;
            Ok(log.is_loose())
        })?;
        if is_loose { self.renew(place, file, beside) } else { Ok(()) }
    }

    /// Writes a file anew, from its bytes.
    fn renew(&self, place: &Path, file: &File, beside: &Beside) -> io::Result<()> {
        let length = self.with(place, file, |log| Ok(log.length))?;
        let pieces = (0..length).step_by(PIECE);
        self.replace(place, beside, pieces.map(|from| self.read_open(place, file, from)))
    }

    fn read_open(&self, place: &Path, file: &File, from: u64) -> io::Result<Vec<u8>> {
        self.with(place, file, |log| self.stretch(file, log, from, PIECE as u64))
    }

    /// Puts a file of these pieces in the place of what is there.
    fn replace(
        &self,
        place: &Path,
        beside: &Beside,
        pieces: impl Iterator<Item = io::Result<Vec<u8>>>,
    ) -> io::Result<()> {
        let mut log = Log { id: [0; 16], records: Vec::new(), length: 0, end: HEADER };
        getrandom::fill(&mut log.id).map_err(io::Error::other)?;
        beside.replace(place, |file| {
            let mut writer = BufWriter::new(file);
            writer.write_all(&MAGIC)?;
            writer.write_all(&log.id)?;
            for piece in pieces {
                let (piece, at) = (piece?, log.length);
                let record = self.record(&log, at, &piece)?;
                writer.write_all(&record)?;
                let sealed = record.len() as u64 - RECORD;
                log.add(Stretch { at: log.end + RECORD, sealed, place: at, counts: piece.len() as u64 })?;
            }
            writer.flush()
        })?;
        *self.last.lock().unwrap_or_else(PoisonError::into_inner) = Some((place.to_owned(), log));
        Ok(())
    }

    pub fn write(&self, place: &Path, at: WriteAt, bytes: &[u8], beside: &Beside) -> io::Result<()> {
        let at = match at {
            WriteAt::Whole => None,
            WriteAt::End => Some(None),
            WriteAt::Byte(from) if from < CUT => Some(Some(from)),
            WriteAt::Byte(_) => return Err(damaged("there is no such byte")),
        };
        let whole = || self.replace(place, beside, bytes.chunks(PIECE).map(|piece| Ok(piece.to_vec())));
        let Some(at) = at else { return whole() };
        let file = match OpenOptions::new().read(true).write(true).open(place) {
            Err(error) if error.kind() == ErrorKind::NotFound => match at.unwrap_or(0) {
                0 => return whole(),
                _ => {
                    self.replace(place, beside, std::iter::empty())?;
                    OpenOptions::new().read(true).write(true).open(place)?
                }
            },
            opened => opened?,
        };
        self.append(place, &file, at, bytes, beside)
    }

    pub fn truncate(&self, place: &Path, length: u64, beside: &Beside) -> io::Result<()> {
        let file = OpenOptions::new().read(true).write(true).open(place)?;
        if length >= CUT {
            return Err(damaged("there is no such length"));
        }
        self.append(place, &file, Some(length | CUT), &[], beside)
    }
}
