//! Copies of pictures on the device.
//!
//! Of a picture only the level that is shown is copied. Small ones lie together in a few pages, so that one call draws
//! many; large ones have textures of their own. All of it keeps to a budget, and what was used longest ago goes first.
//! Texels are read one by one and never beyond the limits of their picture, so neighbours in a page need no distance.

use super::pipelines::Pipelines;
use super::textures::texture;
use crate::images::Level;
use crate::paint::prepare::{Part, Texture};
use etagere::{AllocId, AtlasAllocator, size2};
use rustc_hash::FxHashMap;

/// Longest side of a picture that goes into a page, texels.
const PACKED: u32 = 512;
/// Side of the first page; the next ones are each twice as large, up to a limit. A program with a few icons does not pay
/// for a large page.
const FIRST_PAGE: u32 = 512;
/// Side of the largest pages: what every device can make.
const LARGEST_PAGE: u32 = 2048;
/// Pictures that make room for others in one frame.
const EVICTIONS: u32 = 64;

/// A level of a bitmap, or the part of one that begins at this texel.
pub type Key = (u64, u32, (u32, u32));

/// Where primitives find a picture.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Placed {
    /// The device does not have it.
    Nothing,
    /// A texture of the host's, by its slot.
    External(u32),
    /// A texture of its own of this size.
    Own(Key, (u32, u32)),
    /// In a page: which, where, and its size.
    Page(u32, (u32, u32), (u32, u32)),
}

struct Own {
    group: wgpu::BindGroup,
    bytes: u64,
    used: u64,
}

struct Packed {
    page: u32,
    id: AllocId,
    at: (u32, u32),
    used: u64,
}

struct Page {
    texture: wgpu::Texture,
    group: wgpu::BindGroup,
    room: AtlasAllocator,
    side: u32,
}

impl Page {
    fn bytes(&self) -> u64 {
        u64::from(self.side) * u64::from(self.side) * 4
    }
}

/// The pictures that the device has.
pub struct ImageCache {
    own: FxHashMap<Key, Own>,
    packed: FxHashMap<Key, Packed>,
    /// A page that is given up leaves its place empty.
    pages: Vec<Option<Page>>,
    nothing: wgpu::BindGroup,
    budget: u64,
    /// Bytes of all textures at most.
    most: u64,
    /// Bytes of all textures.
    bytes: u64,
    frame: u64,
    /// Pictures that have made room in this frame.
    evicted: u32,
    /// Bytes that there would be with what found no room in this frame; 0 if all did.
    refused: u64,
    /// Bind groups that were made since the start.
    bound: u64,
}

/// What copies are made with.
pub struct Device<'a> {
    /// The device.
    pub device: &'a wgpu::Device,
    /// Its queue.
    pub queue: &'a wgpu::Queue,
    /// The layouts.
    pub pipelines: &'a Pipelines,
    /// Longest side of a texture.
    pub max_side: u32,
}

impl ImageCache {
    /// A cache that keeps to `budget` bytes.
    pub fn new(device: &wgpu::Device, queue: &wgpu::Queue, pipelines: &Pipelines, budget: u64) -> ImageCache {
        let empty = texture(device, "nothing", (1, 1, 1), 1, wgpu::TextureFormat::Rgba8Unorm);
        let clear = Level { width: 1, height: 1, pixels: vec![0; 4] };
        write_part(queue, &empty, (0, 0), &clear, Part { at: (0, 0), size: (1, 1) });
        let nothing = pipelines.bind_picture(device, &empty.create_view(&wgpu::TextureViewDescriptor::default()));
        ImageCache {
            own: FxHashMap::default(),
            packed: FxHashMap::default(),
            pages: Vec::new(),
            nothing,
            budget,
            most: u64::MAX,
            bytes: 0,
            frame: 0,
            evicted: 0,
            refused: 0,
            bound: 0,
        }
    }

    /// Sets the budget, bytes.
    pub fn set_budget(&mut self, bytes: u64) {
        self.budget = bytes;
    }

    /// Sets how many bytes there are at most: a picture that would be more is not drawn.
    pub fn set_most(&mut self, bytes: u64) {
        self.most = bytes;
    }

    /// Bytes of all textures.
    pub fn bytes(&self) -> u64 {
        self.bytes
    }

