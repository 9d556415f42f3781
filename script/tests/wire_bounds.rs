//! What bytes from the other process can cost: whatever they are, reading them takes a bounded amount of memory and no
//! panic, and figures that no honest process sends are refused.
//!
//! Unsafe: a counting allocator has to implement `GlobalAlloc`. It is sound because every call is handed to the system's
//! allocator unchanged.

#![allow(clippy::unwrap_used)] // a failed unwrap is the failure of the test

use pellicle_layout::document::NodeId;
use pellicle_layout::document::ops::Commit;
use pellicle_layout::style::computed::{Color, FilterOp, FontFamily, FontSlant};
use pellicle_script::bridge::message::{HostCommand, LaunchOptions, Message};
use pellicle_script::bridge::outbox::StopReason;
use pellicle_script::bridge::queue::EventClass;
use pellicle_script::bridge::tool::{Description, Place};
use pellicle_script::capability::audio::AudioSettings;
use pellicle_script::capability::canvas::*;
use pellicle_script::capability::network::{NetworkRequest, Progress, RequestBody};
use pellicle_script::capability::shell::ShellCall;
use pellicle_script::sandbox::{Budget, BudgetEvent, BudgetFigures, BudgetReport, Budgets};
use pellicle_script::wire::call::{self, Call, Confined, Fields, FromChild, PlayerOrder, Post, SentRecord, ToolAnswer};
use pellicle_script::wire::decode::{MOST_ROOM, Numbers};
use pellicle_script::wire::frame::{push, read};
use pellicle_script::wire::message::{Body, SentTool, ToChild};
use pellicle_script::wire::{WireError, commit, json};
use pellicle_script::worklet::events::WorkletOrder;
use pellicle_script::worklet::hub::MotionAnswer;
use proptest::prelude::*;
use serde::Serialize;
use serde_json::json;
use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;
use std::sync::Arc;

thread_local! {
    /// Bytes that this thread holds more than at the start of a measurement, and the most of it.
    static HELD: Cell<(i64, i64)> = const { Cell::new((0, 0)) };
}

struct Counting;

fn count(bytes: i64) {
    let _ = HELD.try_with(|held| {
        let (now, most) = held.get();
        held.set((now + bytes, most.max(now + bytes)));
    });
}

// SAFETY: all functions pass their arguments on to `System`, whose contract is the same.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        count(layout.size() as i64);
        // SAFETY: as above.
        unsafe { System.alloc(layout) }
    }
    unsafe fn dealloc(&self, at: *mut u8, layout: Layout) {
        count(-(layout.size() as i64));
        // SAFETY: as above.
        unsafe { System.dealloc(at, layout) }
    }
}

#[global_allocator]
static ALLOCATOR: Counting = Counting;

/// Bytes that `run` held at once at most.
fn peak<T>(run: impl FnOnce() -> T) -> usize {
    HELD.with(|held| held.set((0, 0)));
    drop(run());
    HELD.with(|held| held.get().1) as usize
}

fn look() -> Arc<Look> {
    let shadow = Shadow { color: Color::BLACK, blur: 2.0, offset: (1.0, -1.0) };
    let clip = Arc::new(ClipPath { outline: outline(), rule: FillRule::EvenOdd });
    Arc::new(Look {
        alpha: 0.5,
        composite: Composite::Xor,
        shadow: Some(shadow),
        clip: Arc::from([clip]),
        filters: Arc::from([FilterOp::Blur(3.0), FilterOp::HueRotate(-1.0)]),
    })
}

fn outline() -> Outline {
    let (a, b, c) = ([1.0, 2.0], [3.0, -4.0], [5.5, 0.25]);
    Arc::from([Segment::Move(a), Segment::Line(b), Segment::Quad(a, b), Segment::Cubic(a, b, c), Segment::Close])
}

fn pen() -> Pen {
    let (cap, join) = (LineCap::Round, LineJoin::Bevel);
    Pen { width: 2.0, cap, join, miter_limit: 10.0, dashes: Arc::from([1.0, 2.0]), dash_offset: 0.5 }
}

