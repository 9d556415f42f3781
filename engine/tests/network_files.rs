//! Files and sockets of whole mini-programs, against servers of this test.

#![allow(clippy::unwrap_used, dead_code)]

#[path = "support/live.rs"]
mod live;
#[path = "support/program.rs"]
mod program;

use live::Live;
use program::Program;
use serde_json::Value;
use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::time::{Duration, Instant};

/// A program of one page, with a picture whose source is its data.
fn page(script: &str) -> Program {
    let code = format!(
        "Page({{ data: {{ src: '', log: [] }}, onLoad() {{ const log = x => this.setData({{ ['log[' + this.data.log.length + ']']: x }});\n{script} }} }})"
    );
    Program::new(&[
        ("app.json", r#"{"pages":["pages/a/a"]}"#),
        ("pages/a/a.wxml", r#"<image id="i" src="{{src}}" style="width: 100px; height: 100px; display: block" />"#),
        ("pages/a/a.js", &code),
    ])
}

/// Waits for so many lines of the page's log, in real time.
fn log(live: &mut Live, count: usize) -> Vec<Value> {
    let end = Instant::now() + Duration::from_secs(20);
    loop {
        live.wait(50.0);
        let log = live.data()["log"].as_array().cloned().unwrap_or_default();
        if log.len() >= count || Instant::now() > end {
            return log;
        }
        std::thread::sleep(Duration::from_millis(20));
    }
}

/// Head and body of a request.
fn request(stream: &mut TcpStream) -> (String, Vec<u8>) {
    let (mut seen, mut buffer) = (Vec::new(), [0; 4096]);
    loop {
        let count = stream.read(&mut buffer).unwrap();
        seen.extend_from_slice(&buffer[..count]);
        let Some(end) = seen.windows(4).position(|w| w == b"\r\n\r\n") else {
            assert!(count > 0);
            continue;
        };
        let head = String::from_utf8_lossy(&seen[..end]).to_ascii_lowercase();
        let length = head.lines().find_map(|l| l.strip_prefix("content-length: ")?.parse().ok()).unwrap_or(0);
        if seen.len() >= end + 4 + length {
            return (head, seen[end + 4..].to_vec());
        }
    }
}

/// A red picture of 2 x 2 px.
fn red() -> Vec<u8> {
    let mut bytes = std::io::Cursor::new(Vec::new());
    let picture = image::RgbImage::from_pixel(2, 2, image::Rgb([255, 0, 0]));
    picture.write_to(&mut bytes, image::ImageFormat::Png).unwrap();
    bytes.into_inner()
}

#[test]
fn a_picture_is_fetched_kept_shown_and_sent_again() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    let server = std::thread::spawn(move || {
        let (mut stream, _) = listener.accept().unwrap();
        request(&mut stream);
        let picture = red();
        write!(
            stream,
            "HTTP/1.1 200 OK\r\ncontent-type: image/png\r\nconnection: close\r\ncontent-length: {}\r\n\r\n",
            picture.len()
        )
        .unwrap();
        stream.write_all(&picture).unwrap();
        drop(stream);
        let (mut stream, _) = listener.accept().unwrap();
        let seen = request(&mut stream);
        stream.write_all(b"HTTP/1.1 200 OK\r\nconnection: close\r\ncontent-length: 4\r\n\r\nkept").unwrap();
        seen
    });
    let files = page(&format!(
        "const fs = wx.getFileSystemManager();
         const task = wx.downloadFile({{ url: 'http://{address}/red', fail: e => log(e.errMsg), success: e => {{
            log(e.statusCode); log(e.tempFilePath);
            const kept = fs.saveFileSync(e.tempFilePath, wx.env.USER_DATA_PATH + '/red.png');
            this.setData({{ src: kept }}); log(kept);
            const up = wx.uploadFile({{ url: 'http://{address}/up', filePath: kept, name: 'picture', formData: {{ a: 1 }},
                success: e => log(e.data), fail: e => log(e.errMsg) }});
            up.onProgressUpdate(e => {{ if (e.progress == 100) this.setData({{ sent: e.totalBytesSent == e.totalBytesExpectedToSend }}) }});
         }} }});
         task.onProgressUpdate(e => this.setData({{ received: e.progress }}));"
    ));
    let mut live = Live::open_with(files, &["--network", "any"]);
    let log = log(&mut live, 4);
    assert_eq!(
        log,
        ["200", "wxfile://tmp_00000001.png", "wxfile://usr/red.png", "kept"]
            .map(|t| { t.parse::<u32>().map_or_else(|_| Value::from(t), Value::from) })
    );
    assert_eq!((&live.data()["received"], &live.data()["sent"]), (&Value::from(100), &Value::from(true)));
    live.frames(3);
    let middle = live.middle("#i");
    assert_eq!(live.pixel(middle), [255, 0, 0]);
    let (head, body) = server.join().unwrap();
    assert!(head.starts_with("post /up") && head.contains("multipart/form-data"), "{head}");
    let picture = red();
    assert!(body.windows(picture.len()).any(|part| part == picture));
}

#[test]
fn a_socket_talks_to_a_server() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    let server = std::thread::spawn(move || {
        let (stream, _) = listener.accept().unwrap();
        let mut socket = tungstenite::accept(stream).unwrap();
        let mut seen = Vec::new();
        loop {
            match socket.read() {
                Ok(message @ (tungstenite::Message::Text(_) | tungstenite::Message::Binary(_))) => {
                    seen.push(message.len());
                    socket.send(message).unwrap();
                }
                Ok(_) => {}
                Err(_) => return seen,
            }
        }
    });
    let files = page(&format!(
        "const task = wx.connectSocket({{ url: 'ws://{address}/chat' }});
         let got = 0;
         task.onOpen(() => {{ log('open'); task.send({{ data: '字'.repeat(100000) }}); task.send({{ data: new Uint8Array([1, 2, 3]).buffer }}) }});
         task.onMessage(e => {{ log(typeof e.data === 'string' ? e.data.length : Array.from(new Uint8Array(e.data)));
            if (++got == 2) task.close({{ code: 3000, reason: 'enough' }}) }});
         task.onError(e => log(e.errMsg));
         task.onClose(e => log(e));
         wx.connectSocket({{ url: 'ws://127.0.0.1:1/' }}).onError(e => this.setData({{ refused: true }}));"
    ));
    let mut live = Live::open_with(files, &["--network", "any"]);
    let log = log(&mut live, 4);
    let expected = serde_json::json!(["open", 100_000, [1, 2, 3], { "code": 3000, "reason": "enough" }]);
    assert_eq!(Value::from(log), expected);
    assert_eq!(live.data()["refused"], Value::from(true));
    assert_eq!(server.join().unwrap(), [300_000, 3]);
}
