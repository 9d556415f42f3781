//! Going through a recording by commands, forward and back.

use super::{Failure, frame_line, write_picture};
use crate::replay::{Drawn, Player, PlayerOptions, Recording};
use pellicle_script::package::PackageSource;
use std::io::BufRead;
use std::path::Path;
use std::sync::Arc;

const HELP: &str = "\
next [N]        the next picture, or the Nth from here
back [N]        the picture before, or the Nth before
goto N          picture N; 0 for before the first
ops             the ops that this picture's frame took
invalidations   what was made anew for it, and the pixels that were drawn
items           the items that these pixels come from; items all for those of the whole page
picture FILE    writes it as PNG
where           which picture this is
quit";

/// A place in a recording. Back is played from the start again, so that what is seen there is what was seen then.
struct Place {
    recording: Arc<Recording>,
    package: Arc<dyn PackageSource>,
    player: Player,
    drawn: Option<Drawn>,
}

impl Place {
    fn goto(&mut self, frame: u64) -> Result<(), Failure> {
        if frame < self.player.frame() {
            let options = PlayerOptions { watch: true, ..PlayerOptions::default() };
            self.player =
                Player::open(self.recording.clone(), self.package.clone(), options).map_err(Failure::program)?;
            self.drawn = None;
        }
        while self.player.frame() < frame {
            match self.player.next_frame().map_err(Failure::program)? {
                Some(drawn) => self.drawn = Some(drawn),
                None => {
                    say(format_args!("the recording ends with frame {}", self.player.frame()))?;
                    break;
                }
            }
        }
        self.tell()
    }

    fn tell(&self) -> Result<(), Failure> {
        match &self.drawn {
            Some(drawn) => {
                say(format_args!("{} of {}, {} commits", frame_line(drawn), self.recording.frames(), drawn.commits))
            }
            None => say(format_args!("before the first of {} frames", self.recording.frames())),
        }
    }
}

fn say(line: impl std::fmt::Display) -> Result<(), Failure> {
    super::super::print(line).map(drop)
}

fn say_all(lines: &[String]) -> Result<(), Failure> {
    if lines.is_empty() {
        return say("nothing");
    }
    lines.iter().try_for_each(say)
}

/// Does what the lines of stdin say.
///
/// # Errors
/// [`Failure::Program`] if the recording cannot be played.
pub fn run(recording: Arc<Recording>, package: Arc<dyn PackageSource>, player: Player) -> Result<(), Failure> {
    let mut place = Place { recording, package, player, drawn: None };
    place.tell()?;
    for line in std::io::stdin().lock().lines() {
        let Ok(line) = line else { break };
        let mut words = line.split_whitespace();
        let command = words.next().unwrap_or("next");
        let argument = line.trim().strip_prefix(command).unwrap_or_default().trim();
        let frame = place.player.frame();
        let count = argument.parse::<u64>().ok();
        match (command, count) {
            ("next", count) => place.goto(frame.saturating_add(count.unwrap_or(1)))?,
            ("back", count) => place.goto(frame.saturating_sub(count.unwrap_or(1)))?,
            ("goto", Some(frame)) => place.goto(frame)?,
            ("goto", None) => say("goto which picture? goto 12")?,
            ("ops", _) => say_all(&place.player.ops())?,
            ("invalidations", _) => say_all(&place.player.invalidations())?,
            ("items", _) => say_all(&place.player.items(argument != "all"))?,
            ("picture", _) if argument.is_empty() => say("to which file? picture FILE")?,
            ("picture", _) if place.drawn.is_none() => say("there is no picture yet")?,
            // A file that cannot be written is no reason to lose the place.
            ("picture", _) => match write_picture(&place.player, Path::new(argument)) {
                Ok(()) => say(argument)?,
                Err(error) => say(error)?,
            },
            ("where", _) => place.tell()?,
            ("quit" | "exit", _) => break,
            _ => say(HELP)?,
        }
    }
    Ok(())
}
