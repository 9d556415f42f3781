//! What is on its way over the network when a program is put to rest, against servers of this test.

use super::program::Program;
use super::stepped::Stepped;
use super::{LifeConfig, LifeState, MINUTE};
use pellicle::host::services::{HttpNetwork, NetworkPolicy};
use pellicle_script::bridge::message::LaunchOptions;
use std::io::Read;
use std::net::{SocketAddr, TcpListener};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

/// Connections that a server has got, and those that were hung up.
#[derive(Default)]
struct Seen {
    come: AtomicUsize,
    gone: AtomicUsize,
}

/// A server that listens and never answers.
fn silent() -> (SocketAddr, Arc<Seen>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    let seen: Arc<Seen> = Arc::default();
    let told = seen.clone();
    std::thread::spawn(move || {
        for mut stream in listener.incoming().map_while(Result::ok) {
            let told = told.clone();
            std::thread::spawn(move || {
                told.come.fetch_add(1, Ordering::SeqCst);
                let mut buffer = [0; 4096];
                while stream.read(&mut buffer).is_ok_and(|count| count > 0) {}
                told.gone.fetch_add(1, Ordering::SeqCst);
            });
        }
    });
    (address, seen)
}

/// A WebSocket server that opens and says nothing.
fn socket_server() -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    std::thread::spawn(move || {
        for stream in listener.incoming().map_while(Result::ok) {
            std::thread::spawn(move || {
                if let Ok(mut socket) = tungstenite::accept(stream) {
                    while socket.read().is_ok() {}
                }
            });
        }
    });
    address
}

fn open(script: &str) -> Stepped {
    let js = format!(
        "Page({{ onLoad() {{
           const told = name => ({{ success: r => console.log(name + ' ok ' + r.data),
                                    fail: e => console.log(name + ' ' + e.errno + ' ' + e.errMsg) }})
           {script} }} }})"
    );
    let files = Program::page("<view>a</view>", "", &js);
    let launch = LaunchOptions { scene: 1001, ..LaunchOptions::default() };
    Stepped::start_with(files, LifeConfig::default(), launch, false, |audit| {
        Box::new(HttpNetwork::new(NetworkPolicy::open(), audit))
    })
}

/// Waits in real time, while the program goes on, until something holds.
fn until(life: &mut Stepped, what: &str, mut holds: impl FnMut(&mut Stepped) -> bool) {
    let started = Instant::now();
    while !holds(life) {
        assert!(started.elapsed() < Duration::from_secs(30), "{what}");
        std::thread::sleep(Duration::from_millis(5));
        life.wait(1.0);
    }
}

#[test]
fn what_is_on_its_way_is_interrupted_when_a_program_is_put_to_rest() {
    let ((address, seen), sockets) = (silent(), socket_server());
    let mut life = open(&format!(
        "const url = 'http://{address}/'
         const fs = wx.getFileSystemManager(), filePath = wx.env.USER_DATA_PATH + '/a.txt'
         fs.writeFileSync(filePath, 'text')
         for (let i = 0; i < 9; i++) wx.request({{ url, ...told('request') }})
         wx.uploadFile({{ url, filePath, name: 'a', ...told('upload') }})
         wx.downloadFile({{ url, ...told('download') }})
         const task = wx.connectSocket({{ url: 'ws://{sockets}/' }})
         task.onOpen(() => console.log('open'))
         task.onError(e => console.log('error ' + e.errMsg))
         task.onClose(e => console.log('close ' + e.code + ' ' + task.readyState))
         const late = wx.connectSocket({{ url: 'ws://{address}/' }})
         late.onError(e => console.log('late ' + e.errno + ' ' + e.errMsg))
         late.onClose(e => console.log('late ' + e.code))"
    ));
    let mut log = Vec::new();
    // Ten are on their way, the eleventh waits; the late socket's server never answers it.
    until(&mut life, "the requests", |life| {
        log.extend(life.log());
        seen.come.load(Ordering::SeqCst) == 11 && log.contains(&"open".to_owned())
    });
    life.hide();
    life.wait(4_000.0);
    log.extend(life.log());
    assert_eq!((log, life.state()), (vec!["open".to_owned()], LifeState::Background), "five seconds are its own");
    life.wait(2_000.0);
    assert_eq!((life.log(), life.state()), (vec![], LifeState::Suspended), "script stands still");
    // Nothing of it is left on the network, long before it comes back.
    // The late socket waits for its server within its own time.
    until(&mut life, "the connections", |_| seen.gone.load(Ordering::SeqCst) == 10);
    life.wait(MINUTE);
    assert_eq!(seen.come.load(Ordering::SeqCst), 11, "the one that waited is not sent");
    life.show();
    let mut log = life.log();
    log.sort();
    let mut wanted = vec!["request 600003 request:fail interrupted"; 9];
    wanted.insert(0, "late 600003 interrupted");
    wanted.insert(0, "late 1006");
    wanted.insert(0, "download 600003 downloadFile:fail interrupted");
    wanted.insert(0, "close 1006 3");
    wanted.push("upload 600003 uploadFile:fail interrupted");
    assert_eq!(log, wanted);
}

#[test]
fn a_program_that_is_back_sends_again_and_an_answer_before_the_rest_counts() {
    use std::io::Write;
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    std::thread::spawn(move || {
        for mut stream in listener.incoming().map_while(Result::ok) {
            let _ = stream.read(&mut [0; 4096]);
            let _ = stream.write_all(b"HTTP/1.1 200 OK\r\nconnection: close\r\ncontent-length: 2\r\n\r\nhi");
        }
    });
    let mut life = open(&format!(
        "const ask = name => wx.request({{ url: 'http://{address}/', ...told(name) }})
         wx.onAppHide(() => ask('behind'))
         wx.onAppShow(o => o.scene == 1089 && ask('again'))"
    ));
    life.hide();
    let mut log = Vec::new();
    until(&mut life, "the answer behind", |life| {
        log.extend(life.log());
        log.contains(&"behind ok hi".to_owned())
    });
    assert_eq!(life.state(), LifeState::Background);
    life.wait(MINUTE);
    life.show();
    until(&mut life, "the answer after", |life| life.log().contains(&"again ok hi".to_owned()));
}
