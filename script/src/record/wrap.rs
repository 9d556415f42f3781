//! Time, randomness and capabilities whose answers are recorded, or come from a recording.
//!
//! What is answered later comes as a message, which is recorded as such: here only what is there when a call comes back.

use super::log::{self, answer};
use crate::api::row::ApiRow;
use crate::bridge::message::ApiFailure;
use crate::bridge::outbox::Responder;
use crate::capability::audio::{AudioEvents, AudioKind, AudioPlayer, AudioSettings};
use crate::capability::canvas::{
    Area, Canvas, CanvasError, Command, FillRule, Matrix, Outline, Pen, PictureFormat, PictureId, SurfaceId,
    TextMetrics, TextStyle,
};
use crate::capability::device::{Device, DeviceCall};
use crate::capability::files::{FileError, FilePath, FileStat, FileSystem, WriteAt};
use crate::capability::network::{Network, NetworkRequest, Socket, SocketData, SocketRequest};
use crate::capability::shell::{Shell, ShellCall};
use crate::capability::storage::{Storage, StorageError, StorageInfo, Stored};
use crate::capability::system::{System, SystemFigures};
use crate::capability::{Capabilities, Extension, Policy};
use crate::logic::LogicSetup;
use crate::realm::zone::Zone;
use crate::realm::{Clock, Random};
use crate::sandbox::prompt::{PermissionPrompt, PermissionReply, PermissionRequest, PermissionSwitch, SettingsReply};
use crate::wire::bytes::Bytes;
use crate::wire::call::Fields;
use pellicle_layout::document::NodeId;
use serde_json::{Map, Value as Json};
use std::sync::Arc;

/// Steps in which a real clock is read while it is recorded, to a millisecond: readings in a row are often the same then.
const STEPS_PER_MS: f64 = 200.0;

/// What the program of a thread that is recorded or played runs on: the same, with its answers noted.
pub(crate) fn recorded(setup: LogicSetup) -> LogicSetup {
    if !log::installed() {
        return setup;
    }
    let Capabilities {
        storage,
        files,
        canvas,
        network,
        shell,
        system,
        device,
        extension,
        policy,
        access,
        prompt,
        apis,
    } = setup.capabilities;
    // Which host's services and APIs there are is asked while the realm is made.
    let capabilities = Capabilities {
        storage: Box::new(Recorded(storage)),
        files: Box::new(Recorded(files)),
        canvas: Box::new(Recorded(canvas)),
        network: Box::new(Recorded(network)),
        shell: Box::new(Recorded(shell)),
        system: Box::new(Recorded(system)),
        device: Box::new(Recorded(device)),
        extension: Box::new(Recorded(extension)),
        policy: Box::new(Recorded(policy)),
        access,
        prompt: Box::new(Recorded(prompt)),
        apis,
    };
    let clock = Arc::new(RecordedClock(setup.clock));
    LogicSetup { clock, random: Box::new(Recorded(setup.random)), capabilities, ..setup }
}

/// The answer that tells which call is a request, with its number and address: `(u32, String)`.
pub const NETWORK_REQUEST: &str = "network.request";

struct RecordedClock(Arc<dyn Clock>);

fn rounded(ms: f64) -> f64 {
    let steps = (ms * STEPS_PER_MS).round() / STEPS_PER_MS;
    // A virtual clock stands where it was put.
    if (steps - ms).abs() < 1e-9 { ms } else { steps }
}

impl Clock for RecordedClock {
    fn now(&self) -> f64 {
        log::time(true, || rounded(self.0.now()))
    }

    fn monotonic(&self) -> f64 {
        log::time(false, || rounded(self.0.monotonic()))
    }

    fn offset_minutes(&self, now: f64) -> i32 {
        self.0.offset_minutes(now)
    }

    fn zone(&self) -> Zone {
        self.0.zone()
    }
}

/// Nobody answers while a recording is played: what was answered stands in it.
fn passed(reply: Responder) -> Option<Responder> {
    if log::is_playing() {
        drop(reply.send_on());
        return None;
    }
    Some(reply)
}

struct Recorded<T: ?Sized>(Box<T>);

impl Random for Recorded<dyn Random> {
    fn next(&mut self) -> f64 {
        answer("random", || self.0.next())
    }

    fn fill(&mut self, bytes: &mut [u8]) -> Result<(), String> {
        let count = bytes.len();
        let filled = answer("randomBytes", || {
            let mut made = vec![0; count];
            self.0.fill(&mut made).map(|()| Bytes(made))
        });
        let Bytes(made) = filled?;
        if made.len() != count {
            return Err("the recording has other randomness".to_owned());
        }
        bytes.copy_from_slice(&made);
        Ok(())
    }
}

impl Storage for Recorded<dyn Storage> {
    fn get(&mut self, key: &str) -> Result<Option<Stored>, StorageError> {
        answer("storage.get", || self.0.get(key))
    }

    fn set(&mut self, key: &str, value: Stored) -> Result<(), StorageError> {
        answer("storage.set", || self.0.set(key, value))
    }

