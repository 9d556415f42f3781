//! Files of a log, a full queue, a disk that refuses.

use super::*;
use std::sync::mpsc;

fn entry(detail: &str) -> AuditEntry<'_> {
    let verdict = AuditVerdict::Denied;
    AuditEntry { time: 1000.5, app: "a", api: "getLocation", scope: Some("scope.userLocation"), verdict, detail }
}

fn lines(path: &Path) -> Vec<Json> {
    let text = std::fs::read_to_string(path).expect("the log");
    assert!(text.ends_with('\n'), "{text}");
    text.lines().map(|line| serde_json::from_str(line).unwrap_or_else(|_| json!({ "torn": line }))).collect()
}

#[test]
fn a_line_that_was_acknowledged_is_in_the_file() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("audit.log");
    let log = AuditLog::open(&path, AuditLimits::default()).expect("the log");
    assert!(log.write(&entry("")));
    log.sync();
    let expected = json!({
        "time": 1001, "app": "a", "api": "getLocation", "scope": "scope.userLocation", "verdict": "denied",
    });
    assert_eq!(lines(&path), [expected]);
    // What was not waited for is written when the log goes.
    for _ in 0..100 {
        log.write(&entry("x"));
    }
    drop(log);
    assert_eq!(lines(&path).len(), 101);
}

#[test]
fn a_torn_last_line_is_ended_and_told() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("audit.log");
    for cut in [1, 20, 5000] {
        std::fs::write(&path, format!("{{}}\n{}", "x".repeat(cut))).expect("written");
        let log = AuditLog::open(&path, AuditLimits::default()).expect("the log");
        log.write(&entry(""));
        drop(log);
        let found = lines(&path);
        assert_eq!(found.len(), 4, "{found:?}");
        assert_eq!(found[1], json!({ "torn": "x".repeat(cut) }));
        assert_eq!(found[2]["verdict"], "recovered");
        assert_eq!(found[2]["detail"], format!("the line above is cut off: {cut} bytes"));
        assert_eq!(found[3]["verdict"], "denied");
    }
}

#[test]
fn a_full_file_is_put_aside_and_only_so_many_are_kept() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("audit.log");
    let limits = AuditLimits { file_bytes: 400, files: 2, queue: 100 };
    let log = AuditLog::open(&path, limits).expect("the log");
    for number in 0..40 {
        log.write(&entry(&number.to_string()));
        log.sync();
    }
    let mut names: Vec<String> = std::fs::read_dir(folder.path())
        .expect("the folder")
        .map(|file| file.expect("a file").file_name().to_string_lossy().into_owned())
        .collect();
    names.sort();
    assert_eq!(names, ["audit.log", "audit.log.1", "audit.log.2"]);
    let mut all = Vec::new();
    for name in ["audit.log.2", "audit.log.1", "audit.log"] {
        let path = folder.path().join(name);
        assert!(std::fs::metadata(&path).expect("a file").len() <= 400);
        all.extend(lines(&path).into_iter().map(|line| line["detail"].as_str().expect("a number").to_owned()));
    }
    // The newest are there, whole and in order.
    let first = 40 - all.len();
    assert!(all.len() >= 6, "{all:?}");
    assert_eq!(all, (first..40).map(|number| number.to_string()).collect::<Vec<_>>());
}

/// A disk that waits to be told what it does with each text.
struct Disk {
    asked: mpsc::Sender<()>,
    answers: mpsc::Receiver<bool>,
    texts: mpsc::Sender<String>,
}

impl LogFile for Disk {
    fn append(&mut self, text: &str) -> io::Result<()> {
        // Not every test listens.
        let _ = self.asked.send(());
        match self.answers.recv() {
            Ok(true) => {
                self.texts.send(text.to_owned()).expect("somebody reads");
                Ok(())
            }
            _ => Err(io::Error::other("full")),
        }
    }
}

fn on_disk(queue: usize) -> (AuditLog, mpsc::Sender<bool>, mpsc::Receiver<String>, mpsc::Receiver<()>) {
    let (asked, asks) = mpsc::channel();
    let (answer, answers) = mpsc::channel();
    let (texts, text) = mpsc::channel();
    let limits = AuditLimits { queue, ..AuditLimits::default() };
    (AuditLog::over(Disk { asked, answers, texts }, limits).expect("the log"), answer, text, asks)
}

#[test]
fn a_full_queue_drops_lines_without_waiting_and_says_how_many() {
    let (log, answer, text, asked) = on_disk(3);
    // The first one is taken by the thread, which waits for the disk with it; three more find room.
    assert!(log.write(&entry("")));
    asked.recv().expect("it is to be written");
    let there = 1 + (1..10).filter(|_| log.write(&entry(""))).count();
    assert_eq!(there, 4);
    for _ in 0..10 {
        let _ = answer.send(true);
    }
    log.sync();
    drop(log);
    let all: String = text.iter().collect();
    let lines: Vec<Json> = all.lines().map(|line| serde_json::from_str(line).expect("a line")).collect();
    let dropped: u64 = lines.iter().filter_map(|line| line["count"].as_u64()).sum();
    assert_eq!(
        (lines.iter().filter(|line| line["verdict"] == "denied").count(), dropped as usize),
        (there, 10 - there)
    );
}

#[test]
fn a_disk_that_refuses_leaves_a_count() {
    let (log, answer, text, _asked) = on_disk(10);
    answer.send(false).expect("sent");
    log.write(&entry("1"));
    log.sync();
    answer.send(true).expect("sent");
    log.write(&entry("2"));
    log.sync();
    let told = text.recv().expect("a text");
    assert!(told.contains(r#""count":1"#) && told.contains(r#""detail":"2""#), "{told}");
    drop(answer);
    drop(log);
}
