//! From the text that script names a file by to an area and plain names.

use super::FileError;
use serde::{Deserialize, Serialize};

/// Where a file lies.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug, Deserialize, Serialize)]
pub enum FileArea {
    /// The package; read only.
    Package,
    /// `wx.env.USER_DATA_PATH`: what the program writes.
    User,
    /// What was downloaded or chosen; gone when the program starts again.
    Temporary,
    /// What was saved without a name of its own.
    Saved,
}

/// Longest text of a path, bytes.
const MAX_PATH: usize = 4096;
/// Longest name, bytes.
const MAX_NAME: usize = 255;
/// Longest chain of folders.
const MAX_DEPTH: usize = 64;

/// A place in an area.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Debug)]
pub struct FilePath {
    area: FileArea,
    /// Names with `/` between them; empty for the area itself. No name is empty, `.` or `..`.
    names: String,
}

/// What stands before the names of each area, the written form first.
const PREFIXES: [(FileArea, &str); 10] = [
    (FileArea::User, "wxfile://usr/"),
    (FileArea::User, "http://usr/"),
    (FileArea::User, "https://usr/"),
    (FileArea::Temporary, "wxfile://tmp_"),
    (FileArea::Temporary, "wxfile://tmp/"),
    (FileArea::Temporary, "http://tmp/"),
    (FileArea::Temporary, "https://tmp/"),
    (FileArea::Saved, "wxfile://store_"),
    (FileArea::Saved, "wxfile://store/"),
    (FileArea::Saved, "http://store/"),
];

impl FilePath {
    /// What a text names.
    ///
    /// # Errors
    /// [`FileError::Permission`] if it leaves its area, [`FileError::InvalidPath`] or [`FileError::NameTooLong`] if it
    /// names no file at all.
    pub fn parse(text: &str) -> Result<FilePath, FileError> {
        if text.len() > MAX_PATH {
            return Err(FileError::NameTooLong);
        }
        if text.is_empty() || text.contains(|c: char| c.is_control() || c == '\\') {
            return Err(FileError::InvalidPath);
        }
        if let Some(path) = FilePath::parse_stored(text) {
            return path;
        }
        if text.contains("://") {
            return Err(FileError::InvalidPath);
        }
        FilePath::in_area(FileArea::Package, text)
    }

    /// What a text names outside the package; `None` if it names something else, such as a picture on the network.
    pub fn parse_stored(text: &str) -> Option<Result<FilePath, FileError>> {
        let roots = [("wxfile://usr", FileArea::User), ("http://usr", FileArea::User), ("https://usr", FileArea::User)];
        if let Some((_, area)) = roots.into_iter().find(|(root, _)| *root == text) {
            return Some(Ok(FilePath { area, names: String::new() }));
        }
        let (area, prefix) = PREFIXES.into_iter().find(|(_, prefix)| text.starts_with(prefix))?;
        Some(FilePath::in_area(area, &text[prefix.len()..]))
    }

    /// A place in an area by names with `/` between them.
    ///
    /// # Errors
    /// As [`FilePath::parse`].
    pub fn in_area(area: FileArea, text: &str) -> Result<FilePath, FileError> {
        if text.len() > MAX_PATH {
            return Err(FileError::NameTooLong);
        }
        let mut names: Vec<&str> = Vec::new();
        for name in text.split('/') {
            match name {
                "" | "." => {}
                ".." => {
                    names.pop().ok_or(FileError::Permission)?;
                }
                name if name.len() > MAX_NAME => return Err(FileError::NameTooLong),
                name if !is_plain(name) => return Err(FileError::InvalidPath),
                name => names.push(name),
            }
        }
        if names.len() > MAX_DEPTH {
            return Err(FileError::NameTooLong);
        }
        Ok(FilePath { area, names: names.join("/") })
    }

    /// Where it lies.
    pub fn area(&self) -> FileArea {
        self.area
    }

    /// The names with `/` between them; empty for the area itself.
    pub fn names(&self) -> &str {
        &self.names
    }

    /// The folder that it stands in; `None` for the area itself.
    pub fn parent(&self) -> Option<FilePath> {
        if self.names.is_empty() {
            return None;
        }
        let names = self.names.rsplit_once('/').map_or("", |(folder, _)| folder).to_owned();
        Some(FilePath { area: self.area, names })
    }