fn style() -> TextStyle {
    let families = Arc::from([FontFamily::Named("Sans".into()), FontFamily::Serif]);
    let font = Arc::new(Font { families, size: 12.0, weight: 400, slant: FontSlant::Normal });
    TextStyle { font, align: TextAlign::End, baseline: TextBaseline::Top, rtl: false, letter_spacing: 0.0 }
}

fn gradient() -> Gradient {
    let stops = vec![(0.0, Color::BLACK), (1.0, Color::TRANSPARENT)];
    Gradient { line: GradientLine::Radial([0.0, 0.0, 1.0], [0.0, 0.0, 5.0]), stops }
}

const MATRIX: Matrix = [1.0, 0.0, 0.0, 1.0, 5.0, 5.0];

fn commands() -> Vec<Command> {
    let paint = Paint::Gradient(Arc::new(gradient()));
    let pattern = Pattern { picture: PictureId(3), repeat: (true, false), matrix: MATRIX };
    let pixels = Arc::new(Pixels { bytes: vec![9; 4 * 6], width: 3 });
    vec![
        Command::Fill {
            outline: outline(),
            rule: FillRule::NonZero,
            matrix: MATRIX,
            paint: paint.clone(),
            look: look(),
        },
        Command::Stroke {
            outline: outline(),
            pen: Arc::new(pen()),
            matrix: MATRIX,
            paint: Paint::Pattern(Arc::new(pattern)),
            look: look(),
        },
        Command::Text {
            text: "text".into(),
            style: Arc::new(style()),
            at: (1.0, 2.0),
            max_width: Some(10.0),
            pen: Some(Arc::new(pen())),
            matrix: MATRIX,
            paint,
            look: look(),
        },
        Command::Image {
            source: Source::Surface(SurfaceId(1)),
            from: [0.0, 0.0, 1.0, 1.0],
            to: [0.0, 0.0, 2.0, 2.0],
            matrix: MATRIX,
            smooth: true,
            look: look(),
        },
        Command::Clear { outline: outline(), clip: Arc::from([]) },
        Command::Put { pixels, at: (-1, 1), part: Area { x: 1, y: 0, width: 2, height: 2 } },
    ]
}

fn request(timeout_ms: f64) -> Post {
    let request = NetworkRequest {
        url: "https://a".to_owned(),
        method: "GET".to_owned(),
        headers: vec![("a".to_owned(), "b".to_owned())],
        body: RequestBody::Bytes(vec![1, 2, 3]),
        timeout_ms,
        binary: false,
        chunked: false,
        progress: Progress::None,
    };
    Post::Request { request, reply: 1 }
}

fn order(duration: f32) -> WorkletOrder {
    WorkletOrder::ScrollTo { node: NodeId::new(1, 2), x: Some(1.0), y: None, duration }
}

fn player(settings: AudioSettings) -> FromChild {
    FromChild::Post(Post::Player { player: 1, order: PlayerOrder::Load(settings) })
}

fn used(cpu_ms: f64) -> FromChild {
    FromChild::Used { figures: BudgetFigures { cpu_ms, ..BudgetFigures::default() }, launching: true }
}

fn fade(duration_ms: f64) -> FromChild {
    let (front_color, background_color) = ("#ffffff".to_owned(), "#000000".to_owned());
    let call = ShellCall::SetNavigationBarColor { front_color, background_color, duration_ms, timing: String::new() };
    FromChild::Post(Post::Shell { page: Some(1), call, reply: 4 })
}

