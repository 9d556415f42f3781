//! Drawing commands on their way to the host, in portions that a message has room for.

use crate::capability::canvas::{ClipPath, Command, Look, Paint, Pen, TextStyle};
use crate::wire::decode::MOST_ROOM;
use crate::wire::frame::MOST_BYTES;
use std::sync::Arc;

/// Room of a portion, bytes, as the host counts it. A single command may take more.
const PORTION: usize = 16 << 20;
/// Room of a command at most.
const MOST: usize = if MOST_BYTES < MOST_ROOM { MOST_BYTES } else { MOST_ROOM };
/// Bytes of a command and all that it holds but for its lists.
const COMMAND: usize = 1024;
/// Bytes of a step of an outline, at most, with what is counted of its parts.
const SEGMENT: usize = 80;

fn clips(clips: &[Arc<ClipPath>]) -> usize {
    clips.iter().map(|clip| 64 + clip.outline.len() * SEGMENT).sum()
}

fn look(look: &Look) -> usize {
    clips(&look.clip) + look.filters.len() * 128
}

fn pen(pen: &Pen) -> usize {
    pen.dashes.len() * 8
}

fn paint(paint: &Paint) -> usize {
    if let Paint::Gradient(gradient) = paint { gradient.stops.len() * 48 } else { 0 }
}

fn style(style: &TextStyle) -> usize {
    style.font.families.len() * 128
}

/// Bytes that a command comes to where it is read, no fewer.
fn weight(command: &Command) -> usize {
    COMMAND
        + match command {
            Command::Fill { outline, paint: p, look: l, .. } => outline.len() * SEGMENT + paint(p) + look(l),
            Command::Stroke { outline, pen: n, paint: p, look: l, .. } => {
                outline.len() * SEGMENT + pen(n) + paint(p) + look(l)
            }
            Command::Text { text, style: s, pen: n, paint: p, look: l, .. } => {
                text.len() + style(s) + n.as_deref().map_or(0, pen) + paint(p) + look(l)
            }
            Command::Image { look: l, .. } => look(l),
            Command::Clear { outline, clip } => outline.len() * SEGMENT + clips(clip),
            Command::Put { pixels, .. } => pixels.bytes.len(),
        }
}

/// Commands one portion after the other, and how many were left out because no message has room for them.
pub(super) fn portions(commands: &[Command], mut send: impl FnMut(&[Command])) -> usize {
    let (mut start, mut room, mut lost) = (0, 0, 0);
    for (at, command) in commands.iter().enumerate() {
        let weight = weight(command);
        if weight > MOST || room + weight > PORTION {
            if start < at {
                send(&commands[start..at]);
            }
            (start, room) = (at, 0);
        }
        if weight > MOST {
            (start, lost) = (at + 1, lost + 1);
        } else {
            room += weight;
        }
    }
    if start < commands.len() {
        send(&commands[start..]);
    }
    lost
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::capability::canvas::{Area, Outline, Pixels, Segment};

    fn clear(segments: usize) -> Command {
        let outline: Outline = (0..segments).map(|_| Segment::Close).collect();
        Command::Clear { outline, clip: Arc::from([]) }
    }

    #[test]
    fn all_is_sent_in_its_order_and_what_fits_nowhere_is_counted() {
        let pixels = Arc::new(Pixels { bytes: vec![0; MOST + 1], width: 1 });
        let put = Command::Put { pixels, at: (0, 0), part: Area::default() };
        let commands = vec![clear(1), clear(2), put, clear(200_000), clear(3), clear(300_000)];
        let mut sent = Vec::new();
        assert_eq!(portions(&commands, |portion| sent.push(portion.to_vec())), 1);
        assert_eq!(sent.iter().map(Vec::len).collect::<Vec<_>>(), [2, 2, 1]);
        assert_eq!(sent.concat(), [clear(1), clear(2), clear(200_000), clear(3), clear(300_000)]);
        assert_eq!(portions(&[], |_| panic!("there is nothing")), 0);
    }
}
