//! What was asked of the fonts, what came of it, and who hears of it.
//!
//! Invariants: every question is asked once; an answer goes to all books; a rule's first source that gives a
//! face wins, and only if none does the rule has failed.

use super::file::{data_bytes, source_address, unpack};
use super::{FontSource, FoundFace};
use crate::replay::Tap;
use pellicle_layout::css::FontFaceRule;
use pellicle_layout::diagnostic::{Diagnostic, Position, Severity};
use pellicle_layout::style::computed::FontSlant;
use pellicle_layout::text::font::FontBytes;
use pellicle_layout::text::{FaceId, FontBook};
use pellicle_script::bridge::message::{ApiFailure, ApiReply};
use pellicle_script::bridge::outbox::{Responder, WakeHost};
use rustc_hash::FxHashSet;
use serde::{Deserialize, Serialize};
use serde_json::json;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::mpsc::{Receiver, Sender, channel};

/// Characters of one group that a warning names.
const NAMED: usize = 8;

/// Where a rule's face may come from.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub enum RuleSource {
    /// An address as [`FontSource::fetch`] takes it, or a `data:` one.
    Url(String),
    /// An installed family.
    Local(String),
}

/// A face that a style sheet or script declares.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct FontRule {
    /// The family that it adds to.
    pub family: String,
    /// Its weight; `None` for the file's own.
    pub weight: Option<u16>,
    /// It is italic.
    pub italic: bool,
    /// Sources in order of preference.
    pub sources: Vec<RuleSource>,
}

impl FontRule {
    /// The rule of a style sheet. Addresses that leave the package are left out.
    pub fn of_sheet(rule: &FontFaceRule) -> FontRule {
        let source = |s: &pellicle_layout::css::FontSource| match s.local {
            true => Some(RuleSource::Local(s.url.to_string())),
            false => super::file::address(&rule.base, &s.url).map(RuleSource::Url),
        };
        // A face for a range of weights is taken as it is.
        let weight = (rule.weight.0 == rule.weight.1).then_some(rule.weight.0);
        let sources = rule.sources.iter().filter_map(source).collect();
        FontRule { family: rule.family.to_string(), weight, italic: rule.italic, sources }
    }

    /// The face of `wx.loadFontFace`, asked for by a page.
    pub fn of_script(family: &str, source: &str, weight: &str, style: &str, page: &str) -> FontRule {
        let weight = match weight {
            "normal" => Some(400),
            "bold" => Some(700),
            number => number.parse().ok().filter(|w| (1..=1000).contains(w)),
        };
        let sources = super::file::address(page, source_address(source)).map(RuleSource::Url).into_iter().collect();
        FontRule { family: family.to_owned(), weight, italic: style != "normal", sources }
    }
}

/// Who hears what became of a rule.
enum Waiting {
    /// A call of script.
    Call(Responder),
    /// The developer, with the place of the rule.
    Sheet(Arc<str>, Position),
}

/// A rule, what became of it, and who waits for that.
type Loading = (FontRule, Option<Result<(), String>>, Vec<Waiting>);

/// What a loader asks.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Deserialize, Serialize)]
pub enum Question {
    /// The faces of an installed family.
    Family(String),
    /// Faces that cover a character.
    Character(char),
    /// The face of a rule, by its number.
    Rule(u64),
}

enum Job {
    Find(Question),
    Load(usize, Vec<RuleSource>),
}

type Answer = (Question, Result<Vec<FoundFace>, String>);

/// Where questions are answered.
enum Worker {
    Here(Box<dyn FontSource>, Vec<Answer>),
    Waiting(Option<Box<dyn FontSource>>, WakeHost),
    Thread(Sender<Job>, Receiver<Answer>),
}

/// Looks for faces.
pub struct FontLoader {
    worker: Worker,
    asked: FxHashSet<Question>,
    rules: Vec<Loading>,
    open: usize,
    missing: Vec<char>,
    told: FxHashSet<u32>,
    diagnostics: Vec<Diagnostic>,
    /// How often answers were looked for.
    polls: u64,
    tap: Tap,
}

