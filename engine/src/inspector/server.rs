//! Who listens, who may come in, and the loop on the render side.

use super::ServerError;
use super::console::{Console, Log};
use super::http::{Door, Head, Place, answer};
use super::network::{self, Traffic};
use super::protocol::{Fault, Reply, Request, event, failure, success};
use super::session::{Context, Later, Session};
use super::storage::{self, Changes};
use super::target::{Browser, Change, Kind, Performed};
use crate::host::app::App;
use crate::interact::InputEvent;
use crate::tools::socket::{self, Connection, Heard};
use pellicle_script::capability::audit::AuditSink;
use pellicle_script::capability::network::Network;
use pellicle_script::capability::storage::{SharedStorage, Storage};
use pellicle_script::realm::Random;
use serde_json::Value;
use std::fmt::Write;
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, AtomicU32, AtomicUsize, Ordering};
use std::sync::mpsc::{Receiver, Sender, SyncSender, channel, sync_channel};
use std::sync::{Arc, Mutex, PoisonError};
use tungstenite::handshake::server::{Request as Handshake, Response};

/// Clients at a time.
const MAX_CLIENTS: usize = 8;
/// Messages of clients that may wait; a client waits when there are more.
const MAX_WAITING: usize = 256;
/// Bytes of the secret.
const TOKEN: usize = 16;

/// What wakes the host's loop, from any thread.
type Wake = Arc<dyn Fn() + Send + Sync>;

/// What a client did.
enum Came {
    Opened(Connection, Place),
    Said(u32, Heard),
}

/// What was still to come.
pub(super) struct Answered {
    pub later: Later,
    pub result: Result<Value, Fault>,
}

/// What threads share.
pub(super) struct Shared {
    door: Door,
    title: Mutex<String>,
    wake: Mutex<Option<Wake>>,
    clients: AtomicUsize,
    closed: AtomicBool,
    pub log: Log,
    pub traffic: Traffic,
    pub storage: Changes,
}

impl Shared {
    fn title(&self) -> String {
        self.title.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// There is something for [`Inspector::serve`].
    pub fn wake(&self) {
        let wake = self.wake.lock().unwrap_or_else(PoisonError::into_inner).clone();
        if let Some(wake) = wake {
            wake();
        }
    }

    /// True while somebody is attached.
    pub fn is_attached(&self) -> bool {
        self.clients.load(Ordering::Relaxed) > 0
    }
}

/// A connection, with its sessions.
struct Client {
    connection: Connection,
    browsers: Vec<(Option<String>, Browser)>,
    pages: Vec<Session>,
    sessions: u32,
}

/// Serves a program to clients of the Chrome DevTools Protocol.
///
/// ```no_run
/// # fn host(app: &mut pellicle::host::app::App, now: f64) -> Result<(), Box<dyn std::error::Error>> {
/// use pellicle::inspector::Inspector;
/// use pellicle_script::realm::SystemRandom;
/// let mut inspector = Inspector::listen(([127, 0, 0, 1], 0).into(), "shop", &mut SystemRandom::default())?;
/// println!("{}", inspector.address());
/// // At each turn of the host's loop:
/// let tick = app.tick(now);
/// let again = inspector.serve(Some(app), now);
/// # let _ = (tick, again); Ok(())
/// # }
/// ```
pub struct Inspector {
    shared: Arc<Shared>,
    came: Receiver<Came>,
    answered: Receiver<Answered>,
    answer: Sender<Answered>,
    clients: Vec<Client>,
}

impl Inspector {
    /// Listens on an address of this machine; port 0 is any that is free. `title` is what clients call the program; the secret
    /// of its address comes from `random`.
    ///
    /// # Errors
    /// [`ServerError`] if others could reach the address, it is taken, or there is no secret to be had.
    pub fn listen(address: SocketAddr, title: &str, random: &mut dyn Random) -> Result<Inspector, ServerError> {
        if !address.ip().is_loopback() {
            return Err(ServerError::NotLocal(address));
        }
        let failed = |error| ServerError::Listen(address, error);
        let mut secret = [0; TOKEN];
        random.fill(&mut secret).map_err(|error| failed(std::io::Error::other(error)))?;
        let token = secret.iter().fold(String::new(), |mut text, byte| {
            let _ = write!(text, "{byte:02x}");
            text
        });
        let listener = TcpListener::bind(address).map_err(failed)?;
        let door = Door { address: listener.local_addr().map_err(failed)?, token };
        let shared = Arc::new(Shared {
            door,
            title: Mutex::new(title.to_owned()),
            wake: Mutex::default(),
            clients: AtomicUsize::new(0),
            closed: AtomicBool::new(false),
            log: Log::default(),
            traffic: Traffic::default(),
            storage: Changes::default(),
        });
        let (hear, came) = sync_channel(MAX_WAITING);
        let (answer, answered) = channel();
        let at_door = shared.clone();
        let work = move || receive(&listener, &at_door, &hear);
        std::thread::Builder::new().name("pellicle-inspector".to_owned()).spawn(work).map_err(failed)?;
        Ok(Inspector { shared, came, answered, answer, clients: Vec::new() })
    }

