//! The scenarios in virtual time.

use super::gesture::{self, Drags, Flings};
use super::rig::{Rig, ms};
use super::{BenchError, Outcome, Scenario, Unit};
use crate::interact::{InputEvent, Key, Modifiers};
use crate::tools::canvas::Canvas;
use crate::tools::driver::Driver;
use crate::tools::operations::{self, Operation};
use pellicle_script::bridge::message::{HostCommand, RouteEvents, RouteKind};
use std::time::Instant;

/// Beginning of the names of figures of single pages.
pub const PAGE: &str = "page ";
/// Frames in which something is to have come: a page, the answer to a tap.
const PATIENCE: u32 = 60;
/// Frames for which a tapping finger stays.
const PRESS: u32 = 3;
/// Rounds of an operation in a run, where nobody says how many.
pub const ROUNDS: u32 = 4;

/// Runs a scenario on a program that has just been opened.
///
/// # Errors
/// [`BenchError`] if script does not end or the GPU fails.
pub fn run(scenario: &Scenario, driver: Driver, canvas: &mut Canvas, frames: u32) -> Result<Outcome, BenchError> {
    let mut rig = Rig::new(driver, canvas)?;
    let fit = match scenario {
        Scenario::Open { page } => open(&mut rig, page.as_deref())?,
        Scenario::Scroll => scroll(&mut rig, frames)?,
        Scenario::Fling => fling(&mut rig, frames)?,
        Scenario::Tap => tap(&mut rig)?,
        Scenario::Operations(all) => operate(&mut rig, all, frames)?,
        Scenario::Steps { steps, .. } => {
            for frame in 0..frames {
                if let Some(step) = steps.get(frame as usize % steps.len().max(1)) {
                    rig.driver.act(step, &mut |_, _| {})?;
                }
                rig.frame()?;
            }
            for selector in std::mem::take(&mut rig.driver.missed) {
                rig.run.note(format!("no element or handler for the step \"{selector}\""));
            }
            Ok(())
        }
        _ => {
            for _ in 0..frames {
                rig.driver.app.restyle_all();
                rig.driver.app.invalidate();
                rig.frame()?;
            }
            Ok(())
        }
    };
    Ok(match fit {
        Ok(()) => Outcome::Ran(rig.finish()),
        Err(why) => Outcome::Unfit(why),
    })
}

/// Whether a scenario has to do with the program, and if not, why.
type Fit = Result<(), String>;

/// Why there is nothing to scroll.
pub const NOTHING_SCROLLS: &str = "nothing on the page is longer than its view";

fn scroll(rig: &mut Rig<'_>, frames: u32) -> Result<Fit, BenchError> {
    let Some(on) = gesture::longest(&rig.driver.app) else { return Ok(Err(NOTHING_SCROLLS.to_owned())) };
    let drags = Drags::new(on);
    for frame in 0..frames {
        let now = rig.driver.now();
        drags.act(&mut rig.driver.app, frame, now);
        rig.frame()?;
    }
    Ok(Ok(()))
}

fn fling(rig: &mut Rig<'_>, frames: u32) -> Result<Fit, BenchError> {
    let Some(on) = gesture::longest(&rig.driver.app) else { return Ok(Err(NOTHING_SCROLLS.to_owned())) };
    let mut flings = Flings::new(on);
    for _ in 0..frames {
        let now = rig.driver.now();
        flings.act(&mut rig.driver.app, now);
        rig.frame()?;
    }
    rig.run.note(format!("{:.0} px of {}", on.length, rig.driver.app.stage().document.tag_name(on.node)));
    Ok(Ok(()))
}

fn route(kind: RouteKind, url: &str) -> HostCommand {
    HostCommand::Route { kind, url: format!("/{url}"), events: Box::<RouteEvents>::default() }
}

/// How a program goes to one of its pages.
fn way(rig: &Rig<'_>, path: &str) -> RouteKind {
    let tab = rig.driver.app.manifest().tab_index(path).is_some();
    if tab { RouteKind::SwitchTab } else { RouteKind::NavigateTo }
}

fn open(rig: &mut Rig<'_>, only: Option<&str>) -> Result<Fit, BenchError> {
    let home = rig.driver.app.stage().top().map(|top| top.path.to_string()).unwrap_or_default();
    let named = only.map(|path| path.trim_start_matches('/').to_owned());
    let pages = match &named {
        Some(page) => vec![page.clone()],
        None => rig.driver.app.manifest().pages.clone(),
    };
    let mut opened = 0;
    for page in &pages {
        let kind = way(rig, page);
        // A tab that is shown already does not open.
        if kind == RouteKind::SwitchTab && *page == home {
            continue;
        }
        match visit(rig, route(kind, page))? {
            Some((first, settled)) => {
                opened += 1;
                rig.run.read("first picture", Unit::Ms, first);
                rig.run.read("settled", Unit::Ms, settled);
                rig.run.read(format!("{PAGE}{page}"), Unit::Ms, first);
                let back = match kind {
                    RouteKind::SwitchTab if way(rig, &home) == RouteKind::SwitchTab => route(kind, &home),
                    RouteKind::SwitchTab => route(RouteKind::ReLaunch, &home),
                    _ => HostCommand::NavigateBack { delta: 1 },
                };
                if let Some((first, _)) = visit(rig, back)? {
                    rig.run.read("back", Unit::Ms, first);
                }
            }
            None => rig.run.note(format!("{page} did not open")),
        }
        // It may have gone somewhere else by itself.
        rig.quiet = true;
        go_home(rig, &home)?;
        rig.quiet = false;
    }
    Ok(if opened > 0 { Ok(()) } else { Err("the program has no other page to go to".to_owned()) })
}

