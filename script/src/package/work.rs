//! What was made of a program's files, counted: whether a start parsed anything that it need not have.

use std::fmt;
use std::sync::atomic::{AtomicU32, Ordering};

/// What becomes of a file.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Work {
    /// A template was parsed.
    TemplateParsed,
    /// A template was read from its compiled form.
    TemplateKept,
    /// A style sheet was parsed.
    SheetParsed,
    /// A style sheet was read from its compiled form, or was in memory.
    SheetKept,
    /// A script was rewritten for the engine.
    ScriptPrepared,
    /// A script was there in the form that the engine gets.
    ScriptKept,
    /// The compiled code of a script was there: the engine did not parse it.
    ScriptCode,
}

/// How many kinds there are.
const KINDS: usize = 7;

/// Counts what is made of the files of one program. Shared by its threads.
#[derive(Debug, Default)]
pub struct FileWork([AtomicU32; KINDS]);

/// What was made of the files of a program since it was opened. Files that several others import count for each.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct FileFigures {
    /// Templates that were parsed.
    pub templates_parsed: u32,
    /// Templates that were read from their compiled forms.
    pub templates_kept: u32,
    /// Style sheets that were parsed.
    pub sheets_parsed: u32,
    /// Style sheets that were read from their compiled forms, or were in memory.
    pub sheets_kept: u32,
    /// Scripts that were rewritten for the engine.
    pub scripts_prepared: u32,
    /// Scripts that were there in the form that the engine gets.
    pub scripts_kept: u32,
    /// Scripts whose compiled code was there.
    pub scripts_code: u32,
}

impl FileWork {
    /// Counts a file.
    pub fn note(&self, work: Work) {
        self.0[work as usize].fetch_add(1, Ordering::Relaxed);
    }

    /// The counts.
    pub fn figures(&self) -> FileFigures {
        let of = |work: Work| self.0[work as usize].load(Ordering::Relaxed);
        FileFigures {
            templates_parsed: of(Work::TemplateParsed),
            templates_kept: of(Work::TemplateKept),
            sheets_parsed: of(Work::SheetParsed),
            sheets_kept: of(Work::SheetKept),
            scripts_prepared: of(Work::ScriptPrepared),
            scripts_kept: of(Work::ScriptKept),
            scripts_code: of(Work::ScriptCode),
        }
    }
}

impl fmt::Display for FileFigures {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "templates {} parsed, {} kept; sheets {} parsed, {} kept; scripts {} prepared, {} kept, {} as code",
            self.templates_parsed,
            self.templates_kept,
            self.sheets_parsed,
            self.sheets_kept,
            self.scripts_prepared,
            self.scripts_kept,
            self.scripts_code
        )
    }
}