/// One message of each kind that an honest process sends.
fn from_child() -> Vec<FromChild> {
    let report = BudgetReport {
        budget: Budget::Heap,
        limit: 1,
        figure: 2,
        doing: "x".to_owned(),
        stack: Vec::new(),
        parked: false,
    };
    let args = json!({ "a": [1, 2.5, null, { "b": "text" }], "c": { "d": true } });
    let fields = args.as_object().cloned().unwrap_or_default();
    let answer =
        MotionAnswer { styles: vec![(NodeId(3), "left: 1px".into())], orders: vec![order(5.0)], ..Default::default() };
    let area = Area { x: -1, y: 0, width: 5, height: 5 };
    let calls = vec![
        Call::Post(Box::new(Post::OpenSettings { reply: 3 })),
        Call::PackageRead("app.json".to_owned()),
        Call::CanvasMeasure("text".to_owned(), style()),
        Call::CanvasHits { outline: outline(), rule: FillRule::NonZero, pen: Some((pen(), MATRIX)), at: (1.0, 2.0) },
        Call::CanvasEncode { surface: SurfaceId(1), area, size: (5, 5), format: PictureFormat::Jpeg(0.5) },
        Call::Settle("request".to_owned(), Ok(())),
        Call::RandomFill(16),
    ];
    let posts = vec![
        request(60_000.0),
        Post::SocketClose { socket: 1, code: 3000, reason: "over".to_owned() },
        Post::HostApi { api: "greet".to_owned(), arguments: args, reply: 1 },
        Post::CanvasDraw(SurfaceId(1), commands()),
        Post::Record(SentRecord::Console { level: "log".to_owned(), text: "a line".to_owned() }),
    ];
    let calls = calls.into_iter().map(|call| FromChild::Call { number: 7, call });
    let posts = posts.into_iter().map(FromChild::Post);
    let description = Description { attributes: fields.clone(), properties: fields };
    let others = vec![
        FromChild::Hello { version: 1 },
        FromChild::Ready(Confined { system_calls: true, file_system: true, limits: true, failed: false }),
        FromChild::Idle { turns: 3, next_timer: Some(1.5) },
        FromChild::Taken(64),
        FromChild::Tool { id: 1, answer: ToolAnswer::Description(Ok(description)) },
        FromChild::Motion { wanted: true, listens: false, orders: vec![order(0.0)] },
        FromChild::Moved { answer, unread: 3 },
        used(12.5),
        fade(400.0),
        player(AudioSettings::default()),
        FromChild::Budget(BudgetEvent { budget: Budget::Timers, limit: 1, figure: 2 }),
        FromChild::Stopped(StopReason::Budget(Box::new(report))),
    ];
    calls.chain(posts).chain(others).collect()
}

fn to_child() -> Vec<ToChild> {
    let data = json!({ "a": [1, { "b": [] }] });
    let launch = LaunchOptions { path: "pages/a/a".to_owned(), ..LaunchOptions::default() };
    let message = |body| ToChild::Message { body, class: EventClass::Every, cause: 0 };
    let command = |command| Body::of(Message::Host(command)).unwrap();
    vec![
        ToChild::Confine { memory: 1 << 30 },
        ToChild::Frame { now: f64::NAN, gone: vec![NodeId(1)], told: Vec::new() },
        ToChild::Step(16.0),
        message(command(HostCommand::Launch(launch))),
        message(command(HostCommand::Tell { event: "X".to_owned(), argument: data.clone() })),
        message(Body::Tool {
            id: 1,
            request: SentTool::Call {
                of: Place::Top,
                method: "m".to_owned(),
                arguments: vec![data.clone(), data],
                answered: true,
            },
        }),
    ]
}

fn bytes(message: &impl Serialize) -> Vec<u8> {
    let mut bytes = Vec::new();
    push(&mut bytes, message).unwrap();
    bytes
}

/// Reads bytes as everything that they could be; gives the most that one of it held.
fn read_all(bytes: &[u8]) -> usize {
    let mut buffer = Commit::default();
    [
        peak(|| call::read(bytes)),
        peak(|| read::<ToChild>(bytes, Numbers::Any)),
        peak(|| read::<Fields>(bytes, Numbers::Any)),
        peak(|| json::read(bytes)),
        peak(|| commit::read(bytes, u64::MAX, &mut buffer)),
    ]
    .into_iter()
    .max()
    .unwrap_or_default()
}

