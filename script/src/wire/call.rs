//! What comes from the process that runs script: calls of capabilities, records, answers of tools.

use super::decode::Numbers;
use super::{WireError, bytes, frame, json, names, sound};
use crate::bridge::handover::RendererStalled;
use crate::bridge::message::ApiFailure;
use crate::bridge::outbox::StopReason;
use crate::bridge::tool::{BindingCall, Description, FoundElement, LogicWork, OpenPage, ToolError};
use crate::capability::audio::{AudioKind, AudioSettings};
use crate::capability::audit::{Record, Verdict};
use crate::capability::canvas::{
    Area, Command, FillRule, Matrix, Pen, PictureFormat, PictureId, Segment, SurfaceId, TextStyle,
};
use crate::capability::device::DeviceCall;
use crate::capability::files::{FileArea, FileError, FilePath, WriteAt};
use crate::capability::network::{NetworkRequest, SocketData, SocketRequest};
use crate::capability::shell::ShellCall;
use crate::capability::storage::Stored;
use crate::sandbox::{BudgetEvent, BudgetFigures};
use crate::worklet::events::WorkletOrder;
use crate::worklet::hub::MotionAnswer;
use pellicle_layout::diagnostic::{Diagnostic, Position, Severity};
use pellicle_layout::document::NodeId;
use serde::{Deserialize, Serialize};
use serde_json::Value as Json;
use std::sync::Arc;

/// One message from the process that runs script.
#[derive(Debug, Deserialize, Serialize)]
pub enum FromChild {
    /// The first word.
    Hello {
        /// [`VERSION`](super::VERSION) of its build.
        version: u32,
    },
    /// It has confined itself and begins.
    Ready(Confined),
    /// A call that script waits for; answered in a frame of its own with this number.
    Call {
        /// Its number.
        number: u32,
        /// What is called.
        call: Call,
    },
    /// A call that nothing waits for.
    Post(Post),
    /// A step is over.
    Idle {
        /// Turns that were run.
        turns: u32,
        /// When the next timer is due, ms.
        next_timer: Option<f64>,
    },
    /// This many messages more may come.
    Taken(u32),
    /// The answer to a tool's request.
    Tool {
        /// Its number.
        id: u32,
        /// What it is.
        answer: ToolAnswer,
    },
    /// A function that a tool bound was called.
    Bound {
        /// Number of the request that bound it.
        id: u32,
        /// The call.
        call: BindingCall,
    },
    /// Worklets have something to do at the next frame, or want something at once.
    Motion {
        /// They have something to do.
        wanted: bool,
        /// They hear events of elements.
        listens: bool,
        /// What they want of elements.
        orders: Vec<WorkletOrder>,
    },
    /// What worklets made of a frame.
    Moved {
        /// Their styles.
        answer: MotionAnswer,
        /// Messages for script that wait.
        unread: u32,
    },
    /// What its program has used, at the end of a turn.
    Used {
        /// The figures.
        figures: BudgetFigures,
        /// The first page is not there yet.
        launching: bool,
    },
    /// Its program has crossed a soft limit.
    Budget(BudgetEvent),
    /// The render side is late.
    Stalled(RendererStalled),
    /// Its program has ended.
    Stopped(StopReason),
}

/// What a process says, with figures that an honest one may say.
///
/// # Errors
/// [`WireError`] if it is no message, or no honest one's.
pub fn read(bytes: &[u8]) -> Result<FromChild, WireError> {
    let message = frame::read(bytes, Numbers::Finite)?;
    sound::message(&message)?;
    Ok(message)
}

/// What a process has taken from itself.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Deserialize, Serialize)]
pub struct Confined {
    /// It can make no system call but those that running script takes.
    pub system_calls: bool,
    /// It can reach no file.
    pub file_system: bool,
    /// Its memory, descriptors and files are limited, and it can gain no rights.
    pub limits: bool,
    /// The system could have taken something more, and failed at it.
    pub failed: bool,
}

impl Confined {
    /// True if script may run in it: all that this system can do is done. A Linux without Landlock denies with its filter of
    /// system calls that anything is opened.
    pub fn is_enough(self) -> bool {
        self.limits && !self.failed && (self.system_calls || cfg!(not(target_os = "linux")))
    }
}

/// A file by its area and names; what it comes to is checked again where it arrives.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub struct Named(FileArea, String);

impl Named {
    /// The name of a path.
    pub fn of(path: &FilePath) -> Named {
        Named(path.area(), path.names().to_owned())
    }

    /// The path of a name.
    ///
    /// # Errors
    /// As [`FilePath::in_area`].
    pub fn path(&self) -> Result<FilePath, FileError> {
        FilePath::in_area(self.0, &self.1)
    }
}

