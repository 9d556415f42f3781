//! Texts of languages: which files of a program have them, and a program without those of others.
//!
//! Platforms have no rule of their own; the W3C's packages have a folder `i18n`, and so do programs. The rule here: below a folder `i18n`
//! or `miniprogram_i18n` of the program itself, a file belongs to the language that its name without ending, or else the nearest
//! folder, is the tag of: `i18n/en.json`, `i18n/locales/zh-CN.js`, `i18n/fr_FR/home.js`. Everything else belongs to all.
//!
//! Code that requires such a file finds it still, without texts: `{}`, or a module that exports that. So whoever looks a text up in
//! a language that was left out finds none, as with a text that was never translated.

use crate::package::npm::is_of_others;
use pellicle_script::package::{PackageSource, read_text};
use std::collections::BTreeSet;
use std::fmt;
use std::str::FromStr;
use std::sync::Arc;

/// Folders with texts.
const FOLDERS: [&str; 2] = ["i18n", "miniprogram_i18n"];
/// Codes of languages (ISO 639-1): names of two letters that are none, such as `ui`, are no tags.
const LANGUAGES: &str = "aa ab ae af ak am an ar as av ay az ba be bg bh bi bm bn bo br bs ca ce ch co cr cs cu cv cy da de dv dz ee \
                         el en eo es et eu fa ff fi fj fo fr fy ga gd gl gn gu gv ha he hi ho hr ht hu hy hz ia id ie ig ii ik \
                         io is it iu ja jv ka kg ki kj kk kl km kn ko kr ks ku kv kw ky la lb lg li ln lo lt lu lv mg mh mi mk \
                         ml mn mr ms mt my na nb nd ne ng nl nn no nr nv ny oc oj om or os pa pi pl ps pt qu rm rn ro ru rw sa \
                         sc sd se sg si sk sl sm sn so sq sr ss st su sv sw ta te tg th ti tk tl tn to tr ts tt tw ty ug uk ur \
                         uz ve vi vo wa wo xh yi yo za zh zu";

/// The tag of a language, with script and region where they matter: `en`, `zh_CN`, `zh-Hant-TW`.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Locale(String);

/// A text that is no tag.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
#[error("\"{0}\" is no language; one is written as en, zh_CN or zh-Hant-TW")]
pub struct LocaleError(String);

impl FromStr for Locale {
    type Err = LocaleError;

    fn from_str(text: &str) -> Result<Locale, LocaleError> {
        let normal = text.replace('_', "-");
        let mut parts = normal.split('-');
        let alphabetic = |part: &str| part.bytes().all(|letter| letter.is_ascii_alphabetic());
        let language = parts.next().map(str::to_ascii_lowercase).filter(|language| is_language(language));
        let mut rest = parts.peekable();
        let script = rest.next_if(|part| part.len() == 4 && alphabetic(part));
        let is_region = |part: &str| {
            part.len() == 2 && alphabetic(part) || part.len() == 3 && part.bytes().all(|digit| digit.is_ascii_digit())
        };
        let region = rest.next_if(|part| is_region(part));
        match (language, rest.next()) {
            (Some(language), None) => {
                let more = script.into_iter().chain(region).map(|part| format!("-{}", part.to_ascii_lowercase()));
                Ok(Locale(language + &more.collect::<String>()))
            }
            _ => Err(LocaleError(text.to_owned())),
        }
    }
}

fn is_language(text: &str) -> bool {
    text.len() == 2 && LANGUAGES.split_ascii_whitespace().any(|language| language == text)
}

impl Locale {
    /// True if texts of one are of use for the other: one says no more than the other does.
    pub fn fits(&self, other: &Locale) -> bool {
        let begins = |long: &str, short: &str| {
            long.strip_prefix(short).is_some_and(|rest| rest.is_empty() || rest.starts_with('-'))
        };
        begins(&self.0, &other.0) || begins(&other.0, &self.0)
    }

    /// The language whose texts a file of a program has; `None` for one that belongs to all.
    pub fn of_file(path: &str) -> Option<Locale> {
        if is_of_others(path) || path.split('/').any(|part| part == "miniprogram_npm") {
            return None;
        }
        let parts: Vec<&str> = path.split('/').collect();
        let (name, folders) = parts.split_last()?;
        let within = folders.iter().position(|folder| FOLDERS.contains(folder))?;
        let stem = name.split('.').next().unwrap_or(name);
        std::iter::once(&stem).chain(folders[within + 1..].iter().rev()).find_map(|part| part.parse().ok())
    }
}

