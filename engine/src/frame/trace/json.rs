//! How slices, flows and counters are written: as Chrome's trace events.
//!
//! All names are our own and free of what JSON escapes. Times are µs with three decimals, so no ns is lost. Whoever
//! reads it binds a flow's point to the slice that was begun last on its track, so points stand behind the slices.

use super::events::{Argument, Events, Track};
use std::io::{self, Write};

/// The number of our process in the trace.
const PROCESS: u32 = 1;

/// Writes events as one JSON object.
///
/// # Errors
/// What `out` said.
pub fn write(events: &Events, out: &mut impl Write) -> io::Result<()> {
    write!(out, "{{\"displayTimeUnit\":\"ms\",\"otherData\":{{\"lost\":{}}},\"traceEvents\":[", events.lost)?;
    write!(out, "\n{{\"ph\":\"M\",\"pid\":{PROCESS},\"name\":\"process_name\",\"args\":{{\"name\":\"pellicle\"}}}}")?;
    for track in Track::ALL {
        let (tid, name) = (track as u32, track.name());
        let head = format!(",\n{{\"ph\":\"M\",\"pid\":{PROCESS},\"tid\":{tid}");
        write!(out, "{head},\"name\":\"thread_name\",\"args\":{{\"name\":\"{name}\"}}}}")?;
        write!(out, "{head},\"name\":\"thread_sort_index\",\"args\":{{\"sort_index\":{tid}}}}}")?;
    }
    for slice in &events.slices {
        let (track, name, (from, to)) = (slice.track as u32, slice.name, slice.span);
        write!(out, ",\n{{\"ph\":\"X\",\"pid\":{PROCESS},\"tid\":{track},\"name\":\"{name}\",\"ts\":")?;
        micros(from, out)?;
        write!(out, ",\"dur\":")?;
        micros(to.saturating_sub(from), out)?;
        arguments(&slice.arguments, out)?;
        write!(out, "}}")?;
    }
    for (id, points) in &events.flows {
        let last = points.len() - 1;
        for (index, &(at, track)) in points.iter().enumerate() {
            let step = match index {
                0 => "\"s\"",
                _ if index == last => "\"f\",\"bp\":\"e\"",
                _ => "\"t\"",
            };
            let track = track as u32;
            write!(out, ",\n{{\"ph\":{step},\"pid\":{PROCESS},\"tid\":{track},\"cat\":\"update\"")?;
            write!(out, ",\"name\":\"update\",\"id\":{id},\"ts\":")?;
            micros(at, out)?;
            write!(out, "}}")?;
        }
    }
    for counter in &events.counters {
        write!(out, ",\n{{\"ph\":\"C\",\"pid\":{PROCESS},\"name\":\"{}\",\"ts\":", counter.name)?;
        micros(counter.at, out)?;
        arguments(&counter.values, out)?;
        write!(out, "}}")?;
    }
    writeln!(out, "\n]}}")
}

fn micros(ns: u64, out: &mut impl Write) -> io::Result<()> {
    write!(out, "{}.{:03}", ns / 1000, ns % 1000)
}

fn arguments(all: &[(&'static str, Argument)], out: &mut impl Write) -> io::Result<()> {
    write!(out, ",\"args\":{{")?;
    for (index, (name, value)) in all.iter().enumerate() {
        let comma = if index > 0 { "," } else { "" };
        match value {
            Argument::Count(n) => write!(out, "{comma}\"{name}\":{n}")?,
            // What is no number has no place in JSON.
            Argument::Number(n) if !n.is_finite() => write!(out, "{comma}\"{name}\":null")?,
            Argument::Number(n) => write!(out, "{comma}\"{name}\":{n}")?,
            Argument::Flag(on) => write!(out, "{comma}\"{name}\":{on}")?,
        }
    }
    write!(out, "}}")
}
