//! A repository on real servers: nginx as anybody runs it, and others that break off or say nothing.

#![allow(clippy::unwrap_used)] // a failed unwrap is the failure of the test

mod support;

use pellicle_delivery::client::{
    AddressError, Client, FetchError, HttpFetch, HttpLimits, MemoryDisk, Source, Update, UpdateError,
};
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;
use support::{Shop, TestClock, client, package, run, update};

/// nginx over a folder; it ends with this.
struct Nginx {
    child: Child,
    address: String,
    _folder: tempfile::TempDir,
}

impl Drop for Nginx {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// `None` where there is none and nobody asks for it.
fn nginx(root: &Path) -> Option<Nginx> {
    if Command::new("nginx").arg("-v").stderr(Stdio::null()).status().is_err() {
        let required = std::env::var_os("PELLICLE_REQUIRE_SERVER").is_some_and(|value| value == "1");
        assert!(!required, "nginx is not installed (Debian's nginx-light)");
        eprintln!("not run: nginx is not installed (Debian's nginx-light)");
        return None;
    }
    let folder = tempfile::tempdir().unwrap();
    let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let place = folder.path().display();
    // One process, which is this one's child and reads what this one has written.
    let config = format!(
        "daemon off; master_process off; pid {place}/pid; error_log stderr;
         events {{ worker_connections 1024; }}
         http {{ access_log off; client_body_temp_path {place}/a; proxy_temp_path {place}/b;
           fastcgi_temp_path {place}/c; uwsgi_temp_path {place}/d; scgi_temp_path {place}/e;
           server {{ listen 127.0.0.1:{port} backlog=1024; root {}; }} }}",
        root.display()
    );
    let file = folder.path().join("nginx.conf");
    std::fs::write(&file, config).unwrap();
    let child = Command::new("nginx")
        .arg("-p")
        .arg(folder.path())
        .arg("-c")
        .arg(&file)
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn();
    let child = child.unwrap();
    for _ in 0..500 {
        if TcpStream::connect(("127.0.0.1", port)).is_ok() {
            break;
        }
        std::thread::sleep(Duration::from_millis(20));
    }
    Some(Nginx { child, address: format!("http://127.0.0.1:{port}"), _folder: folder })
}

fn fetch(address: &str) -> Arc<HttpFetch> {
    let limits = HttpLimits { silence: Duration::from_secs(30), ..HttpLimits::default() };
    Arc::new(HttpFetch::new(address, &limits).unwrap())
}

/// All update at once; how many of them, and by how many bytes together.
fn all_update(devices: &[Client], sources: &[Source], version: &str) -> u64 {
    let total = AtomicUsize::new(0);
    std::thread::scope(|scope| {
        for (device, source) in devices.iter().zip(sources) {
            scope.spawn(|| match update(device, source).unwrap() {
                Update::Ready { version: ready, fetched, .. } => {
                    assert_eq!(ready.to_string(), version);
                    total.fetch_add(fetched as usize, Ordering::Relaxed);
                }
                Update::Current(there) => panic!("{there} is there"),
            });
        }
    });
    total.into_inner() as u64
}

#[test]
fn two_hundred_devices_update_at_once_from_nginx() {
    let (mut shop, clock) = (Shop::new(), TestClock::new());
    shop.publish("1.0.0");
    let Some(server) = nginx(shop.path()) else { return };
    let devices: Vec<Client> = (0..200).map(|_| client(Arc::new(MemoryDisk::default()), &clock)).collect();
    let sources: Vec<Source> = devices.iter().map(|_| shop.source_by(fetch(&server.address))).collect();
    assert_eq!(all_update(&devices, &sources, "1.0.0"), 200 * package("1.0.0").len() as u64);
    for device in &devices {
        assert_eq!(run(device).unwrap(), "1.0.0");
    }
    // While it is served.
    shop.publish("1.1.0");
    let bytes = all_update(&devices, &sources, "1.1.0");
    assert!(bytes * 20 <= 200 * package("1.1.0").len() as u64, "{bytes}");
    for device in &devices {
        assert_eq!(run(device).unwrap(), "1.1.0");
    }
    // A file that is not there is told from one that does not come.
    let missing = pellicle_delivery::client::Fetch::get(&*fetch(&server.address), "targets/none", 0);
    assert!(matches!(missing, Err(FetchError::Missing(address)) if address.ends_with("/targets/none")));
}

/// A server that answers each connection as a function says: it is given what was asked for and the first byte.
fn serve(answer: impl Fn(&str, usize, &mut TcpStream) + Send + Sync + 'static) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    let answer = Arc::new(answer);
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let (mut stream, answer) = (stream.unwrap(), answer.clone());
            std::thread::spawn(move || {
                let mut lines = BufReader::new(stream.try_clone().unwrap()).lines();
                let first = lines.next().unwrap().unwrap();
                let path = first.split(' ').nth(1).unwrap().trim_start_matches('/').to_owned();
                let from = lines
                    .map_while(|line| line.ok().filter(|line| !line.is_empty()))
                    .find_map(|line| {
                        line.to_lowercase().strip_prefix("range: bytes=")?.trim_end_matches('-').parse().ok()
                    })
                    .unwrap_or(0);
                answer(&path, from, &mut stream);
            });
        }
    });
    address
}