impl fmt::Display for Locale {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// The languages that a program has texts of, sorted.
pub fn of_program(package: &dyn PackageSource) -> Vec<Locale> {
    let found: BTreeSet<Locale> = package.paths().iter().filter_map(|path| Locale::of_file(path)).collect();
    found.into_iter().collect()
}

/// A program with the texts of some languages.
pub(super) struct Localized<'a> {
    package: &'a dyn PackageSource,
    /// None: all of them.
    locales: &'a [Locale],
}

/// What is left of a file of a language that is left out.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Left {
    /// All of it.
    Whole,
    /// What has no texts.
    Empty(&'static str),
    /// Nothing: no code names it but as a file.
    Nothing,
}

impl<'a> Localized<'a> {
    pub(super) fn new(package: &'a dyn PackageSource, locales: &'a [Locale]) -> Localized<'a> {
        Localized { package, locales }
    }

    fn left(&self, path: &str) -> Left {
        if self.locales.is_empty() {
            return Left::Whole;
        }
        let Some(locale) = Locale::of_file(path) else { return Left::Whole };
        if self.locales.iter().any(|wanted| wanted.fits(&locale)) {
            return Left::Whole;
        }
        match path.rsplit_once('.').map(|(_, ending)| ending) {
            Some("json") => Left::Empty("{}"),
            Some("js" | "ts" | "wxs") => self.left_of_code(path),
            _ => Left::Nothing,
        }
    }

    /// A module that exports one object of texts can do without them. Of one with names of its own somebody may take those.
    fn left_of_code(&self, path: &str) -> Left {
        let Some(text) = read_text(self.package, path) else { return Left::Whole };
        let lines = || text.lines().map(str::trim_start);
        let exports = || lines().filter(|line| line.starts_with("export "));
        if exports().next().is_some() {
            return match exports().all(|line| line.starts_with("export default")) {
                true => Left::Empty("export default {};\n"),
                false => Left::Whole,
            };
        }
        match lines().any(|line| line.starts_with("module.exports =") || line.starts_with("module.exports=")) {
            true => Left::Empty("module.exports = {};\n"),
            false => Left::Whole,
        }
    }

    /// Files of other languages that have their texts all the same.
    pub(super) fn kept(&self) -> Vec<String> {
        let other = |path: &String| {
            let locale = Locale::of_file(path);
            locale.is_some_and(|locale| !self.locales.is_empty() && !self.locales.iter().any(|one| one.fits(&locale)))
        };
        let mut paths = self.package.paths();
        paths.retain(|path| other(path) && self.left(path) == Left::Whole);
        paths
    }
}

impl PackageSource for Localized<'_> {
    fn read(&self, path: &str) -> Option<Arc<[u8]>> {
        match self.left(path) {
            Left::Whole => self.package.read(path),
            Left::Empty(text) => self.package.contains(path).then(|| Arc::from(text.as_bytes())),
            Left::Nothing => None,
        }
    }

    fn contains(&self, path: &str) -> bool {
        self.left(path) != Left::Nothing && self.package.contains(path)
    }

    fn length(&self, path: &str) -> Option<u64> {
        match self.left(path) {
            Left::Whole => self.package.length(path),
            _ => self.read(path).map(|bytes| bytes.len() as u64),
        }
    }

    fn paths(&self) -> Vec<String> {
        let mut paths = self.package.paths();
        paths.retain(|path| self.left(path) != Left::Nothing);
        paths
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_of_the_language_that_its_name_or_its_folder_names() {
        let of = |path: &str| Locale::of_file(path).map(|locale| locale.to_string());
        for (path, expected) in [
            ("i18n/en.json", "en"),
            ("i18n/zh_CN.js", "zh-cn"),
            ("shop/i18n/locales/zh-Hant-TW.js", "zh-hant-tw"),
            ("i18n/fr_FR/home.js", "fr-fr"),
            ("miniprogram_i18n/en/pictures/a.png", "en"),
            ("i18n/en/de.json", "de"),
        ] {
            assert_eq!(of(path).as_deref(), Some(expected), "{path}");
        }
        for path in
            ["i18n/index.js", "i18n/ui.json", "i18n/lang.js", "en.json", "pages/en/en.js", "node_modules/a/i18n/en.js"]
        {
            assert_eq!(of(path), None, "{path}");
        }
        let tag = |text: &str| text.parse::<Locale>().unwrap();
        assert!(tag("zh").fits(&tag("zh_CN")) && tag("zh-Hant-TW").fits(&tag("zh_hant")));
        assert!(!tag("zh_CN").fits(&tag("zh_TW")) && !tag("en").fits(&tag("fr")));
        assert!("english".parse::<Locale>().is_err() && "en_US_x".parse::<Locale>().is_err());
    }
}
