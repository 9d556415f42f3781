//! A web server of static files on this machine.

use std::io::{BufRead, BufReader, Write};
use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

/// Files over HTTP, with ranges.
pub struct Server {
    /// `http://127.0.0.1:PORT`.
    pub address: String,
    shared: Arc<Shared>,
}

#[derive(Default)]
struct Shared {
    /// Nobody gets an answer.
    held: AtomicBool,
    /// Paths, and how many bytes of them were given.
    given: Mutex<Vec<(String, u64)>>,
}

impl Server {
    /// Serves a folder for as long as the process lives.
    pub fn over(folder: &Path) -> Server {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = format!("http://{}", listener.local_addr().unwrap());
        let (shared, folder): (Arc<Shared>, _) = (Arc::default(), folder.to_owned());
        let serving = shared.clone();
        std::thread::spawn(move || {
            for stream in listener.incoming().map_while(Result::ok) {
                let (shared, folder) = (serving.clone(), folder.clone());
                // Whoever goes in the middle of an answer does no harm.
                std::thread::spawn(move || drop(answer(&shared, &folder, stream)));
            }
        });
        Server { address, shared }
    }

    /// Answers wait, or come again.
    pub fn hold(&self, held: bool) {
        self.shared.held.store(held, Ordering::SeqCst);
    }

    /// Bytes that were given of files whose names end so.
    pub fn bytes(&self, end: &str) -> u64 {
        let given = self.shared.given.lock().unwrap();
        given.iter().filter(|(path, _)| path.ends_with(end)).map(|(_, bytes)| bytes).sum()
    }
}

fn answer(shared: &Shared, folder: &Path, mut stream: TcpStream) -> std::io::Result<()> {
    let mut lines = BufReader::new(stream.try_clone()?).lines();
    let first = lines.next().transpose()?.unwrap_or_default();
    let path = first.split(' ').nth(1).unwrap_or("/").trim_start_matches('/').to_owned();
    let mut from = 0;
    for line in lines.map_while(Result::ok).take_while(|line| !line.is_empty()) {
        if let Some(range) = line.to_lowercase().strip_prefix("range: bytes=") {
            from = range.trim_end_matches('-').parse().unwrap_or(0);
        }
    }
    while shared.held.load(Ordering::SeqCst) {
        std::thread::sleep(Duration::from_millis(2));
    }
    let Ok(bytes) = std::fs::read(folder.join(&path)) else {
        return stream.write_all(b"HTTP/1.1 404 Not Found\r\ncontent-length: 0\r\nconnection: close\r\n\r\n");
    };
    let (all, from) = (bytes.len(), from.min(bytes.len()));
    let status = match from {
        0 => "200 OK".to_owned(),
        _ => format!("206 Partial Content\r\ncontent-range: bytes {from}-{}/{all}", all - 1),
    };
    write!(stream, "HTTP/1.1 {status}\r\ncontent-length: {}\r\nconnection: close\r\n\r\n", all - from)?;
    stream.write_all(&bytes[from..])?;
    shared.given.lock().unwrap().push((path, (all - from) as u64));
    Ok(())
}