    fn remove(&mut self, key: &str) -> Result<(), StorageError> {
        answer("storage.remove", || self.0.remove(key))
    }

    fn clear(&mut self) -> Result<(), StorageError> {
        answer("storage.clear", || self.0.clear())
    }

    fn info(&mut self) -> Result<StorageInfo, StorageError> {
        answer("storage.info", || self.0.info())
    }
}

impl FileSystem for Recorded<dyn FileSystem> {
    fn stat(&mut self, path: &FilePath) -> Result<FileStat, FileError> {
        answer("file.stat", || self.0.stat(path))
    }

    fn read(&mut self, path: &FilePath, from: u64, length: u64) -> Result<Vec<u8>, FileError> {
        answer("file.read", || self.0.read(path, from, length).map(Bytes)).map(|Bytes(bytes)| bytes)
    }

    fn write(&mut self, path: &FilePath, at: WriteAt, bytes: &[u8]) -> Result<(), FileError> {
        answer("file.write", || self.0.write(path, at, bytes))
    }

    fn truncate(&mut self, path: &FilePath, length: u64) -> Result<(), FileError> {
        answer("file.truncate", || self.0.truncate(path, length))
    }

    fn list(&mut self, path: &FilePath) -> Result<Vec<String>, FileError> {
        answer("file.list", || self.0.list(path))
    }

    fn make_folder(&mut self, path: &FilePath) -> Result<(), FileError> {
        answer("file.makeFolder", || self.0.make_folder(path))
    }

    fn remove_file(&mut self, path: &FilePath) -> Result<(), FileError> {
        answer("file.removeFile", || self.0.remove_file(path))
    }

    fn remove_folder(&mut self, path: &FilePath) -> Result<(), FileError> {
        answer("file.removeFolder", || self.0.remove_folder(path))
    }

    fn rename(&mut self, from: &FilePath, to: &FilePath) -> Result<(), FileError> {
        answer("file.rename", || self.0.rename(from, to))
    }
}

impl Canvas for Recorded<dyn Canvas> {
    fn create(&mut self, width: u32, height: u32) -> Result<SurfaceId, CanvasError> {
        answer("canvas.create", || self.0.create(width, height))
    }

    fn resize(&mut self, surface: SurfaceId, width: u32, height: u32) -> Result<(), CanvasError> {
        answer("canvas.resize", || self.0.resize(surface, width, height))
    }

    fn bytes(&self) -> u64 {
        self.0.bytes()
    }

    fn release(&mut self, surface: SurfaceId) {
        self.0.release(surface);
    }

    fn release_picture(&mut self, picture: PictureId) {
        self.0.release_picture(picture);
    }

    fn draw(&mut self, surface: SurfaceId, commands: &[Command]) {
        self.0.draw(surface, commands);
    }

    fn present(&mut self, surface: SurfaceId, node: NodeId) {
        self.0.present(surface, node);
    }

    fn hide(&mut self, node: NodeId) {
        self.0.hide(node);
    }

    fn measure(&mut self, text: &str, style: &TextStyle) -> TextMetrics {
        answer("canvas.measure", || self.0.measure(text, style))
    }

    fn hits(&mut self, outline: &Outline, rule: FillRule, pen: Option<(&Pen, &Matrix)>, at: (f64, f64)) -> bool {
        answer("canvas.hits", || self.0.hits(outline, rule, pen, at))
    }

    fn read(&mut self, surface: SurfaceId, area: Area) -> Result<Vec<u8>, CanvasError> {
        answer("canvas.read", || self.0.read(surface, area).map(Bytes)).map(|Bytes(bytes)| bytes)
    }

    fn snapshot(&mut self, surface: SurfaceId) -> Result<PictureId, CanvasError> {
        answer("canvas.snapshot", || self.0.snapshot(surface))
    }

    fn encode(
        &mut self,
        surface: SurfaceId,
        area: Area,
        size: (u32, u32),
        format: PictureFormat,
    ) -> Result<Vec<u8>, CanvasError> {
        answer("canvas.encode", || self.0.encode(surface, area, size, format).map(Bytes)).map(|Bytes(bytes)| bytes)
    }

    fn load(&mut self, address: &str, reply: Responder) {
        if let Some(reply) = passed(reply) {
            self.0.load(address, reply);
        }
    }

    fn load_font(&mut self, family: &str, source: &str, weight: &str, style: &str) {
        self.0.load_font(family, source, weight, style);
    }
}

impl Network for Recorded<dyn Network> {
    fn request(&mut self, request: NetworkRequest, reply: Responder) {
        // Whose answers follow as messages, for whoever wants to give them to another run.
        let (id, url) = (reply.id(), request.url.clone());
        answer(NETWORK_REQUEST, || (id, url));
        if let Some(reply) = passed(reply) {
            self.0.request(request, reply);
        }
    }

    fn interrupt(&mut self) {
        self.0.interrupt();
    }

