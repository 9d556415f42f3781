//! Which numbers a message from script may hold: what the code that makes such messages on a thread keeps to by itself.
//! That they are finite was looked at while they were read.

use super::WireError;
use super::call::{Call, FromChild, PlayerOrder, Post};
use crate::capability::audio::AudioSettings;
use crate::capability::canvas::{
    Area, ClipPath, Command, Look, MOST_CLIPS, MOST_DASHES, MOST_FILTERS, MOST_SEGMENTS, MOST_STOPS, Paint, Pen,
    PictureFormat, Segment, TextStyle, is_filter,
};
use crate::capability::shell::ShellCall;
use crate::worklet::events::WorkletOrder;
use crate::worklet::hub::MOST_ORDERS;
use std::sync::Arc;

/// Furthest pixel that script can name.
const FAR: u32 = 1_000_000_000;
/// Longest way of a scroll view that worklets can ask for, ms.
const LONGEST_SCROLL: f32 = 60_000.0;

type Sound = Result<(), WireError>;

fn check(holds: bool, what: &'static str) -> Sound {
    if holds { Ok(()) } else { Err(WireError::Range(what)) }
}

/// Whether all figures of a message are what they may be.
///
/// # Errors
/// [`WireError::Range`] with what is not.
pub(super) fn message(message: &FromChild) -> Sound {
    match message {
        FromChild::Call { call, .. } => self::call(call),
        FromChild::Post(post) => self::post(post),
        FromChild::Motion { orders, .. } => self::orders(orders),
        FromChild::Moved { answer, .. } => orders(&answer.orders),
        FromChild::Used { figures, .. } => {
            let times = [
                figures.cpu_ms,
                figures.longest_turn_ms,
                figures.cpu_share,
                figures.pauses_ms,
                figures.longest_pause_ms,
            ];
            check(times.iter().all(|time| *time >= 0.0), "processor time")
        }
        _ => Ok(()),
    }
}

fn call(call: &Call) -> Sound {
    match call {
        Call::Post(post) => self::post(post),
        Call::CanvasMeasure(_, style) => text_style(style),
        Call::CanvasHits { outline, pen, .. } => {
            self::outline(outline)?;
            pen.as_ref().map_or(Ok(()), |(pen, _)| self::pen(pen))
        }
        Call::CanvasRead(_, area) => self::area(area),
        Call::CanvasEncode { area, format, .. } => {
            self::area(area)?;
            match format {
                PictureFormat::Jpeg(quality) => check((0.0..=1.0).contains(quality), "the quality of a picture"),
                PictureFormat::Png => Ok(()),
            }
        }
        Call::Connect { request, .. } => check(request.timeout_ms >= 1.0, "a time-out"),
        _ => Ok(()),
    }
}

fn post(post: &Post) -> Sound {
    match post {
        Post::CanvasDraw(_, commands) => commands.iter().try_for_each(command),
        Post::Request { request, .. } => check(request.timeout_ms >= 1.0, "a time-out"),
        Post::SocketClose { code, .. } => check(*code == 1000 || (3000..5000).contains(code), "a code of a socket"),
        Post::Player { order: PlayerOrder::Load(settings) | PlayerOrder::Configure(settings), .. } => sound(settings),
        Post::Player { order: PlayerOrder::Seek(at), .. } => check(*at >= 0.0, "a place in a sound"),
        Post::Shell { call: ShellCall::SetNavigationBarColor { duration_ms, .. }, .. } => {
            check(*duration_ms >= 0.0, "a duration")
        }
        _ => Ok(()),
    }
}

fn orders(orders: &[WorkletOrder]) -> Sound {
    check(orders.len() <= MOST_ORDERS, "orders of worklets")?;
    let duration = |order: &WorkletOrder| match order {
        WorkletOrder::ScrollTo { duration, .. } => (0.0..=LONGEST_SCROLL).contains(duration),
        WorkletOrder::RunOn(..) => true,
    };
    check(orders.iter().all(duration), "a duration")
}