/// What a short message may hold: a few lists of what was announced and did not come.
const SHORT: usize = 256 << 10;

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, cases: 2000, ..ProptestConfig::default() })]

    #[test]
    fn bytes_of_any_kind_take_little(bytes in prop::collection::vec(any::<u8>(), 0..600)) {
        prop_assert!(read_all(&bytes) <= SHORT);
    }

    #[test]
    fn messages_that_were_changed_take_little(
        which in any::<prop::sample::Index>(),
        changes in prop::collection::vec((any::<prop::sample::Index>(), 0u8..5, any::<u8>()), 1..8),
    ) {
        let mut all: Vec<Vec<u8>> = from_child().iter().map(bytes).collect();
        all.extend(to_child().iter().map(bytes));
        let mut message = which.get(&all).clone();
        for (at, kind, byte) in changes {
            if message.is_empty() {
                break;
            }
            let at = at.index(message.len());
            match kind {
                0 => message[at] ^= 1 << (byte % 8),
                1 => message[at] = byte,
                2 => message.insert(at, byte),
                3 => drop(message.remove(at)),
                // A number as large as there is.
                _ => drop(message.splice(at..at, [0xff, 0xff, 0xff, 0xff, 0x0f])),
            }
        }
        prop_assert!(read_all(&message) <= SHORT);
    }
}

#[test]
fn what_an_honest_process_sends_is_read_as_it_was_sent() {
    for message in from_child() {
        assert_eq!(format!("{:?}", call::read(&bytes(&message)).unwrap()), format!("{message:?}"));
    }
    for message in to_child() {
        let back = read::<ToChild>(&bytes(&message), Numbers::Any).unwrap();
        assert_eq!(format!("{back:?}"), format!("{message:?}"));
    }
    let budgets = Budgets::default();
    assert_eq!(read::<Budgets>(&bytes(&budgets), Numbers::Any).unwrap(), budgets);
}

/// A change of one message of many parts.
fn drawn(change: impl FnOnce(&mut Vec<Command>)) -> FromChild {
    let mut list = commands();
    change(&mut list);
    FromChild::Post(Post::CanvasDraw(SurfaceId(1), list))
}

fn filled(change: impl FnOnce(&mut Look)) -> FromChild {
    drawn(|list| {
        let Some(Command::Fill { look, .. }) = list.first_mut() else { return };
        change(Arc::make_mut(look));
    })
}

fn stroked(change: impl FnOnce(&mut Pen)) -> FromChild {
    drawn(|list| {
        let Some(Command::Stroke { pen, .. }) = list.get_mut(1) else { return };
        change(Arc::make_mut(pen));
    })
}

fn shaded(change: impl FnOnce(&mut Gradient)) -> FromChild {
    let mut own = gradient();
    change(&mut own);
    drawn(|list| {
        let Some(Command::Fill { paint, .. }) = list.first_mut() else { return };
        *paint = Paint::Gradient(Arc::new(own));
    })
}

fn put(part: Area) -> FromChild {
    drawn(|list| {
        let Some(Command::Put { part: own, .. }) = list.last_mut() else { return };
        *own = part;
    })
}

