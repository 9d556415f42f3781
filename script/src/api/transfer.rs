//! `downloadFile` and `uploadFile`: requests whose body is a file.

use super::WxApi;
use super::call::{Call, Completion, Task};
use super::convert::reply_fields;
use super::files::saved::fresh;
use super::files::{failure, on_files, path_of};
use super::network::{MAX_UPLOAD, TIMEOUT_MS, URL, encode_url, enqueue, pairs};
use super::pages::Fields;
use super::row::{ArgumentType as T, CapabilityKind as C};
use super::table::{Entry, Handler, field, optional, required};
use crate::bridge::message::{ApiFailure, ApiReply};
use crate::capability::files::{FileArea, FileError, FilePath, WriteAt};
use crate::capability::network::{NetworkRequest, Progress, RequestBody};
use crate::realm::Realm;
use crate::value::Value;
use std::rc::Rc;

/// This family's APIs.
pub const ENTRIES: &[Entry] = &[
    Entry::new(
        "downloadFile",
        C::Network,
        &[
            required("url", T::String).bytes(URL),
            optional("header", T::Object),
            optional("timeout", T::Number),
            optional("filePath", T::String),
        ],
        Handler::Task(download, &["HeadersReceived", "ProgressUpdate"]),
        "Fetches a file.",
    )
    .gives(&[
        field("tempFilePath", T::String, "Where it lies, if no path was given."),
        field("filePath", T::String, "Where it lies, if a path was given."),
        field("statusCode", T::Number, "The answer's status."),
    ]),
    Entry::new(
        "uploadFile",
        C::Network,
        &[
            required("url", T::String).bytes(URL),
            required("filePath", T::String),
            required("name", T::String),
            optional("header", T::Object),
            optional("formData", T::Object),
            optional("timeout", T::Number),
        ],
        Handler::Task(upload, &["HeadersReceived", "ProgressUpdate"]),
        "Sends a file as a field of a form.",
    )
    .gives(&[field("data", T::String, "The answer's body."), field("statusCode", T::Number, "The answer's status.")]),
];

/// Address, header fields and time limit of a transfer.
fn base(call: &mut Call<'_>, method: &str) -> Result<NetworkRequest, ApiFailure> {
    let url = call.text("url", "");
    if !url.starts_with("https://") && !url.starts_with("http://") {
        return Err(ApiFailure::parameter(format!("invalid url \"{url:.200}\"")));
    }
    let mut headers = match call.field("header") {
        Value::Script(object) => pairs(call.realm, &object),
        _ => Vec::new(),
    };
    headers.retain(|(name, _)| !name.eq_ignore_ascii_case("referer"));
    Ok(NetworkRequest {
        url: encode_url(&url),
        method: method.to_owned(),
        headers,
        body: RequestBody::None,
        timeout_ms: call.number("timeout", TIMEOUT_MS).max(1.0),
        binary: false,
        chunked: false,
        progress: Progress::None,
    })
}

fn download(call: &mut Call<'_>, completion: Completion, task: Rc<Task>) {
    let prepared = base(call, "GET").and_then(|request| {
        let target = match call.text_field("filePath").filter(|path| !path.is_empty()) {
            Some(_) => Some(super::files::methods::writable(call, "filePath", "open")?),
            None => None,
        };
        Ok((request, target))
    });
    let (mut request, target) = match prepared {
        Ok(prepared) => prepared,
        Err(failure) => return completion.defer(call.realm, call.api, Err(failure)),
    };
    request.binary = true;
    request.progress = Progress::Received;
    let (api, url) = (call.api.clone(), request.url.clone());
    let convert = move |realm: &mut dyn Realm, reply: ApiReply| keep(realm, &api, reply, &url, target);
    let responder = completion.responder_with(call.api, Some(task), convert);
    enqueue(call.api, request, responder);
}

/// The answer's body becomes a file.
fn keep(
    realm: &mut dyn Realm,
    api: &WxApi,
    mut reply: ApiReply,
    url: &str,
    target: Option<FilePath>,
) -> Result<Fields, ApiFailure> {
    let bytes = reply.binary.take().map_or_else(Vec::new, |(_, bytes)| bytes);
    let kind = reply.fields.get("header").and_then(|h| h.get("content-type")).and_then(|t| t.as_str()).unwrap_or("");
    let (path, field) = match target {
        Some(path) => (path, "filePath"),
        None => (fresh(api, FileArea::Temporary, ending_of(url, kind))?, "tempFilePath"),
    };
    on_files(api, &path, "open", |files| files.write(&path, WriteAt::Whole, &bytes))?;
    let mut fields = reply_fields(realm, &reply);
    fields.push((field.to_owned(), Value::string(path.text())));
    fields.push(("dataLength".to_owned(), Value::Number(bytes.len() as f64)));
    Ok(fields)
}

