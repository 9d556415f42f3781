//! Metadata of a repository as [The Update Framework](https://theupdateframework.github.io/specification/latest/) describes it: who may
//! say what, and signing it.

use crate::archive::{KeyError, PublicKey, SecretKey};
use olpc_cjson::CanonicalFormatter;
use pellicle_script::realm::Random;
use serde::Serialize;
use std::collections::HashMap;
use std::fmt;
use std::fs;
use std::io::{self, Write};
use std::num::NonZeroU64;
use std::path::Path;
use tough::schema::decoded::{Decoded, Hex};
use tough::schema::key::{Ed25519Key, Ed25519Scheme, Key};
use tough::schema::{Role as _, RoleKeys, RoleType, Root, Signature, Signed};

/// The version of the specification that metadata follows.
pub(super) const SPEC_VERSION: &str = "1.0.31";

/// Who says what.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Role {
    /// Which keys the roles have. Its key is kept where no network reaches.
    Root,
    /// Which files there are.
    Targets,
    /// Which metadata belongs together.
    Snapshot,
    /// Which metadata is the newest: signed anew every few days.
    Timestamp,
}

impl Role {
    /// All of them.
    pub const ALL: [Role; 4] = [Role::Root, Role::Targets, Role::Snapshot, Role::Timestamp];

    /// Its name, as files and metadata have it.
    pub fn name(self) -> &'static str {
        match self {
            Role::Root => "root",
            Role::Targets => "targets",
            Role::Snapshot => "snapshot",
            Role::Timestamp => "timestamp",
        }
    }

    pub(super) fn kind(self) -> RoleType {
        match self {
            Role::Root => RoleType::Root,
            Role::Targets => RoleType::Targets,
            Role::Snapshot => RoleType::Snapshot,
            Role::Timestamp => RoleType::Timestamp,
        }
    }
}

impl std::str::FromStr for Role {
    type Err = String;

    /// By its name.
    fn from_str(name: &str) -> Result<Role, String> {
        let role = Role::ALL.into_iter().find(|role| role.name() == name);
        role.ok_or_else(|| format!("there is no role {name:?}: root, targets, snapshot or timestamp"))
    }
}

impl fmt::Display for Role {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// Why keys cannot be used, or something not be signed.
#[derive(Debug, thiserror::Error)]
pub enum SigningError {
    /// A key cannot be read.
    #[error("{path}: {source}")]
    Unreadable {
        /// The file.
        path: String,
        /// What the system said.
        source: io::Error,
    },
    /// A file is no key.
    #[error("{path}: {source}")]
    Key {
        /// The file.
        path: String,
        /// What is wrong with it.
        source: KeyError,
    },
    /// There is no key that may sign.
    #[error("none of the keys is one of the {0} role: {0}.pem is missing, or the key was replaced")]
    Missing(Role),
    /// What is signed cannot be written.
    #[error("metadata cannot be written: {0}")]
    Write(#[from] serde_json::Error),
    /// A key has no name.
    #[error("{0}")]
    Identity(String),
}

/// The secret keys of a repository: for each role one file `ROLE.pem` in a folder. A machine has those that it needs: to sign the
/// timestamp anew takes no other.
#[derive(Debug, Default)]
pub struct Keys(Vec<(Role, SecretKey)>);

impl Keys {
    /// Keys that were made elsewhere.
    pub fn new(keys: Vec<(Role, SecretKey)>) -> Keys {
        Keys(keys)
    }

    /// Reads the keys that are in a folder.
    ///
    /// # Errors
    /// [`SigningError`] if one of them cannot be read.
    pub fn read(folder: &Path) -> Result<Keys, SigningError> {
        let mut keys = Vec::new();
        for role in Role::ALL {
            let path = folder.join(format!("{role}.pem"));
            match fs::read_to_string(&path) {
                Ok(text) => {
                    let key = SecretKey::from_pem(&text)
                        .map_err(|source| SigningError::Key { path: path.display().to_string(), source })?;
                    keys.push((role, key));
                }
                Err(error) if error.kind() == io::ErrorKind::NotFound => {}
                Err(source) => return Err(SigningError::Unreadable { path: path.display().to_string(), source }),
            }
        }
        Ok(Keys(keys))
    }

    /// Reads the keys of a folder, and makes those that are missing: only their owner can read them.
    ///
    /// # Errors
    /// [`SigningError`] if one of them cannot be read, made or written.
    pub fn read_or_make(folder: &Path, random: &mut dyn Random) -> Result<Keys, SigningError> {
        let mut keys = Keys::read(folder)?;
        for role in Role::ALL {
            keys.make(folder, role, random)?;
        }
        Ok(keys)
    }

    /// Reads the key of one role in a folder, and makes it if it is missing.
    ///
    /// # Errors
    /// [`SigningError`] if it cannot be read, made or written.
    pub fn read_or_make_one(folder: &Path, role: Role, random: &mut dyn Random) -> Result<Keys, SigningError> {
        let mut keys = Keys::read(folder)?;
        keys.0.retain(|(of, _)| *of == role);
        keys.make(folder, role, random)?;
        Ok(keys)
    }