impl FontLoader {
    /// A loader that finds nothing by itself: its answers come from a recording.
    pub(crate) fn nowhere() -> FontLoader {
        FontLoader::with(Worker::Waiting(None, Arc::new(|| {})))
    }

    /// Has its answers noted, or given from a recording.
    pub(crate) fn tap(&mut self, tap: Tap) {
        self.tap = tap;
    }

    /// A loader that answers at once, on the caller's thread.
    pub fn synchronous(source: Box<dyn FontSource>) -> FontLoader {
        FontLoader::with(Worker::Here(source, Vec::new()))
    }

    /// A loader with a thread of its own, which starts with the first question. `wake` is called on it when
    /// there is an answer.
    pub fn threaded(source: Box<dyn FontSource>, wake: WakeHost) -> FontLoader {
        FontLoader::with(Worker::Waiting(Some(source), wake))
    }

    fn with(worker: Worker) -> FontLoader {
        FontLoader {
            worker,
            asked: FxHashSet::default(),
            rules: Vec::new(),
            open: 0,
            missing: Vec::new(),
            told: FxHashSet::default(),
            diagnostics: Vec::new(),
            polls: 0,
            tap: Tap::default(),
        }
    }

    /// Asks for what a book lacked since the last call.
    pub fn look(&mut self, book: &mut FontBook) {
        for family in book.take_unknown_families() {
            self.ask(Question::Family(family));
        }
        for c in book.take_missing() {
            self.ask(Question::Character(c));
        }
    }

    /// Loads the face of a style sheet's rule, once.
    pub fn add_sheet_rule(&mut self, rule: &FontFaceRule) {
        let waiting = Waiting::Sheet(rule.base.clone(), rule.position);
        let rule = FontRule::of_sheet(rule);
        if self.rules.iter().all(|(known, ..)| *known != rule) {
            self.add(rule, waiting);
        }
    }

    /// Loads a face for script, which hears what became of it.
    pub fn add_script_rule(&mut self, rule: FontRule, reply: Responder) {
        match self.rules.iter_mut().find(|(known, ..)| *known == rule) {
            Some((_, Some(outcome), _)) => answer(outcome, Waiting::Call(reply), &rule, &mut self.diagnostics),
            Some((_, None, waiting)) => waiting.push(Waiting::Call(reply)),
            None => self.add(rule, Waiting::Call(reply)),
        }
    }

    fn add(&mut self, rule: FontRule, waiting: Waiting) {
        let number = self.rules.len();
        let sources = rule.sources.clone();
        self.rules.push((rule, None, vec![waiting]));
        self.send(Job::Load(number, sources));
    }

    fn ask(&mut self, question: Question) {
        if self.asked.insert(question.clone()) {
            self.send(Job::Find(question));
        }
    }

    fn send(&mut self, job: Job) {
        self.open += 1;
        if let Worker::Waiting(source, wake) = &mut self.worker {
            let (jobs, todo) = channel();
            let (answers, done) = channel();
            let (Some(source), wake) = (source.take(), wake.clone()) else { return };
            // Without a thread nothing is found: the questions stay open and the embedded faces stand.
            let _ = std::thread::Builder::new()
                .name("fonts".to_owned())
                .spawn(move || work(source, &todo, &answers, &*wake));
            self.worker = Worker::Thread(jobs, done);
        }
        match &mut self.worker {
            Worker::Here(source, answers) => answers.push(perform(&mut **source, job)),
            Worker::Thread(jobs, _) => {
                let _ = jobs.send(job);
            }
            Worker::Waiting(..) => {}
        }
    }

    /// True while questions are open.
    pub fn is_busy(&self) -> bool {
        self.open > 0
    }