    /// Bytes of all textures, or those that there would be with what found no room in the last frame.
    pub fn wanted_bytes(&self) -> u64 {
        self.bytes.max(self.refused)
    }

    /// How many bind groups were made since the start.
    pub fn bound(&self) -> u64 {
        self.bound
    }

    /// Starts a frame.
    pub fn begin_frame(&mut self) {
        self.frame += 1;
        (self.evicted, self.refused) = (0, 0);
    }

    /// The binding that stands for no picture.
    pub fn nothing(&self) -> &wgpu::BindGroup {
        &self.nothing
    }

    /// The binding of a page.
    pub fn page(&self, page: u32) -> Option<&wgpu::BindGroup> {
        self.pages.get(page as usize)?.as_ref().map(|page| &page.group)
    }

    /// The binding of a texture of a picture's own.
    pub fn own(&self, key: Key) -> Option<&wgpu::BindGroup> {
        self.own.get(&key).map(|own| &own.group)
    }

    /// Where a level of a picture is; it is copied to the device if it is not there.
    pub fn place(&mut self, on: &Device<'_>, shown: &Texture, level: u32, uploaded: &mut u64) -> Placed {
        let bitmap = match shown {
            Texture::External(slot) => return Placed::External(*slot),
            Texture::Bitmap(bitmap) | Texture::Part(bitmap, _) => bitmap,
        };
        let Some(pixels) = bitmap.levels().get(level as usize) else { return Placed::Nothing };
        let part = match shown {
            Texture::Part(_, part) => *part,
            _ => Part { at: (0, 0), size: (pixels.width, pixels.height) },
        };
        let (key, size) = ((bitmap.unique(), level, part.at), part.size);
        let frame = self.frame;
        if let Some(packed) = self.packed.get_mut(&key) {
            packed.used = frame;
            return Placed::Page(packed.page, packed.at, size);
        }
        if let Some(own) = self.own.get_mut(&key) {
            own.used = frame;
            return Placed::Own(key, size);
        }
        if size.0.min(size.1) == 0 || size.0.max(size.1) > on.max_side {
            return Placed::Nothing;
        }
        let bytes = u64::from(size.0) * u64::from(size.1) * 4;
        if size.0.max(size.1) <= PACKED
            && let Some((page, id, at)) = self.room(on, size)
        {
            if let Some(Some(page)) = self.pages.get(page as usize) {
                write_part(on.queue, &page.texture, at, pixels, part);
            }
            self.packed.insert(key, Packed { page, id, at, used: frame });
            *uploaded += bytes;
            return Placed::Page(page, at, size);
        }
        if self.bytes + bytes > self.most {
            self.evict_to(self.most.saturating_sub(bytes));
            if self.bytes + bytes > self.most {
                self.refused = self.refused.max(self.bytes + bytes);
                return Placed::Nothing;
            }
        }
        *uploaded += bytes;
        self.give_own(on, key, pixels, part);
        Placed::Own(key, size)
    }

    fn give_own(&mut self, on: &Device<'_>, key: Key, level: &Level, part: Part) {
        let size = part.size;
        let texture = texture(on.device, "image", (size.0, size.1, 1), 1, wgpu::TextureFormat::Rgba8Unorm);
        write_part(on.queue, &texture, (0, 0), level, part);
        let view = texture.create_view(&wgpu::TextureViewDescriptor::default());
        let bytes = u64::from(size.0) * u64::from(size.1) * 4;
        self.bytes += bytes;
        self.bound += 1;
        let group = on.pipelines.bind_picture(on.device, &view);
        self.own.insert(key, Own { group, bytes, used: self.frame });
    }