    fn make(&mut self, folder: &Path, role: Role, random: &mut dyn Random) -> Result<(), SigningError> {
        if self.of(role).next().is_some() {
            return Ok(());
        }
        let path = folder.join(format!("{role}.pem"));
        let unreadable = |source| SigningError::Unreadable { path: path.display().to_string(), source };
        let mut seed = [0; 32];
        random.fill(&mut seed).map_err(|why| unreadable(io::Error::other(why)))?;
        let key = SecretKey::from_seed(&seed);
        let text = key.to_pem().ok_or_else(|| unreadable(io::ErrorKind::InvalidData.into()))?;
        fs::create_dir_all(folder).map_err(unreadable)?;
        let mut options = fs::OpenOptions::new();
        options.write(true).create_new(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        options.open(&path).and_then(|mut file| file.write_all(text.as_bytes())).map_err(unreadable)?;
        self.0.push((role, key));
        Ok(())
    }

    /// The keys of a role.
    pub fn of(&self, role: Role) -> impl Iterator<Item = &SecretKey> {
        self.0.iter().filter(move |(of, _)| *of == role).map(|(_, key)| key)
    }

    /// These and others.
    pub(super) fn with(&self, others: &Keys) -> Keys {
        Keys(self.0.iter().chain(&others.0).map(|(role, key)| (*role, key.clone())).collect())
    }

    pub(super) fn all(&self) -> impl Iterator<Item = &SecretKey> {
        self.0.iter().map(|(_, key)| key)
    }
}

/// A key as metadata has it, with its name.
pub(super) fn described(key: PublicKey) -> Result<(Decoded<Hex>, Key), SigningError> {
    let keyval = Ed25519Key { public: key.as_bytes().to_vec().into(), _extra: HashMap::new() };
    let key = Key::Ed25519 { keyval, scheme: Ed25519Scheme::Ed25519, _extra: HashMap::new() };
    let id = key.key_id().map_err(|error| SigningError::Identity(error.to_string()))?;
    Ok((id, key))
}

/// Gives a role one key in place of those that it has.
pub(super) fn give(root: &mut Root, role: Role, key: PublicKey) -> Result<(), SigningError> {
    let (id, key) = described(key)?;
    let keys = RoleKeys { keyids: vec![id.clone()], threshold: NonZeroU64::MIN, _extra: HashMap::new() };
    root.roles.insert(role.kind(), keys);
    root.keys.insert(id, key);
    let used: Vec<_> = root.roles.values().flat_map(|keys| keys.keyids.clone()).collect();
    root.keys.retain(|id, _| used.contains(id));
    Ok(())
}

/// Signs metadata with each of these keys that one of these roots gives its role. It is good under all of the first; under the others, if
/// the keys are there.
pub(super) fn sign<T: tough::schema::Role>(
    signed: T,
    role: Role,
    holders: &[&Root],
    also: &[&Root],
    keys: &Keys,
) -> Result<Signed<T>, SigningError> {
    let message = canonical(&signed)?;
    let mut signatures = Vec::new();
    for key in keys.all() {
        let (id, _) = described(key.public())?;
        let is_of = |root: &&Root| root.roles.get(&role.kind()).is_some_and(|keys| keys.keyids.contains(&id));
        if holders.iter().chain(also).any(is_of) && !signatures.iter().any(|known: &Signature| known.keyid == id) {
            signatures.push(Signature { keyid: id, sig: key.sign(&message).to_vec().into() });
        }
    }
    signatures.sort_by(|a, b| a.keyid.cmp(&b.keyid));
    let signed = Signed { signed, signatures };
    for root in holders {
        // A signature may be there that does not count.
        if !signed_by(root, role, &signed) {
            return Err(SigningError::Missing(role));
        }
    }
    Ok(signed)
}

fn signed_by<T: tough::schema::Role>(root: &Root, role: Role, signed: &Signed<T>) -> bool {
    let Some(keys) = root.roles.get(&role.kind()) else { return false };
    let count = signed.signatures.iter().filter(|signature| keys.keyids.contains(&signature.keyid)).count();
    count as u64 >= keys.threshold.get()
}

/// The one text of metadata: its members sorted, which is what is signed, too.
pub(crate) fn canonical<T: Serialize>(value: &T) -> Result<Vec<u8>, serde_json::Error> {
    let mut bytes = Vec::new();
    value.serialize(&mut serde_json::Serializer::with_formatter(&mut bytes, CanonicalFormatter::new()))?;
    Ok(bytes)
}

/// The name of the file that metadata is in.
pub(super) fn file_name<T: tough::schema::Role>(role: &Signed<T>) -> String {
    role.signed.filename(true)
}

/// The file of a version of the root, which says that it is the newest by having no next one.
pub(super) fn root_name(version: u64) -> String {
    format!("{version}.{}", Role::Root.file())
}

impl Role {
    fn file(self) -> String {
        format!("{self}.json")
    }
}

/// The version of a root.
pub(super) fn version_of(root: &Signed<Root>) -> u64 {
    root.signed.version().get()
}