fn head(stream: &mut TcpStream, bytes: &[u8], from: usize) {
    let (all, length) = (bytes.len(), bytes.len() - from);
    let status = match from {
        0 => "200 OK".to_owned(),
        _ => format!("206 Partial Content\r\ncontent-range: bytes {from}-{}/{all}", all - 1),
    };
    write!(stream, "HTTP/1.1 {status}\r\ncontent-length: {length}\r\nconnection: close\r\n\r\n").unwrap();
}

#[test]
fn connections_that_break_are_made_again_and_go_on() {
    let (mut shop, clock) = (Shop::new(), TestClock::new());
    shop.publish("1.0.0");
    let folder = shop.path().to_owned();
    let asked = Arc::new(AtomicUsize::new(0));
    let count = asked.clone();
    let address = serve(move |path, from, stream| {
        let Ok(bytes) = std::fs::read(folder.join(path)) else {
            let _ = stream.write_all(b"HTTP/1.1 404 Not Found\r\ncontent-length: 0\r\nconnection: close\r\n\r\n");
            return;
        };
        head(stream, &bytes, from);
        let mut rest = &bytes[from..];
        if path.ends_with("package.ma") {
            count.fetch_add(1, Ordering::Relaxed);
            // More was promised.
            rest = &rest[..rest.len().min(9000)];
        }
        let _ = stream.write_all(rest);
    });
    let device = client(Arc::new(MemoryDisk::default()), &clock);
    update(&device, &shop.source_by(fetch(&address))).unwrap();
    assert_eq!(run(&device).unwrap(), "1.0.0");
    assert_eq!(asked.load(Ordering::Relaxed), package("1.0.0").len().div_ceil(9000));
}

#[test]
fn a_server_that_says_nothing_is_left_after_a_while() {
    let (mut shop, clock) = (Shop::new(), TestClock::new());
    shop.publish("1.0.0");
    let folder = shop.path().to_owned();
    let limits = HttpLimits { silence: Duration::from_millis(200), ..HttpLimits::default() };
    let stall = |at: &'static str| {
        let folder = folder.clone();
        let address = serve(move |path, from, stream| {
            let Ok(bytes) = std::fs::read(folder.join(path)) else {
                let _ = stream.write_all(b"HTTP/1.1 404 Not Found\r\ncontent-length: 0\r\nconnection: close\r\n\r\n");
                return;
            };
            head(stream, &bytes, from);
            if path.ends_with(at) {
                let _ = stream.write_all(&bytes[from..from + 1.min(bytes.len() - from)]);
                // Until the other side goes.
                let _ = stream.read(&mut [0]);
            }
            let _ = stream.write_all(&bytes[from..]);
        });
        let device = client(Arc::new(MemoryDisk::default()), &clock);
        let fetch = Arc::new(HttpFetch::new(&address, &limits).unwrap());
        update(&device, &shop.source_by(fetch))
    };
    for at in ["timestamp.json", "releases.json", "package.ma"] {
        let error = stall(at).unwrap_err();
        assert!(matches!(error, UpdateError::Fetch(FetchError::Failed { .. })), "{at}: {error}");
    }
}

#[test]
fn repositories_are_reached_safely() {
    let limits = HttpLimits::default();
    for open in ["http://example.org/r", "ftp://example.org/", "http://10.0.0.1/", "http://localhost.example.org"] {
        let error = HttpFetch::new(open, &limits).unwrap_err();
        assert!(matches!(&error, AddressError::Open(address) if address == open), "{error}");
    }
    assert!(matches!(HttpFetch::new("here", &limits), Err(AddressError::Form { .. })));
    for fine in ["https://example.org/r/", "http://localhost:8080", "http://127.0.0.1/", "http://[::1]:1/"] {
        HttpFetch::new(fine, &limits).unwrap();
    }
}
