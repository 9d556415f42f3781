//! A plain client of the Chrome DevTools Protocol.

use serde_json::{Value, json};
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};
use tungstenite::stream::MaybeTlsStream;
use tungstenite::{Message, WebSocket};

/// How long something may take.
const PATIENCE: Duration = Duration::from_secs(60);

/// Starts a program that serves clients, and gives it with the address that it prints.
pub fn inspected(command: &mut Command) -> (Child, String) {
    let mut child = command.stdout(Stdio::null()).stderr(Stdio::piped()).spawn().unwrap();
    let mut lines = BufReader::new(child.stderr.take().unwrap()).lines().map_while(Result::ok);
    let address = lines.find_map(|line| Some(line.split_once("ws://")?.1.to_owned()));
    // What else it says is read, lest it waits for that.
    std::thread::spawn(move || lines.for_each(|line| println!("{line}")));
    (child, format!("ws://{}", address.expect("it says where it is inspected")))
}

/// The answer to a request that is no WebSocket: status and body.
pub fn get(address: &str, path: &str, headers: &[(&str, &str)]) -> (u16, String) {
    let mut stream = TcpStream::connect(address).unwrap();
    let headers: String = headers.iter().map(|(name, value)| format!("{name}: {value}\r\n")).collect();
    stream.write_all(format!("GET {path} HTTP/1.1\r\n{headers}\r\n").as_bytes()).unwrap();
    let mut text = String::new();
    stream.read_to_string(&mut text).unwrap();
    let status = text.split(' ').nth(1).and_then(|status| status.parse().ok()).unwrap_or(0);
    (status, text.split_once("\r\n\r\n").map_or_else(String::new, |(_, body)| body.to_owned()))
}

/// A client that is attached.
pub struct Client {
    socket: WebSocket<MaybeTlsStream<TcpStream>>,
    last: i64,
    /// What it was told and nobody has looked at.
    pub events: Vec<Value>,
}

impl Client {
    pub fn attach(address: &str) -> Client {
        let (socket, _) = tungstenite::connect(address).unwrap();
        if let MaybeTlsStream::Plain(stream) = socket.get_ref() {
            stream.set_read_timeout(Some(Duration::from_millis(50))).unwrap();
        }
        Client { socket, last: 0, events: Vec::new() }
    }

    fn read(&mut self) -> Option<Value> {
        match self.socket.read() {
            Ok(Message::Text(text)) => Some(serde_json::from_str(text.as_str()).unwrap()),
            Ok(_) => None,
            Err(tungstenite::Error::Io(error))
                if matches!(error.kind(), std::io::ErrorKind::WouldBlock | std::io::ErrorKind::TimedOut) =>
            {
                None
            }
            Err(error) => panic!("{error}"),
        }
    }

    /// Asks for something; what comes of it, or why it is refused.
    pub fn ask(&mut self, method: &str, params: Value) -> Result<Value, String> {
        self.last += 1;
        let message = json!({ "id": self.last, "method": method, "params": params });
        self.socket.send(Message::text(message.to_string())).unwrap();
        let started = Instant::now();
        while started.elapsed() < PATIENCE {
            match self.read() {
                Some(mut answer) if answer["id"] == self.last => {
                    return match answer["error"]["message"].as_str() {
                        Some(message) => Err(message.to_owned()),
                        None => Ok(answer["result"].take()),
                    };
                }
                Some(event) => self.events.push(event),
                None => {}
            }
        }
        panic!("{method} has no answer")
    }

    /// What comes of something that is not refused.
    pub fn call(&mut self, method: &str, params: Value) -> Value {
        self.ask(method, params).unwrap_or_else(|error| panic!("{method}: {error}"))
    }

    /// Waits for an event that fits, and gives its parameters.
    pub fn until(&mut self, method: &str, fits: impl Fn(&Value) -> bool) -> Value {
        let started = Instant::now();
        loop {
            if let Some(at) = self.events.iter().position(|event| event["method"] == method && fits(&event["params"])) {
                return self.events.remove(at)["params"].take();
            }
            let told = self.events.iter().map(|event| event["method"].to_string()).collect::<Vec<_>>();
            assert!(started.elapsed() < PATIENCE, "{method} does not come: {told:?}");
            let event = self.read();
            self.events.extend(event);
        }
    }

    /// The element that a selector finds on the page.
    pub fn find(&mut self, selector: &str) -> Value {
        self.call("DOM.getDocument", json!({ "depth": 1 }));
        let found = self.call("DOM.querySelector", json!({ "nodeId": 1, "selector": selector }))["nodeId"].take();
        assert_ne!(found, 0, "{selector}");
        found
    }

    /// The value of an expression in the program's realm.
    pub fn evaluate(&mut self, expression: &str) -> Value {
        let answer = self
            .call("Runtime.evaluate", json!({ "expression": expression, "returnByValue": true, "awaitPromise": true }));
        assert_eq!(answer["exceptionDetails"], Value::Null, "{expression}");
        answer["result"]["value"].clone()
    }
}
