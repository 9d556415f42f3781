//! Capabilities that ask the host.

use super::link::{Link, NoAnswer};
use super::portions::portions;
use crate::bridge::message::ApiFailure;
use crate::bridge::outbox::Responder;
use crate::capability::audio::{AudioEvents, AudioKind, AudioPlayer, AudioSettings};
use crate::capability::audit::{AuditSink, Record, Verdict};
use crate::capability::canvas::{
    Area, Canvas, CanvasError, Command, FillRule, Matrix, Outline, Pen, PictureFormat, PictureId, SurfaceId,
    TextMetrics, TextStyle,
};
use crate::capability::device::{Device, DeviceCall};
use crate::capability::files::{FileError, FilePath, FileStat, FileSystem, WriteAt};
use crate::capability::network::{Network, NetworkRequest, Socket, SocketData, SocketRequest};
use crate::capability::shell::{Shell, ShellCall};
use crate::capability::storage::{Storage, StorageError, StorageInfo, StorageQuota, Stored};
use crate::capability::system::{System, SystemFigures};
use crate::capability::{Capabilities, Denied, Extension};
use crate::package::{PackageSource, Part, PartReply, Parts};
use crate::realm::Random;
use crate::sandbox::AccessControl;
use crate::sandbox::elsewhere::Elsewhere;
use crate::sandbox::gate::{Pass, Refusal};
use crate::sandbox::host_api::{HostApi, HostApis};
use crate::sandbox::permissions::{Permissions, Standing};
use crate::sandbox::prompt::{PermissionPrompt, PermissionReply, PermissionRequest, PermissionSwitch, SettingsReply};
use crate::wire::bytes::Bytes;
use crate::wire::call::{Call, Fields, Named, PlayerOrder, Post};
use crate::wire::message::SentHostApi;
use pellicle_layout::document::NodeId;
use serde_json::{Map, Value as Json};
use std::collections::BTreeMap;
use std::sync::Arc;

/// Everything that is asked of the host; cheap to clone.
#[derive(Clone)]
pub(super) struct Remote {
    link: Arc<Link>,
    wants_calls: bool,
    in_parts: bool,
}

/// What script is told of a call without an answer.
fn failure(none: NoAnswer) -> ApiFailure {
    match none {
        NoAnswer::Late => ApiFailure::new(ApiFailure::TIMEOUT, none.to_string()),
        NoAnswer::TooLarge | NoAnswer::Unreadable => ApiFailure::internal(none.to_string()),
    }
}

impl Remote {
    pub fn new(link: Arc<Link>, wants_calls: bool, in_parts: bool) -> Remote {
        Remote { link, wants_calls, in_parts }
    }

    pub fn capabilities(&self, apis: HostApis) -> Capabilities {
        Capabilities {
            storage: Box::new(self.clone()),
            files: Box::new(self.clone()),
            canvas: Box::new(self.clone()),
            network: Box::new(self.clone()),
            shell: Box::new(self.clone()),
            system: Box::new(self.clone()),
            device: Box::new(self.clone()),
            extension: Box::new(self.clone()),
            // The host's gate asks it.
            policy: Box::new(Denied),
            access: AccessControl {
                permissions: Permissions::held_elsewhere(Arc::new(self.clone())),
                ..AccessControl::default()
            },
            prompt: Box::new(self.clone()),
            apis,
        }
    }

    /// An API of the host's own, which is performed there.
    pub fn host_api(&self, sent: SentHostApi) -> HostApi {
        let (remote, api) = (self.clone(), sent.name().to_owned());
        sent.api(Arc::new(move |arguments, reply| {
            let reply = remote.reply(reply);
            remote.link.post_answered(Post::HostApi { api: api.clone(), arguments, reply });
        }))
    }

    /// A key that the host may be asked for: a longer one fits no store.
    fn key(key: &str) -> Result<String, StorageError> {
        let (size, limit) = (key.len(), StorageQuota::default().key);
        if size > limit { Err(StorageError::KeyTooLarge { size, limit }) } else { Ok(key.to_owned()) }
    }

    fn storage<T: serde::de::DeserializeOwned>(&self, call: Call) -> Result<T, StorageError> {
        self.link.call(call).unwrap_or_else(|none| Err(StorageError::Io(none.to_string())))
    }

    fn file<T: serde::de::DeserializeOwned>(&self, call: Call) -> Result<T, FileError> {
        self.link.call(call).unwrap_or_else(|none| Err(FileError::Io(none.to_string())))
    }

    fn canvas<T: serde::de::DeserializeOwned>(&self, call: Call) -> Result<T, CanvasError> {
        self.link.call(call).unwrap_or_else(|none| Err(CanvasError::NoAnswer(none.to_string())))
    }

