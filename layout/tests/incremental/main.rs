//! Incremental layout equals fresh layout after each of many random edits: styles, boxes, lines, glyphs, scroll
//! extents, ink. `PELLICLE_EDITS=100000` makes the run long; 2,000 are compared by default. `PELLICLE_SEED` chooses
//! the first page.

#![allow(clippy::unwrap_used)] // a failed unwrap in a test is the failure

mod edits;
mod kept;
mod picture;
#[path = "../support/random.rs"]
mod random;
mod stage;
mod vocabulary;

use edits::{Edit, perform};
use picture::differences;
use random::Random;
use stage::Stage;

/// Edits between two comparisons.
type Batch = Vec<Edit>;

/// Comparisons on one page before the next one is begun.
const ROUNDS: usize = 40;

/// What stands on the page of a seed at first. Some have a list so long that it is kept in groups.
fn start(seed: u64) -> String {
    let few = "<view>start</view><view style='display:flex'><view>a</view><text>b</text></view>";
    let row = |n: u64| match n % 7 {
        0 => format!("<view style='position:relative'><view style='position:absolute;top:{n}px'>apart</view></view>"),
        1 => "<view style='transform:translateX(9px)'>moved</view>".to_owned(),
        _ => format!("<view><text>row {n}</text></view>"),
    };
    let rows = if seed.is_multiple_of(5) { 70 + seed % 50 } else { 0 };
    format!("{few}<view>{}</view>", (0..rows).map(row).collect::<String>())
}

fn batches(seed: u64) -> Vec<Batch> {
    let mut random = Random(seed);
    let batch = |random: &mut Random| {
        // Mostly one edit, so that nothing else covers what it leaves undone.
        let count = if random.below(4) == 0 { 2 + random.below(3) } else { 1 };
        (0..count).map(|_| Edit::random(random)).collect()
    };
    // The page begins with something on it.
    let first = (0..12).map(|_| Edit::random(&mut random)).collect();
    std::iter::once(first).chain((1..ROUNDS).map(|_| batch(&mut random)).collect::<Vec<_>>()).collect()
}

/// The first difference that a list of edits leads to: after which of them, and what differs.
fn first_difference(seed: u64, batches: &[Batch]) -> Option<(usize, Vec<String>, String)> {
    let mut stage = Stage::new(&start(seed));
    for (at, batch) in batches.iter().enumerate() {
        batch.iter().for_each(|edit| perform(&mut stage, edit));
        stage.layout();
        let mut fresh = stage.afresh();
        let found = differences(&stage, &mut fresh);
        if !found.is_empty() {
            return Some((at, found, stage.markup(stage.root)));
        }
    }
    None
}

/// Takes out of a failing list what it fails without.
fn cut_down(seed: u64, mut failing: Vec<Batch>) -> Vec<Batch> {
    if let Some((at, ..)) = first_difference(seed, &failing) {
        failing.truncate(at + 1);
    }
    let mut size = failing.len().div_ceil(2).max(1);
    loop {
        let mut at = 0;
        while at < failing.len() {
            let mut shorter = failing.clone();
            shorter.drain(at..(at + size).min(failing.len()));
            match first_difference(seed, &shorter) {
                Some((end, ..)) => {
                    failing = shorter;
                    failing.truncate(end + 1);
                }
                None => at += size,
            }
        }
        if size == 1 {
            break;
        }
        size /= 2;
    }
    for batch in 0..failing.len() {
        let mut at = 0;
        while at < failing[batch].len() && failing[batch].len() > 1 {
            let mut shorter = failing.clone();
            shorter[batch].remove(at);
            if first_difference(seed, &shorter).is_some_and(|(end, ..)| end + 1 == shorter.len()) {
                failing = shorter;
            } else {
                at += 1;
            }
        }
    }
    failing
}

/// What is on the page before the last edits of a failing list, what those make of it, and what differs.
fn report(seed: u64, failing: &[Batch]) -> String {
    let mut stage = Stage::new(&start(seed));
    let Some((last, before)) = failing.split_last() else { return "nothing".to_owned() };
    for batch in before {
        batch.iter().for_each(|edit| perform(&mut stage, edit));
        stage.layout();
    }
    let around = stage.around;
    let (width, sheet) = (around.width, around.sheet);
    let was = stage.markup(stage.root);
    let Some((_, found, now)) = first_difference(seed, failing) else { return "it does not fail again".to_owned() };
    let found: Vec<String> = found.iter().take(6).map(|d| d.chars().take(900).collect()).collect();
    format!(
        "seed {seed}, width {width}, sheet {sheet}, after {} lists of edits\nbefore: {was}\nedits: {last:?}\nnow: {now}\n{}",
        failing.len(),
        found.join("\n")
    )
}

#[test]
fn incremental_layout_equals_fresh_layout_after_each_edit() {
    let number = |name: &str, default: u64| std::env::var(name).ok().map_or(default, |v| v.parse().expect("a number"));
    let (wanted, first) = (number("PELLICLE_EDITS", 2000) as usize, number("PELLICLE_SEED", 1));
    let most_reports = 5;
    let (mut compared, mut seed, mut failures) = (0, first, Vec::new());
    while compared < wanted && failures.len() < most_reports {
        let list = batches(seed);
        compared += list.len().min(wanted - compared);
        if first_difference(seed, &list).is_some() {
            failures.push(report(seed, &cut_down(seed, list)));
        }
        seed += 1;
    }
    println!("{compared} comparisons on {} pages", seed - first);
    assert!(failures.is_empty(), "{}", failures.join("\n\n"));
}