    /// A name in this folder.
    ///
    /// # Errors
    /// As [`FilePath::parse`].
    pub fn child(&self, name: &str) -> Result<FilePath, FileError> {
        FilePath::in_area(self.area, &format!("{}/{name}", self.names))
    }

    /// The ending of its last name, without the dot; empty for none.
    pub fn ending(&self) -> &str {
        let name = self.names.rsplit('/').next().unwrap_or("");
        name.rsplit_once('.').map_or("", |(_, ending)| ending)
    }

    /// As script sees it.
    pub fn text(&self) -> String {
        let prefix = PREFIXES.into_iter().find(|(area, _)| *area == self.area).map_or("", |(_, prefix)| prefix);
        if self.names.is_empty() { prefix.trim_end_matches('/').to_owned() } else { format!("{prefix}{}", self.names) }
    }
}

/// True if a file may have this name here.
fn is_plain(name: &str) -> bool {
    !name.contains(|c: char| c.is_control() || c == '\\') && (!cfg!(windows) || is_portable(name))
}

/// True if a file may have this name on every system. Windows takes some characters and names for something else.
pub fn is_portable(name: &str) -> bool {
    if name.contains(|c: char| c.is_control() || c == '\\') {
        return false;
    }
    let stem = name.split('.').next().unwrap_or("").trim_end().to_ascii_uppercase();
    let port = stem.strip_prefix("COM").or(stem.strip_prefix("LPT")).unwrap_or("");
    let mut number = port.chars();
    let is_port = number.next().is_some_and(|c| c.is_ascii_digit() || "¹²³".contains(c)) && number.next().is_none();
    let is_device = is_port || matches!(&*stem, "CON" | "PRN" | "AUX" | "NUL" | "CONIN$" | "CONOUT$");
    !is_device && !name.contains(['<', '>', ':', '"', '|', '?', '*']) && !name.ends_with([' ', '.'])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_that_are_devices_somewhere_are_not_portable() {
        for name in
            ["con", "Nul.txt", "aux .js", "COM1", "lpt9.wxml", "com².js", "conin$", "a.", "a ", "a:b", "a\\b", "a\nb"]
        {
            assert!(!is_portable(name), "{name:?}");
        }
        for name in ["comp.js", "common", "console.js", "lpts", "com10", ".a", "a b", "中文.png"] {
            assert!(is_portable(name), "{name:?}");
        }
    }

    #[test]
    fn texts_name_areas_and_none_leaves_its_own() {
        let parse = |text: &str| FilePath::parse(text).map(|p| (p.area(), p.names().to_owned()));
        assert_eq!(parse("wxfile://usr/a//b/./c.txt"), Ok((FileArea::User, "a/b/c.txt".into())));
        assert_eq!(parse("wxfile://usr"), Ok((FileArea::User, String::new())));
        assert_eq!(parse("http://tmp/x.png"), Ok((FileArea::Temporary, "x.png".into())));
        assert_eq!(parse("wxfile://tmp_x.png"), Ok((FileArea::Temporary, "x.png".into())));
        assert_eq!(parse("/images/a.png"), Ok((FileArea::Package, "images/a.png".into())));
        assert_eq!(parse("wxfile://usr/a/../b"), Ok((FileArea::User, "b".into())));
        for text in ["wxfile://usr/..", "wxfile://usr/a/../../b", "../x", "wxfile://tmp_../../usr/x", "/../etc/passwd"]
        {
            assert_eq!(parse(text), Err(FileError::Permission), "{text}");
        }
        for text in ["", "a\0b", "wxfile://usr/a\0", "file:///etc/passwd", "https://a.b/c", "wxfile://usr/..\\..\\x"] {
            assert_eq!(parse(text), Err(FileError::InvalidPath), "{text}");
        }
        assert_eq!(parse(&"a".repeat(300)), Err(FileError::NameTooLong));
        assert_eq!(parse(&"a/".repeat(3000)), Err(FileError::NameTooLong));
        let path = FilePath::parse("http://tmp/a.tar.gz").expect("a path");
        assert_eq!((path.text(), path.ending().to_owned()), ("wxfile://tmp_a.tar.gz".to_owned(), "gz".to_owned()));
    }
}
