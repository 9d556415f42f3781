//! Capabilities, asked from outside: each call is checked and performed here, in the order they come.

use super::courier::Courier;
use super::waits::Purpose;
use crate::bridge::message::ApiFailure;
use crate::bridge::outbox::{HostMessage, Outbox, Responder};
use crate::capability::Capabilities;
use crate::capability::audio::{AudioEvents, AudioPlayer};
use crate::capability::audit::{AuditSink, Record};
use crate::capability::canvas::MAX_SIDE;
use crate::capability::files::{FileArea, FileError, FilePath};
use crate::capability::network::Socket;
use crate::logic::{DiagnosticSink, LogicSetup};
use crate::package::{PackageSource, PartReply};
use crate::realm::Random;
use crate::record::EntrySink;
use crate::sandbox::Budget;
use crate::sandbox::prompt::{PermissionReply, SettingsReply};
use crate::wire::WireError;
use crate::wire::bytes::Bytes;
use crate::wire::call::{Call, Fields, Named, PlayerOrder, Post};
use crate::wire::frame::push;
use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::Ordering;

/// Sockets or players of one program.
const MOST_HANDLES: usize = 64;
/// Random bytes of one call.
const MOST_RANDOM: u32 = 1 << 20;

/// What a program may ask for.
pub(super) struct Server {
    package: Arc<dyn PackageSource>,
    capabilities: Capabilities,
    random: Box<dyn Random>,
    audit: Arc<dyn AuditSink>,
    diagnostics: DiagnosticSink,
    outbox: Outbox,
    record: Option<EntrySink>,
    sockets: Handles<dyn Socket>,
    players: Handles<dyn AudioPlayer>,
}

struct Handles<T: ?Sized> {
    next: u32,
    open: HashMap<u32, Box<T>>,
}

impl<T: ?Sized> Default for Handles<T> {
    fn default() -> Self {
        Handles { next: 0, open: HashMap::new() }
    }
}

impl<T: ?Sized> Handles<T> {
    fn keep(&mut self, make: impl FnOnce() -> Result<Box<T>, ApiFailure>) -> Result<u32, ApiFailure> {
        if self.open.len() >= MOST_HANDLES {
            return Err(ApiFailure::internal("too many are open"));
        }
        let made = make()?;
        self.next = self.next.wrapping_add(1);
        self.open.insert(self.next, made);
        Ok(self.next)
    }
}

/// What only reads may be of the package; what changes anything may not.
fn own(file: &Named) -> Result<FilePath, FileError> {
    let path = file.path()?;
    if path.area() == FileArea::Package { Err(FileError::Permission) } else { Ok(path) }
}

impl Server {
    pub fn new(setup: LogicSetup, outbox: Outbox, record: Option<EntrySink>) -> Server {
        let LogicSetup { package, random, capabilities, audit, diagnostics, .. } = setup;
        Server {
            package,
            capabilities,
            random,
            audit,
            diagnostics,
            outbox,
            record,
            sockets: Handles::default(),
            players: Handles::default(),
        }
    }

    /// Performs a call and writes its result behind what is in the buffer.
    pub fn call(&mut self, courier: &Courier, call: Call, into: &mut Vec<u8>) -> Result<(), WireError> {
        let outcome = self.perform(courier, call, into);
        courier.sandbox.note(Budget::CanvasBytes, self.capabilities.canvas.bytes());
        outcome
    }

