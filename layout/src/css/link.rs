//! From files to a sheet: `@import` is replaced by the rules of the file it names. A file counts once, where it is
//! named first.

use super::at_rules::MAX_LAYERS;
use super::font_face::FontFaceRule;
use super::media::MediaList;
use super::report::MAX_DIAGNOSTICS;
use super::sheet::{Counts, FileLayer, Import, Keyframes, Rule, Sheet, SheetFile, SheetLoader};
use crate::diagnostic::{Diagnostic, Severity};
use rustc_hash::FxHashSet;
use std::sync::Arc;
use std::vec::IntoIter;

/// Files that may import each other in a chain.
const MAX_IMPORT_DEPTH: usize = 32;
/// Bytes of the whole name of a layer; those with longer ones are left out.
const MAX_LAYER_NAME: usize = 4096;

/// Reads the sheet `source` of the file `path` with everything that it imports.
pub fn parse_sheet(path: &str, source: &str, loader: &dyn SheetLoader) -> (Sheet, Vec<Diagnostic>) {
    linked(path, Some(source), loader)
}

/// Reads the sheet of the file `path` with everything that it imports, from what was kept of the files where somebody vouches
/// for that. A file that is not there is an empty one.
pub fn load_sheet(path: &str, loader: &dyn SheetLoader) -> (Sheet, Vec<Diagnostic>) {
    linked(path, None, loader)
}

fn linked(path: &str, source: Option<&str>, loader: &dyn SheetLoader) -> (Sheet, Vec<Diagnostic>) {
    let path: Arc<str> = Arc::from(path);
    let mut linking = Linking {
        loader,
        sheet: Sheet { path: path.clone(), ..Sheet::default() },
        diagnostics: Vec::new(),
        seen: FxHashSet::default(),
        open: Vec::new(),
    };
    linking.file(path, source, Around::default());
    (linking.sheet, linking.diagnostics)
}

/// The state while a sheet is put together.
struct Linking<'a> {
    loader: &'a dyn SheetLoader,
    sheet: Sheet,
    diagnostics: Vec<Diagnostic>,
    /// Files that were read.
    seen: FxHashSet<Arc<str>>,
    /// Files that are being read, outermost first.
    open: Vec<Arc<str>>,
}

impl Linking<'_> {
    /// A file, whose text is known or asked for if it is needed.
    fn file(&mut self, path: Arc<str>, source: Option<&str>, around: Around) {
        self.seen.insert(path.clone());
        self.open.push(path.clone());
        self.sheet.files.push(path.clone());
        let vouched = if source.is_none() { self.loader.vouched(&path) } else { None };
        let file = vouched.unwrap_or_else(|| match source {
            Some(source) => self.read(&path, source),
            None => self.read(&path, &self.loader.text(&path).unwrap_or_default()),
        });
        let SheetFile { rules, keyframes, font_faces, media, layers, stats, imports, mut diagnostics } = file;
        self.sheet.stats.add_file(stats);
        let numbers = Numbers::new(&mut self.sheet, media, around);
        let (keyframes, font_faces) = (keyframes.into_iter(), font_faces.into_iter());
        let (rules, layers) = (rules.into_iter(), layers.into_iter());
        let mut rest = Rest { rules, keyframes, font_faces, layers, numbers, done: Counts::default() };
        for import in imports {
            // What stands before the import comes before what it brings.
            rest.take(import.before, &mut self.sheet);
            if let Some(around) = rest.numbers.around(&import.media, import.layer) {
                let found = self.import(&path, import, around);
                diagnostics.extend(found.filter(|_| diagnostics.len() < MAX_DIAGNOSTICS));
            }
        }
        let all = Counts { rules: u32::MAX, keyframes: u32::MAX, font_faces: u32::MAX, layers: u32::MAX };
        rest.take(all, &mut self.sheet);
        diagnostics.sort_by_key(|d| d.position);
        self.diagnostics.extend(diagnostics);
        self.open.pop();
    }

    /// A file of this text.
    fn read(&mut self, path: &Arc<str>, source: &str) -> SheetFile {
        let text = source.strip_prefix('\u{feff}').unwrap_or(source);
        match self.loader.compiled(path, text) {
            Ok(Some(file)) => file,
            kept => {
                self.diagnostics.extend(kept.err().map(|error| error.about(path)));
                let file = SheetFile::read(path, text);
                self.loader.parsed(path, text, &file);
                file
            }
        }
    }

    /// Puts the file in that an import names, or says why not.
    fn import(&mut self, from: &Arc<str>, import: Import, around: Around) -> Option<Diagnostic> {
        let Import { target, position, source_line, .. } = import;
        let found = match self.loader.vouched_path(from, &target) {
            Some(path) => Some((path, None)),
            None => self.loader.load(from, &target).map(|(path, source)| (path, Some(source))),
        };
        let (severity, code, message) = match found {
            None => (Severity::Error, "missing-import", format!("there is no sheet `{target}`")),
            Some((path, _)) if self.open.contains(&path) => {
                (Severity::Warning, "import-cycle", format!("`{target}` is being imported already"))
            }
            Some((path, _)) if self.seen.contains(&path) => return None,
            Some(_) if self.open.len() >= MAX_IMPORT_DEPTH => {
                (Severity::Error, "import-too-deep", format!("`{target}` is imported through too many files"))
            }
            Some((path, source)) => {
                self.file(path, source.as_deref(), around);
                return None;
            }
        };
        Some(Diagnostic { severity, code, file: from.clone(), position, message, source_line })
    }
}

