//! `pellicle doctor`: what this machine has of what Pellicle needs, what is missing, and how to get it.
//!
//! What it says is tried, not guessed: a program is drawn by each script engine on a thread and in a process, a GPU is opened, a display
//! is connected to, fonts are searched for letters.
//!
//! | module | models |
//! | --- | --- |
//! | `machine` | display, GPU, fonts, folders, files that can be watched |
//! | `drawing` | a program that is drawn |

mod drawing;
mod machine;

use super::Failure;
use super::options::DoctorOptions;
use serde_json::{Value, json};

/// How something is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Health {
    /// As it should be.
    Good,
    /// It works without, or with less.
    Less,
    /// Nothing works without.
    Bad,
}

/// Something that was looked at.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Finding {
    /// What it is.
    pub subject: String,
    /// How it is.
    pub health: Health,
    /// What was found.
    pub found: String,
    /// What can be done about it; empty for nothing.
    pub help: String,
}

impl Finding {
    fn good(subject: impl Into<String>, found: impl Into<String>) -> Finding {
        Finding { subject: subject.into(), health: Health::Good, found: found.into(), help: String::new() }
    }

    fn less(subject: impl Into<String>, found: impl Into<String>, help: impl Into<String>) -> Finding {
        Finding { subject: subject.into(), health: Health::Less, found: found.into(), help: help.into() }
    }

    fn bad(subject: impl Into<String>, found: impl Into<String>, help: impl Into<String>) -> Finding {
        Finding { subject: subject.into(), health: Health::Bad, found: found.into(), help: help.into() }
    }

    fn json(&self) -> Value {
        let health = match self.health {
            Health::Good => "good",
            Health::Less => "less",
            Health::Bad => "bad",
        };
        json!({ "subject": self.subject, "health": health, "found": self.found, "help": self.help })
    }
}

/// Looks at the machine and says how it is.
///
/// # Errors
/// [`Failure::Reported`] if no program can be shown here.
pub fn run(options: &DoctorOptions) -> Result<(), Failure> {
    let mut findings = vec![Finding::good("build", machine::build())];
    findings.extend(drawing::all());
    findings.extend([machine::display(), machine::gpu()]);
    findings.extend(machine::fonts());
    findings.extend(machine::folders());
    findings.extend(machine::watching());
    if options.json {
        let list: Vec<Value> = findings.iter().map(Finding::json).collect();
        super::print(serde_json::to_string_pretty(&list).unwrap_or_default())?;
    } else {
        let wide = findings.iter().map(|finding| finding.subject.chars().count()).max().unwrap_or(0);
        for Finding { subject, health, found, help } in &findings {
            let mark = match health {
                Health::Good => "ok",
                Health::Less => "--",
                Health::Bad => "NO",
            };
            super::print(format_args!("{mark}  {subject:<wide$}  {found}"))?;
            if !help.is_empty() {
                super::print(format_args!("    {:<wide$}  {help}", ""))?;
            }
        }
    }
    let bad = findings.iter().any(|finding| finding.health == Health::Bad);
    if bad { Err(Failure::Reported) } else { Ok(()) }
}
