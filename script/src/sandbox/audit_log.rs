//! The log of grants, denials and sensitive calls: a file that lines are only added to.
//!
//! A line goes into a bounded queue and a thread of the log's own writes it, so that the logic thread never waits for a
//! disk. A line is acknowledged when [`AuditLog::sync`] has returned after it: it is on the disk then. When the queue is
//! full, or the disk refuses, lines are counted, and the log says how many are missing as soon as it can.
//!
//! When the file has grown to its size it becomes `NAME.1`, the one before that `NAME.2`, and so on up to a count. What a
//! crash has left of a last line is ended where it stands, and the next line says so.

use serde_json::{Value as Json, json};
use std::collections::VecDeque;
use std::fs::{File, OpenOptions};
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;

/// What became of a call or a grant.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum AuditVerdict {
    /// The call was performed.
    Admitted,
    /// The user granted a scope.
    Granted,
    /// The user granted a scope for the calls that waited.
    GrantedOnce,
    /// The user or the policy denied.
    Denied,
    /// A grant was taken back.
    Revoked,
    /// The arguments did not fit the schema.
    Invalid,
    /// It was called too often.
    Limited,
    /// The host blocked it: an address, a capability.
    Blocked,
    /// No call: a budget is nearly used up.
    NearBudget,
    /// No call: very many exceptions within a minute.
    Faulty,
    /// No call: the mini-program was stopped, for a budget or for what it did.
    Stopped,
}

impl AuditVerdict {
    /// The word that the log has.
    pub fn name(self) -> &'static str {
        match self {
            AuditVerdict::Admitted => "admitted",
            AuditVerdict::Granted => "granted",
            AuditVerdict::GrantedOnce => "granted once",
            AuditVerdict::Denied => "denied",
            AuditVerdict::Revoked => "revoked",
            AuditVerdict::Invalid => "invalid",
            AuditVerdict::Limited => "limited",
            AuditVerdict::Blocked => "blocked",
            AuditVerdict::NearBudget => "near budget",
            AuditVerdict::Faulty => "faulty",
            AuditVerdict::Stopped => "stopped",
        }
    }
}

/// One line.
#[derive(Clone, Copy, Debug)]
pub struct AuditEntry<'a> {
    /// Wall time, ms since the Unix epoch.
    pub time: f64,
    /// Identity of the mini-program.
    pub app: &'a str,
    /// The API, empty where none was called.
    pub api: &'a str,
    /// The scope that it needs.
    pub scope: Option<&'a str>,
    /// What became of it.
    pub verdict: AuditVerdict,
    /// Why, where that says more.
    pub detail: &'a str,
}

/// How large a log may become.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct AuditLimits {
    /// Size at which a file is put aside, bytes.
    pub file_bytes: u64,
    /// Files that are kept besides the current one.
    pub files: u32,
    /// Lines that wait to be written; more are dropped and counted.
    pub queue: usize,
}

impl Default for AuditLimits {
    fn default() -> Self {
        AuditLimits { file_bytes: 4 << 20, files: 4, queue: 4096 }
    }
}

/// Longest text of a field in a line, characters.
const MOST_TEXT: usize = 500;

#[derive(Default)]
struct Queue {
    lines: VecDeque<String>,
    /// Lines that were put in, ever.
    put: u64,
    /// Those of them that are on the disk, or counted as dropped.
    settled: u64,
    /// Lines that are missing from the log and not told of yet.
    dropped: u64,
    /// Time of the newest of them, ms.
    dropped_at: f64,
    closed: bool,
}

struct Shared {
    queue: Mutex<Queue>,
    /// There is something to write, or the log is closed.
    wake: Condvar,
    /// Something was settled.
    done: Condvar,
    most: usize,
}

impl Shared {
    fn queue(&self) -> MutexGuard<'_, Queue> {
        self.queue.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Ends the thread when the last handle goes.
struct Owner {
    shared: Arc<Shared>,
    thread: Mutex<Option<JoinHandle<()>>>,
}

impl Drop for Owner {
    fn drop(&mut self) {
        self.shared.queue().closed = true;
        self.shared.wake.notify_all();
        let thread = self.thread.lock().unwrap_or_else(PoisonError::into_inner).take();
        if let Some(thread) = thread {
            // It writes what is left first; a panic there has lost its lines already.
            let _ = thread.join();
        }
    }
}

/// The log; cheap to clone. Dropping the last handle writes what is left.
#[derive(Clone)]
pub struct AuditLog {
    owner: Arc<Owner>,
}

impl std::fmt::Debug for AuditLog {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("AuditLog")
    }
}

impl AuditLog {
    /// Opens a log, which goes on where it ended.
    ///
    /// # Errors
    /// Why the file cannot be opened or read.
    pub fn open(path: &Path, limits: AuditLimits) -> io::Result<AuditLog> {
        let target = Target::open(path, limits)?;
        AuditLog::over(target, limits)
    }

    fn over(mut target: impl LogFile + 'static, limits: AuditLimits) -> io::Result<AuditLog> {
        let most = limits.queue.max(1);
        let shared = Arc::new(Shared { queue: Mutex::default(), wake: Condvar::new(), done: Condvar::new(), most });
        let writer = shared.clone();
        let run = move || write_all(&writer, &mut target);
        let thread = std::thread::Builder::new().name("audit log".to_owned()).spawn(run)?;
        Ok(AuditLog { owner: Arc::new(Owner { shared, thread: Mutex::new(Some(thread)) }) })
    }

