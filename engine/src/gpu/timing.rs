//! How long the GPU works on a frame, by timestamp queries.
//!
//! A frame's first and last pass write the time. The two figures go into a small buffer that is mapped once the host has
//! submitted the frame; they are read some frames later, when they are there: nothing waits for the GPU. All is made
//! once. Where so many frames are on their way that no buffer is free, a frame has no time.

use std::sync::Arc;
use std::sync::atomic::{AtomicU8, Ordering};

/// Frames whose times may be on their way.
const SLOTS: usize = 6;
/// Bytes of a frame's two figures.
const BYTES: u64 = 16;
/// A frame that was not submitted by so many frames later never will be.
const GIVEN_UP: u64 = 240;

/// What a pass writes.
pub type Stamps<'a> = wgpu::RenderPassTimestampWrites<'a>;

/// Where a slot's figures are.
const ON_THE_WAY: u8 = 0;
const THERE: u8 = 1;
const LOST: u8 = 2;

struct Slot {
    buffer: wgpu::Buffer,
    /// The frame that it is for.
    frame: Option<u64>,
    state: Arc<AtomicU8>,
}

/// Measures frames on a device.
pub struct Timer {
    queries: wgpu::QuerySet,
    /// Where queries are written out to, a part for each slot.
    resolved: wgpu::Buffer,
    slots: Vec<Slot>,
    /// The slot of the frame in work.
    current: Option<usize>,
    /// Its first pass has begun.
    begun: bool,
    /// Number of the frame in work.
    frame: u64,
    /// ns of a tick of the GPU's clock.
    period: f32,
}

fn slot(device: &wgpu::Device) -> Slot {
    let buffer = device.create_buffer(&wgpu::BufferDescriptor {
        label: Some("frame time"),
        size: BYTES,
        usage: wgpu::BufferUsages::COPY_DST | wgpu::BufferUsages::MAP_READ,
        mapped_at_creation: false,
    });
    Slot { buffer, frame: None, state: Arc::new(AtomicU8::new(ON_THE_WAY)) }
}

impl Timer {
    /// A timer, if the device has timestamp queries.
    pub fn new(device: &wgpu::Device, queue: &wgpu::Queue) -> Option<Timer> {
        if !device.features().contains(wgpu::Features::TIMESTAMP_QUERY) {
            return None;
        }
        let queries = device.create_query_set(&wgpu::QuerySetDescriptor {
            label: Some("frame times"),
            ty: wgpu::QueryType::Timestamp,
            count: 2 * SLOTS as u32,
        });
        let resolved = device.create_buffer(&wgpu::BufferDescriptor {
            label: Some("frame times"),
            size: wgpu::QUERY_RESOLVE_BUFFER_ALIGNMENT * SLOTS as u64,
            usage: wgpu::BufferUsages::QUERY_RESOLVE | wgpu::BufferUsages::COPY_SRC,
            mapped_at_creation: false,
        });
        let slots = (0..SLOTS).map(|_| slot(device)).collect();
        let period = queue.get_timestamp_period();
        Some(Timer { queries, resolved, slots, current: None, begun: false, frame: 0, period })
    }

    /// The number of the frame that begins next.
    pub fn number(&mut self, frame: u64) {
        self.frame = frame;
    }

    /// A frame begins.
    pub fn begin(&mut self, device: &wgpu::Device) {
        for old in &mut self.slots {
            if old.frame.is_some_and(|frame| frame + GIVEN_UP < self.frame) {
                // Its commands may yet come, so its buffer is left to them.
                *old = slot(device);
            }
        }
        self.current = self.slots.iter().position(|slot| slot.frame.is_none());
        self.begun = false;
    }

    fn stamps(&self, first: bool, last: bool) -> Option<Stamps<'_>> {
        let index = 2 * self.current? as u32;
        Some(wgpu::RenderPassTimestampWrites {
            query_set: &self.queries,
            beginning_of_pass_write_index: first.then_some(index),
            end_of_pass_write_index: last.then_some(index + 1),
        })
    }

    /// What a pass writes that may be the first of its frame.
    pub fn first(&mut self) -> Option<Stamps<'_>> {
        let first = !std::mem::replace(&mut self.begun, true);
        if first { self.stamps(true, false) } else { None }
    }

    /// What the last pass of a frame writes.
    pub fn last(&mut self) -> Option<Stamps<'_>> {
        let first = !std::mem::replace(&mut self.begun, true);
        self.stamps(first, true)
    }

    /// The frame's passes are encoded: its times are fetched when they have run.
    pub fn resolve(&mut self, encoder: &mut wgpu::CommandEncoder) {
        let Some(current) = self.current.take() else { return };
        let (index, at) = (2 * current as u32, wgpu::QUERY_RESOLVE_BUFFER_ALIGNMENT * current as u64);
        encoder.resolve_query_set(&self.queries, index..index + 2, &self.resolved, at);
        let slot = &mut self.slots[current];
        encoder.copy_buffer_to_buffer(&self.resolved, at, &slot.buffer, 0, BYTES);
        slot.frame = Some(self.frame);
        slot.state.store(ON_THE_WAY, Ordering::Release);
        let state = slot.state.clone();
        encoder.map_buffer_on_submit(&slot.buffer, wgpu::MapMode::Read, .., move |mapped| {
            state.store(if mapped.is_ok() { THERE } else { LOST }, Ordering::Release);
        });
    }

    /// The next time that has come: the frame's number, ms.
    pub fn take(&mut self) -> Option<(u64, f32)> {
        for slot in &mut self.slots {
            let Some(frame) = slot.frame else { continue };
            match slot.state.load(Ordering::Acquire) {
                THERE => {}
                LOST => {
                    slot.frame = None;
                    continue;
                }
                _ => continue,
            }
            slot.frame = None;
            let stamp = |bytes: &[u8]| bytes.try_into().map(u64::from_le_bytes).unwrap_or_default();
            let ticks = slot.buffer.get_mapped_range(..).ok().map(|view| {
                let (from, to) = (stamp(&view[..8]), stamp(&view[8..16]));
                to.checked_sub(from)
            });
            slot.buffer.unmap();
            // A clock that went backwards (the GPU slept) tells nothing.
            if let Some(Some(ticks)) = ticks {
                return Some((frame, (ticks as f64 * f64::from(self.period) / 1e6) as f32));
            }
        }
        None
    }
}