    fn perform(&mut self, courier: &Courier, call: Call, into: &mut Vec<u8>) -> Result<(), WireError> {
        let admitted = courier.gate().call(&call);
        let Server { package, capabilities, .. } = self;
        let Capabilities { storage, files, canvas, network, system, device, extension, .. } = capabilities;
        match call {
            Call::Post(post) => {
                self.post(courier, *post);
                push(into, &())
            }
            Call::PackageRead(path) => push(into, &package.read(&path).map(|bytes| Bytes(bytes.to_vec()))),
            Call::PackageText(path) => push(into, &package.text(&path)),
            Call::PackageContains(path) => push(into, &package.contains(&path)),
            Call::PackagePaths => push(into, &package.paths()),
            Call::PackagePart(path) => {
                let part = package.parts().and_then(|parts| parts.part(&path));
                push(into, &part.map(|part| (part.root, part.is_here)))
            }
            Call::StorageGet(key) => push(into, &storage.get(&key)),
            Call::StorageSet(key, value) => push(into, &storage.set(&key, value)),
            Call::StorageRemove(key) => push(into, &storage.remove(&key)),
            Call::StorageClear => push(into, &storage.clear()),
            Call::StorageInfo => push(into, &storage.info()),
            Call::FileStat(file) => push(into, &file.path().and_then(|path| files.stat(&path))),
            Call::FileRead { file, from, length } => {
                push(into, &file.path().and_then(|path| files.read(&path, from, length)).map(Bytes))
            }
            Call::FileWrite { file, at, bytes } => {
                push(into, &own(&file).and_then(|path| files.write(&path, at, &bytes)))
            }
            Call::FileTruncate(file, length) => push(into, &own(&file).and_then(|path| files.truncate(&path, length))),
            Call::FileList(file) => push(into, &file.path().and_then(|path| files.list(&path))),
            Call::MakeFolder(file) => push(into, &own(&file).and_then(|path| files.make_folder(&path))),
            Call::RemoveFile(file) => push(into, &own(&file).and_then(|path| files.remove_file(&path))),
            Call::RemoveFolder(file) => push(into, &own(&file).and_then(|path| files.remove_folder(&path))),
            Call::Rename(from, to) => {
                let renamed = own(&from).and_then(|from| files.rename(&from, &own(&to)?));
                push(into, &renamed)
            }
            Call::CanvasCreate(width, height) => push(into, &canvas.create(width, height)),
            Call::CanvasResize(surface, width, height) => push(into, &canvas.resize(surface, width, height)),
            Call::CanvasMeasure(text, style) => push(into, &canvas.measure(&text, &style)),
            Call::CanvasHits { outline, rule, pen, at } => {
                let pen = pen.as_ref().map(|(pen, matrix)| (pen, matrix));
                push(into, &courier.signs.charge(|| canvas.hits(&outline, rule, pen, at)))
            }
            Call::CanvasRead(surface, area) => {
                let (width, height) = (area.width.min(MAX_SIDE), area.height.min(MAX_SIDE));
                let area = crate::capability::canvas::Area { width, height, ..area };
                push(into, &canvas.read(surface, area).map(Bytes))
            }
            Call::CanvasSnapshot(surface) => push(into, &canvas.snapshot(surface)),
            Call::CanvasEncode { surface, area, size, format } => {
                push(into, &courier.signs.charge(|| canvas.encode(surface, area, size, format)).map(Bytes))
            }
            Call::SystemFigures => push(into, &system.figures()),
            Call::SystemSettings => push(into, &Fields(system.settings())),
            Call::SystemAuthorizations => push(into, &Fields(system.authorizations())),
            Call::SystemInfo => push(into, &Fields(system.info())),
            Call::ExtConfig => push(into, &Fields(system.ext_config())),
            Call::Battery => push(into, &device.battery()),
            Call::Audio { kind, reply } => {
                let player = self.players.keep(|| device.audio(kind, AudioEvents::new(courier.responder(reply))));
                push(into, &player)
            }
            Call::Connect { request, reply } => {
                let connect = || admitted.and_then(|()| network.connect(request, courier.responder(reply)));
                push(into, &self.sockets.keep(connect))
            }
            Call::SocketSend { socket, data } => {
                let gone = || Err(ApiFailure::internal("the socket is closed"));
                push(into, &self.sockets.open.get_mut(&socket).map_or_else(gone, |socket| socket.send(data)))
            }
            Call::Offers(api) => push(into, &extension.offers(&api)),
            Call::Settle(api, checked) => push(into, &courier.gate().settle(&api, checked)),
            Call::Standing(scope) => push(into, &courier.gate().permissions().standing(&scope)),
            Call::Settings => push(into, &courier.gate().permissions().settings()),
            Call::RandomNext => push(into, &self.random.next()),
            Call::RandomFill(count) => {
                let mut bytes = vec![0; count.min(MOST_RANDOM) as usize];
                push(into, &self.random.fill(&mut bytes).map(|()| Bytes(bytes)))
            }
        }
    }

