//! Who vouches for a package: Ed25519 signatures over all of its bytes but those that hold them.
//!
//! What is signed is a text that says what this is, and the SHA-256 of the entries, the directory and the end record as it would be
//! without a signing block, each with its length before it. The block holds pairs of a public key and a
//! signature, sorted by key, each key once: signatures can be added, but nothing else can be changed.

use super::container::Parts;
use super::index::hex;
use ed25519_dalek::pkcs8::spki::der::pem::LineEnding;
use ed25519_dalek::pkcs8::{DecodePrivateKey, DecodePublicKey, EncodePrivateKey, EncodePublicKey};
use ed25519_dalek::{Signature, Signer, SigningKey, VerifyingKey};
use sha2::{Digest, Sha256};
use std::fmt;

/// What is signed begins with this, so that a signature means nothing else elsewhere.
const CONTEXT: &[u8] = b"Pellicle package, format 1\n";
/// A key and a signature, bytes.
const PAIR_BYTES: usize = 32 + 64;

/// Why a package is not trusted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SignatureError {
    /// Nobody signed it.
    #[error("nobody signed it")]
    Unsigned,
    /// Those who signed it are unknown.
    #[error("none of those who signed it is known")]
    Strangers,
    /// A signature does not fit.
    #[error("it was changed after it was signed, or its signature is wrong")]
    Wrong,
    /// The block that holds the signatures has another form.
    #[error("its signatures are damaged")]
    Damaged,
}

/// Why a text is no key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum KeyError {
    /// Not a secret key.
    #[error("this is no Ed25519 secret key (PKCS#8, PEM)")]
    Secret,
    /// Not a public key.
    #[error("this is no Ed25519 public key (PEM, or 64 hexadecimal digits)")]
    Public,
}

/// Whose signatures can be told from others'.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PublicKey([u8; 32]);

impl PublicKey {
    /// Reads a key as `openssl pkey -pubout` writes it, or as 64 hexadecimal digits.
    ///
    /// # Errors
    /// [`KeyError::Public`] if it is neither.
    pub fn parse(text: &str) -> Result<PublicKey, KeyError> {
        if let Some(bytes) = hex::parse(text.trim()) {
            return VerifyingKey::from_bytes(&bytes).map(|_| PublicKey(bytes)).map_err(|_| KeyError::Public);
        }
        VerifyingKey::from_public_key_pem(text).map(|key| PublicKey(key.to_bytes())).map_err(|_| KeyError::Public)
    }

    /// The key itself.
    pub(crate) fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }

    /// The key as PEM.
    pub fn to_pem(&self) -> Option<String> {
        VerifyingKey::from_bytes(&self.0).ok()?.to_public_key_pem(LineEnding::LF).ok()
    }
}

impl fmt::Display for PublicKey {
    /// 64 hexadecimal digits.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&hex::text(&self.0))
    }
}

impl fmt::Debug for PublicKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "PublicKey({self})")
    }
}

/// What signs. It is erased from memory when it goes.
#[derive(Clone)]
pub struct SecretKey(SigningKey);

impl SecretKey {
    /// A key from 32 bytes that nobody can guess.
    pub fn from_seed(seed: &[u8; 32]) -> SecretKey {
        SecretKey(SigningKey::from_bytes(seed))
    }

    /// Reads a key as `openssl genpkey -algorithm ed25519` writes it.
    ///
    /// # Errors
    /// [`KeyError::Secret`] if it is no such key.
    pub fn from_pem(text: &str) -> Result<SecretKey, KeyError> {
        SigningKey::from_pkcs8_pem(text).map(SecretKey).map_err(|_| KeyError::Secret)
    }

    /// The key as PEM.
    pub fn to_pem(&self) -> Option<String> {
        self.0.to_pkcs8_pem(LineEnding::LF).ok().map(|text| text.to_string())
    }

    /// Signs bytes of another kind than packages.
    pub(crate) fn sign(&self, message: &[u8]) -> [u8; 64] {
        self.0.sign(message).to_bytes()
    }

    /// Whose signatures they are.
    pub fn public(&self) -> PublicKey {
        PublicKey(self.0.verifying_key().to_bytes())
    }
}

impl fmt::Debug for SecretKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SecretKey(of {})", self.public())
    }
}

/// What is signed of a container.
fn message(entries: &[u8], directory: &[u8], end: &[u8]) -> Vec<u8> {
    // The end record names the place of the directory, which a signing block moves.
    let mut end = end.to_vec();
    if let Some(place) = end.get_mut(16..20) {
        place.copy_from_slice(&u32::try_from(entries.len()).unwrap_or(u32::MAX).to_le_bytes());
    }
    let mut hasher = Sha256::new();
    for part in [entries, directory, &end] {
        hasher.update((part.len() as u64).to_le_bytes());
        hasher.update(part);
    }
    [CONTEXT, &hasher.finalize()[..]].concat()
}

/// What a signing block holds: the signatures of all of these.
pub(super) fn sign(entries: &[u8], directory: &[u8], end: &[u8], keys: &[&SecretKey]) -> Vec<u8> {
    let message = message(entries, directory, end);
    let mut pairs: Vec<_> = keys.iter().map(|key| (key.public(), key.0.sign(&message).to_bytes())).collect();
    pairs.sort_unstable_by_key(|(key, _)| *key);
    pairs.dedup_by_key(|(key, _)| *key);
    pairs.iter().flat_map(|(key, signature)| key.0.iter().chain(signature)).copied().collect()
}

/// Who signed a container. Each signature is checked, known or not.
///
/// # Errors
/// [`SignatureError`] if one of them is wrong.
pub(super) fn verify(parts: &Parts<'_>) -> Result<Vec<PublicKey>, SignatureError> {
    let Some(block) = parts.signing else { return Ok(Vec::new()) };
    if block.is_empty() || block.len() % PAIR_BYTES != 0 {
        return Err(SignatureError::Damaged);
    }
    let message = message(parts.entries, parts.directory, parts.end);
    let mut signers = Vec::new();
    for pair in block.chunks_exact(PAIR_BYTES) {
        let (key, signature) = pair.split_at(32);
        let key = <[u8; 32]>::try_from(key).map_err(|_| SignatureError::Damaged)?;
        let signature = Signature::from_slice(signature).map_err(|_| SignatureError::Damaged)?;
        if signers.last().is_some_and(|last| *last >= PublicKey(key)) {
            return Err(SignatureError::Damaged);
        }
        let verifying = VerifyingKey::from_bytes(&key).map_err(|_| SignatureError::Damaged)?;
        // Strictly: of a signature and a key there is one form.
        verifying.verify_strict(&message, &signature).map_err(|_| SignatureError::Wrong)?;
        signers.push(PublicKey(key));
    }
    Ok(signers)
}