#[test]
fn figures_that_no_honest_process_sends_are_refused() {
    let infinite = [
        drawn(|list| {
            let at = Segment::Move([f32::NAN, 0.0]);
            list.push(Command::Clear { outline: Arc::from([at]), clip: Arc::from([]) });
        }),
        drawn(|list| {
            if let Some(Command::Fill { matrix, .. }) = list.first_mut() {
                matrix[0] = f64::INFINITY;
            }
        }),
        filled(|look| look.alpha = f64::NAN),
        stroked(|pen| pen.dash_offset = f64::NEG_INFINITY),
        FromChild::Idle { turns: 1, next_timer: Some(f64::NAN) },
        FromChild::Post(request(f64::INFINITY)),
        FromChild::Motion { wanted: true, listens: true, orders: vec![WorkletOrder::RunOn(NodeId(1), f32::INFINITY)] },
        FromChild::Post(Post::Player { player: 1, order: PlayerOrder::Seek(f64::NAN) }),
        used(f64::NAN),
    ];
    for message in &infinite {
        assert_eq!(call::read(&bytes(message)).map(drop), Err(WireError::Number), "{message:?}");
    }
    let beyond = [
        (filled(|look| look.alpha = 1.5), "an opacity of a canvas"),
        (filled(|look| look.filters = Arc::from([FilterOp::Blur(-1.0)])), "filters of a canvas"),
        (filled(|look| look.filters = vec![FilterOp::Sepia(1.0); MOST_FILTERS + 1].into()), "filters of a canvas"),
        (filled(|look| look.clip = vec![look.clip[0].clone(); MOST_CLIPS + 1].into()), "clips of a canvas"),
        (filled(|look| look.shadow.iter_mut().for_each(|s| s.blur = -1.0)), "a shadow of a canvas"),
        (stroked(|pen| pen.width = -1.0), "a pen of a canvas"),
        (stroked(|pen| pen.dashes = Arc::from([1.0])), "dashes of a canvas"),
        (stroked(|pen| pen.dashes = Arc::from([1.0, -1.0])), "dashes of a canvas"),
        (shaded(|gradient| gradient.stops.reverse()), "stops of a gradient"),
        (shaded(|gradient| gradient.stops[1].0 = 2.0), "stops of a gradient"),
        (shaded(|g| g.line = GradientLine::Radial([0.0; 3], [0.0, 0.0, -1.0])), "the radius of a gradient"),
        (put(Area { x: 0, y: 0, width: u32::MAX, height: 1 }), "pixels of a canvas"),
        (put(Area { x: 0, y: 1, width: 1, height: u32::MAX }), "pixels of a canvas"),
        (put(Area { x: -1, y: 0, width: 1, height: 1 }), "pixels of a canvas"),
        (used(-1.0), "processor time"),
        (fade(-1.0), "a duration"),
        (player(AudioSettings { volume: 2.0, ..AudioSettings::default() }), "the volume of a sound"),
        (player(AudioSettings { rate: 1e9, ..AudioSettings::default() }), "the speed of a sound"),
        (FromChild::Post(request(-5.0)), "a time-out"),
        (FromChild::Motion { wanted: true, listens: true, orders: vec![order(1e9)] }, "a duration"),
        (FromChild::Motion { wanted: true, listens: true, orders: vec![order(1.0); 5000] }, "orders of worklets"),
        (FromChild::Post(Post::SocketClose { socket: 1, code: 7, reason: String::new() }), "a code of a socket"),
    ];
    for (message, what) in &beyond {
        assert_eq!(call::read(&bytes(message)).map(drop), Err(WireError::Range(what)), "{message:?}");
    }
}

#[test]
fn many_small_things_in_a_long_message_are_refused_before_they_fill_the_memory() {
    // Three bytes each on the wire, hundreds in memory.
    let clear = bytes(&Command::Clear { outline: Arc::from([]), clip: Arc::from([]) });
    let mut message = bytes(&FromChild::Post(Post::CanvasDraw(SurfaceId(1), Vec::new())));
    assert_eq!(message.pop(), Some(0), "the length of the list");
    let count = 8_u64 << 20;
    message.extend(bytes(&count));
    message.extend(std::iter::repeat_n(&clear, count as usize).flatten());
    let held = peak(|| assert_eq!(call::read(&message).map(drop), Err(WireError::Room)));
    assert!(held < 4 * MOST_ROOM, "{held}");

    let mut list = vec![b'a'];
    list.extend((32_u32 << 20).to_le_bytes());
    list.resize(list.len() + (32 << 20), b'0');
    let held = peak(|| assert_eq!(json::read(&list), Err(WireError::Room)));
    assert!(held < 4 * MOST_ROOM, "{held}");
}
