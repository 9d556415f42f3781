//! Options of the commands that publish packages and bring them.

use clap::{Args, Subcommand};
use pellicle_delivery::repository::{DEFAULT_CHANNEL, Role};
use semver::Version;
use std::path::PathBuf;

/// The keys that sign.
#[derive(Args, Debug)]
pub struct KeyOptions {
    /// Folder of the secret keys of the repository: root.pem, targets.pem, snapshot.pem, timestamp.pem.
    #[arg(long, value_name = "DIR")]
    pub keys: PathBuf,
}

/// A version of a mini-program.
#[derive(Args, Debug)]
pub struct VersionOptions {
    /// The mini-program's identity.
    #[arg(long, value_name = "ID")]
    pub app: String,
    /// The version, such as 1.4.0.
    #[arg(long = "app-version", value_name = "VERSION")]
    pub version: Version,
}

/// Options of `publish`.
#[derive(Args, Debug)]
pub struct PublishOptions {
    /// Folder of the repository.
    pub repository: PathBuf,
    /// The package, as `pellicle build` makes it.
    pub package: PathBuf,
    /// The mini-program's identity; without it that of the package's manifest.
    #[arg(long, value_name = "ID")]
    pub app: Option<String>,
    /// The version, such as 1.4.0; without it that of the package's manifest.
    #[arg(long = "app-version", value_name = "VERSION")]
    pub version: Option<Version>,
    /// What people call it; without it what the package's manifest says.
    #[arg(long, value_name = "TEXT")]
    pub name: Option<String>,
    /// The channel that gets it.
    #[arg(long, value_name = "NAME", default_value = DEFAULT_CHANNEL)]
    pub channel: String,
    /// How many of a hundred devices get it.
    #[arg(long, value_name = "N", default_value_t = 100.0)]
    pub share: f64,
    /// How many versions before it are brought up to it by a difference.
    #[arg(long, value_name = "N", default_value_t = 5)]
    pub deltas: usize,
    /// Who signs.
    #[command(flatten)]
    pub keys: KeyOptions,
}

/// Options of `repository`.
#[derive(Args, Debug)]
pub struct RepositoryOptions {
    /// What to do with it.
    #[command(subcommand)]
    pub command: RepositoryCommand,
}

/// What is done with a repository.
#[derive(Subcommand, Debug)]
pub enum RepositoryCommand {
    /// Makes a repository, and the keys that are missing.
    Init {
        /// Folder of the repository.
        repository: PathBuf,
        /// Who signs.
        #[command(flatten)]
        keys: KeyOptions,
    },
    /// Lists mini-programs, their versions, channels and shares.
    List {
        /// Folder of the repository.
        repository: PathBuf,
    },
    /// Sets how many of a hundred devices of a channel get a version.
    Share {
        /// Folder of the repository.
        repository: PathBuf,
        /// Which version.
        #[command(flatten)]
        version: VersionOptions,
        /// The channel.
        #[arg(long, value_name = "NAME", default_value = DEFAULT_CHANNEL)]
        channel: String,
        /// How many of a hundred devices; without it the version leaves the channel.
        #[arg(long, value_name = "N")]
        share: Option<f64>,
        /// Who signs.
        #[command(flatten)]
        keys: KeyOptions,
    },
    /// Takes a version back: nobody gets it, and who has it gets the one before.
    Withdraw {
        /// Folder of the repository.
        repository: PathBuf,
        /// Which version.
        #[command(flatten)]
        version: VersionOptions,
        /// Who signs.
        #[command(flatten)]
        keys: KeyOptions,
    },
    /// Says anew that what is there is the newest, at least every two weeks; the timestamp's key is enough.
    Refresh {
        /// Folder of the repository.
        repository: PathBuf,
        /// Who signs.
        #[command(flatten)]
        keys: KeyOptions,
    },
    /// Gives a role another key.
    Rotate {
        /// Folder of the repository.
        repository: PathBuf,
        /// root, targets, snapshot or timestamp.
        role: Role,
        /// Folder of the new key, which is made if it is missing.
        #[arg(long, value_name = "DIR")]
        new: PathBuf,
        /// Who signs: the keys as they are.
        #[command(flatten)]
        keys: KeyOptions,
    },
}

/// Where mini-programs come from.
#[derive(Args, Clone, Debug)]
pub struct SourceOptions {
    /// Address of a repository (https, or http on this machine), or its folder.
    #[arg(long, value_name = "ADDRESS", requires = "root")]
    pub from: Option<String>,
    /// The repository's root, which it is trusted by: its metadata/1.root.json, from somebody who is trusted.
    #[arg(long, value_name = "FILE")]
    pub root: Option<PathBuf>,
    /// The channel to follow.
    #[arg(long, value_name = "NAME", default_value = DEFAULT_CHANNEL)]
    pub channel: String,
    /// Folder of the mini-programs that are installed; without it one with the user's data.
    #[arg(long, value_name = "DIR")]
    pub store: Option<PathBuf>,
}

/// Options of `install`.
#[derive(Args, Debug)]
pub struct InstallOptions {
    /// Identity of the mini-program to install or update; without it says what there is.
    pub app: Option<String>,
    /// Where it comes from.
    #[command(flatten)]
    pub source: SourceOptions,
    /// Bring its subpackages, too, which otherwise come when they are wanted.
    #[arg(long, requires = "app")]
    pub subpackages: bool,
    /// Take it away.
    #[arg(long, requires = "app")]
    pub remove: bool,
}
