//! `pellicle diff`: two replays, frame by frame.

use super::Failure;
use super::options::DiffOptions;
use super::replay::{self, FRAMES_FILE, write_png};
use crate::frame::{PHASES, Phase};
use crate::replay::{Player, PlayerOptions};
use serde_json::{Value, json};
use std::path::{Path, PathBuf};

/// A picture: size in px, RGBA row by row.
type Picture = ((u32, u32), Vec<u8>);

/// One of two that are compared.
enum Side {
    /// A recording that is played.
    Played(Box<Player>),
    /// A folder of pictures, and what is known of them.
    Folder(PathBuf, std::vec::IntoIter<Value>, Option<u64>),
}

struct Frame {
    number: u64,
    hash: String,
    phases: [f32; PHASES],
}

impl Side {
    fn open(path: &Path, package: Option<&Path>) -> Result<Side, Failure> {
        if path.is_dir() {
            let file = path.join(FRAMES_FILE);
            let failure = |e: &dyn std::fmt::Display| Failure::Program(format!("{}: {e}", file.display()));
            let text = std::fs::read_to_string(&file).map_err(|e| failure(&e))?;
            let value: Value = serde_json::from_str(&text).map_err(|e| failure(&e))?;
            let frames = value.get("frames").and_then(Value::as_array).cloned();
            let frames = frames.ok_or_else(|| failure(&"it has no frames"))?;
            return Ok(Side::Folder(path.to_owned(), frames.into_iter(), None));
        }
        let (recording, package) = replay::open(path, package)?;
        let player = Player::open(recording, package, PlayerOptions::default()).map_err(Failure::program)?;
        Ok(Side::Played(Box::new(player)))
    }

    fn next(&mut self) -> Result<Option<Frame>, Failure> {
        match self {
            Side::Played(player) => {
                let Some(drawn) = player.next_frame().map_err(Failure::program)? else { return Ok(None) };
                let phases = player.app().frame_stats().last().map(|record| record.phases).unwrap_or_default();
                Ok(Some(Frame { number: drawn.frame, hash: format!("{:016x}", drawn.hash), phases }))
            }
            Side::Folder(_, frames, at) => {
                let Some(frame) = frames.next() else { return Ok(None) };
                let number = frame.get("frame").and_then(Value::as_u64).unwrap_or_default();
                *at = Some(number);
                let ms = |phase: Phase| frame.get("phases")?.get(phase.name())?.as_f64();
                let phases = Phase::ALL.map(|phase| ms(phase).unwrap_or_default() as f32);
                let hash = frame.get("hash").and_then(Value::as_str).unwrap_or_default().to_owned();
                Ok(Some(Frame { number, hash, phases }))
            }
        }
    }

    /// The picture of the frame that was given last.
    fn picture(&self) -> Result<Picture, Failure> {
        match self {
            Side::Played(player) => {
                let (size, pixels) = player.picture();
                Ok((size, pixels.to_vec()))
            }
            Side::Folder(folder, _, at) => {
                let path = folder.join(format!("{:06}.png", at.unwrap_or_default()));
                let picture = image::open(&path).map_err(|e| Failure::Program(format!("{}: {e}", path.display())))?;
                let picture = picture.into_rgba8();
                Ok((picture.dimensions(), picture.into_raw()))
            }
        }
    }
}

/// How two pictures differ.
struct Difference {
    /// Pixels that do.
    pixels: u64,
    /// The most by which a channel does, of 255.
    most: u8,
    /// Left, top, width and height of the rectangle that they lie in, px.
    area: [u32; 4],
    /// What differs in red over a pale picture, RGBA.
    picture: Picture,
}

