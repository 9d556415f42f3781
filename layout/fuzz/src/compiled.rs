//! The compiled form of a small program, changed on purpose: its checksum fits again.

use pellicle_layout::compiled::{CompiledError, CompiledPackage, Compiler};
use pellicle_layout::css::{SheetFile, SheetLoader, parse_sheet};
use pellicle_layout::markup::{StoredTemplate, TemplateFile, TemplateLoader, TemplateSource};
use std::sync::{Arc, OnceLock};

/// The sheet of the program.
const SHEET: &str = "@import 'b.wxss'; @keyframes k { 20% { width: 3px } to { transform: rotate(20deg) scale(2); opacity: 0 } } \
    @media (min-width: 3px) { view { animation: k 2s steps(3) } } view:nth-child(2n + 1) > .t, .t::before { content: 'x' } \
    .a { width: calc(100% - 3rpx); grid-template-columns: [a] repeat(auto-fill, minmax(3px, 1fr)) 20%; font: italic 12px/2 x, serif; \
    background: url(x.png) linear-gradient(30deg, red 10%, rgb(0 0 0 / .5)); box-shadow: inset 0 1px 2px #123; filter: blur(2px); \
    transition: all .3s cubic-bezier(.1, 2, .3, 4); --v: 1px; clip-path: polygon(0 0, 10% 20%) }";
/// Its template.
const MARKUP: &str = "<import src='b.wxml'/><wxs module='m'>module.exports = 1</wxs><view class='a {{b}}' style='color: {{c + 1}}' \
    bindtap='f' wx:for='{{[1, {x: y}, ...z]}}' wx:key='id' data-a='{{a.b[c](d)}}'>a{{item ? -1 : 'x'}}<block wx:if='{{a && b}}'>1</block>\
    <block wx:else><template is='t' data='{{...o, p: 1}}'/></block><slot name='s'/></view><template name='t'><text>{{p}}</text></template>";

/// Bytes in front of what the checksum covers, and where the checksum starts.
const HEADER: usize = 42;
const CHECKSUM: usize = 26;

/// The program's files, with what was compiled of them or a compiler that is told.
#[derive(Default)]
struct Files {
    compiler: Option<Compiler>,
    package: Option<CompiledPackage>,
}

impl SheetLoader for Files {
    fn load(&self, _: &str, path: &str) -> Option<(Arc<str>, String)> {
        Some((Arc::from(path), if path == "a.wxss" { SHEET } else { ".b { color: red }" }.to_owned()))
    }

    fn compiled(&self, path: &str, text: &str) -> Result<Option<SheetFile>, CompiledError> {
        self.package.as_ref().map_or(Ok(None), |package| package.sheet(path, text))
    }

    fn parsed(&self, path: &str, text: &str, file: &SheetFile) {
        self.compiler.iter().for_each(|compiler| compiler.sheet(path, text, file));
    }
}

impl TemplateSource for Files {
    fn read(&self, path: &str) -> Option<String> {
        Some(if path == "a.wxml" { MARKUP } else { "<template name='u'>u</template>" }.to_owned())
    }

    fn compiled(&self, path: &str, text: &str) -> Result<Option<StoredTemplate<'static>>, CompiledError> {
        self.package.as_ref().map_or(Ok(None), |package| package.template(path, text))
    }

    fn parsed(&self, path: &str, text: &str, file: &TemplateFile) {
        self.compiler.iter().for_each(|compiler| compiler.template(path, text, file));
    }
}

fn whole() -> &'static [u8] {
    static WHOLE: OnceLock<Vec<u8>> = OnceLock::new();
    WHOLE.get_or_init(|| {
        let files = Files { compiler: Some(Compiler::new()), package: None };
        parse_sheet("a.wxss", SHEET, &files);
        TemplateLoader::new().load(&files, "a.wxml");
        files.compiler.and_then(Compiler::finish).expect("it is small")
    })
}

/// Bytes as changes to the compiled form, four for each: where (two bytes), what becomes of the byte there, and with what.
pub fn compiled(bytes: &[u8], show: impl FnOnce(pellicle_layout::css::Sheet)) {
    let mut form = whole().to_vec();
    for change in bytes.chunks_exact(4).take(64) {
        let at = HEADER + usize::from(u16::from_le_bytes([change[0], change[1]])) % (form.len() - HEADER);
        match change[2] % 4 {
            0 => form[at] = change[3],
            1 => form[at] ^= 1 << (change[3] % 8),
            2 => form.insert(at, change[3]),
            _ if form.len() > HEADER + 1 => drop(form.remove(at)),
            _ => {}
        }
    }
    let length = form.len() as u64;
    form[18..26].copy_from_slice(&length.to_le_bytes());
    let checksum = siphasher::sip128::SipHasher13::new().hash(&form[HEADER..]).as_bytes();
    form[CHECKSUM..HEADER].copy_from_slice(&checksum);
    let Ok(package) = CompiledPackage::open(Arc::from(form)) else { return };
    let files = Files { compiler: None, package: Some(package) };
    let (sheet, _) = parse_sheet("a.wxss", SHEET, &files);
    show(sheet);
    let mut loader = TemplateLoader::new();
    let template = loader.load(&files, "a.wxml");
    let imported = template.iter().flat_map(|template| template.imported()).count();
    assert!(imported <= 1);
}