fn sound(settings: &AudioSettings) -> Sound {
    check((0.0..=1e9).contains(&settings.start_time), "the start of a sound")?;
    check((0.0..=1.0).contains(&settings.volume), "the volume of a sound")?;
    check((0.5..=2.0).contains(&settings.rate), "the speed of a sound")
}

fn area(area: &Area) -> Sound {
    check(area.width <= FAR && area.height <= FAR, "an area of a canvas")
}

fn outline(outline: &[Segment]) -> Sound {
    check(outline.len() <= MOST_SEGMENTS, "an outline of a canvas")
}

fn pen(pen: &Pen) -> Sound {
    check(pen.width > 0.0 && pen.miter_limit > 0.0, "a pen of a canvas")?;
    let dashes = &pen.dashes;
    let even = dashes.len().is_multiple_of(2) && dashes.len() <= MOST_DASHES;
    check(even && dashes.iter().all(|length| *length >= 0.0), "dashes of a canvas")
}

fn clips(clips: &[Arc<ClipPath>]) -> Sound {
    check(clips.len() <= MOST_CLIPS, "clips of a canvas")?;
    clips.iter().try_for_each(|clip| outline(&clip.outline))
}

fn look(look: &Look) -> Sound {
    check((0.0..=1.0).contains(&look.alpha), "an opacity of a canvas")?;
    check(look.shadow.is_none_or(|shadow| shadow.blur >= 0.0), "a shadow of a canvas")?;
    check(look.filters.len() <= MOST_FILTERS && look.filters.iter().all(is_filter), "filters of a canvas")?;
    clips(&look.clip)
}

fn paint(paint: &Paint) -> Sound {
    use crate::capability::canvas::GradientLine::Radial;
    let Paint::Gradient(gradient) = paint else { return Ok(()) };
    let stops = &gradient.stops;
    let ascending = stops.windows(2).all(|pair| pair[0].0 <= pair[1].0);
    let within = stops.first().is_none_or(|stop| stop.0 >= 0.0) && stops.last().is_none_or(|stop| stop.0 <= 1.0);
    check(stops.len() <= MOST_STOPS && ascending && within, "stops of a gradient")?;
    match gradient.line {
        Radial(from, to) => check(from[2] >= 0.0 && to[2] >= 0.0, "the radius of a gradient"),
        _ => Ok(()),
    }
}

fn text_style(style: &TextStyle) -> Sound {
    let (size, weight) = (style.font.size, style.font.weight);
    check((0.0..=10_000.0).contains(&size) && (1..=1000).contains(&weight), "a font of a canvas")
}

fn command(command: &Command) -> Sound {
    match command {
        Command::Fill { outline, paint, look, .. } => {
            self::outline(outline)?;
            self::paint(paint)?;
            self::look(look)
        }
        Command::Stroke { outline, pen, paint, look, .. } => {
            self::outline(outline)?;
            self::pen(pen)?;
            self::paint(paint)?;
            self::look(look)
        }
        Command::Text { style, pen, paint, look, .. } => {
            text_style(style)?;
            pen.as_ref().map_or(Ok(()), |pen| self::pen(pen))?;
            self::paint(paint)?;
            self::look(look)
        }
        Command::Image { look, .. } => self::look(look),
        Command::Clear { outline, clip } => {
            self::outline(outline)?;
            clips(clip)
        }
        Command::Put { pixels, part, .. } => {
            let rows = pixels.bytes.len() as u64 / (u64::from(pixels.width) * 4).max(1);
            let end = |first: i32, count: u32| i64::from(first) + i64::from(count);
            let within = part.x >= 0 && part.y >= 0 && end(part.x, part.width) <= i64::from(pixels.width);
            check(within && end(part.y, part.height) as u64 <= rows, "pixels of a canvas")
        }
    }
}
