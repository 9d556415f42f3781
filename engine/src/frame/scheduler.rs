//! When programs are moved on and when frames are drawn.
//!
//! One [`Scheduler`] stands between a display and what is shown on it, be that a window, a surface of a host or no
//! display at all. It has no clock of its own: whoever drives it says what time it is (ms of the frame clock), so a
//! test drives it through hours in no time. It keeps these rules:
//!
//! - Where nothing happens it asks for nothing: the next wake-up is never.
//! - Between two frames lies at least the display's interval, and the phase is kept: a frame that begins late does
//!   not make those after it late.
//! - What comes in between two frames waits for the next one, so a finger that is reported a thousand times a second
//!   costs one restyle and one layout for each picture, and not a thousand.
//! - What comes in when the display rests is answered at once.
//! - A frame is asked for once it is due and not before: none is made in advance, so none ages in a queue.
//! - What cannot be seen is not drawn. It goes on all the same, but what moves by itself does so once a second.

use crate::host::types::Tick;

/// How often a program is moved on that nobody sees, ms.
const UNSEEN: f64 = 1000.0;

/// What is to be done now.
#[derive(Clone, Copy, PartialEq, Debug)]
pub enum Next {
    /// Move the program on to this time, ms, and say what it answered with [`Scheduler::ticked`].
    Tick(f64),
    /// Draw: [`Scheduler::begin_frame`], tick and draw, [`Scheduler::end_frame`]. A window system that calls for
    /// frames itself is asked for one.
    Draw,
    /// Nothing before this time, ms, unless something comes in.
    Until(f64),
    /// Nothing unless something comes in.
    Rest,
}

/// What a scheduler has asked for since it was made.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Counts {
    /// How often it was asked what to do: a loop that rests does not turn.
    pub turns: u64,
    /// Times that programs were moved on outside of frames.
    pub ticks: u64,
    /// Frames that were begun.
    pub frames: u64,
    /// Those of them that drew something.
    pub drawn: u64,
    /// Refreshes of the display that frames took too long for.
    pub missed: u64,
}

/// The pace of one display.
#[derive(Clone, Debug)]
pub struct Scheduler {
    /// Between two refreshes, ms.
    interval: f64,
    /// Nothing happens before, ms.
    next_frame: f64,
    /// When the frame in work, or the last one, began, ms.
    began: f64,
    /// When the program was moved on last, ms.
    ticked_at: f64,
    /// When the program wants to be moved on, ms.
    due: Option<f64>,
    /// Something has come in.
    woken: bool,
    /// The picture on the display is not the present one.
    dirty: bool,
    /// A frame has been asked of the window system.
    asked: Option<f64>,
    visible: bool,
    counts: Counts,
}

impl Scheduler {
    /// For a display that shows a picture every `interval` ms, which may do so at once.
    pub fn new(interval: f64) -> Scheduler {
        Scheduler {
            interval,
            next_frame: f64::NEG_INFINITY,
            began: f64::NEG_INFINITY,
            ticked_at: f64::NEG_INFINITY,
            due: None,
            woken: true,
            dirty: false,
            asked: None,
            visible: true,
            counts: Counts::default(),
        }
    }

    /// The display refreshes every so many ms from now on.
    pub fn set_interval(&mut self, interval: f64) {
        self.interval = interval;
    }

    /// Time between two refreshes, ms.
    pub fn interval(&self) -> f64 {
        self.interval
    }

    /// Something has come in: an input, a commit, a picture that was decoded.
    pub fn wake(&mut self) {
        self.woken = true;
    }

    /// What is on the display is not what should be there.
    pub fn invalidate(&mut self) {
        self.dirty = true;
    }

    /// Whether anything of the display can be seen. What could not is drawn once it can be.
    pub fn set_visible(&mut self, visible: bool) {
        if visible && !self.visible {
            self.dirty = true;
        }
        self.visible = visible;
        self.asked = None;
    }