    /// Takes answers in; true if a book got a face, so that texts are to be shaped again. `page` is the page on
    /// top, without an ending: what warnings name.
    pub fn poll(&mut self, books: &mut [&mut FontBook], page: &str) -> bool {
        let poll = self.polls;
        self.polls += 1;
        if self.open == 0 {
            return false;
        }
        let mut changed = false;
        loop {
            let worker = &mut self.worker;
            let next = self.tap.faces(poll, || match worker {
                Worker::Here(_, answers) if answers.is_empty() => None,
                Worker::Here(_, answers) => Some(answers.remove(0)),
                Worker::Thread(_, done) => done.try_recv().ok(),
                Worker::Waiting(..) => None,
            });
            let Some((question, found)) = next else { break };
            self.open = self.open.saturating_sub(1);
            changed |= self.take(question, found, books);
        }
        if self.open == 0 {
            // A face that came with the answer, such as an icon font inside of a sheet, may have what was asked for.
            let has = |book: &FontBook, c| (0..book.face_count()).any(|n| book.face(FaceId(n as u32)).covers(c));
            self.missing.retain(|&c| !books.iter().any(|book| has(book, c)));
            self.tell_missing(page);
        }
        changed
    }

    fn take(&mut self, question: Question, found: Result<Vec<FoundFace>, String>, books: &mut [&mut FontBook]) -> bool {
        match question {
            Question::Rule(number) => {
                let rule = usize::try_from(number).ok().and_then(|number| self.rules.get_mut(number));
                let Some((rule, outcome, waiting)) = rule else { return false };
                let slant = if rule.italic { FontSlant::Italic } else { FontSlant::Normal };
                let added = found.and_then(|faces| {
                    let face = faces.into_iter().next().ok_or("no face was found")?;
                    for book in books.iter_mut() {
                        let added = book.add_font_face(face.data.clone(), &rule.family, rule.weight, Some(slant));
                        added.map_err(|e| e.to_string())?;
                    }
                    Ok(())
                });
                for waiting in std::mem::take(waiting) {
                    answer(&added, waiting, rule, &mut self.diagnostics);
                }
                let changed = added.is_ok();
                *outcome = Some(added);
                changed
            }
            Question::Family(_) | Question::Character(_) => {
                let faces = found.unwrap_or_default();
                let mut added = false;
                for face in &faces {
                    for book in books.iter_mut() {
                        added |= book.add_face(face.data.clone(), face.index).is_ok();
                    }
                }
                if let (Question::Character(c), false) = (question, added) {
                    self.missing.push(c);
                }
                added
            }
        }
    }

    /// One warning for each group of characters that nothing covers.
    fn tell_missing(&mut self, page: &str) {
        let mut missing = std::mem::take(&mut self.missing);
        missing.sort_unstable();
        for group in missing.chunk_by(|a, b| group_of(*a) == group_of(*b)) {
            if !self.told.insert(group_of(group[0])) {
                continue;
            }
            let names: Vec<String> =
                group.iter().take(NAMED).map(|c| format!("\"{c}\" (U+{:04X})", *c as u32)).collect();
            let more = match group.len().saturating_sub(NAMED) {
                0 => String::new(),
                more => format!(" and {more} more"),
            };
            let names = names.join(", ");
            let message = format!(
                "no font has {names}{more}; a box stands for each. Install a font that has them, or load one with @font-face"
            );
            self.diagnostics.push(Diagnostic::new(
                Severity::Warning,
                "missing-glyph",
                Arc::from(format!("{page}.wxml")),
                Position { line: 1, column: 1 },
                message,
            ));
        }
    }

    /// What was found wrong since the last call.
    pub fn take_diagnostics(&mut self) -> Vec<Diagnostic> {
        std::mem::take(&mut self.diagnostics)
    }
}

/// A writing system, roughly: characters that a font has or lacks together.
fn group_of(c: char) -> u32 {
    match c {
        '\u{2e80}'..='\u{9fff}' | '\u{f900}'..='\u{faff}' | '\u{ff00}'..='\u{ffef}' | '\u{20000}'..='\u{3ffff}' => {
            0x2e80
        }
        '\u{ac00}'..='\u{d7af}' => 0xac00,
        '\u{1f000}'..='\u{1faff}' => 0x1f000,
        c => c as u32 & !0x7f,
    }
}