/// The ending of a file by its address, else by its content type; empty for none that is known.
fn ending_of<'a>(url: &'a str, content_type: &str) -> &'a str {
    let path = url.split(['?', '#']).next().unwrap_or("");
    let path = path.split_once("://").map_or(path, |(_, rest)| rest);
    let name = path.split_once('/').map_or("", |(_, path)| path.rsplit('/').next().unwrap_or(""));
    if let Some((_, ending)) = name.rsplit_once('.').filter(|(_, e)| !e.is_empty() && e.len() <= 5) {
        return ending;
    }
    match content_type.split(';').next().unwrap_or("").trim() {
        "image/png" => "png",
        "image/jpeg" => "jpg",
        "image/gif" => "gif",
        "image/webp" => "webp",
        "image/svg+xml" => "svg",
        "application/json" => "json",
        "application/pdf" => "pdf",
        "text/plain" => "txt",
        "text/html" => "html",
        "audio/mpeg" => "mp3",
        "video/mp4" => "mp4",
        _ => "",
    }
}

fn upload(call: &mut Call<'_>, completion: Completion, task: Rc<Task>) {
    let request = match upload_request(call) {
        Ok(request) => request,
        Err(failure) => return completion.defer(call.realm, call.api, Err(failure)),
    };
    let responder = completion.responder_with(call.api, Some(task), |realm, reply| Ok(reply_fields(realm, &reply)));
    enqueue(call.api, request, responder);
}

fn upload_request(call: &mut Call<'_>) -> Result<NetworkRequest, ApiFailure> {
    let mut request = base(call, "POST")?;
    let path = path_of(call, "filePath", "open")?;
    let bytes = on_files(call.api, &path, "open", |files| {
        let stat = files.stat(&path)?;
        if stat.size > MAX_UPLOAD { Err(FileError::Full) } else { files.read(&path, 0, stat.size) }
    })?;
    if path.area() == FileArea::Package {
        // What the program shows of itself is the host's to give away.
        return Err(failure(FileError::Permission, "open", &path.text()));
    }
    let fields = match call.field("formData") {
        Value::Script(object) => pairs(call.realm, &object),
        _ => Vec::new(),
    };
    let name = call.text("name", "");
    let (boundary, body) = multipart(&fields, &name, path.names(), &bytes);
    request.headers.retain(|(name, _)| !name.eq_ignore_ascii_case("content-type"));
    request.headers.push(("content-type".to_owned(), format!("multipart/form-data; boundary={boundary}")));
    request.body = RequestBody::Bytes(body);
    request.progress = Progress::Sent;
    Ok(request)
}

/// A form as RFC 7578 writes it, and the line between its parts, which none of them has.
fn multipart(fields: &[(String, String)], name: &str, file: &str, bytes: &[u8]) -> (String, Vec<u8>) {
    // As browsers write names: quotes and line breaks percent-encoded.
    let plain = |text: &str| text.replace('\r', "%0D").replace('\n', "%0A").replace('"', "%22");
    let has = |line: &str| {
        let found = |bytes: &[u8]| bytes.windows(line.len()).any(|part| part == line.as_bytes());
        found(bytes) || fields.iter().any(|(_, value)| found(value.as_bytes()))
    };
    let mut number = 0_u32;
    let mut boundary = format!("----PellicleForm{number:08}");
    while has(&boundary) {
        number += 1;
        boundary = format!("----PellicleForm{number:08}");
    }
    let mut body = Vec::with_capacity(bytes.len() + 512);
    for (name, value) in fields {
        let head = format!("--{boundary}\r\ncontent-disposition: form-data; name=\"{}\"\r\n\r\n", plain(name));
        body.extend_from_slice(head.as_bytes());
        body.extend_from_slice(value.as_bytes());
        body.extend_from_slice(b"\r\n");
    }
    let file = file.rsplit('/').next().unwrap_or(file);
    let head = format!(
        "--{boundary}\r\ncontent-disposition: form-data; name=\"{}\"; filename=\"{}\"\r\ncontent-type: \
         application/octet-stream\r\n\r\n",
        plain(name),
        plain(file)
    );
    body.extend_from_slice(head.as_bytes());
    body.extend_from_slice(bytes);
    body.extend_from_slice(format!("\r\n--{boundary}--\r\n").as_bytes());
    (boundary, body)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_form_ends_at_a_line_that_no_part_has() {
        let fields = [("k".to_owned(), "----PellicleForm00000000".to_owned())];
        let (boundary, body) = multipart(&fields, "a\"b", "x/y.png", b"bytes");
        assert_eq!(boundary, "----PellicleForm00000001");
        let text = String::from_utf8(body).expect("text");
        assert!(
            text.contains("name=\"a%22b\"; filename=\"y.png\"\r\n")
                && text.ends_with("bytes\r\n------PellicleForm00000001--\r\n")
        );
    }

    #[test]
    fn endings_come_from_the_address_or_the_type() {
        assert_eq!(ending_of("https://a.b/c/d.tar.gz?x=.png", ""), "gz");
        assert_eq!(ending_of("https://a.com", "image/png; charset=x"), "png");
        assert_eq!(ending_of("https://a.com/x", "odd"), "");
    }
}
