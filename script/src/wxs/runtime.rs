//! Modules of wxs: compiled once per mini-program, instantiated once per page (and side).

use super::{compiler, parser};
use crate::value::Value;
use crate::vm::Machine;
use crate::vm::code::Code;
use pellicle_layout::diagnostic::{Diagnostic, LineIndex, Position, Severity};
use pellicle_layout::markup::TemplateSource;
use pellicle_layout::markup::loader::{parse, resolve};
use pellicle_layout::markup::template::{WxsModule, WxsSource};
use rustc_hash::FxHashMap;
use std::cell::RefCell;
use std::rc::Rc;
use std::sync::Arc;

/// How deep files may require each other.
const MAX_REQUIRES: usize = 64;

/// A compiled file. One that was not understood has no code: its exports are empty.
#[derive(Debug, Default)]
struct Compiled {
    code: Option<Rc<Code>>,
    /// Package paths of what it requires and where; `None` for a path that leaves the package.
    requires: Vec<(Option<Arc<str>>, Rc<str>, Position)>,
    file: Arc<str>,
}

/// The compiled wxs of one mini-program. Shared by all its pages.
pub struct WxsLibrary {
    source: Rc<dyn TemplateSource>,
    files: FxHashMap<Arc<str>, Rc<Compiled>>,
    diagnostics: Vec<Diagnostic>,
}

impl std::fmt::Debug for WxsLibrary {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("WxsLibrary").field("files", &self.files.len()).finish()
    }
}

impl WxsLibrary {
    /// A library that reads files from `source`.
    pub fn new(source: Rc<dyn TemplateSource>) -> Self {
        WxsLibrary { source, files: FxHashMap::default(), diagnostics: Vec::new() }
    }

    /// Everything that was said about files since the last call.
    pub fn take_diagnostics(&mut self) -> Vec<Diagnostic> {
        let mut found = std::mem::take(&mut self.diagnostics);
        for finding in &mut found {
            if let Some(text) = self.source.read(&finding.file) {
                finding.show_line(&text);
            }
        }
        found
    }

    /// Compiles a file and what it requires without running it, for checking.
    pub fn check(&mut self, path: &str) {
        let mut paths: Vec<Arc<str>> = vec![Arc::from(path)];
        let mut seen = rustc_hash::FxHashSet::default();
        while let Some(path) = paths.pop() {
            if let Some(file) = seen.insert(path.clone()).then(|| self.file(&path)).flatten() {
                paths.extend(file.requires.iter().filter_map(|(path, ..)| path.clone()));
            }
        }
    }

    /// A file of the package, compiled if it is new.
    fn file(&mut self, path: &Arc<str>) -> Option<Rc<Compiled>> {
        if let Some(known) = self.files.get(path) {
            return Some(known.clone());
        }
        let text = self.source.read(path)?;
        let text = text.strip_prefix('\u{feff}').unwrap_or(&text);
        let compiled = self.compile(path, text, Position { line: 1, column: 1 });
        self.files.insert(path.clone(), compiled.clone());
        Some(compiled)
    }

    /// The code of an inline module. `key` tells it from the others of its file.
    fn inline(&mut self, key: &Arc<str>, file: &Arc<str>, code: &str, start: Position) -> Rc<Compiled> {
        if let Some(known) = self.files.get(key) {
            return known.clone();
        }
        let compiled = self.compile(file, code, start);
        self.files.insert(key.clone(), compiled.clone());
        compiled
    }

    /// Compiles `text`, which starts at `start` of its file.
    fn compile(&mut self, file: &Arc<str>, text: &str, start: Position) -> Rc<Compiled> {
        let index = LineIndex::new(text);
        let position = |offset: usize| index.position(offset).in_text_at(start);
        let parsed = parser::parse(text).and_then(|module| {
            let code = compiler::compile(&module.main, file, &position)?;
            Ok((code, module.requires))
        });
        let (code, requires) = match parsed {
            Ok(parsed) => parsed,
            Err(refusal) => {
                // The line is taken from the file: an inline module may begin in the middle of one.
                let message = format!("{}; the module is left out", refusal.message);
                let place = position(refusal.offset);
                self.diagnostics.push(Diagnostic::new(Severity::Error, "wxs", file.clone(), place, message));
                return Rc::new(Compiled { file: file.clone(), ..Compiled::default() });
            }
        };
        let requires = requires
            .into_iter()
            .map(|(path, offset)| {
                let resolved = resolve(file, &path).map(|resolved| match resolved.ends_with(".wxs") {
                    true => Arc::from(resolved),
                    false => Arc::from(resolved + ".wxs"),
                });
                (resolved, path, position(offset))
            })
            .collect();
        Rc::new(Compiled { code: Some(code), requires, file: file.clone() })
    }

    fn report(&mut self, file: &Arc<str>, position: Position, message: String) {
        let finding = Diagnostic::new(Severity::Error, "wxs-require", file.clone(), position, message);
        if !self.diagnostics.contains(&finding) {
            self.diagnostics.push(finding);
        }
    }
}

/// The wxs modules of one page: each file runs once, all who require it share its exports.
#[derive(Debug)]
pub struct WxsRuntime {
    library: Rc<RefCell<WxsLibrary>>,
    /// The `module` object of every file that ran or is running.
    modules: FxHashMap<Arc<str>, Value>,
    /// Files that are being loaded, each required by the one before.
    depth: usize,
}

