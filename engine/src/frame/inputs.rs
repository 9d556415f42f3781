//! Inputs on their way to pixels.
//!
//! Every input has a number and its own time. The frame that comes next and draws something shows its effect; where
//! script answers it, the commit of the answer names it ([`Origin`]), and the frame that draws that commit shows the
//! answer. An input after which nothing is drawn counts nothing.

use super::record::FrameRecord;
use pellicle_layout::document::ops::Origin;

/// Inputs whose answers may still come: the newest.
const RECENT: usize = 256;

/// Inputs on their way to pixels. Its memory is made once.
#[derive(Debug)]
pub struct Inputs {
    /// Number and time (ms of the frame clock) of the newest inputs, each in its place.
    recent: Box<[(u64, f64)]>,
    next: usize,
    /// Those whose effect is still to be shown: how many, the oldest one's time, first and last number.
    waiting: u32,
    oldest: f64,
    numbers: (u64, u64),
    /// Those whose answers are.
    answers: u32,
    answered: f64,
}

impl Default for Inputs {
    fn default() -> Self {
        Inputs {
            recent: vec![(0, 0.0); RECENT].into_boxed_slice(),
            next: 0,
            waiting: 0,
            oldest: 0.0,
            numbers: (0, 0),
            answers: 0,
            answered: 0.0,
        }
    }
}

impl Inputs {
    /// An input has come in; `at` is its own time, ms of the frame clock.
    pub fn came(&mut self, number: u64, at: f64) {
        self.recent[self.next] = (number, at);
        self.next = (self.next + 1) % RECENT;
        if self.waiting == 0 {
            (self.oldest, self.numbers.0) = (at, number);
        }
        self.oldest = self.oldest.min(at);
        self.numbers.1 = number;
        self.waiting += 1;
    }

    /// A commit has been applied.
    pub fn answered(&mut self, origin: &Origin) {
        let Some(&(_, at)) = self.recent.iter().find(|(number, _)| origin.input > 0 && *number == origin.input) else {
            return;
        };
        self.answered = if self.answers == 0 { at } else { self.answered.min(at) };
        self.answers += origin.inputs;
    }

    /// Nothing is to be drawn: those that wait have had no effect.
    pub fn forget(&mut self) {
        (self.waiting, self.answers) = (0, 0);
    }

    /// A frame has drawn something and is submitted at `now`, ms of the frame clock. Gives the first and the last number
    /// of the inputs that it shows the effect of.
    pub fn shown(&mut self, record: &mut FrameRecord, now: f64) -> Option<(u64, u64)> {
        let shown = (self.waiting > 0).then_some(self.numbers);
        (record.inputs, record.input_at) = if self.waiting > 0 { (self.waiting, self.oldest) } else { (0, 0.0) };
        (record.answers, record.answered_at) = if self.answers > 0 { (self.answers, self.answered) } else { (0, 0.0) };
        submitted(record, now);
        self.forget();
        shown
    }
}

/// The frame of a record is submitted at `now`, ms of the frame clock.
pub fn submitted(record: &mut FrameRecord, now: f64) {
    let since = |count: u32, at: f64| if count > 0 { (now - at).max(0.0) as f32 } else { 0.0 };
    record.input_latency = since(record.inputs, record.input_at);
    record.answer_latency = since(record.answers, record.answered_at);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_oldest_input_counts_and_one_without_effect_does_not() {
        let (mut inputs, mut record) = (Inputs::default(), FrameRecord::default());
        inputs.came(1, 10.0);
        inputs.forget();
        assert_eq!(inputs.shown(&mut record, 20.0), None);
        assert_eq!((record.inputs, record.input_latency), (0, 0.0));
        inputs.came(2, 30.0);
        inputs.came(5, 34.0);
        assert_eq!(inputs.shown(&mut record, 40.0), Some((2, 5)));
        assert_eq!((record.inputs, record.input_at, record.input_latency), (2, 30.0, 10.0));
        submitted(&mut record, 43.0);
        assert_eq!(record.input_latency, 13.0);
        // The answer comes two frames later.
        inputs.answered(&Origin { input: 5, inputs: 1, ..Origin::default() });
        inputs.answered(&Origin { input: 1, inputs: 2, ..Origin::default() });
        inputs.answered(&Origin::default());
        let mut record = FrameRecord::default();
        assert_eq!(inputs.shown(&mut record, 74.0), None);
        assert_eq!((record.inputs, record.answers, record.answer_latency), (0, 3, 64.0));
    }

    #[test]
    fn an_answer_to_an_input_of_long_ago_counts_nothing() {
        let (mut inputs, mut record) = (Inputs::default(), FrameRecord::default());
        for number in 1..=RECENT as u64 + 1 {
            inputs.came(number, number as f64);
        }
        inputs.forget();
        inputs.answered(&Origin { input: 1, inputs: 1, ..Origin::default() });
        inputs.shown(&mut record, 999.0);
        assert_eq!(record.answers, 0);
    }
}