fn answer(outcome: &Result<(), String>, waiting: Waiting, rule: &FontRule, diagnostics: &mut Vec<Diagnostic>) {
    match (waiting, outcome) {
        (Waiting::Call(reply), Ok(())) => reply.ok(ApiReply::of(json!({ "status": "loaded" }))),
        (Waiting::Call(reply), Err(reason)) => reply.fail(ApiFailure::internal(reason.clone())),
        (Waiting::Sheet(..), Ok(())) => {}
        (Waiting::Sheet(file, position), Err(reason)) => {
            let message = format!("the font \"{}\" is not used: {reason}", rule.family);
            diagnostics.push(Diagnostic::new(Severity::Warning, "font-face", file, position, message));
        }
    }
}

fn work(
    mut source: Box<dyn FontSource>,
    todo: &Receiver<Job>,
    answers: &Sender<Answer>,
    wake: &(dyn Fn() + Send + Sync),
) {
    while let Ok(job) = todo.recv() {
        if answers.send(perform(&mut *source, job)).is_err() {
            return;
        }
        wake();
    }
}

fn perform(source: &mut dyn FontSource, job: Job) -> Answer {
    match job {
        Job::Find(question) => {
            // Readers of installed fonts are meant to refuse bad files; one that does not must not end the thread.
            let found = catch_unwind(AssertUnwindSafe(|| match &question {
                Question::Family(name) => source.family(name),
                Question::Character(c) => source.covering(*c),
                Question::Rule(_) => Vec::new(),
            }));
            (question, Ok(found.unwrap_or_default()))
        }
        Job::Load(number, sources) => {
            let mut outcome = Err("it has no source that can be used".to_owned());
            for from in &sources {
                outcome = load(source, from);
                if outcome.is_ok() {
                    break;
                }
            }
            (Question::Rule(number as u64), outcome)
        }
    }
}

fn load(source: &mut dyn FontSource, from: &RuleSource) -> Result<Vec<FoundFace>, String> {
    let bytes = match from {
        RuleSource::Local(name) => {
            let faces = source.family(name);
            return if faces.is_empty() { Err(format!("no installed font is called \"{name}\"")) } else { Ok(faces) };
        }
        RuleSource::Url(url) if url.starts_with("data:") => data_bytes(url).map_err(|e| e.to_string())?,
        RuleSource::Url(url) => source.fetch(url).map_err(|e| format!("{url}: {e}"))?,
    };
    let bytes = unpack(bytes).map_err(|e| e.to_string())?;
    // Asked of a book of its own: of the next source there may be one that can be read.
    let data: FontBytes = Arc::new(bytes);
    pellicle_layout::text::font::is_readable(&data).then_some(()).ok_or("not a font that can be read")?;
    Ok(vec![FoundFace { data, index: 0 }])
}

#[cfg(test)]
mod tests {
    use super::*;
    use pellicle_layout::text::FontPolicy;

    /// A machine with one font, which is called "Moto Sans".
    struct Machine;

    /// The embedded face with another name in its tables.
    fn moto() -> Vec<u8> {
        let mut bytes = ttf_noto_sans::BOLD.to_vec();
        let name = b"\0N\0o\0t\0o\0 \0S\0a\0n\0s";
        let places: Vec<usize> =
            bytes.windows(name.len()).enumerate().filter(|(_, w)| w == name).map(|(i, _)| i).collect();
        for place in places {
            bytes[place + 1] = b'M';
        }
        bytes
    }

    impl FontSource for Machine {
        fn family(&mut self, name: &str) -> Vec<FoundFace> {
            let face = FoundFace { data: Arc::new(moto()), index: 0 };
            if name.eq_ignore_ascii_case("moto sans") { vec![face] } else { Vec::new() }
        }