    /// Performs a post.
    pub fn post(&mut self, courier: &Courier, post: Post) {
        let admitted = courier.gate().post(&post);
        let Capabilities { canvas, network, device, extension, prompt, apis, .. } = &mut self.capabilities;
        let passed = |reply: u32| -> Option<Responder> {
            let responder = courier.responder(reply);
            match &admitted {
                Ok(()) => Some(responder),
                Err(failure) => {
                    responder.fail(failure.clone());
                    None
                }
            }
        };
        match post {
            Post::Request { request, reply } => {
                if let Some(reply) = passed(reply) {
                    network.request(request, reply);
                }
            }
            Post::SocketClose { socket, code, reason } => {
                if let Some(socket) = self.sockets.open.get_mut(&socket) {
                    socket.close(code, &reason);
                }
            }
            Post::Interrupt => network.interrupt(),
            Post::SocketGone(socket) => drop(self.sockets.open.remove(&socket)),
            Post::Shell { page, call, reply } => {
                self.outbox.send(HostMessage::Shell { page, call, reply: courier.responder(reply) });
            }
            Post::Device { call, reply } => {
                if let Some(reply) = passed(reply) {
                    device.call(call, reply);
                }
            }
            Post::Extension { api, arguments, reply } => {
                if let Some(reply) = passed(reply) {
                    extension.call(&api, arguments, reply);
                }
            }
            Post::HostApi { api, arguments, reply } => {
                let Some(reply) = passed(reply) else { return };
                match apis.find(&api) {
                    Some(host) => (host.handler)(arguments, reply),
                    None => reply.fail(ApiFailure::unsupported()),
                }
            }
            Post::BringPart { root, reply } => {
                let reply = courier.responder(reply);
                match self.package.parts() {
                    Some(parts) => parts.bring(&root, PartReply::new(reply)),
                    None => reply.fail(ApiFailure::internal("the package has no parts")),
                }
            }
            Post::Ask { scope, api, reply } => {
                let question = courier.gate().ask(&scope, &api);
                match question {
                    Some(question) => {
                        let responder = courier.responder_for(reply, Purpose::Ask { scope, api });
                        prompt.ask(question, PermissionReply::new(responder));
                    }
                    None => courier.responder(reply).fail(ApiFailure::denied("cancel")),
                }
            }
            Post::OpenSettings { reply } => {
                let settings = courier.gate().settings();
                match settings {
                    Some((name, switches)) => {
                        let purpose = Purpose::Settings(switches.clone());
                        let responder = courier.responder_for(reply, purpose);
                        prompt.open_settings(&name, switches, SettingsReply::new(responder));
                    }
                    None => courier.responder(reply).fail(ApiFailure::denied("cancel")),
                }
            }
            Post::Granted(api) => courier.gate().granted(&api),
            Post::Denied(api) => courier.gate().denied(&api),
            Post::CanvasRelease(surface) => canvas.release(surface),
            Post::CanvasReleasePicture(picture) => canvas.release_picture(picture),
            Post::CanvasDraw(surface, commands) => {
                // One command may take as long as a turn may: it is charged, and those behind it are not drawn for one
                // that was ended for them.
                for command in commands.chunks(1) {
                    if courier.killed.load(Ordering::Relaxed) {
                        break;
                    }
                    courier.signs.charge(|| canvas.draw(surface, command));
                }
            }
            Post::CanvasPresent(surface, node) => canvas.present(surface, node),
            Post::CanvasHide(node) => canvas.hide(node),
            Post::CanvasLoad { address, reply } => canvas.load(&address, courier.responder(reply)),
            Post::CanvasLoadFont([family, source, weight, style]) => {
                canvas.load_font(&family, &source, &weight, &style);
            }
            Post::Player { player, order } => self.player(player, order),
            Post::Abort(id) => courier.abort(id),
            Post::Record(record) => self.audit.record(record.into()),
            Post::Finding(found) => (self.diagnostics)(found.into()),
            Post::Met(entries) => {
                if let Some(record) = &self.record {
                    record(&entries);
                }
            }
        }
    }

    /// Notes something that the developer should know.
    pub fn warn(&self, warning: String) {
        self.audit.record(Record::Warning(warning));
    }

    fn player(&mut self, number: u32, order: PlayerOrder) {
        let Some(player) = self.players.open.get_mut(&number) else { return };
        match order {
            PlayerOrder::Load(settings) => player.load(&settings),
            PlayerOrder::Configure(settings) => player.configure(&settings),
            PlayerOrder::Play => player.play(),
            PlayerOrder::Pause => player.pause(),
            PlayerOrder::Stop => player.stop(),
            PlayerOrder::Seek(at) => player.seek(at),
            PlayerOrder::Gone => drop(self.players.open.remove(&number)),
        }
    }
}