    /// What is to be done at a time, ms.
    pub fn next(&mut self, now: f64) -> Next {
        self.counts.turns += 1;
        if let Some(asked) = self.asked {
            // A window system may keep a frame back for as long as nobody would see it.
            let at = asked + UNSEEN;
            if now < at {
                return if self.woken || self.due.is_some() { Next::Until(at) } else { Next::Rest };
            }
            self.asked = Some(now);
            self.counts.ticks += 1;
            return Next::Tick(now);
        }
        let wanted = self.wanted();
        if now < wanted {
            return if wanted < f64::INFINITY { Next::Until(wanted) } else { Next::Rest };
        }
        if self.dirty && self.visible {
            self.asked = Some(now);
            return Next::Draw;
        }
        self.counts.ticks += 1;
        Next::Tick(now)
    }

    /// The time of the next thing to do, ms; never is infinity.
    fn wanted(&self) -> f64 {
        if self.woken || (self.dirty && self.visible) {
            return self.next_frame;
        }
        // What moves is due at once, always: it does so once for each picture of it.
        let next = match self.visible {
            true if self.ticked_at < self.next_frame => self.next_frame,
            true => self.ticked_at + self.interval,
            false => self.ticked_at + UNSEEN,
        };
        self.due.map_or(f64::INFINITY, |due| due.max(next))
    }

    /// The program has been moved on to a time, ms, and this is what it answered.
    pub fn ticked(&mut self, at: f64, tick: Tick) {
        self.ticked_at = at;
        self.woken = false;
        self.dirty |= tick.needs_frame;
        self.due = tick.next_wakeup;
    }

    /// A frame begins. Gives the time, ms, that the program is to be moved on to first, so that the frame shows all
    /// that has come in until now. Where a tick has just found that there is something to draw, it is the time of
    /// that one: nothing moves twice for one picture.
    pub fn begin_frame(&mut self, now: f64) -> f64 {
        self.asked = None;
        self.counts.frames += 1;
        // A frame that is somewhat late does not shift those after it.
        let ideal = self.next_frame + self.interval;
        self.next_frame = if now < ideal { ideal } else { now + self.interval };
        self.began = now;
        if now - self.ticked_at < self.interval / 2.0 { self.ticked_at } else { now }
    }

    /// The frame has ended and is on its way to the display, or there was nothing to draw. Gives the refreshes that
    /// it took too long for.
    pub fn end_frame(&mut self, now: f64, drawn: bool) -> u64 {
        self.dirty = false;
        self.counts.drawn += u64::from(drawn);
        let missed = (((now - self.began) / self.interval) as u64).min(u64::from(u32::MAX));
        let missed = if drawn { missed } else { 0 };
        self.counts.missed += missed;
        missed
    }

    /// The display had no room for the frame: it is drawn at the next refresh.
    pub fn put_off_frame(&mut self) {
        self.dirty = true;
    }

