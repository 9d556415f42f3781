//! `pellicle new`: a mini-program to begin with.

use super::Failure;
use super::options::NewOptions;
use clap::ValueEnum;
use pellicle_script::api::generate;
use pellicle_script::sandbox::host_api::HostApis;
use std::fs;
use std::path::Path;

/// What a program begins as.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, ValueEnum)]
pub enum TemplateName {
    /// One page.
    #[default]
    Blank,
    /// Two pages with a tab bar, and a store.
    Tabs,
    /// Components to be published on npm, and a page that shows them.
    Component,
    /// One page, in TypeScript.
    #[value(name = "typescript", alias = "ts")]
    TypeScript,
}

/// Files of a template: path and text.
type Files = &'static [(&'static str, &'static str)];

macro_rules! files {
    ($folder:literal: $($path:literal),* $(,)?) => {
        &[$(($path, include_str!(concat!("../../templates/", $folder, "/", $path)))),*]
    };
}

const BLANK: Files = files!("blank":
    "app.json", "app.js", "app.wxss",
    "pages/index/index.json", "pages/index/index.wxml", "pages/index/index.wxss", "pages/index/index.js",
    "tests/count.json",
);
const TABS: Files = files!("tabs":
    "app.json", "app.js", "app.wxss", "utils/store.js",
    "pages/list/list.json", "pages/list/list.wxml", "pages/list/list.wxss", "pages/list/list.js",
    "pages/me/me.json", "pages/me/me.wxml", "pages/me/me.wxss", "pages/me/me.js",
    "tests/add.json",
);
const COMPONENT: Files = files!("component":
    "app.json", "app.js", "app.wxss", "package.json",
    "rating/rating.json", "rating/rating.wxml", "rating/rating.wxss", "rating/rating.js",
    "pages/demo/demo.json", "pages/demo/demo.wxml", "pages/demo/demo.wxss", "pages/demo/demo.js",
    "tests/rate.json",
);
const TYPESCRIPT: Files = files!("typescript":
    "app.json", "app.ts", "app.wxss", "utils/count.ts", "tsconfig.json",
    "pages/index/index.json", "pages/index/index.wxml", "pages/index/index.wxss", "pages/index/index.ts",
    "tests/count.json",
);

const README: &str = include_str!("../../templates/common/README.md");
const IGNORED: &str = include_str!("../../templates/common/gitignore");
const PROJECT: &str = include_str!("../../templates/common/project.config.json");
const JSCONFIG: &str = include_str!("../../templates/common/jsconfig.json");
/// Globals of script beside those that [`generate::typings`] knows.
const SCRIPT_TYPINGS: &str = include_str!("../../templates/common/script.d.ts");

/// Makes a mini-program.
///
/// # Errors
/// [`Failure::Usage`] if the name is none or a file is there already (nothing is written then), [`Failure::Program`] if a file cannot be
/// written.
pub fn run(options: &NewOptions) -> Result<(), Failure> {
    let name = name(options)?;
    let title = options.title.clone().unwrap_or_else(|| title(&name));
    let fields = [("{{name}}", &name), ("{{title}}", &title), ("{{appid}}", &options.appid)];
    let typings = generate::typings(&HostApis::default());
    let template = match options.template {
        TemplateName::Blank => BLANK,
        TemplateName::Tabs => TABS,
        TemplateName::Component => COMPONENT,
        TemplateName::TypeScript => TYPESCRIPT,
    };
    let common = [
        ("README.md", README),
        (".gitignore", IGNORED),
        ("project.config.json", PROJECT),
        ("typings/wx.d.ts", &typings),
        ("typings/script.d.ts", SCRIPT_TYPINGS),
    ];
    let config = [("jsconfig.json", JSCONFIG)];
    let config = if options.template == TemplateName::TypeScript { &[][..] } else { &config[..] };
    let files: Vec<(&str, String)> =
        template.iter().chain(&common).chain(config).map(|(path, text)| (*path, filled(path, text, &fields))).collect();
    let taken: Vec<&str> = files.iter().map(|(path, _)| *path).filter(|path| options.dir.join(path).exists()).collect();
    if !taken.is_empty() {
        let (dir, taken) = (options.dir.display(), taken.join(", "));
        return Err(Failure::Usage(format!("{dir}: there is {taken} already; nothing was written")));
    }
    for (path, text) in &files {
        write(&options.dir.join(path), text)?;
    }
    let dir = options.dir.display().to_string();
    // As shells want it.
    let plain = dir.chars().all(|c| c.is_alphanumeric() || "/._-".contains(c));
    let quoted = if plain { dir } else { format!("'{}'", dir.replace('\'', "'\\''")) };
    super::print(format_args!(
        "{title}: {} files. What comes next:\n\n  cd {quoted}\n  pellicle dev .             shows it while you write it\n  pellicle test . --update   keeps pictures of its scenarios\n  pellicle build .           makes one file of it",
        files.len()
    ))
    .map(drop)
}

/// A file of a template with names in place of their fields. Templates of pages have fields of their own in braces.
fn filled(path: &str, text: &str, fields: &[(&str, &String)]) -> String {
    let (json, markdown) = (path.ends_with(".json"), path.ends_with(".md"));
    if !json && !markdown {
        return text.to_owned();
    }
    fields.iter().fold(text.to_owned(), |text, (field, value)| {
        let value = match json {
            // In a string of JSON.
            true => serde_json::Value::from(value.as_str()).to_string().trim_matches('"').to_owned(),
            false => (*value).clone(),
        };
        text.replace(field, &value)
    })
}

fn write(path: &Path, text: &str) -> Result<(), Failure> {
    let failed = |error: std::io::Error| Failure::Program(format!("{}: {error}", path.display()));
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder).map_err(failed)?;
    }
    fs::write(path, text).map_err(failed)
}

/// The name that the command line gives, or what can be made of the folder's.
fn name(options: &NewOptions) -> Result<String, Failure> {
    let is_name = |name: &str| {
        name.starts_with(|c: char| c.is_ascii_lowercase() || c.is_ascii_digit())
            && name.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-')
    };
    if let Some(name) = &options.name {
        return match is_name(name) {
            true => Ok(name.clone()),
            false => Err(Failure::Usage(format!("--name {name:?}: lower-case letters, digits and dashes"))),
        };
    }
    let folder = std::path::absolute(&options.dir).map_err(Failure::program)?;
    let folder = folder.file_name().map(|name| name.to_string_lossy().to_lowercase()).unwrap_or_default();
    let words: Vec<&str> = folder.split(|c: char| !c.is_ascii_alphanumeric()).filter(|word| !word.is_empty()).collect();
    let name = words.join("-");
    Ok(if is_name(&name) { name } else { "mini-program".to_owned() })
}

/// A title made of a name.
fn title(name: &str) -> String {
    let spaced = name.replace('-', " ");
    let mut letters = spaced.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}
