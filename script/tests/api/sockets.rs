//! Sockets and transfers under the host profile.

use crate::support::on_logic_thread;
use crate::wx::{FakeNetwork, WxBench};
use pellicle_script::api::ServiceProfile;
use pellicle_script::bridge::message::{ApiFailure, ApiReply};
use pellicle_script::bridge::outbox::Responder;
use pellicle_script::capability::files::{FileArea, FilePath, FileQuota, FileSystem, MemoryFiles, WriteAt};
use pellicle_script::capability::network::{Network, NetworkRequest, RequestBody};
use pellicle_script::capability::network::{Socket, SocketData, SocketRequest};
use pellicle_script::realm::VirtualClock;
use serde_json::json;
use std::sync::{Arc, Mutex};

/// A network whose other side is the test.
#[derive(Clone, Default)]
struct Wire {
    asked: Arc<Mutex<Vec<SocketRequest>>>,
    events: Arc<Mutex<Vec<Option<Responder>>>>,
    sent: Arc<Mutex<Vec<String>>>,
}

struct End(Arc<Mutex<Vec<String>>>);

impl Socket for End {
    fn send(&mut self, data: SocketData) -> Result<(), ApiFailure> {
        self.0.lock().unwrap().push(format!("{data:?}"));
        Ok(())
    }

    fn close(&mut self, code: u16, reason: &str) {
        self.0.lock().unwrap().push(format!("close {code} {reason}"));
    }
}

impl Network for Wire {
    fn connect(&mut self, request: SocketRequest, events: Responder) -> Result<Box<dyn Socket>, ApiFailure> {
        self.asked.lock().unwrap().push(request);
        self.events.lock().unwrap().push(Some(events));
        Ok(Box::new(End(self.sent.clone())))
    }
}

impl Wire {
    fn bench(&self, code: &str) -> WxBench {
        let wire = self.clone();
        WxBench::with(ServiceProfile::Host, &[code], |c| c.network = Box::new(wire))
    }

    fn tell(&self, socket: usize, event: &'static str, reply: ApiReply) {
        self.events.lock().unwrap()[socket].as_ref().unwrap().progress(event, reply);
    }

    fn end(&self, socket: usize, result: Result<ApiReply, ApiFailure>) {
        self.events.lock().unwrap()[socket].take().unwrap().finish(result);
    }
}

#[test]
fn a_socket_goes_through_its_states() {
    on_logic_thread(|| {
        let wire = Wire::default();
        let mut bench = wire.bench(
            "const task = wx.connectSocket({url: 'wss://a.b/c', header: {x: 1}, protocols: ['p'], success(e) { out.push(e.errMsg) }});
             task.onOpen(e => { out.push('open', e.header, task.readyState);
                task.send({data: 'hi', success(e) { out.push(e.errMsg) }}); task.send({data: new Uint8Array([1, 2])}) });
             task.onMessage(e => out.push(typeof e.data === 'string' ? e.data : [...new Uint8Array(e.data)]));
             task.onClose(e => out.push('close', e, task.readyState));
             wx.onSocketMessage(e => out.push('global'));
             task.send({data: 'early', fail(e) { out.push(e.errMsg) }});
             wx.connectSocket({url: 'https://a', fail(e) { out.push(e.errMsg) }})",
        );
        bench.run(0);
        assert_eq!(
            bench.out(),
            r#"["connectSocket:ok","sendSocketMessage:fail SocketTask.readyState is not OPEN","connectSocket:fail invalid url \"https://a\""]"#
        );
        let asked = wire.asked.lock().unwrap()[0].clone();
        assert_eq!(
            (&*asked.url, asked.headers, asked.protocols),
            ("wss://a.b/c", vec![("x".into(), "1".into())], vec!["p".into()])
        );
        wire.tell(0, "Open", ApiReply::of(json!({ "header": { "h": "1" } })));
        wire.tell(0, "Message", ApiReply::of(json!({ "data": "text" })));
        wire.tell(0, "Message", ApiReply { binary: Some(("data".into(), vec![7, 8])), ..ApiReply::default() });
        bench.settle(10.0);
        assert_eq!(*wire.sent.lock().unwrap(), ["Text(\"hi\")", "Bytes([1, 2])"]);
        wire.end(0, Ok(ApiReply::of(json!({ "code": 1000, "reason": "done" }))));
        bench.settle(10.0);
        assert!(bench.out().ends_with(
            r#""open",{"h":"1"},1,"text","global",[7,8],"global","sendSocketMessage:ok","close",{"code":1000,"reason":"done"},3]"#
        ), "{}", bench.out());
        assert_eq!(bench.faults(), [] as [&str; 0]);
    });
}