/// A call that has a result; in the comment of each, its type.
#[derive(Debug, Deserialize, Serialize)]
#[allow(missing_docs)] // a variant's comment names its result
pub enum Call {
    /// A post, where the answers that it brings must be there before script goes on: `()`.
    Post(Box<Post>),
    /// `Option<Bytes>`.
    PackageRead(String),
    /// `Option<String>`.
    PackageText(String),
    /// `bool`.
    PackageContains(String),
    /// `Vec<String>`.
    PackagePaths,
    /// The part that a file lies in, and whether it is there: `Option<(String, bool)>`.
    PackagePart(String),
    /// `Result<Option<Stored>, StorageError>`.
    StorageGet(String),
    /// `Result<(), StorageError>`.
    StorageSet(String, Stored),
    /// `Result<(), StorageError>`.
    StorageRemove(String),
    /// `Result<(), StorageError>`.
    StorageClear,
    /// `Result<StorageInfo, StorageError>`.
    StorageInfo,
    /// `Result<FileStat, FileError>`.
    FileStat(Named),
    /// `Result<Bytes, FileError>`.
    FileRead { file: Named, from: u64, length: u64 },
    /// `Result<(), FileError>`.
    FileWrite {
        file: Named,
        at: WriteAt,
        #[serde(with = "bytes")]
        bytes: Vec<u8>,
    },
    /// `Result<(), FileError>`.
    FileTruncate(Named, u64),
    /// `Result<Vec<String>, FileError>`.
    FileList(Named),
    /// `Result<(), FileError>`.
    MakeFolder(Named),
    /// `Result<(), FileError>`.
    RemoveFile(Named),
    /// `Result<(), FileError>`.
    RemoveFolder(Named),
    /// `Result<(), FileError>`.
    Rename(Named, Named),
    /// `Result<SurfaceId, CanvasError>`.
    CanvasCreate(u32, u32),
    /// `Result<(), CanvasError>`.
    CanvasResize(SurfaceId, u32, u32),
    /// [`TextMetrics`](crate::capability::canvas::TextMetrics).
    CanvasMeasure(String, TextStyle),
    /// `bool`.
    CanvasHits { outline: Arc<[Segment]>, rule: FillRule, pen: Option<(Pen, Matrix)>, at: (f64, f64) },
    /// `Result<Bytes, CanvasError>`.
    CanvasRead(SurfaceId, Area),
    /// `Result<PictureId, CanvasError>`.
    CanvasSnapshot(SurfaceId),
    /// `Result<Bytes, CanvasError>`.
    CanvasEncode { surface: SurfaceId, area: Area, size: (u32, u32), format: PictureFormat },
    /// [`SystemFigures`](crate::capability::system::SystemFigures).
    SystemFigures,
    /// [`Fields`].
    SystemSettings,
    /// [`Fields`].
    SystemAuthorizations,
    /// [`Fields`].
    SystemInfo,
    /// [`Fields`].
    ExtConfig,
    /// `Option<(u8, bool)>`.
    Battery,
    /// `Result<u32, ApiFailure>`: the number of the player.
    Audio { kind: AudioKind, reply: u32 },
    /// `Result<u32, ApiFailure>`: the number of the socket.
    Connect { request: SocketRequest, reply: u32 },
    /// `Result<(), ApiFailure>`.
    SocketSend { socket: u32, data: SocketData },
    /// `bool`.
    Offers(String),
    /// `Result<Pass, Refusal>`: what becomes of a call of an API whose arguments were checked.
    Settle(String, Result<(), ApiFailure>),
    /// [`Standing`](crate::sandbox::permissions::Standing) of a scope.
    Standing(String),
    /// `BTreeMap<String, bool>`: what the user has decided.
    Settings,
    /// `f64`.
    RandomNext,
    /// `Result<Bytes, String>`.
    RandomFill(u32),
}