    fn connect(&mut self, request: SocketRequest, events: Responder) -> Result<Box<dyn Socket>, ApiFailure> {
        let mut socket: Option<Box<dyn Socket>> = None;
        let events = passed(events);
        let (network, open) = (&mut self.0, &mut socket);
        answer("network.connect", move || {
            let events = events.unwrap_or_else(Responder::nobody);
            network.connect(request, events).map(|made| *open = Some(made))
        })?;
        Ok(Box::new(RecordedSocket(socket)))
    }
}

/// A socket; there is none while a recording is played.
struct RecordedSocket(Option<Box<dyn Socket>>);

impl Socket for RecordedSocket {
    fn send(&mut self, data: SocketData) -> Result<(), ApiFailure> {
        let socket = &mut self.0;
        answer("socket.send", || socket.as_mut().map_or(Ok(()), |socket| socket.send(data)))
    }

    fn close(&mut self, code: u16, reason: &str) {
        if let Some(socket) = &mut self.0 {
            socket.close(code, reason);
        }
    }
}

impl Shell for Recorded<dyn Shell> {
    fn call(&mut self, page: Option<u32>, call: ShellCall, reply: Responder) {
        if let Some(reply) = passed(reply) {
            self.0.call(page, call, reply);
        }
    }
}

impl System for Recorded<dyn System> {
    fn figures(&mut self) -> SystemFigures {
        answer("system.figures", || self.0.figures())
    }

    fn settings(&mut self) -> Map<String, Json> {
        answer("system.settings", || Fields(self.0.settings())).0
    }

    fn authorizations(&mut self) -> Map<String, Json> {
        answer("system.authorizations", || Fields(self.0.authorizations())).0
    }

    fn info(&mut self) -> Map<String, Json> {
        answer("system.info", || Fields(self.0.info())).0
    }

    fn ext_config(&mut self) -> Map<String, Json> {
        answer("system.extConfig", || Fields(self.0.ext_config())).0
    }
}

impl Device for Recorded<dyn Device> {
    fn call(&mut self, call: DeviceCall, reply: Responder) {
        if let Some(reply) = passed(reply) {
            self.0.call(call, reply);
        }
    }

    fn battery(&mut self) -> Option<(u8, bool)> {
        answer("device.battery", || self.0.battery())
    }

    fn audio(&mut self, kind: AudioKind, events: AudioEvents) -> Result<Box<dyn AudioPlayer>, ApiFailure> {
        let mut player: Option<Box<dyn AudioPlayer>> = None;
        let playing = log::is_playing();
        let (device, made) = (&mut self.0, &mut player);
        let events = if playing {
            drop(events.into_responder().send_on());
            None
        } else {
            Some(events)
        };
        answer("device.audio", move || match events {
            Some(events) => device.audio(kind, events).map(|player| *made = Some(player)),
            None => Err(ApiFailure::unsupported()),
        })?;
        Ok(Box::new(RecordedPlayer(player)))
    }
}

/// A player; there is none while a recording is played.
struct RecordedPlayer(Option<Box<dyn AudioPlayer>>);

impl RecordedPlayer {
    fn order(&mut self, order: impl FnOnce(&mut dyn AudioPlayer)) {
        if let Some(player) = &mut self.0 {
            order(&mut **player);
        }
    }
}

impl AudioPlayer for RecordedPlayer {
    fn load(&mut self, settings: &AudioSettings) {
        self.order(|player| player.load(settings));
    }

    fn configure(&mut self, settings: &AudioSettings) {
        self.order(|player| player.configure(settings));
    }

    fn play(&mut self) {
        self.order(|player| player.play());
    }

    fn pause(&mut self) {
        self.order(|player| player.pause());
    }

    fn stop(&mut self) {
        self.order(|player| player.stop());
    }

    fn seek(&mut self, at: f64) {
        self.order(|player| player.seek(at));
    }
}

impl Extension for Recorded<dyn Extension> {
    fn offers(&self, api: &str) -> bool {
        answer("extension.offers", || self.0.offers(api))
    }

    fn call(&mut self, api: &str, arguments: Json, reply: Responder) {
        if let Some(reply) = passed(reply) {
            self.0.call(api, arguments, reply);
        }
    }
}

impl Policy for Recorded<dyn Policy> {
    fn admit(&mut self, api: &ApiRow) -> Result<(), ApiFailure> {
        answer("policy.admit", || self.0.admit(api))
    }
}

impl PermissionPrompt for Recorded<dyn PermissionPrompt> {
    fn ask(&mut self, request: PermissionRequest, reply: PermissionReply) {
        if let Some(reply) = passed(reply.into_responder()) {
            self.0.ask(request, PermissionReply::new(reply));
        }
    }

    fn open_settings(&mut self, app_name: &str, switches: Vec<PermissionSwitch>, reply: SettingsReply) {
        if let Some(reply) = passed(reply.into_responder()) {
            self.0.open_settings(app_name, switches, SettingsReply::new(reply));
        }
    }

    fn has_settings(&self) -> bool {
        self.0.has_settings()
    }
}
