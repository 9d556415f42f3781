//! Compiled pipelines that a driver has made before, kept in a file of the user's cache folder.
//!
//! This is the one file of the GPU painter with `unsafe` in it: wgpu takes a driver's data on the caller's word that it is
//! what the same driver gave before. That word is kept so: a file is read only if it begins with our own header, and
//! the header's checksum fits all that follows; the file is named after the adapter and its driver, and nothing but
//! [`PipelineStore::save`] writes such files, at once or not at all. So what is handed over is, to the byte, what
//! `get_data` returned for this driver. The driver checks its own header as well (`fallback`): data of another version
//! of it is passed over. Whoever can forge files in the user's own cache folder can run programs as that user anyway.

use super::device::Gpu;
use std::io::{Error, ErrorKind, Read, Write};
use std::path::{Path, PathBuf};

/// What files begin with; the number is that of the form.
const MAGIC: &[u8; 20] = b"pellicle pipelines 1";
/// Bytes of the header: the magic, the checksum.
const HEADER: usize = MAGIC.len() + 8;
/// The most that is read or written, bytes.
const LARGEST: u64 = 64 << 20;

/// A driver's compiled pipelines with the file that keeps them.
#[derive(Debug)]
pub struct PipelineStore {
    cache: wgpu::PipelineCache,
    file: PathBuf,
    /// Checksum of what was read, if anything was.
    read: Option<u64>,
}

impl PipelineStore {
    /// Reads what `folder` has for this device. `None` if its driver keeps no such data for others; files that are not
    /// sound are passed over.
    pub fn open(gpu: &Gpu, folder: &Path) -> Option<PipelineStore> {
        if !gpu.device.features().contains(wgpu::Features::PIPELINE_CACHE) {
            return None;
        }
        let file = folder.join(file_name(&gpu.adapter.get_info()));
        let data = read(&file);
        let descriptor =
            wgpu::PipelineCacheDescriptor { label: Some("pipelines"), data: data.as_deref(), fallback: true };
        // SAFETY: the data, where there is any, is what `get_data` returned for the same adapter and driver; see above.
        #[allow(unsafe_code)]
        let cache = unsafe { gpu.device.create_pipeline_cache(&descriptor) };
        Some(PipelineStore { cache, file, read: data.as_deref().map(checksum) })
    }

    /// What pipelines are made with.
    pub fn cache(&self) -> &wgpu::PipelineCache {
        &self.cache
    }

    /// True if something was read.
    pub fn is_filled(&self) -> bool {
        self.read.is_some()
    }

    /// Writes what the driver has now, if that is something else; true if it was written.
    ///
    /// # Errors
    /// Those of the file system. The file is then what it was.
    pub fn save(&self) -> Result<bool, Error> {
        let Some(data) = self.cache.get_data() else { return Ok(false) };
        let sum = checksum(&data);
        if data.is_empty() || data.len() as u64 > LARGEST || self.read == Some(sum) {
            return Ok(false);
        }
        let folder = self.file.parent().ok_or(ErrorKind::InvalidInput)?;
        std::fs::create_dir_all(folder)?;
        // Into a file of its own first, so that no other process ever sees a part of it.
        let part = self.file.with_extension(format!("{}.part", std::process::id()));
        let written = write(&part, sum, &data).and_then(|()| std::fs::rename(&part, &self.file));
        if written.is_err() {
            let _ = std::fs::remove_file(&part);
        }
        written.map(|()| true)
    }
}

fn write(file: &Path, sum: u64, data: &[u8]) -> Result<(), Error> {
    let mut out = std::fs::File::create(file)?;
    out.write_all(MAGIC)?;
    out.write_all(&sum.to_le_bytes())?;
    out.write_all(data)?;
    out.sync_all()
}

/// The data of a file that is sound.
fn read(file: &Path) -> Option<Vec<u8>> {
    let mut bytes = Vec::new();
    let found = std::fs::File::open(file).ok()?;
    found.take(LARGEST + HEADER as u64 + 1).read_to_end(&mut bytes).ok()?;
    let (head, data) = bytes.split_at_checked(HEADER)?;
    let (magic, sum) = head.split_at(MAGIC.len());
    let sound = magic == MAGIC && sum == checksum(data).to_le_bytes() && data.len() as u64 <= LARGEST;
    (sound && !data.is_empty()).then(|| data.to_vec())
}

/// FNV-1a over all bytes and their number.
fn checksum(data: &[u8]) -> u64 {
    let step = |h: u64, b: &u8| (h ^ u64::from(*b)).wrapping_mul(0x100_0000_01b3);
    (data.len() as u64).to_le_bytes().iter().chain(data).fold(0xcbf2_9ce4_8422_2325, step)
}

/// One file for each adapter and driver.
fn file_name(info: &wgpu::AdapterInfo) -> String {
    let what = format!("{} {} {} {}", info.backend, info.name, info.driver, info.driver_info);
    format!("pipelines-{:08x}-{:08x}-{:016x}", info.vendor, info.device, checksum(what.as_bytes()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_sound_files_are_read() {
        let folder = tempfile::tempdir().expect("a folder");
        let file = folder.path().join("x");
        assert_eq!(read(&file), None);
        let data: Vec<u8> = (0..5000).map(|i| (i * 7) as u8).collect();
        write(&file, checksum(&data), &data).expect("written");
        assert_eq!(read(&file).as_ref(), Some(&data));
        let whole = std::fs::read(&file).expect("read");
        for (at, cut) in [(0, whole.len()), (25, whole.len()), (4000, whole.len()), (0, 10), (0, 28), (0, 3000)] {
            let mut bytes = whole[..cut].to_vec();
            if cut == whole.len() {
                bytes[at] ^= 1;
            }
            std::fs::write(&file, bytes).expect("written");
            assert_eq!(read(&file), None, "{at} {cut}");
        }
        std::fs::write(&file, [&whole[..], &[0]].concat()).expect("written");
        assert_eq!(read(&file), None, "longer than it was");
    }
}