impl WxsRuntime {
    /// A runtime in which no module has run.
    pub fn new(library: Rc<RefCell<WxsLibrary>>) -> Self {
        WxsRuntime { library, modules: FxHashMap::default(), depth: 0 }
    }

    /// The exports of a `.wxs` file of the package, which runs if it has not yet. An empty object if there
    /// is no such file or it was not understood; the library's diagnostics say so.
    pub fn load(&mut self, machine: &mut Machine, path: &str) -> Value {
        let path: Arc<str> = Arc::from(path);
        let compiled = self.library.borrow_mut().file(&path);
        match compiled {
            Some(compiled) => self.run(machine, &path, &compiled),
            None => {
                let position = Position { line: 1, column: 1 };
                self.library.borrow_mut().report(&path, position, format!("there is no `{path}`"));
                Value::object::<&str>([])
            }
        }
    }

    /// The exports of the module of a `<wxs>` element of `file`.
    pub fn module(&mut self, machine: &mut Machine, module: &WxsModule, file: &Arc<str>) -> Value {
        match &module.source {
            WxsSource::File(path) => {
                let known = self.library.borrow_mut().file(path);
                match known {
                    Some(compiled) => self.run(machine, path, &compiled),
                    None => {
                        let message = format!("there is no `{path}` for this `<wxs>`");
                        self.library.borrow_mut().report(file, module.position, message);
                        Value::object::<&str>([])
                    }
                }
            }
            WxsSource::Inline { code, start } => {
                let key: Arc<str> = Arc::from(format!("{file}:{}:{}", start.line, start.column));
                let compiled = self.library.borrow_mut().inline(&key, file, code, *start);
                self.run(machine, &key, &compiled)
            }
        }
    }

    /// The exports of a module by its key: the path of a file, or the file, line and column of an inline module. What
    /// it is not yet is loaded. `None` if there is no such module.
    pub fn by_key(&mut self, machine: &mut Machine, key: &str) -> Option<Value> {
        if let Some(module) = self.modules.get(key) {
            return Some(exports(module));
        }
        if key.ends_with(".wxs") {
            return Some(self.load(machine, key));
        }
        let mut parts = key.rsplitn(3, ':');
        let (column, line, file) = (parts.next()?, parts.next()?, parts.next()?);
        let wanted = Position { line: line.parse().ok()?, column: column.parse().ok()? };
        let source = self.library.borrow().source.clone();
        let (template, _) = parse(file, &source.read(file)?);
        let module =
            template.wxs.iter().find(|m| matches!(&m.source, WxsSource::Inline { start, .. } if *start == wanted))?;
        Some(self.module(machine, module, &template.file))
    }

    /// Everything that ran, by key, and what it exports.
    pub(crate) fn loaded(&self) -> impl Iterator<Item = (&Arc<str>, Value)> {
        self.modules.iter().map(|(key, module)| (key, exports(module)))
    }

    /// Runs a file once, what it requires first. Recurses at most [`MAX_REQUIRES`] deep.
    fn run(&mut self, machine: &mut Machine, key: &Arc<str>, compiled: &Rc<Compiled>) -> Value {
        if let Some(module) = self.modules.get(key) {
            return exports(module);
        }
        // A file that requires itself in a circle sees what is exported so far.
        let mut module = Value::Undefined;
        let made = machine.evaluation(true, |machine| {
            module = machine.new_object()?;
            let exports = machine.new_object()?;
            machine.set_member(&module, "exports", exports)?;
            Ok(Value::Undefined)
        });
        if let Err(fault) = made {
            machine.host().fault(&fault);
            return Value::object::<&str>([]);
        }
        self.modules.insert(key.clone(), module.clone());
        let Some(code) = &compiled.code else { return exports(&module) };
        let mut required = Vec::with_capacity(compiled.requires.len());
        for (path, written, position) in &compiled.requires {
            required.push(self.require(machine, path.as_ref(), written, &compiled.file, *position));
        }
        let arguments = [module.clone(), exports(&module)];
        let ran = machine.evaluation(true, |machine| machine.run_module(code, required, &arguments));
        if let Err(fault) = ran {
            machine.host().fault(&fault);
        }
        exports(&module)
    }

    fn require(
        &mut self,
        machine: &mut Machine,
        path: Option<&Arc<str>>,
        written: &str,
        file: &Arc<str>,
        position: Position,
    ) -> Value {
        let compiled = path.and_then(|path| self.library.borrow_mut().file(path));
        let (Some(path), Some(compiled)) = (path, compiled) else {
            self.library.borrow_mut().report(file, position, format!("there is no `{written}` to require"));
            return Value::Undefined;
        };
        if self.depth >= MAX_REQUIRES && !self.modules.contains_key(path) {
            let message = format!("files require each other more than {MAX_REQUIRES} deep; `{written}` is left out");
            self.library.borrow_mut().report(file, position, message);
            return Value::Undefined;
        }
        self.depth += 1;
        let exports = self.run(machine, path, &compiled);
        self.depth -= 1;
        exports
    }
}

/// What a module exports at this moment.
fn exports(module: &Value) -> Value {
    match module {
        Value::Object(fields) => fields.borrow().get("exports").cloned().unwrap_or_default(),
        _ => Value::Undefined,
    }
}
