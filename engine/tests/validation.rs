//! A host opens packages: what it does not know is looked at before a line of it runs, by rules that the host may set.

#![allow(clippy::unwrap_used)] // a failed unwrap is the failure of the test

#[path = "support/program.rs"]
mod program;

use pellicle::host::app::{App, AppError};
use pellicle::host::program::{self as opening, AccessSetup, Isolation, ProgramConfig};
use pellicle::package::FolderPackage;
use pellicle::package::sizes::SizeLimits;
use pellicle::package::validation::{Validation, ValidationRules};
use pellicle_script::bridge::thread::Drive;
use pellicle_script::capability::audit::{AuditSink, Record};
use pellicle_script::realm::VirtualClock;
use pellicle_script::sandbox::{AccountingAllocator, Trust};
use program::Program;
use std::sync::{Arc, Mutex};

/// Without it packages that are not the host's own are refused, whatever is in them.
#[global_allocator]
static ALLOCATOR: AccountingAllocator = AccountingAllocator::new();

/// What was found, and what script said.
#[derive(Default)]
struct Said(Mutex<Vec<String>>);

impl AuditSink for Said {
    fn record(&self, record: Record) {
        let line = match record {
            Record::Finding(found) => format!("{found}"),
            Record::Console { text, .. } => text,
            _ => return,
        };
        self.0.lock().unwrap().push(line);
    }

    fn wants_calls(&self) -> bool {
        false
    }
}

/// Opens a program, and what was said until its first page stood.
fn open(program: &Program, trust: Trust, validation: Validation) -> (Result<App, AppError>, Vec<String>) {
    let package = Arc::new(FolderPackage::open(program.path()).unwrap());
    let said: Arc<Said> = Arc::default();
    let clock = Arc::new(VirtualClock::new(1_700_000_000_000.0, 0));
    let opened = opening::open(ProgramConfig {
        isolation: Isolation::Thread,
        access: AccessSetup { validation, ..AccessSetup::default() },
        trust,
        audit: said.clone(),
        ..ProgramConfig::new(package, Drive::Steps(clock))
    });
    if let Ok(app) = &opened {
        app.logic().step(0.0, std::time::Duration::from_secs(60)).unwrap();
    }
    let said = std::mem::take(&mut *said.0.lock().unwrap());
    (opened, said)
}

const JS: &str = "console.log('it runs')\nPage({ pay() { wx.flyAway(); try { eval('1') } catch (e) {} } })";

#[test]
fn rules_of_a_host_keep_a_program_from_running_or_are_told() {
    pellicle_script::sandbox::install();
    let program = Program::page("<view/>", "", JS);
    let strict = Validation::By(ValidationRules::strict());
    for trust in [Trust::Own, Trust::Foreign] {
        let (refused, said) = open(&program, trust, strict);
        let Err(AppError::Invalid(invalid)) = refused else { panic!("it was opened") };
        let told: Vec<String> = invalid.refused.iter().map(ToString::to_string).collect();
        assert!(told.len() == 2 && told.iter().all(|told| told.starts_with("pages/a/a.js:2:")), "{told:?}");
        assert_eq!(said, [""; 0], "no line of it ran");
    }
    let usual = Validation::By(ValidationRules::default());
    for (trust, validation) in [(Trust::Foreign, Validation::Foreign), (Trust::Own, usual)] {
        let (opened, said) = open(&program, trust, validation);
        assert!(opened.is_ok() && said.len() == 3, "{said:?}");
        assert!(said[0].contains("pages/a/a.js:2:") && said[1].contains("pages/a/a.js:2:"), "{said:?}");
        assert_eq!(said[2], "it runs");
    }
    for (trust, validation) in [(Trust::Own, Validation::Foreign), (Trust::Foreign, Validation::Off)] {
        let (opened, said) = open(&program, trust, validation);
        assert!(opened.is_ok());
        assert_eq!(said, ["it runs"], "nobody looked at it");
    }
}

#[test]
fn a_package_that_is_too_large_is_refused_without_being_read() {
    pellicle_script::sandbox::install();
    let program = Program::page("<view/>", "", JS);
    // A file with a hole takes no room.
    let large = std::fs::File::create(program.path().join("pages/a/film.mp4")).unwrap();
    large.set_len(5 << 30).unwrap();
    let (refused, said) = open(&program, Trust::Foreign, Validation::default());
    let Err(AppError::Invalid(invalid)) = refused else { panic!("it was opened") };
    let told: Vec<String> = invalid.refused.iter().map(ToString::to_string).collect();
    assert!(told.iter().any(|told| told.contains("the main package has 5120.0 MB; 2.0 are allowed")), "{told:?}");
    assert_eq!(said, [""; 0]);
    assert!(open(&program, Trust::Own, Validation::default()).0.is_ok(), "a host knows its own");
    let roomy = SizeLimits { part: 6 << 30, all: 6 << 30, files: 6 };
    let rules = ValidationRules { sizes: Some(roomy), ..ValidationRules::default() };
    assert!(open(&program, Trust::Foreign, Validation::By(rules)).0.is_ok(), "a host says what is too large");
}