    /// What wakes the host's loop when a client says something, from any thread: [`Inspector::serve`] is to be called soon.
    pub fn set_wake(&self, wake: Arc<dyn Fn() + Send + Sync>) {
        *self.shared.wake.lock().unwrap_or_else(PoisonError::into_inner) = Some(wake);
    }

    /// Where clients attach: `ws://127.0.0.1:PORT/SECRET/devtools/page`. Whoever knows it may do with the program whatever its
    /// author could.
    pub fn address(&self) -> String {
        self.shared.door.socket(Place::Page)
    }

    /// The same for clients of a whole browser, such as puppeteer.
    pub fn browser_address(&self) -> String {
        self.shared.door.socket(Place::Browser)
    }

    /// The address that opens the front end of a Chrome on this machine.
    pub fn front_end(&self) -> String {
        self.shared.door.front_end()
    }

    /// A sink that tells clients of console lines and exceptions and hands all records on: for
    /// [`ProgramConfig::audit`](crate::host::program::ProgramConfig::audit).
    pub fn audit(&self, inner: Arc<dyn AuditSink>) -> Arc<dyn AuditSink> {
        Arc::new(Console::new(self.shared.clone(), inner))
    }

    /// A network that tells clients of requests, and hands them on: for
    /// [`ProgramConfig::network`](crate::host::program::ProgramConfig::network).
    pub fn network(&self, inner: Box<dyn Network>) -> Box<dyn Network> {
        Box::new(network::Watched::new(self.shared.clone(), inner))
    }

    /// A storage that clients see and edit: for
    /// [`ProgramConfig::storage`](crate::host::program::ProgramConfig::storage).
    pub fn storage(&self, inner: SharedStorage) -> Box<dyn Storage> {
        self.shared.storage.set_storage(inner.clone());
        Box::new(storage::Watched::new(self.shared.clone(), inner))
    }

    /// Does what clients ask and tells them what happened to the program since the last call. True if the program is to be
    /// ticked again soon. Costs next to nothing while nobody is attached.
    pub fn serve(&mut self, app: Option<&mut App>, now: f64) -> bool {
        let mut app = app;
        let mut acted = false;
        while let Ok(came) = self.came.try_recv() {
            acted = true;
            match came {
                Came::Opened(connection, place) => self.open(connection, place),
                Came::Said(client, Heard::Message(text)) => self.message(client, &text, app.as_deref_mut(), now),
                Came::Said(client, Heard::Gone) => self.clients.retain(|c| c.connection.id != client),
            }
        }
        while let Ok(Answered { later, result }) = self.answered.try_recv() {
            let Some(client) = self.clients.iter().find(|c| c.connection.id == later.client) else { continue };
            let session = later.session.as_deref();
            client.connection.send(match result {
                Ok(result) => success(later.id, session, &result),
                Err(fault) => failure(later.id, session, &fault),
            });
        }
        let is_watched = self.clients.iter().any(|client| !client.pages.is_empty());
        self.shared.clients.store(self.clients.len(), Ordering::Relaxed);
        if let Some(app) = app {
            let is_new = app.note_changes(is_watched) && is_watched;
            if is_watched {
                self.tell(app, is_new);
            } else if acted {
                // Whoever has gone leaves no mark.
                let _ = app.mark_areas(Vec::new());
            }
        }
        acted
    }

    /// Takes an input of the user while a client picks an element in the window; true if it is not for the program.
    pub fn take_input(&mut self, app: &mut App, event: &InputEvent, now: f64) -> bool {
        let mut taken = false;
        for page in self.clients.iter_mut().flat_map(|client| &mut client.pages) {
            taken |= page.pick(app, event, now);
        }
        taken
    }

    fn open(&mut self, connection: Connection, place: Place) {
        let mut client = Client { connection, browsers: Vec::new(), pages: Vec::new(), sessions: 0 };
        match place {
            Place::Browser => client.browsers.push((None, Browser::new(Kind::Browser))),
            _ => client.pages.push(Session::new(None)),
        }
        self.clients.push(client);
    }