/// What of a file is not yet in the sheet.
struct Rest {
    rules: IntoIter<Rule>,
    keyframes: IntoIter<Arc<Keyframes>>,
    font_faces: IntoIter<FontFaceRule>,
    layers: IntoIter<FileLayer>,
    numbers: Numbers,
    /// What of the file was taken.
    done: Counts,
}

impl Rest {
    /// Puts everything in that stands before `place`.
    fn take(&mut self, place: Counts, sheet: &mut Sheet) {
        let more = |to: u32, from: u32| to.saturating_sub(from) as usize;
        let numbers = &mut self.numbers;
        for layer in self.layers.by_ref().take(more(place.layers, self.done.layers)) {
            numbers.add(&layer, sheet);
        }
        let rules = self.rules.by_ref().take(more(place.rules, self.done.rules));
        sheet.rules.extend(rules.filter_map(|rule| numbers.rule(rule)));
        sheet.keyframes.extend(self.keyframes.by_ref().take(more(place.keyframes, self.done.keyframes)));
        sheet.font_faces.extend(self.font_faces.by_ref().take(more(place.font_faces, self.done.font_faces)));
        self.done = place;
    }
}

/// Numbers of media conditions that must all hold.
type Conditions = Arc<[u16]>;

/// What stands around all rules of a file, numbered as the sheet's.
#[derive(Clone, Default)]
struct Around {
    media: Conditions,
    layer: Option<u16>,
}

/// Numbers the media conditions and layers of a file among those of the sheet.
struct Numbers {
    /// What the file's own conditions start at in the sheet.
    base: usize,
    count: usize,
    /// The layers that have come so far; `None` for those that have no number.
    layers: Vec<Option<u16>>,
    around: Around,
    /// The last rule's conditions and what became of them: neighbours mostly have the same.
    last: Option<(Conditions, Option<Conditions>)>,
}

impl Numbers {
    fn new(sheet: &mut Sheet, media: Vec<MediaList>, around: Around) -> Numbers {
        let (base, count) = (sheet.media.len(), media.len());
        sheet.media.extend(media);
        Numbers { base, count, layers: Vec::new(), around, last: None }
    }

    /// Numbers the next layer of the file.
    fn add(&mut self, layer: &FileLayer, sheet: &mut Sheet) {
        let number = self.layer(layer.outer).and_then(|outer| number_of(sheet, outer, layer.name.as_deref()));
        self.layers.push(number);
    }

    /// A layer of the file, or the one around the file. `None` if it has no number: more layers than a sheet can number
    /// are left out with what they hold.
    fn layer(&self, own: Option<u16>) -> Option<Option<u16>> {
        match own {
            None => Some(self.around.layer),
            Some(own) => self.layers.get(usize::from(own)).copied().flatten().map(Some),
        }
    }

    /// Conditions of the file behind those around it. `None` if one has no number: more than a sheet can number never
    /// hold.
    fn media(&mut self, own: &Conditions) -> Option<Conditions> {
        if own.is_empty() {
            return Some(self.around.media.clone());
        }
        let known = self.last.take().filter(|(from, _)| Arc::ptr_eq(from, own));
        let (from, to) = known.unwrap_or_else(|| {
            let number = |&own: &u16| {
                let own = usize::from(own);
                u16::try_from(own + self.base).ok().filter(|_| own < self.count)
            };
            let around = self.around.media.iter().copied().map(Some);
            let to = around.chain(own.iter().map(number)).collect::<Option<Vec<u16>>>().map(Arc::from);
            (own.clone(), to)
        });
        self.last = Some((from, to.clone()));
        to
    }

    /// What stands around something of the file with these conditions and this layer.
    fn around(&mut self, media: &Conditions, layer: Option<u16>) -> Option<Around> {
        Some(Around { media: self.media(media)?, layer: self.layer(layer)? })
    }

    fn rule(&mut self, rule: Rule) -> Option<Rule> {
        let Around { media, layer } = self.around(&rule.media, rule.layer)?;
        Some(Rule { media, layer, ..rule })
    }
}

/// The number of a layer of the sheet inside of `outer`; without a name it is one of its own.
fn number_of(sheet: &mut Sheet, outer: Option<u16>, name: Option<&str>) -> Option<u16> {
    // No name begins with a digit.
    let own = name.map_or_else(|| sheet.layers.len().to_string(), str::to_owned);
    let outer = outer.and_then(|outer| sheet.layers.get(usize::from(outer)));
    if outer.map_or(0, |outer| outer.len()) + own.len() > MAX_LAYER_NAME {
        return None;
    }
    let full = outer.map_or_else(|| own.clone(), |outer| format!("{outer}.{own}"));
    let known = sheet.layers.iter().position(|name| **name == *full);
    let index = known.unwrap_or(sheet.layers.len());
    if known.is_none() {
        if index >= MAX_LAYERS {
            return None;
        }
        sheet.layers.push(Arc::from(full));
    }
    u16::try_from(index).ok()
}
