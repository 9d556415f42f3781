//! Options of the commands that make files of a program and check them.

use crate::tools::build::Locale;
use clap::{Args, ValueEnum};
use std::path::PathBuf;

/// Options of `compile`.
#[derive(Args, Debug)]
pub struct CompileOptions {
    /// Folder of the mini-program (with app.json).
    pub dir: PathBuf,
    /// The file to write; without it pellicle.compiled in the folder, where it is found when the program is opened.
    #[arg(short, long, value_name = "FILE")]
    pub output: Option<PathBuf>,
    /// The file to write scripts to; without it pellicle.scripts beside the other.
    #[arg(long, value_name = "FILE")]
    pub scripts: Option<PathBuf>,
}

/// Options of `build`.
#[derive(Args, Debug)]
pub struct BuildOptions {
    /// Folder of the mini-program (with app.json).
    pub dir: PathBuf,
    /// The file to write; without it the folder's name with `.ma`.
    #[arg(short, long, value_name = "FILE")]
    pub output: Option<PathBuf>,
    /// Sign with the Ed25519 key in this file, which `openssl genpkey -algorithm ed25519` makes; may be given several times.
    #[arg(long, value_name = "FILE")]
    pub key: Vec<PathBuf>,
    /// The engines that run it, such as ">=0.1.0, <0.2.0"; without it this one and those that are compatible.
    #[arg(long, value_name = "RANGE")]
    pub engine: Option<String>,
    /// The version that its manifest names, such as 1.4.0; without it that of package.json.
    #[arg(long = "app-version", value_name = "VERSION")]
    pub version: Option<semver::Version>,
    /// Write each subpackage to a file of its own beside the package (NAME.ROOT.part): devices fetch it when it is wanted.
    #[arg(long)]
    pub split: bool,
    /// Leave images as they are. Otherwise PNG files are compressed without loss, and JPEG files lose what is not shown.
    #[arg(long)]
    pub keep_images: bool,
    /// Compress JPEG files again with this quality, 1 to 100, where that makes them smaller: they lose by it.
    #[arg(long, value_name = "QUALITY", conflicts_with = "keep_images", value_parser = clap::value_parser!(u8).range(1..=100))]
    pub jpeg_quality: Option<u8>,
    /// Make a package for screens of this density, device px per logical px; several, with commas between them, make a package each.
    /// Of pictures like name@2x.png it has those that suit the screen.
    #[arg(long, value_name = "N,...", value_delimiter = ',', value_parser = clap::value_parser!(u32).range(1..=4))]
    pub densities: Vec<u32>,
    /// Leave out texts of other languages than these, such as zh_CN,en: files in i18n that are named after a language.
    #[arg(long, value_name = "TAG,...", value_delimiter = ',')]
    pub locales: Vec<Locale>,
    /// Make a package for each of these languages, or for each that the program has texts of.
    #[arg(long)]
    pub split_locales: bool,
    /// Build again when a file changes, until Ctrl-C.
    #[arg(long)]
    pub watch: bool,
    /// Write the source maps of its scripts into this folder, beside those of other versions; they are no part of the package.
    #[arg(long, value_name = "DIR")]
    pub source_maps: Option<PathBuf>,
    /// Most that the main package and each subpackage may have, packed, MB: what is larger is not written.
    #[arg(long, value_name = "MB", default_value_t = 2.0, value_parser = parse_megabytes)]
    pub limit_package_mb: f64,
    /// Most that all of them may have together, packed, MB.
    #[arg(long, value_name = "MB", default_value_t = 30.0, value_parser = parse_megabytes)]
    pub limit_all_mb: f64,
}

fn parse_megabytes(text: &str) -> Result<f64, String> {
    match text.parse::<f64>() {
        Ok(number) if number > 0.0 && number <= 4096.0 => Ok(number),
        _ => Err("a number of megabytes, more than 0 and at most 4096".to_owned()),
    }
}

/// Options of `symbolicate`.
#[derive(Args, Debug)]
pub struct SymbolicateOptions {
    /// The folder of source maps that `pellicle build --source-maps` wrote.
    #[arg(long, value_name = "DIR")]
    pub source_maps: PathBuf,
    /// The package that the places are of; needed where the folder has the maps of several versions.
    #[arg(long, value_name = "FILE")]
    pub package: Option<PathBuf>,
}

/// Options of `verify`.
#[derive(Args, Debug)]
pub struct VerifyOptions {
    /// The package.
    pub file: PathBuf,
    /// Refuse it unless the owner of the public key in this file signed it (PEM, as `openssl pkey -pubout` writes it, or 64
    /// hexadecimal digits); may be given several times: one of them is enough.
    #[arg(long, value_name = "FILE")]
    pub key: Vec<PathBuf>,
}

/// Options of `cache`.
#[derive(Args, Debug)]
pub struct CacheOptions {
    /// What is to be done; without it `list`.
    #[arg(value_enum)]
    pub action: Option<CacheAction>,
    /// The folder, as `--code-cache` names it; without it that of `pellicle run`.
    #[arg(long, value_name = "DIR")]
    pub store: Option<PathBuf>,
    /// Only what this program brought, by the appid of its project.config.json.
    #[arg(long, value_name = "ID")]
    pub app: Option<String>,
}

/// What is done with a cache.
#[derive(Clone, Copy, PartialEq, Eq, Debug, ValueEnum)]
pub enum CacheAction {
    /// Say how much there is, by program and kind.
    List,
    /// Look whether everything is as it was written; what is not goes, and is made anew.
    Verify,
    /// Remove everything.
    Clear,
}
