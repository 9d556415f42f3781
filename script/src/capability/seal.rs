//! Encryption of what a mini-program keeps, with a key of the host's.
//!
//! Each value is sealed by itself (XChaCha20-Poly1305 with a random nonce: draft-irtf-cfrg-xchacha, RFC 8439), bound to
//! the place that it stands in, so that values cannot change places. Names are replaced by a keyed hash (BLAKE3) and
//! stand inside of the value; names of files and folders, which have to be read again, are sealed steadily. Who has the file but not the key learns how many values there are, and how long; who can
//! write to it can put back an older state of a value, which no key prevents.

use chacha20poly1305::aead::{Aead, KeyInit, Payload};
use chacha20poly1305::{Key, XChaCha20Poly1305, XNonce};
use std::fmt;

/// Bytes of a nonce.
const NONCE: usize = 24;
/// Bytes of a nonce that is made from the text itself; the others are zero.
const STEADY: usize = 16;
/// Bytes that a sealed text has more than the text: nonce and tag.
pub(super) const OVERHEAD: usize = NONCE + 16;

/// A host's secret, from which the key of each mini-program is made. It is never written anywhere.
#[derive(Clone)]
pub struct StorageKey([u8; 32]);

impl StorageKey {
    /// A key of 32 bytes that nobody can guess: from the system's key store, not a password.
    pub fn new(bytes: [u8; 32]) -> StorageKey {
        StorageKey(bytes)
    }

    /// A key for something else than what a mini-program keeps.
    pub(crate) fn derived(&self, context: &str) -> [u8; 32] {
        blake3::derive_key(context, &self.0)
    }
}

impl fmt::Debug for StorageKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("StorageKey(..)")
    }
}

/// Seals and opens what one mini-program keeps.
#[derive(Clone)]
pub(super) struct Seal {
    cipher: XChaCha20Poly1305,
    names: [u8; 32],
}

impl Seal {
    /// With the key of one mini-program's values.
    pub fn new(key: &StorageKey, app: &str) -> Seal {
        Seal::derived(key, app, ["pellicle 2026-11 storage values", "pellicle 2026-11 storage names"])
    }

    /// With the key of one mini-program's files.
    pub fn of_files(key: &StorageKey, app: &str) -> Seal {
        Seal::derived(key, app, ["pellicle 2026-11 file contents", "pellicle 2026-11 file names"])
    }

    fn derived(key: &StorageKey, app: &str, [values, names]: [&str; 2]) -> Seal {
        let derived = |context: &str| {
            let mut hasher = blake3::Hasher::new_derive_key(context);
            hasher.update(&key.0).update(app.as_bytes());
            *hasher.finalize().as_bytes()
        };
        Seal { cipher: XChaCha20Poly1305::new(&Key::from(derived(values))), names: derived(names) }
    }

    /// What stands for a name.
    pub fn name(&self, name: &str) -> String {
        blake3::keyed_hash(&self.names, name.as_bytes()).to_hex().to_string()
    }

    /// Seals a text for a place.
    ///
    /// # Errors
    /// A text if the system has no randomness, or the text is too long for the cipher.
    pub fn seal(&self, place: &[u8], text: &[u8]) -> Result<Vec<u8>, String> {
        let mut nonce = [0; NONCE];
        getrandom::fill(&mut nonce).map_err(|error| error.to_string())?;
        let payload = Payload { msg: text, aad: place };
        let sealed = self.cipher.encrypt(&XNonce::from(nonce), payload).map_err(|error| error.to_string())?;
        Ok([&nonce[..], &sealed].concat())
    }

    /// The text that was sealed for a place; `None` if it was not, or not with this key.
    pub fn open(&self, place: &[u8], sealed: &[u8]) -> Option<Vec<u8>> {
        let (nonce, text) = sealed.split_first_chunk::<NONCE>()?;
        self.cipher.decrypt(&XNonce::from(*nonce), Payload { msg: text, aad: place }).ok()
    }

    /// Seals a text so that the same text always becomes the same bytes: by a nonce that is a keyed hash of it
    /// (deterministic authenticated encryption as in RFC 5297). Who sees two of them learns whether they are equal.
    ///
    /// # Errors
    /// A text if it is too long for the cipher.
    pub fn seal_steadily(&self, place: &[u8], text: &[u8]) -> Result<Vec<u8>, String> {
        let nonce = self.steady(text);
        let payload = Payload { msg: text, aad: place };
        let sealed = self.cipher.encrypt(&padded(nonce), payload).map_err(|error| error.to_string())?;
        Ok([&nonce[..], &sealed].concat())
    }

    /// The text that was sealed steadily for a place; `None` if it was not, or not with this key.
    pub fn open_steady(&self, place: &[u8], sealed: &[u8]) -> Option<Vec<u8>> {
        let (nonce, text) = sealed.split_first_chunk::<STEADY>()?;
        let text = self.cipher.decrypt(&padded(*nonce), Payload { msg: text, aad: place }).ok()?;
        (self.steady(&text) == *nonce).then_some(text)
    }

    /// A few bytes that only this key makes of others: to tell what was written from what was damaged.
    pub fn mark(&self, bytes: &[u8]) -> [u8; 8] {
        let mut mark = [0; 8];
        mark.copy_from_slice(&blake3::keyed_hash(&self.names, bytes).as_bytes()[..8]);
        mark
    }

    fn steady(&self, text: &[u8]) -> [u8; STEADY] {
        let mut nonce = [0; STEADY];
        nonce.copy_from_slice(&blake3::keyed_hash(&self.names, text).as_bytes()[..STEADY]);
        nonce
    }
}

fn padded(nonce: [u8; STEADY]) -> XNonce {
    let mut whole = [0; NONCE];
    whole[..STEADY].copy_from_slice(&nonce);
    XNonce::from(whole)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_same_key_app_and_place_open_what_was_sealed() {
        let key = StorageKey::new([7; 32]);
        let seal = Seal::new(&key, "app");
        let sealed = seal.seal(b"place", b"text").expect("sealed");
        assert_eq!(sealed.len(), 4 + OVERHEAD);
        assert_eq!(seal.open(b"place", &sealed).as_deref(), Some(&b"text"[..]));
        assert_eq!(seal.open(b"other", &sealed), None);
        assert_eq!(Seal::new(&key, "other").open(b"place", &sealed), None);
        assert_eq!(Seal::new(&StorageKey::new([8; 32]), "app").open(b"place", &sealed), None);
        for at in 0..sealed.len() {
            let mut flipped = sealed.clone();
            flipped[at] ^= 1;
            assert_eq!(seal.open(b"place", &flipped), None);
            assert_eq!(seal.open(b"place", &sealed[..at]), None);
        }
        assert_ne!(seal.seal(b"place", b"text").expect("sealed"), sealed);
        let steady = seal.seal_steadily(b"place", b"text").expect("sealed");
        assert_eq!(seal.seal_steadily(b"place", b"text"), Ok(steady.clone()));
        assert_eq!(seal.open_steady(b"place", &steady).as_deref(), Some(&b"text"[..]));
        assert_eq!(seal.open_steady(b"other", &steady), None);
        assert_eq!(Seal::new(&key, "other").open_steady(b"place", &steady), None);
        for at in 0..steady.len() {
            let mut flipped = steady.clone();
            flipped[at] ^= 1;
            assert_eq!(seal.open_steady(b"place", &flipped), None);
        }
        assert_ne!(seal.name("a"), Seal::new(&key, "other").name("a"));
        assert_eq!(format!("{key:?}"), "StorageKey(..)");
    }
}