    /// A free place in a page: in one that there is, in a new one, or where pictures lie that have not been shown for
    /// long.
    fn room(&mut self, on: &Device<'_>, size: (u32, u32)) -> Option<(u32, AllocId, (u32, u32))> {
        let wanted = size2(size.0 as i32, size.1 as i32);
        let found = |index: usize, page: &mut Page| {
            let place = page.room.allocate(wanted)?;
            let at = place.rectangle.min;
            Some((index as u32, place.id, (at.x as u32, at.y as u32)))
        };
        for (index, page) in self.pages.iter_mut().enumerate() {
            if let Some(place) = page.as_mut().and_then(|page| found(index, page)) {
                return Some(place);
            }
        }
        let largest = LARGEST_PAGE.min(on.max_side);
        let mut side = (FIRST_PAGE << self.pages.iter().flatten().count().min(8)).min(largest);
        while side < size.0.max(size.1).min(largest) {
            side *= 2;
        }
        let bytes = u64::from(side) * u64::from(side) * 4;
        if self.bytes + bytes <= self.budget.min(self.most) {
            let format = wgpu::TextureFormat::Rgba8Unorm;
            let texture = texture(on.device, "pictures", (side, side, 1), 1, format);
            let view = texture.create_view(&wgpu::TextureViewDescriptor::default());
            let group = on.pipelines.bind_picture(on.device, &view);
            self.bound += 1;
            self.bytes += bytes;
            let mut page = Page { texture, group, room: AtlasAllocator::new(size2(side as i32, side as i32)), side };
            let index = self.pages.iter().position(Option::is_none).unwrap_or(self.pages.len());
            let place = found(index, &mut page);
            match self.pages.get_mut(index) {
                Some(free) => *free = Some(page),
                None => self.pages.push(Some(page)),
            }
            return place;
        }
        while self.evicted < EVICTIONS {
            let (key, page) = self.oldest_packed()?;
            self.unpack(key);
            self.evicted += 1;
            if let Some(Some(freed)) = self.pages.get_mut(page as usize)
                && let Some(place) = found(page as usize, freed)
            {
                return Some(place);
            }
        }
        None
    }

    fn oldest_packed(&self) -> Option<(Key, u32)> {
        let unused = self.packed.iter().filter(|(_, packed)| packed.used < self.frame);
        unused.min_by_key(|(key, packed)| (packed.used, **key)).map(|(key, packed)| (*key, packed.page))
    }

    fn unpack(&mut self, key: Key) {
        let Some(packed) = self.packed.remove(&key) else { return };
        if let Some(Some(page)) = self.pages.get_mut(packed.page as usize) {
            page.room.deallocate(packed.id);
        }
    }

    /// Ends a frame: what is over the budget goes, but nothing of this frame.
    pub fn end_frame(&mut self) {
        self.evict_to(self.budget);
    }

    fn evict_to(&mut self, most: u64) {
        while self.bytes > most {
            let unused = self.own.iter().filter(|(_, own)| own.used < self.frame);
            let own = unused.min_by_key(|(key, own)| (own.used, **key)).map(|(key, own)| (own.used, *key));
            let page = self.oldest_page();
            match (own, page) {
                (Some((used, key)), page) if page.is_none_or(|(newest, _)| used <= newest) => {
                    if let Some(own) = self.own.remove(&key) {
                        self.bytes -= own.bytes;
                    }
                }
                (_, Some((_, page))) => self.drop_page(page),
                _ => break,
            }
        }
    }

    /// The page whose pictures have not been used for longest, with the frame that used it last. Not one of this frame.
    fn oldest_page(&self) -> Option<(u64, u32)> {
        let all = (0..self.pages.len() as u32).filter(|page| self.pages[*page as usize].is_some());
        let newest = |page: u32| {
            let of = self.packed.values().filter(|packed| packed.page == page);
            (of.map(|packed| packed.used).max().unwrap_or(0), page)
        };
        all.map(newest).filter(|(used, _)| *used < self.frame).min()
    }

    fn drop_page(&mut self, index: u32) {
        self.packed.retain(|_, packed| packed.page != index);
        if let Some(page) = self.pages.get_mut(index as usize).and_then(Option::take) {
            self.bytes -= page.bytes();
        }
    }
}

/// Writes a part of a level to a place in a texture.
fn write_part(queue: &wgpu::Queue, texture: &wgpu::Texture, to: (u32, u32), level: &Level, part: Part) {
    let offset = (u64::from(part.at.1) * u64::from(level.width) + u64::from(part.at.0)) * 4;
    queue.write_texture(
        wgpu::TexelCopyTextureInfo { origin: wgpu::Origin3d { x: to.0, y: to.1, z: 0 }, ..texture.as_image_copy() },
        &level.pixels,
        wgpu::TexelCopyBufferLayout { offset, bytes_per_row: Some(level.width * 4), rows_per_image: None },
        wgpu::Extent3d { width: part.size.0, height: part.size.1, depth_or_array_layers: 1 },
    );
}