    fn host<T: serde::de::DeserializeOwned>(&self, call: Call) -> Result<T, ApiFailure> {
        self.link.call(call).unwrap_or_else(|none| Err(failure(none)))
    }

    fn fields(&self, call: Call) -> Map<String, Json> {
        self.link.call::<Fields>(call).map_or_else(|_| Map::new(), |Fields(fields)| fields)
    }

    /// The number that the host answers with; an abort is told to it.
    fn reply(&self, reply: Responder) -> u32 {
        let (id, aborted) = reply.send_on();
        if id != 0 {
            let link = self.link.clone();
            aborted.when_set(move || link.post(Post::Abort(id)));
        }
        id
    }
}

impl PackageSource for Remote {
    fn read(&self, path: &str) -> Option<Arc<[u8]>> {
        let bytes: Option<Bytes> = self.link.call(Call::PackageRead(path.to_owned())).ok()?;
        bytes.map(|Bytes(bytes)| bytes.into())
    }

    fn text(&self, path: &str) -> Option<String> {
        self.link.call(Call::PackageText(path.to_owned())).ok()?
    }

    fn contains(&self, path: &str) -> bool {
        self.link.call(Call::PackageContains(path.to_owned())).unwrap_or_default()
    }

    fn paths(&self) -> Vec<String> {
        self.link.call(Call::PackagePaths).unwrap_or_default()
    }

    fn parts(&self) -> Option<&dyn Parts> {
        self.in_parts.then_some(self as &dyn Parts)
    }
}

impl Parts for Remote {
    fn part(&self, path: &str) -> Option<Part> {
        let part: Option<(String, bool)> = self.link.call(Call::PackagePart(path.to_owned())).ok()?;
        part.map(|(root, is_here)| Part { root, is_here })
    }

    fn bring(&self, root: &str, reply: PartReply) {
        let reply = self.reply(reply.into_responder());
        self.link.post_answered(Post::BringPart { root: root.to_owned(), reply });
    }
}

impl AuditSink for Remote {
    fn record(&self, record: Record) {
        self.link.post(Post::Record(record.into()));
    }

    fn wants_calls(&self) -> bool {
        self.wants_calls
    }
}

impl Random for Remote {
    fn next(&mut self) -> f64 {
        self.link.call(Call::RandomNext).unwrap_or_default()
    }

    fn fill(&mut self, bytes: &mut [u8]) -> Result<(), String> {
        let filled: Result<Bytes, String> =
            self.link.call(Call::RandomFill(bytes.len() as u32)).map_err(|none| none.to_string())?;
        let Bytes(filled) = filled?;
        if filled.len() != bytes.len() {
            return Err(NoAnswer::TooLarge.to_string());
        }
        bytes.copy_from_slice(&filled);
        Ok(())
    }
}

impl Elsewhere for Remote {
    fn settle(&self, api: &str, checked: Result<(), ApiFailure>) -> Result<Pass, Refusal> {
        let settled = self.link.call(Call::Settle(api.to_owned(), checked));
        settled.unwrap_or_else(|none| Err(Refusal { verdict: Verdict::Refused, failure: failure(none) }))
    }

    fn granted(&self, api: &str) {
        self.link.post(Post::Granted(api.to_owned()));
    }

    fn denied(&self, api: &str) {
        self.link.post(Post::Denied(api.to_owned()));
    }

    fn standing(&self, scope: &str) -> Standing {
        self.link.call(Call::Standing(scope.to_owned())).unwrap_or(Standing::Denied)
    }

    fn settings(&self) -> BTreeMap<String, bool> {
        self.link.call(Call::Settings).unwrap_or_default()
    }
}

/// The host asks in its own words; what stands in the questions here is not sent.
impl PermissionPrompt for Remote {
    fn ask(&mut self, request: PermissionRequest, reply: PermissionReply) {
        let reply = self.reply(reply.into_responder());
        self.link.post_answered(Post::Ask { scope: request.scope, api: request.api, reply });
    }

    fn open_settings(&mut self, _: &str, _: Vec<PermissionSwitch>, reply: SettingsReply) {
        let reply = self.reply(reply.into_responder());
        self.link.post_answered(Post::OpenSettings { reply });
    }
}

impl Extension for Remote {
    fn offers(&self, api: &str) -> bool {
        self.link.call(Call::Offers(api.to_owned())).unwrap_or_default()
    }

    fn call(&mut self, api: &str, arguments: Json, reply: Responder) {
        let reply = self.reply(reply);
        self.link.post_answered(Post::Extension { api: api.to_owned(), arguments, reply });
    }
}

