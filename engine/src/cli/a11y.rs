//! `pellicle a11y`: a page as somebody has it who does not see it, and what is wrong with that.

use super::Failure;
use super::headless::Headless;
use super::options::A11yOptions;
use crate::accessibility::{audit, tree};
use serde_json::Value;

/// Prints the tree of a page as JSON, or what is wrong with it.
///
/// # Errors
/// [`Failure`] if the page cannot be shown, [`Failure::Reported`] if its score is too low.
pub fn run(options: &A11yOptions) -> Result<(), Failure> {
    let mut headless = Headless::open(&options.dir, &options.page, false)?;
    headless.run_steps(&options.script, None)?;
    let stage = headless.driver.app.stage();
    let tree = tree::of(stage).ok_or_else(|| Failure::Program("the page was not shown".to_owned()))?;
    let pretty = |value: &Value| serde_json::to_string_pretty(value).map_err(Failure::program);
    if !options.score {
        super::print(pretty(&tree.to_json())?)?;
        return headless.finish();
    }
    let found = audit::audit(stage, &tree);
    let score = found.score();
    if options.json {
        super::print(pretty(&found.to_json())?)?;
    } else {
        // Rows of a list have the same to be said of them.
        let mut lines: Vec<(String, usize)> = Vec::new();
        for violation in &found.violations {
            let line = format!("{}: {} [{}]", violation.element, violation.message, violation.rule.name());
            match lines.iter_mut().find(|(known, _)| *known == line) {
                Some((_, times)) => *times += 1,
                None => lines.push((line, 1)),
            }
        }
        for (line, times) in &lines {
            match times {
                1 => super::print(line)?,
                times => super::print(format_args!("{line}, {times} times"))?,
            };
        }
        let looked_at: Vec<String> = audit::Rule::ALL
            .iter()
            .zip(found.looked_at)
            .map(|(rule, count)| format!("{} {count}", rule.name()))
            .collect();
        super::print(format_args!("score {score} of 100; looked at: {}", looked_at.join(", ")))?;
    }
    headless.finish()?;
    if options.min_score.is_some_and(|least| score < least) { Err(Failure::Reported) } else { Ok(()) }
}
