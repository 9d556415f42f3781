//! Results: a line for people each, JSON for machines, a page with the pictures side by side.

use super::MatrixError;
use super::run::{Outcome, Verdict};
use serde_json::json;
use std::fmt::Write;
use std::path::Path;

/// What came of a scenario in a cell, in a line.
pub fn line(outcome: &Outcome) -> String {
    let Outcome { scenario, engine, surface, failure, pictures, ratio, slower, .. } = outcome;
    let mut line = format!("{scenario} {surface} {engine}: ");
    match failure {
        Some(why) => line.push_str(why.lines().next().unwrap_or("failed")),
        None => {
            let parts: Vec<String> =
                pictures.iter().filter_map(|p| Some(format!("{} {}", p.snap, said(&p.verdict)?))).collect();
            line.push_str(&if parts.is_empty() { "as it was".to_owned() } else { parts.join(", ") });
        }
    }
    if let (Some(ms), None) = (outcome.shortest(), failure) {
        let _ = write!(line, ", {ms:.0} ms");
    }
    if let Some(ratio) = ratio {
        let _ = write!(line, ", {ratio:.2} times the first{}", if *slower { ": slower" } else { "" });
    }
    line
}

fn said(verdict: &Verdict) -> Option<String> {
    Some(match verdict {
        Verdict::Same => return None,
        Verdict::Kept => "is kept".to_owned(),
        Verdict::New => "is new".to_owned(),
        Verdict::Differs { difference } => {
            format!("differs in {} pixels, by {} at most", difference.pixels, difference.worst)
        }
        Verdict::Unreadable { why } => format!("cannot be compared: {why}"),
    })
}

/// Writes `report.json` and `report.html` into the folder of results.
///
/// # Errors
/// [`MatrixError::File`] if they cannot be written.
pub fn write(outcomes: &[Outcome], out: &Path) -> Result<(), MatrixError> {
    let json = json!({ "format": 1, "engineVersion": env!("CARGO_PKG_VERSION"), "outcomes": outcomes });
    let text = format!("{json:#}\n");
    for (name, text) in [("report.json", text), ("report.html", page(outcomes))] {
        let path = out.join(name);
        std::fs::write(&path, text).map_err(MatrixError::file(&path))?;
    }
    Ok(())
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

/// A page that needs nothing but the files beside it.
fn page(outcomes: &[Outcome]) -> String {
    let bad = outcomes.iter().filter(|outcome| !outcome.is_well()).count();
    let mut html = format!(
        "<!doctype html><meta charset=utf-8><title>{bad} of {all} to look at</title><style>\
         body{{font:14px system-ui;margin:24px;color:#1f2328}}h2{{font-size:16px;margin:28px 0 6px}}\
         pre{{background:#f6f8fa;padding:10px;overflow:auto}}figure{{display:inline-block;margin:8px 16px 8px 0;vertical-align:top}}\
         img{{max-width:320px;border:1px solid #d0d7de;display:block}}.bad{{color:#cf222e}}.well{{color:#1a7f37}}</style>\
         <h1>{bad} of {all} to look at</h1>",
        all = outcomes.len()
    );
    let (well, bad): (Vec<&Outcome>, Vec<&Outcome>) = outcomes.iter().partition(|outcome| outcome.is_well());
    for outcome in bad.into_iter().chain(well) {
        let class = if outcome.is_well() { "well" } else { "bad" };
        let _ = write!(html, "<h2 class={class}>{}</h2>", escaped(&line(outcome)));
        if let Some(failure) = &outcome.failure {
            let _ = write!(html, "<pre>{}</pre>", escaped(failure));
        }
        for picture in &outcome.pictures {
            let mut figure = |what: &str, file: &Path| {
                let file = escaped(&file.to_string_lossy());
                let caption = escaped(&format!("{}: {what}", picture.snap));
                let _ = write!(
                    html,
                    "<figure><img loading=lazy src=\"{file}\"><figcaption>{caption}</figcaption></figure>"
                );
            };
            if let Some(shown) = &picture.shown {
                figure("as it was", &picture.expected);
                figure("now", &picture.file);
                figure("the difference", shown);
            } else if !picture.verdict.is_well() {
                figure("now", &picture.file);
            }
        }
    }
    html.push('\n');
    html
}