    /// Adds a line, without waiting. False if there was no room for it: the log will say that lines are missing.
    pub fn write(&self, entry: &AuditEntry<'_>) -> bool {
        let cut = |text: &str| text.chars().take(MOST_TEXT).collect::<String>();
        let mut line = json!({
            "time": number(entry.time), "app": cut(entry.app), "api": cut(entry.api), "verdict": entry.verdict.name(),
        });
        if let Some(scope) = entry.scope {
            line["scope"] = Json::String(cut(scope));
        }
        if !entry.detail.is_empty() {
            line["detail"] = Json::String(cut(entry.detail));
        }
        let shared = &self.owner.shared;
        let mut queue = shared.queue();
        let room = queue.lines.len() < shared.most;
        if room {
            queue.put += 1;
            queue.lines.push_back(format!("{line}\n"));
        } else {
            queue.dropped += 1;
            queue.dropped_at = entry.time;
        }
        drop(queue);
        shared.wake.notify_one();
        room
    }

    /// Waits until every line that was added before is on the disk.
    pub fn sync(&self) {
        let shared = &self.owner.shared;
        let mut queue = shared.queue();
        let upto = queue.put;
        while queue.settled < upto {
            queue = shared.done.wait(queue).unwrap_or_else(PoisonError::into_inner);
        }
    }
}

fn number(time: f64) -> Json {
    crate::capability::system::number(time.round())
}

/// What the writer writes to.
trait LogFile: Send {
    /// Adds text and makes it last.
    fn append(&mut self, text: &str) -> io::Result<()>;
}

/// The thread: takes all that waits, writes it at once, tells that it is settled.
fn write_all(shared: &Shared, target: &mut dyn LogFile) {
    loop {
        let mut queue = shared.queue();
        while queue.lines.is_empty() && queue.dropped == 0 && !queue.closed {
            queue = shared.wake.wait(queue).unwrap_or_else(PoisonError::into_inner);
        }
        if queue.lines.is_empty() && queue.dropped == 0 {
            return;
        }
        let (count, closed) = (queue.lines.len() as u64, queue.closed);
        let mut text: String = queue.lines.drain(..).collect();
        let (dropped, at) = (std::mem::take(&mut queue.dropped), queue.dropped_at);
        drop(queue);
        if dropped > 0 {
            let line = json!({ "time": number(at), "verdict": "dropped", "count": dropped });
            text.push_str(&format!("{line}\n"));
        }
        let written = target.append(&text);
        let mut queue = shared.queue();
        queue.settled += count;
        if written.is_err() {
            queue.dropped += dropped + count;
        }
        drop(queue);
        shared.done.notify_all();
        if written.is_err() {
            if closed {
                return;
            }
            // A disk that refuses is asked again with the next line, and not at once.
            let queue = shared.queue();
            let waits = |queue: &mut Queue| queue.lines.is_empty() && !queue.closed;
            drop(shared.wake.wait_while(queue, waits).unwrap_or_else(PoisonError::into_inner));
        }
    }
}

/// The files of a log.
struct Target {
    path: PathBuf,
    file: File,
    size: u64,
    limits: AuditLimits,
    /// The last write ended within a line.
    torn: bool,
}

impl Target {
    fn open(path: &Path, limits: AuditLimits) -> io::Result<Target> {
        let mut file = OpenOptions::new().create(true).append(true).read(true).open(path)?;
        let size = file.seek(SeekFrom::End(0))?;
        let torn = torn_bytes(&mut file, size)?;
        let mut target = Target { path: path.to_owned(), file, size, limits, torn: torn > 0 };
        if torn > 0 {
            let line = json!({ "verdict": "recovered", "detail": format!("the line above is cut off: {torn} bytes") });
            target.append(&format!("{line}\n"))?;
        }
        Ok(target)
    }

    /// The name of an older file.
    fn older(&self, number: u32) -> PathBuf {
        let mut name = self.path.clone().into_os_string();
        name.push(format!(".{number}"));
        PathBuf::from(name)
    }

    fn rotate(&mut self) -> io::Result<()> {
        for number in (1..self.limits.files).rev() {
            let older = self.older(number);
            if older.exists() {
                std::fs::rename(&older, self.older(number + 1))?;
            }
        }
        if self.limits.files > 0 {
            std::fs::rename(&self.path, self.older(1))?;
        } else {
            std::fs::remove_file(&self.path)?;
        }
        self.file = OpenOptions::new().create(true).append(true).open(&self.path)?;
        self.size = 0;
        self.torn = false;
        sync_folder(&self.path);
        Ok(())
    }
}

impl LogFile for Target {
    fn append(&mut self, text: &str) -> io::Result<()> {
        if self.size > 0 && self.size + text.len() as u64 > self.limits.file_bytes {
            self.rotate()?;
        }
        let text = if self.torn { format!("\n{text}") } else { text.to_owned() };
        // Until all of it is there the file may end within a line.
        self.torn = true;
        self.file.write_all(text.as_bytes())?;
        self.torn = false;
        self.size += text.len() as u64;
        self.file.sync_data()
    }
}

/// A renamed or new file lasts when its folder does.
fn sync_folder(path: &Path) {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    // Where folders cannot be opened (Windows) the system sees to it.
    let _ = File::open(folder).and_then(|folder| folder.sync_all());
}

/// Bytes behind the last line's end.
fn torn_bytes(file: &mut File, size: u64) -> io::Result<u64> {
    let mut end = size;
    let mut piece = [0; 4096];
    while end > 0 {
        let start = end.saturating_sub(piece.len() as u64);
        let piece = &mut piece[..(end - start) as usize];
        file.seek(SeekFrom::Start(start))?;
        file.read_exact(piece)?;
        if let Some(at) = piece.iter().rposition(|byte| *byte == b'\n') {
            return Ok(size - (start + at as u64 + 1));
        }
        end = start;
    }
    Ok(size)
}

#[cfg(test)]
mod tests;