/// A call without a result; `reply` is the number that answers are given with.
#[derive(Debug, Deserialize, Serialize)]
#[allow(missing_docs)]
pub enum Post {
    Request {
        request: NetworkRequest,
        reply: u32,
    },
    SocketClose {
        socket: u32,
        code: u16,
        reason: String,
    },
    SocketGone(u32),
    /// What is on its way over the network ends.
    Interrupt,
    Shell {
        page: Option<u32>,
        call: ShellCall,
        reply: u32,
    },
    Device {
        call: DeviceCall,
        reply: u32,
    },
    Extension {
        api: String,
        #[serde(with = "json::value")]
        arguments: Json,
        reply: u32,
    },
    HostApi {
        api: String,
        #[serde(with = "json::value")]
        arguments: Json,
        reply: u32,
    },
    /// A part of the package is to come.
    BringPart {
        root: String,
        reply: u32,
    },
    /// The user is to be asked for a scope.
    Ask {
        scope: String,
        api: String,
        reply: u32,
    },
    /// The user is to be shown what he has granted.
    OpenSettings {
        reply: u32,
    },
    /// A call of an API that waited for the user goes on.
    Granted(String),
    /// One does not.
    Denied(String),
    CanvasRelease(SurfaceId),
    CanvasReleasePicture(PictureId),
    CanvasDraw(SurfaceId, Vec<Command>),
    CanvasPresent(SurfaceId, NodeId),
    CanvasHide(NodeId),
    CanvasLoad {
        address: String,
        reply: u32,
    },
    CanvasLoadFont([String; 4]),
    Player {
        player: u32,
        order: PlayerOrder,
    },
    /// The answer to this call is not wanted any more.
    Abort(u32),
    Record(SentRecord),
    Finding(Finding),
    /// What script met, for the recording: entries of [`record`](crate::record).
    Met(#[serde(with = "bytes")] Vec<u8>),
}

/// What a player of sounds is to do.
#[derive(Debug, Deserialize, Serialize)]
#[allow(missing_docs)]
pub enum PlayerOrder {
    Load(AudioSettings),
    Configure(AudioSettings),
    Play,
    Pause,
    Stop,
    Seek(f64),
    Gone,
}

/// Fields of an object.
#[derive(Debug, Deserialize, Serialize)]
pub struct Fields(#[serde(with = "json::map")] pub serde_json::Map<String, Json>);

/// A finding about the program's files.
#[derive(Debug, Deserialize, Serialize)]
pub struct Finding {
    severity: Severity,
    code: String,
    file: String,
    position: Position,
    message: String,
    source_line: String,
}

impl From<Diagnostic> for Finding {
    fn from(found: Diagnostic) -> Finding {
        let Diagnostic { severity, code, file, position, message, source_line } = found;
        Finding { severity, code: code.to_owned(), file: file.to_string(), position, message, source_line }
    }
}

impl From<Finding> for Diagnostic {
    fn from(found: Finding) -> Diagnostic {
        let Finding { severity, code, file, position, message, source_line } = found;
        Diagnostic { severity, code: names::name(&code), file: Arc::from(file), position, message, source_line }
    }
}

/// A record of what the program did.
#[derive(Debug, Deserialize, Serialize)]
#[allow(missing_docs)] // as in [`Record`]
pub enum SentRecord {
    Call { api: String, arguments: String, verdict: Verdict },
    Console { level: String, text: String },
    Fault { context: String, message: String, stack: Vec<String> },
    Route { open_type: String, path: String },
    Blocked { purpose: String, reason: String },
    Warning(String),
    Finding(Finding),
}

impl From<Record> for SentRecord {
    fn from(record: Record) -> SentRecord {
        match record {
            Record::Call { api, arguments, verdict } => SentRecord::Call { api, arguments, verdict },
            Record::Console { level, text } => SentRecord::Console { level: level.to_owned(), text },
            Record::Fault { context, message, stack } => SentRecord::Fault { context, message, stack },
            Record::Route { open_type, path } => SentRecord::Route { open_type, path },
            Record::Blocked { purpose, reason } => SentRecord::Blocked { purpose: purpose.to_owned(), reason },
            Record::Warning(text) => SentRecord::Warning(text),
            Record::Finding(found) => SentRecord::Finding(found.into()),
        }
    }
}

impl From<SentRecord> for Record {
    fn from(record: SentRecord) -> Record {
        match record {
            SentRecord::Call { api, arguments, verdict } => Record::Call { api, arguments, verdict },
            SentRecord::Console { level, text } => Record::Console { level: names::console_level(&level), text },
            SentRecord::Fault { context, message, stack } => Record::Fault { context, message, stack },
            SentRecord::Route { open_type, path } => Record::Route { open_type, path },
            SentRecord::Blocked { purpose, reason } => Record::Blocked { purpose: names::name(&purpose), reason },
            SentRecord::Warning(text) => Record::Warning(text),
            SentRecord::Finding(found) => Record::Finding(found.into()),
        }
    }
}

/// What a tool is answered.
#[derive(Debug, Deserialize, Serialize)]
#[allow(missing_docs)]
pub enum ToolAnswer {
    Pages(Result<Vec<OpenPage>, ToolError>),
    Work(Result<LogicWork, ToolError>),
    Elements(Result<Vec<FoundElement>, ToolError>),
    Element(Result<FoundElement, ToolError>),
    Text(Result<String, ToolError>),
    Description(Result<Description, ToolError>),
    /// There is none.
    None,
}