    /// What was asked for so far.
    pub fn counts(&self) -> Counts {
        self.counts
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const STILL: Tick = Tick { needs_frame: false, next_wakeup: None };

    fn moving(now: f64) -> Tick {
        Tick { needs_frame: true, next_wakeup: Some(now) }
    }

    /// Drives a program that answers with `program`, and whose frames take `cost` ms, until a time. What comes in
    /// does so at the times of `inputs`.
    fn drive(
        scheduler: &mut Scheduler,
        (from, until): (f64, f64),
        inputs: &[f64],
        cost: f64,
        mut program: impl FnMut(f64) -> Tick,
    ) -> Vec<f64> {
        let mut inputs = inputs.iter().copied().peekable();
        let (mut now, mut frames) = (from, Vec::new());
        while now < until {
            while inputs.next_if(|&at| at <= now).is_some() {
                scheduler.wake();
            }
            match scheduler.next(now) {
                Next::Tick(at) => {
                    let tick = program(at);
                    scheduler.ticked(at, tick);
                }
                Next::Draw => {
                    let at = scheduler.begin_frame(now);
                    let tick = program(at);
                    scheduler.ticked(at, tick);
                    frames.push(now);
                    now += cost;
                    scheduler.end_frame(now, true);
                }
                Next::Until(at) => now = at.min(inputs.peek().copied().unwrap_or(until)).min(until),
                Next::Rest => now = inputs.peek().copied().unwrap_or(until),
            }
        }
        frames
    }

    #[test]
    fn what_rests_is_never_woken() {
        let mut scheduler = Scheduler::new(10.0);
        let frames = drive(&mut scheduler, (0.0, 3_600_000.0), &[], 1.0, |_| STILL);
        assert!(frames.is_empty(), "{frames:?}");
        // The first look at the program, and the answer that there is nothing to do.
        assert_eq!((scheduler.counts().turns, scheduler.counts().ticks), (2, 1));
    }

    #[test]
    fn what_moves_is_drawn_once_for_each_refresh() {
        let mut scheduler = Scheduler::new(10.0);
        let frames = drive(&mut scheduler, (0.0, 100.0), &[], 3.0, moving);
        assert_eq!(frames, [0.0, 10.0, 20.0, 30.0, 40.0, 50.0, 60.0, 70.0, 80.0, 90.0]);
        assert_eq!(scheduler.counts().missed, 0);
    }

    #[test]
    fn a_slow_frame_costs_refreshes_and_the_phase_comes_back() {
        let mut scheduler = Scheduler::new(10.0);
        drive(&mut scheduler, (0.0, 10.0), &[], 12.0, moving);
        let frames = drive(&mut scheduler, (12.0, 45.0), &[], 1.0, moving);
        assert_eq!(frames, [12.0, 20.0, 30.0, 40.0], "late once, in time after that");
        assert_eq!(scheduler.counts().missed, 1);
    }

    #[test]
    fn inputs_between_two_frames_are_one_frame() {
        let mut scheduler = Scheduler::new(10.0);
        let mut ticks = 0;
        let inputs: Vec<f64> = (0..100).map(f64::from).collect();
        let frames = drive(&mut scheduler, (0.0, 105.0), &inputs, 1.0, |_| {
            ticks += 1;
            Tick { needs_frame: true, next_wakeup: None }
        });
        assert!(frames.len() <= 11, "{frames:?}");
        assert!(ticks <= 2 * frames.len(), "a hundred inputs do not tick {ticks} times");
    }

    #[test]
    fn an_input_at_rest_is_answered_at_once() {
        let mut scheduler = Scheduler::new(10.0);
        drive(&mut scheduler, (0.0, 500.0), &[], 1.0, |_| STILL);
        let frames =
            drive(&mut scheduler, (500.0, 600.0), &[533.0], 1.0, |now| Tick { needs_frame: now < 540.0, ..STILL });
        assert_eq!(frames, [533.0]);
    }

    #[test]
    fn what_cannot_be_seen_is_not_drawn_and_goes_on_slowly() {
        let mut scheduler = Scheduler::new(10.0);
        scheduler.set_visible(false);
        let mut ticks = Vec::new();
        let frames = drive(&mut scheduler, (0.0, 3500.0), &[1500.0], 1.0, |now| {
            ticks.push(now);
            moving(now)
        });
        assert!(frames.is_empty(), "{frames:?}");
        assert_eq!(ticks, [0.0, 1000.0, 1500.0, 2500.0], "once a second, and when something comes in");
        scheduler.set_visible(true);
        assert_eq!(drive(&mut scheduler, (3500.0, 3501.0), &[], 1.0, |_| STILL), [3500.0], "seen again, drawn again");
    }

    #[test]
    fn a_window_system_that_keeps_frames_back_does_not_stop_the_program() {
        let mut scheduler = Scheduler::new(10.0);
        scheduler.invalidate();
        assert_eq!(scheduler.next(0.0), Next::Draw);
        scheduler.wake();
        assert_eq!(scheduler.next(1.0), Next::Until(1000.0), "the frame is awaited");
        assert_eq!(scheduler.next(1000.0), Next::Tick(1000.0));
        scheduler.ticked(1000.0, STILL);
        assert_eq!(scheduler.next(1001.0), Next::Rest);
    }

    #[test]
    fn a_frame_without_room_is_made_up_for() {
        let mut scheduler = Scheduler::new(10.0);
        scheduler.invalidate();
        assert_eq!(scheduler.next(0.0), Next::Draw);
        let at = scheduler.begin_frame(0.0);
        scheduler.ticked(at, STILL);
        scheduler.end_frame(1.0, false);
        scheduler.put_off_frame();
        assert_eq!(scheduler.next(1.0), Next::Until(10.0));
        assert_eq!(scheduler.next(10.0), Next::Draw);
    }
}