#[test]
fn the_older_apis_serve_the_newest_socket_and_a_failure_closes_it() {
    on_logic_thread(|| {
        let wire = Wire::default();
        let mut bench = wire.bench(
            "const say = name => e => out.push(name, e);
             wx.onSocketOpen(() => { wx.sendSocketMessage({data: 'a'}); wx.closeSocket({code: 3001, reason: 'bye', success: say('ok')});
                wx.closeSocket({fail(e) { out.push(e.errMsg) }}) });
             wx.onSocketError(say('error')); wx.onSocketClose(e => out.push('close', e.code));
             for (let i = 0; i < 6; i++) wx.connectSocket({url: 'ws://a', fail(e) { out.push(e.errMsg) }});
             wx.closeSocket({code: 5, fail(e) { out.push(e.errMsg) }})",
        );
        bench.run(0);
        wire.tell(4, "Open", ApiReply::empty());
        bench.settle(10.0);
        wire.end(4, Err(ApiFailure::internal("lost")));
        bench.settle(10.0);
        assert_eq!(*wire.sent.lock().unwrap(), ["Text(\"a\")", "close 3001 bye"]);
        assert_eq!(
            bench.out(),
            concat!(
                r#"["connectSocket:fail exceed max socket connections: 5","closeSocket:fail invalid code 5","#,
                r#""ok",{"errMsg":"closeSocket:ok"},"closeSocket:fail SocketTask.readyState is not OPEN","#,
                r#""error",{"errMsg":"lost","errno":4},"close",1006]"#
            )
        );
    });
}

fn transfers(code: &str) -> (WxBench, FakeNetwork) {
    let network = FakeNetwork::default();
    let mut files = MemoryFiles::new(FileQuota::default(), Arc::new(VirtualClock::deterministic()));
    let path = FilePath::in_area(FileArea::User, "up.txt").unwrap();
    files.write(&path, WriteAt::Whole, b"content").unwrap();
    let seen = network.clone();
    let mut bench = WxBench::with(ServiceProfile::Host, &[code], |c| {
        c.network = Box::new(seen);
        c.files = Box::new(files);
    });
    bench.run(0);
    (bench, network)
}

fn first(network: &FakeNetwork) -> (NetworkRequest, Responder) {
    let mut asked = network.0.lock().unwrap();
    let (request, reply) = &mut asked[0];
    (request.clone(), reply.take().unwrap())
}

#[test]
fn what_is_downloaded_is_a_temporary_file() {
    on_logic_thread(|| {
        let (mut bench, network) = transfers(
            "const task = wx.downloadFile({url: 'https://a.b/x/photo.PNG?s=1', success(e) { out.push(e,
                wx.getFileSystemManager().readFileSync(e.tempFilePath, 'utf8')) }});
             task.onProgressUpdate(e => out.push(e.progress));
             wx.downloadFile({url: 'nope', fail(e) { out.push(e.errMsg) }});
             wx.downloadFile({url: 'https://a', filePath: 'data/x', fail(e) { out.push(e.errMsg) }})",
        );
        let (request, reply) = first(&network);
        assert_eq!((request.method.as_str(), request.binary), ("GET", true));
        reply.progress("ProgressUpdate", ApiReply::of(json!({ "progress": 50 })));
        let binary = Some(("data".to_owned(), b"bytes".to_vec()));
        reply.ok(ApiReply { binary, ..ApiReply::of(json!({ "statusCode": 200, "header": {} })) });
        bench.settle(10.0);
        assert_eq!(
            bench.out(),
            concat!(
                r#"["downloadFile:fail invalid url \"nope\"","downloadFile:fail permission denied, open data/x",50,"#,
                r#"{"statusCode":200,"header":{},"tempFilePath":"wxfile://tmp_00000001.png","dataLength":5,"#,
                r#""errMsg":"downloadFile:ok"},"bytes"]"#
            )
        );
    });
}

#[test]
fn what_is_uploaded_is_a_field_of_a_form() {
    on_logic_thread(|| {
        let (mut bench, network) = transfers(
            "wx.uploadFile({url: 'https://a.b/', filePath: wx.env.USER_DATA_PATH + '/up.txt', name: 'file', formData: {k: 'v'},
                header: {'Content-Type': 'text/odd', token: 't'}, success(e) { out.push(e) }});
             wx.uploadFile({url: 'https://a', filePath: 'wxfile://usr/none', name: 'x', fail(e) { out.push(e.errMsg) }});
             wx.uploadFile({url: 'https://a', filePath: 'wxfile://usr/../../etc/passwd', name: 'x', fail(e) { out.push(e.errno) }})",
        );
        let (request, reply) = first(&network);
        let types: Vec<_> = request.headers.iter().filter(|(n, _)| n.eq_ignore_ascii_case("content-type")).collect();
        assert_eq!(types.len(), 1);
        let boundary = types[0].1.strip_prefix("multipart/form-data; boundary=").unwrap();
        let RequestBody::Bytes(body) = request.body else { panic!() };
        let expected = format!(
            "--{boundary}\r\ncontent-disposition: form-data; name=\"k\"\r\n\r\nv\r\n--{boundary}\r\ncontent-disposition: form-data; \
             name=\"file\"; filename=\"up.txt\"\r\ncontent-type: application/octet-stream\r\n\r\ncontent\r\n--{boundary}--\r\n"
        );
        assert_eq!(String::from_utf8(body).unwrap(), expected);
        reply.ok(ApiReply::of(json!({ "statusCode": 200, "data": "{\"a\":1}" })));
        bench.settle(10.0);
        assert_eq!(
            bench.out(),
            concat!(
                r#"["uploadFile:fail no such file or directory, open wxfile://usr/none",1300013,"#,
                r#"{"statusCode":200,"data":"{\"a\":1}","errMsg":"uploadFile:ok"}]"#
            )
        );
    });
}