        fn covering(&mut self, _c: char) -> Vec<FoundFace> {
            Vec::new()
        }

        fn fetch(&mut self, url: &str) -> Result<Vec<u8>, String> {
            match url {
                "/font.ttf" => Ok(ttf_noto_sans::ITALIC.to_vec()),
                "/noise.ttf" => Ok(b"noise".to_vec()),
                _ => Err("there is no such file in the package".to_owned()),
            }
        }
    }

    fn rule(urls: &[&str]) -> FontFaceRule {
        let source = |url: &&str| pellicle_layout::css::FontSource {
            url: Arc::from(url.strip_prefix("local:").unwrap_or(url)),
            local: url.starts_with("local:"),
            format: None,
        };
        FontFaceRule {
            family: Arc::from("mine"),
            sources: urls.iter().map(source).collect(),
            weight: (400, 400),
            italic: false,
            base: Arc::from("pages/a/a.wxss"),
            position: Position { line: 3, column: 5 },
        }
    }

    fn load(urls: &[&str]) -> (bool, Vec<String>) {
        let mut loader = FontLoader::synchronous(Box::new(Machine));
        let mut book = FontBook::new(FontPolicy::Author).unwrap();
        loader.add_sheet_rule(&rule(urls));
        loader.add_sheet_rule(&rule(urls));
        let changed = loader.poll(&mut [&mut book], "pages/a/a");
        assert!(!loader.is_busy());
        (changed, loader.take_diagnostics().iter().map(ToString::to_string).collect())
    }

    #[test]
    fn the_first_source_that_gives_a_face_wins() {
        assert_eq!(load(&["/noise.ttf", "none.ttf", "/font.ttf"]), (true, Vec::new()));
        assert_eq!(load(&["local:Moto Sans"]), (true, Vec::new()));
    }

    #[test]
    fn a_rule_without_a_usable_source_is_named_with_its_place() {
        let (changed, told) = load(&["/font.woff", "/noise.ttf"]);
        assert!(!changed);
        assert_eq!(told, ["pages/a/a.wxss:3:5: the font \"mine\" is not used: not a font that can be read"]);
    }

    #[test]
    fn characters_that_nothing_covers_are_told_of_once_a_group() {
        let mut loader = FontLoader::synchronous(Box::new(Machine));
        let mut book = FontBook::new(FontPolicy::Author).unwrap();
        let stack = book.stack(&Arc::from([]), 400, FontSlant::Normal);
        let stack = book.stack_faces(stack).clone();
        for text in ["中文字", "文本", "\u{e000}"] {
            for c in text.chars() {
                book.face_for(&stack, c);
            }
            loader.look(&mut book);
            loader.poll(&mut [&mut book], "pages/a/a");
        }
        let told: Vec<String> = loader.take_diagnostics().iter().map(ToString::to_string).collect();
        assert_eq!(told.len(), 2, "{told:?}");
        assert!(told[0].starts_with("pages/a/a.wxml:1:1: no font has \"中\" (U+4E2D), \"字\" (U+5B57)"), "{told:?}");
    }

    #[test]
    fn a_thread_answers_and_wakes_the_host() {
        let (sender, woken) = channel();
        let wake: WakeHost = Arc::new(move || {
            let _ = sender.send(());
        });
        let mut loader = FontLoader::threaded(Box::new(Machine), wake);
        let mut book = FontBook::new(FontPolicy::Author).unwrap();
        let families = Arc::from([pellicle_layout::style::computed::FontFamily::Named(Arc::from("Moto Sans"))]);
        let before = book.stack(&families, 400, FontSlant::Normal);
        let before = book.stack_faces(before).faces[0].face;
        loader.look(&mut book);
        woken.recv().unwrap();
        assert!(loader.poll(&mut [&mut book], ""));
        let after = book.stack(&families, 400, FontSlant::Normal);
        assert_ne!(before, book.stack_faces(after).faces[0].face, "the text takes the face that came");
    }
}