/// Goes to another page. Gives the time of work to its first picture and until nothing moves, ms.
fn visit(rig: &mut Rig<'_>, command: HostCommand) -> Result<Option<(f64, f64)>, BenchError> {
    let before = rig.page();
    rig.command(command);
    let (mut spent, mut first, mut still) = (0.0, None, 0);
    for _ in 0..PATIENCE {
        let started = Instant::now();
        let drawn = rig.frame()?;
        spent += ms(started);
        // The first frame of a page that slides in may show nothing of it yet.
        if first.is_none() && drawn && rig.damaged() && rig.page() != before {
            first = Some(spent);
        }
        still = if drawn { 0 } else { still + 1 };
        if still > 2 && first.is_some() {
            break;
        }
    }
    Ok(first.map(|first| (first, spent)))
}

/// Back to a page, if another one is on top.
fn go_home(rig: &mut Rig<'_>, home: &str) -> Result<(), BenchError> {
    let top = |rig: &Rig<'_>| rig.driver.app.stage().top().map(|top| top.path.to_string()).unwrap_or_default();
    let depth = rig.driver.app.stage().document.pages().len() as u32;
    if top(rig) == home {
        return Ok(());
    }
    if depth > 1 {
        rig.command(HostCommand::NavigateBack { delta: depth - 1 });
        rig.rest(PATIENCE)?;
    }
    if top(rig) != home {
        rig.command(route(RouteKind::ReLaunch, home));
        rig.rest(PATIENCE)?;
    }
    Ok(())
}

fn tap(rig: &mut Rig<'_>) -> Result<Fit, BenchError> {
    let home = rig.driver.app.stage().top().map(|top| top.path.to_string()).unwrap_or_default();
    let places = gesture::tappable(&rig.driver.app);
    if places.is_empty() {
        return Ok(Err("nothing on the first screen can be tapped".to_owned()));
    }
    let (mut answered, all) = (0, places.len());
    for place in places {
        match tap_at(rig, place)? {
            Some(took) => {
                answered += 1;
                rig.run.read("input to pixels", Unit::Ms, took);
            }
            None => rig.run.note("taps that changed nothing are not counted"),
        }
        // The next finger finds the page as this one did.
        rig.quiet = true;
        rig.rest(PATIENCE)?;
        rig.driver.input(InputEvent::Key { key: Key::Escape, modifiers: Modifiers::default() });
        go_home(rig, &home)?;
        rig.rest(PATIENCE)?;
        rig.quiet = false;
    }
    Ok(if answered > 0 { Ok(()) } else { Err(format!("none of {all} taps changed the picture")) })
}

/// Taps a place. Gives the time of work from the lifted finger to the end of the frame that shows what came of it, ms: the
/// first that script changed, or where script changes nothing, the first that was drawn.
fn tap_at(rig: &mut Rig<'_>, place: (f32, f32)) -> Result<Option<f64>, BenchError> {
    let now = rig.driver.now();
    gesture::down(&mut rig.driver.app, place, now);
    for _ in 0..PRESS {
        rig.frame()?;
    }
    let commits = rig.driver.app.commits_applied();
    let now = rig.driver.now();
    let started = Instant::now();
    gesture::up(&mut rig.driver.app, place, now);
    let mut spent = ms(started);
    let mut first = None;
    for _ in 0..PATIENCE / 4 {
        let started = Instant::now();
        let drawn = rig.frame()?;
        spent += ms(started);
        let damaged = drawn && rig.damaged();
        if damaged && rig.driver.app.commits_applied() > commits {
            return Ok(Some(spent));
        }
        if damaged && first.is_none() {
            first = Some(spent);
        }
    }
    Ok(first)
}

fn operate(rig: &mut Rig<'_>, all: &[Operation], rounds: u32) -> Result<Fit, BenchError> {
    for operation in all {
        let outcome = operations::run(&mut rig.driver, rig.canvas, operation, rounds)?;
        for total in &outcome.totals {
            rig.run.read(&operation.name, Unit::Ms, f64::from(*total));
        }
        rig.run.operations.push(outcome);
    }
    for selector in std::mem::take(&mut rig.driver.missed) {
        rig.run.note(format!("no element or handler for the step \"{selector}\""));
    }
    Ok(Ok(()))
}