    fn message(&mut self, id: u32, text: &str, app: Option<&mut App>, now: f64) {
        let Some(client) = self.clients.iter_mut().find(|c| c.connection.id == id) else { return };
        let Some(request) = Request::parse(text) else { return };
        let session = request.session.clone();
        let session = session.as_deref();
        let later = Later {
            client: id,
            session: request.session.clone(),
            id: request.id,
            answer: self.answer.clone(),
            shared: self.shared.clone(),
        };
        let outcome = if let Some(page) = client.pages.iter_mut().find(|page| page.id.as_deref() == session) {
            let mut context = Context { app, now, later };
            let outcome = page.perform(&mut context, &request);
            for (method, params) in page.take_events() {
                client.connection.send(event(session, method, params));
            }
            outcome
        } else if let Some((_, browser)) = client.browsers.iter_mut().find(|(own, _)| own.as_deref() == session) {
            let mut performed = Performed::default();
            let outcome = browser.perform(&request, &self.shared.title(), &mut client.sessions, &mut performed);
            for (method, params) in performed.events {
                client.connection.send(event(session, method, params));
            }
            match performed.change {
                Some(Change::Open(id, Kind::Page)) => client.pages.push(Session::new(Some(id))),
                Some(Change::Open(id, kind)) => client.browsers.push((Some(id), Browser::new(kind))),
                Some(Change::Close(id)) => {
                    client.pages.retain(|page| page.id.as_deref() != Some(&id));
                    client.browsers.retain(|(own, _)| own.as_deref() != Some(&id));
                }
                None => {}
            }
            outcome.map(Reply::Done)
        } else {
            Err(Fault { code: -32001, message: "Session with given id not found.".to_owned() })
        };
        match outcome {
            Ok(Reply::Done(result)) => _ = client.connection.send(success(request.id, session, &result)),
            Ok(Reply::Later) => {}
            Err(fault) => _ = client.connection.send(failure(request.id, session, &fault)),
        }
    }

    /// Tells clients what happened.
    fn tell(&mut self, app: &mut App, is_new: bool) {
        let touched = app.take_touched();
        for client in &mut self.clients {
            for page in &mut client.pages {
                page.follow(app, &touched, is_new, &self.shared);
                for (method, params) in page.take_events() {
                    client.connection.send(event(page.id.as_deref(), method, params));
                }
            }
        }
    }
}

impl Drop for Inspector {
    fn drop(&mut self) {
        self.shared.closed.store(true, Ordering::Release);
        // The thread that listens waits for somebody.
        let _ = TcpStream::connect(self.shared.door.address);
        // Each connection ends with its end here.
        self.clients.clear();
    }
}

/// Waits for clients until the inspector is gone.
fn receive(listener: &TcpListener, shared: &Arc<Shared>, hear: &SyncSender<Came>) {
    let numbers = Arc::new(AtomicU32::new(1));
    let waiting = Arc::new(AtomicUsize::new(0));
    while let Ok((stream, _)) = listener.accept() {
        if shared.closed.load(Ordering::Acquire) {
            return;
        }
        // One too many is hung up on.
        if waiting.load(Ordering::Relaxed) >= MAX_CLIENTS {
            continue;
        }
        waiting.fetch_add(1, Ordering::Relaxed);
        let (shared, hear, numbers, left) = (shared.clone(), hear.clone(), numbers.clone(), waiting.clone());
        let work = move || {
            greet(stream, &shared, &hear, &numbers);
            left.fetch_sub(1, Ordering::Relaxed);
        };
        if std::thread::Builder::new().name("pellicle-inspector".to_owned()).spawn(work).is_err() {
            waiting.fetch_sub(1, Ordering::Relaxed);
        }
    }
}

/// Answers a request, or opens a connection.
fn greet(stream: TcpStream, shared: &Arc<Shared>, hear: &SyncSender<Came>, numbers: &AtomicU32) {
    let Some(head) = Head::peek(&stream) else { return };
    let place = match shared.door.admit(&head) {
        Ok(place) => place,
        Err((status, why)) => return answer(stream, status, "text/plain", why),
    };
    let is_socket = matches!(place, Place::Browser | Place::Page);
    if !is_socket {
        let text = shared.door.document(place, &shared.title()).to_string();
        return answer(stream, 200, "application/json", &text);
    }
    if !head.upgrade {
        return answer(stream, 400, "text/plain", "a WebSocket is to be opened here");
    }
    if shared.clients.load(Ordering::Relaxed) >= MAX_CLIENTS {
        return answer(stream, 503, "text/plain", "too many clients");
    }
    let id = numbers.fetch_add(1, Ordering::Relaxed);
    // Who it is was looked at already.
    #[allow(clippy::result_large_err)] // the type is that of the callback
    let admit = |_: &Handshake, response: Response| Ok(response);
    let (said, sharing) = (hear.clone(), shared.clone());
    let tell = move |heard| {
        let heard = said.send(Came::Said(id, heard)).is_ok();
        sharing.wake();
        heard
    };
    let Some(opened) = socket::open(stream, admit) else { return };
    // Nothing that it says is heard before it is known.
    let (known, is_known) = sync_channel(1);
    let open = move || is_known.recv().ok().map(|()| opened);
    let Ok(connection) = Connection::serve(id, open, tell) else { return };
    if hear.send(Came::Opened(connection, place)).is_ok() {
        let _ = known.send(());
        shared.wake();
    }
}
