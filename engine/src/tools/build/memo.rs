//! What was made of files, kept from one build to the next: a file that has not changed is not compiled or compressed again.
//!
//! Things are found by what they were made of, so that what is kept can only be right. What a build did not ask for is gone after it.

use super::images::ImageSettings;
use pellicle_script::package::scripts::ScriptMemo;
use rustc_hash::FxHashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// What became of an image.
#[derive(Clone, Debug)]
pub(super) enum Recoded {
    /// These bytes, which are fewer.
    As(Arc<[u8]>),
    /// It is as small as it can be.
    Not,
}

#[derive(Clone, Debug)]
struct KeptImage {
    made: Recoded,
    used: bool,
}

/// What is kept between builds of a program, and how much of the last one was new.
#[derive(Debug, Default)]
pub struct Memo {
    /// Scripts.
    pub(super) scripts: Arc<ScriptMemo>,
    images: Mutex<FxHashMap<(blake3::Hash, ImageSettings), KeptImage>>,
    compressed: Mutex<usize>,
}

impl Memo {
    fn images(&self) -> MutexGuard<'_, FxHashMap<(blake3::Hash, ImageSettings), KeptImage>> {
        self.images.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What an image became, which is made if it is not known.
    pub(super) fn image(
        &self,
        bytes: &[u8],
        settings: ImageSettings,
        make: impl FnOnce() -> Option<Vec<u8>>,
    ) -> Recoded {
        let key = (blake3::hash(bytes), settings);
        if let Some(known) = self.images().get_mut(&key) {
            known.used = true;
            return known.made.clone();
        }
        let made = make().map_or(Recoded::Not, |bytes| Recoded::As(Arc::from(bytes)));
        *self.compressed.lock().unwrap_or_else(PoisonError::into_inner) += 1;
        self.images().insert(key, KeptImage { made: made.clone(), used: true });
        made
    }

    /// How many scripts and images had to be made since the last call.
    pub fn made(&self) -> Made {
        let images = std::mem::take(&mut *self.compressed.lock().unwrap_or_else(PoisonError::into_inner));
        Made { scripts: self.scripts.take_compiled(), images }
    }

    /// Builds have ended: forgets what they did not ask for.
    pub fn end(&self) {
        self.images().retain(|_, image| std::mem::take(&mut image.used));
        self.scripts.end();
    }
}

/// What a build had to make.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Made {
    /// Scripts that were compiled.
    pub scripts: usize,
    /// Images that were compressed.
    pub images: usize,
}