fn compare(a: &Picture, b: &Picture) -> Difference {
    let ((width, height), _) = *a;
    let (mut pixels, mut most) = (0, 0);
    let (mut x0, mut y0, mut x1, mut y1) = (width, height, 0, 0);
    let mut picture = Vec::with_capacity(a.1.len());
    for (at, left) in a.1.chunks_exact(4).enumerate() {
        let (x, y) = (at as u32 % width.max(1), at as u32 / width.max(1));
        let inside = a.0 == b.0;
        let right = b.1.get(at * 4..at * 4 + 4).filter(|_| inside);
        let by = match right {
            Some(right) => left.iter().zip(right).map(|(a, b)| a.abs_diff(*b)).max().unwrap_or_default(),
            None => 255,
        };
        if by == 0 {
            let pale = |v: u8| 255 - (255 - v) / 4;
            picture.extend_from_slice(&[pale(left[0]), pale(left[1]), pale(left[2]), 255]);
            continue;
        }
        picture.extend_from_slice(&[255, 0, 0, 255]);
        pixels += 1;
        most = most.max(by);
        (x0, y0, x1, y1) = (x0.min(x), y0.min(y), x1.max(x + 1), y1.max(y + 1));
    }
    let area = if pixels == 0 { [0; 4] } else { [x0, y0, x1 - x0, y1 - y0] };
    Difference { pixels, most, area, picture: (a.0, picture) }
}

/// Compares two replays.
///
/// # Errors
/// [`Failure::Program`] if there is nothing to compare, [`Failure::Reported`] if the pictures differ.
pub fn run(options: &DiffOptions) -> Result<(), Failure> {
    let package = options.package.as_deref();
    let (mut a, mut b) = (Side::open(&options.a, package)?, Side::open(&options.b, package)?);
    if let Some(folder) = &options.pictures {
        std::fs::create_dir_all(folder).map_err(|e| Failure::Usage(format!("{}: {e}", folder.display())))?;
    }
    let mut frames = [0_u64; 2];
    let mut compared = 0_u64;
    let mut phases = [[0.0_f64; PHASES]; 2];
    let mut differences = Vec::new();
    loop {
        let pair = (a.next()?, b.next()?);
        frames[0] += u64::from(pair.0.is_some());
        frames[1] += u64::from(pair.1.is_some());
        let (left, right) = match pair {
            (Some(left), Some(right)) => (left, right),
            (None, None) => break,
            _ => continue,
        };
        compared += 1;
        for (sums, frame) in phases.iter_mut().zip([&left, &right]) {
            sums.iter_mut().zip(frame.phases).for_each(|(sum, ms)| *sum += f64::from(ms));
        }
        if left.hash == right.hash {
            continue;
        }
        let (one, other) = (a.picture()?, b.picture()?);
        let difference = compare(&one, &other);
        if let Some(folder) = &options.pictures {
            let path = |kind: &str| folder.join(format!("{:06}.{kind}.png", left.number));
            write_png(&path("a"), one.0, &one.1)?;
            write_png(&path("b"), other.0, &other.1)?;
            write_png(&path("diff"), difference.picture.0, &difference.picture.1)?;
        }
        let Difference { pixels, most, area, .. } = difference;
        if !options.json {
            let [x, y, width, height] = area;
            super::print(format_args!(
                "frame {}: {pixels} pixels differ, by up to {most} of 255, in {width} x {height} at {x}, {y}",
                left.number
            ))?;
        }
        differences.push(json!({ "frame": left.number, "pixels": pixels, "most": most, "area": area }));
    }
    let mean = |sums: &[f64; PHASES], phase: usize| sums[phase] / (compared.max(1)) as f64;
    if options.json {
        let of = |sums: &[f64; PHASES]| {
            let fields =
                Phase::ALL.iter().enumerate().map(|(at, phase)| (phase.name().to_owned(), json!(mean(sums, at))));
            Value::Object(fields.collect())
        };
        super::print(json!({
            "frames": frames,
            "compared": compared,
            "differ": differences,
            "meanPhases": { "a": of(&phases[0]), "b": of(&phases[1]) },
        }))?;
    } else {
        super::print(format_args!(
            "{compared} frames compared, {} differ; a has {}, b has {}",
            differences.len(),
            frames[0],
            frames[1]
        ))?;
        for (at, phase) in Phase::ALL.iter().enumerate() {
            let (before, after) = (mean(&phases[0], at), mean(&phases[1], at));
            if before > 0.0 || after > 0.0 {
                super::print(format_args!("{:13} {before:8.3} ms  {after:8.3} ms", phase.name()))?;
            }
        }
    }
    if differences.is_empty() && frames[0] == frames[1] { Ok(()) } else { Err(Failure::Reported) }
}