impl Storage for Remote {
    fn get(&mut self, key: &str) -> Result<Option<Stored>, StorageError> {
        self.storage(Call::StorageGet(Self::key(key)?))
    }

    fn set(&mut self, key: &str, value: Stored) -> Result<(), StorageError> {
        self.storage(Call::StorageSet(Self::key(key)?, value))
    }

    fn remove(&mut self, key: &str) -> Result<(), StorageError> {
        self.storage(Call::StorageRemove(Self::key(key)?))
    }

    fn clear(&mut self) -> Result<(), StorageError> {
        self.storage(Call::StorageClear)
    }

    fn info(&mut self) -> Result<StorageInfo, StorageError> {
        self.storage(Call::StorageInfo)
    }
}

impl FileSystem for Remote {
    fn stat(&mut self, path: &FilePath) -> Result<FileStat, FileError> {
        self.file(Call::FileStat(Named::of(path)))
    }

    fn read(&mut self, path: &FilePath, from: u64, length: u64) -> Result<Vec<u8>, FileError> {
        let bytes: Bytes = self.file(Call::FileRead { file: Named::of(path), from, length })?;
        Ok(bytes.0)
    }

    fn write(&mut self, path: &FilePath, at: WriteAt, bytes: &[u8]) -> Result<(), FileError> {
        self.file(Call::FileWrite { file: Named::of(path), at, bytes: bytes.to_vec() })
    }

    fn truncate(&mut self, path: &FilePath, length: u64) -> Result<(), FileError> {
        self.file(Call::FileTruncate(Named::of(path), length))
    }

    fn list(&mut self, path: &FilePath) -> Result<Vec<String>, FileError> {
        self.file(Call::FileList(Named::of(path)))
    }

    fn make_folder(&mut self, path: &FilePath) -> Result<(), FileError> {
        self.file(Call::MakeFolder(Named::of(path)))
    }

    fn remove_file(&mut self, path: &FilePath) -> Result<(), FileError> {
        self.file(Call::RemoveFile(Named::of(path)))
    }

    fn remove_folder(&mut self, path: &FilePath) -> Result<(), FileError> {
        self.file(Call::RemoveFolder(Named::of(path)))
    }

    fn rename(&mut self, from: &FilePath, to: &FilePath) -> Result<(), FileError> {
        self.file(Call::Rename(Named::of(from), Named::of(to)))
    }
}

impl Canvas for Remote {
    fn create(&mut self, width: u32, height: u32) -> Result<SurfaceId, CanvasError> {
        self.canvas(Call::CanvasCreate(width, height))
    }

    fn resize(&mut self, surface: SurfaceId, width: u32, height: u32) -> Result<(), CanvasError> {
        self.canvas(Call::CanvasResize(surface, width, height))
    }

    fn release(&mut self, surface: SurfaceId) {
        self.link.post(Post::CanvasRelease(surface));
    }

    fn release_picture(&mut self, picture: PictureId) {
        self.link.post(Post::CanvasReleasePicture(picture));
    }

    fn draw(&mut self, surface: SurfaceId, commands: &[Command]) {
        let lost = portions(commands, |part| self.link.post(Post::CanvasDraw(surface, part.to_vec())));
        if lost > 0 {
            self.record(Record::Warning(format!(
                "canvas: {lost} commands are too large to be drawn in another process"
            )));
        }
    }

    fn present(&mut self, surface: SurfaceId, node: NodeId) {
        self.link.post(Post::CanvasPresent(surface, node));
    }

    fn hide(&mut self, node: NodeId) {
        self.link.post(Post::CanvasHide(node));
    }

    fn measure(&mut self, text: &str, style: &TextStyle) -> TextMetrics {
        self.link.call(Call::CanvasMeasure(text.to_owned(), style.clone())).unwrap_or_default()
    }

    fn hits(&mut self, outline: &Outline, rule: FillRule, pen: Option<(&Pen, &Matrix)>, at: (f64, f64)) -> bool {
        let pen = pen.map(|(pen, matrix)| (pen.clone(), *matrix));
        let call = Call::CanvasHits { outline: outline.clone(), rule, pen, at };
        self.link.call(call).unwrap_or_default()
    }

    fn read(&mut self, surface: SurfaceId, area: Area) -> Result<Vec<u8>, CanvasError> {
        let bytes: Bytes = self.canvas(Call::CanvasRead(surface, area))?;
        Ok(bytes.0)
    }

    fn snapshot(&mut self, surface: SurfaceId) -> Result<PictureId, CanvasError> {
        self.canvas(Call::CanvasSnapshot(surface))
    }

    fn encode(
        &mut self,
        surface: SurfaceId,
        area: Area,
        size: (u32, u32),
        format: PictureFormat,
    ) -> Result<Vec<u8>, CanvasError> {
        let bytes: Bytes = self.canvas(Call::CanvasEncode { surface, area, size, format })?;
        Ok(bytes.0)
    }

    fn load(&mut self, address: &str, reply: Responder) {
        let reply = self.reply(reply);
        self.link.post_answered(Post::CanvasLoad { address: address.to_owned(), reply });
    }

    fn load_font(&mut self, family: &str, source: &str, weight: &str, style: &str) {
        self.link.post(Post::CanvasLoadFont([family, source, weight, style].map(str::to_owned)));
    }
}

impl System for Remote {
    fn figures(&mut self) -> SystemFigures {
        self.link.call(Call::SystemFigures).unwrap_or_default()
    }

    fn settings(&mut self) -> Map<String, Json> {
        self.fields(Call::SystemSettings)
    }

    fn authorizations(&mut self) -> Map<String, Json> {
        self.fields(Call::SystemAuthorizations)
    }

    fn info(&mut self) -> Map<String, Json> {
        self.fields(Call::SystemInfo)
    }

    fn ext_config(&mut self) -> Map<String, Json> {
        self.fields(Call::ExtConfig)
    }
}

impl Shell for Remote {
    fn call(&mut self, page: Option<u32>, call: ShellCall, reply: Responder) {
        let reply = self.reply(reply);
        self.link.post_answered(Post::Shell { page, call, reply });
    }
}

impl Device for Remote {
    fn call(&mut self, call: DeviceCall, reply: Responder) {
        let reply = self.reply(reply);
        self.link.post_answered(Post::Device { call, reply });
    }

    fn battery(&mut self) -> Option<(u8, bool)> {
        self.link.call(Call::Battery).ok()?
    }

    fn audio(&mut self, kind: AudioKind, events: AudioEvents) -> Result<Box<dyn AudioPlayer>, ApiFailure> {
        let reply = self.reply(events.into_responder());
        let player: u32 = self.host(Call::Audio { kind, reply })?;
        Ok(Box::new(RemotePlayer { link: self.link.clone(), player }))
    }
}

impl Network for Remote {
    fn request(&mut self, request: NetworkRequest, reply: Responder) {
        let reply = self.reply(reply);
        self.link.post_answered(Post::Request { request, reply });
    }

    fn interrupt(&mut self) {
        self.link.post(Post::Interrupt);
    }

    fn connect(&mut self, request: SocketRequest, events: Responder) -> Result<Box<dyn Socket>, ApiFailure> {
        let reply = self.reply(events);
        let socket: u32 = self.host(Call::Connect { request, reply })?;
        Ok(Box::new(RemoteSocket { link: self.link.clone(), socket }))
    }
}

struct RemoteSocket {
    link: Arc<Link>,
    socket: u32,
}

impl Socket for RemoteSocket {
    fn send(&mut self, data: SocketData) -> Result<(), ApiFailure> {
        let sent = self.link.call(Call::SocketSend { socket: self.socket, data });
        sent.unwrap_or_else(|none| Err(failure(none)))
    }

    fn close(&mut self, code: u16, reason: &str) {
        self.link.post_answered(Post::SocketClose { socket: self.socket, code, reason: reason.to_owned() });
    }
}

impl Drop for RemoteSocket {
    fn drop(&mut self) {
        self.link.post(Post::SocketGone(self.socket));
    }
}

struct RemotePlayer {
    link: Arc<Link>,
    player: u32,
}

impl RemotePlayer {
    fn order(&self, order: PlayerOrder) {
        self.link.post_answered(Post::Player { player: self.player, order });
    }
}

impl AudioPlayer for RemotePlayer {
    fn load(&mut self, settings: &AudioSettings) {
        self.order(PlayerOrder::Load(settings.clone()));
    }

    fn configure(&mut self, settings: &AudioSettings) {
        self.order(PlayerOrder::Configure(settings.clone()));
    }

    fn play(&mut self) {
        self.order(PlayerOrder::Play);
    }

    fn pause(&mut self) {
        self.order(PlayerOrder::Pause);
    }

    fn stop(&mut self) {
        self.order(PlayerOrder::Stop);
    }

    fn seek(&mut self, at: f64) {
        self.order(PlayerOrder::Seek(at));
    }
}

impl Drop for RemotePlayer {
    fn drop(&mut self) {
        self.link.post(Post::Player { player: self.player, order: PlayerOrder::Gone });
    }
}
