//! What random pages are made of.

/// The app's sheet, and another one that replaces it.
pub const SHEETS: [&str; 2] = [
    ".a{color:red;font-size:18px}
    .a+.b{margin-top:9px}
    .a~.c{width:70%}
    .b:nth-child(2n+1){padding:3px}
    .c:empty{height:17px;background:blue}
    .d>.a{display:inline-block}
    .d .e{float:right;width:33%}
    .f:first-child{text-indent:1em}
    .f:last-child{letter-spacing:2px}
    .g:not(.a){border:2px solid}
    .h::before{content:'be ';color:green}
    .h::after{content:'';display:block;clear:both;height:4px}
    .i{--w:40px;--c:rgb(1,2,3);--d:flex}
    .j{width:var(--w,25%);background:var(--c);display:var(--d,block)}
    .k:active{height:60px}
    .k:active .e{width:80px}
    .l:nth-last-child(2){order:-1}
    .m{position:relative}
    .m::before{content:'x';position:absolute;right:0;bottom:0}
    view:nth-of-type(3n){line-height:1.8}
    [data-x]{outline:3px solid}
    [data-x='1']+view{min-width:50%}
    @media (min-width:400px){.a{width:50vw}.e{display:none}}
    .b:only-child{height:30px}
    #one .a{text-align:right}
    #two~view{max-height:40px}
    .q{font-size:1.5em;width:5em;height:2rem}
    .c .a .f{white-space:nowrap;overflow:hidden;text-overflow:ellipsis;width:60px}
    .g+.g+.g{visibility:hidden}
    .k:hover::after{content:'hover'}",
    ".a{width:30vw;font-weight:bold}
    .b{display:grid;grid-template-columns:repeat(2,1fr);gap:4px}
    .c::after{content:'tail'}
    .d:empty{display:none}
    .e{font-size:120%}
    .f~.a{position:sticky;top:3px}
    .j{margin:0 auto;width:var(--w,50%)}
    view>text:nth-child(odd){vertical-align:super}
    @media (orientation:landscape){.g{float:left}.h{clear:left}}",
];

pub const CLASSES: &[&str] = &["a", "b", "c", "d", "e", "f", "g", "h", "i", "j", "k", "l", "m", "q"];
pub const IDS: &[&str] = &["", "one", "two"];

/// Declarations for style attributes; up to three are joined.
pub const STYLES: &[&str] = &[
    "",
    "display:flex",
    "display:flex;flex-wrap:wrap;gap:5px 10%",
    "display:flex;flex-direction:column;align-items:center",
    "display:flex;align-items:baseline",
    "display:inline-block;padding:4px",
    "display:inline-flex",
    "display:inline",
    "display:none",
    "display:contents",
    "display:flow-root",
    "display:table",
    "display:table-row",
    "display:table-cell",
    "display:inline-table",
    "display:grid;grid-template-columns:1fr 50px",
    "display:grid;grid-template-areas:'a b' 'c c';grid-template-columns:40% 1fr",
    "display:inline-grid;grid-auto-flow:column dense;grid-auto-columns:minmax(10px,auto)",
    "display:-webkit-box;-webkit-box-orient:vertical;-webkit-line-clamp:2;overflow:hidden",
    "display:-webkit-box;-webkit-box-orient:vertical;-webkit-line-clamp:1",
    "display:-webkit-box",
    "-webkit-box-flex:1",
    "grid-area:a",
    "grid-area:c",
    "grid-column:1/-1",
    "grid-row:2/span 2",
    "justify-self:end;align-self:center",
    "width:100px",
    "width:50%;padding:3px",
    "width:min-content",
    "width:fit-content",
    "width:calc(100% - 30px)",
    "width:20vw;height:2em",
    "height:50%",
    "height:40px",
    "height:100%",
    "min-height:30px",
    "min-height:50%",
    "max-height:50px",
    "max-height:60%",
    "min-width:3em;max-width:60%",
    "aspect-ratio:2;width:60px",
    "aspect-ratio:1/2;height:30px",
    "box-sizing:border-box;border:3px solid;padding:5%",
    "float:left;width:40px;height:30px",
    "float:right",
    "float:left",
    "clear:left",
    "clear:both",
    "position:absolute",
    "position:absolute;top:5px;right:3px",
    "position:absolute;left:10%;bottom:20%;width:50%",
    "position:fixed;bottom:0",
    "position:relative;left:3px",
    "position:relative;top:10%",
    "position:sticky;top:0",
    "position:sticky;bottom:4px",
    "margin:10px 5px",
    "margin:-6px",
    "margin:0 auto",
    "margin-top:5%;margin-bottom:20px",
    "padding:1em 0",
    "border-top:1px solid",
    "overflow:hidden",
    "overflow-x:hidden",
    "overflow-y:scroll;height:50px",
    "overflow:auto;max-height:45px",
    "flex:1",
    "flex:0 0 30%",
    "flex-shrink:0",
    "order:-1",
    "order:2",
    "align-content:center",
    "font-size:20px",
    "font-size:1.3em",
    "font-size:2rem",
    "line-height:40px",
    "line-height:1.2",
    "text-align:center",
    "text-align:justify",
    "text-indent:20%",
    "vertical-align:top",
    "vertical-align:middle",
    "vertical-align:-30%",
    "white-space:nowrap",
    "white-space:pre-wrap",
    "word-break:break-all",
    "letter-spacing:2px",
    "text-transform:uppercase",
    "direction:rtl",
    "text-overflow:ellipsis;overflow:hidden;white-space:nowrap",
    "color:red",
    "--w:70px",
    "--c:red;--w:30%",
    "width:var(--w)",
    "background:var(--c,blue);height:var(--h,12px)",
    "transform:translate(3px,4px)",
    "transform:rotate(10deg)",
    "filter:blur(2px)",
    "opacity:0.5",
    "will-change:transform",
    "z-index:3",
    "box-shadow:0 0 4px 3px",
    "text-shadow:5px 5px 2px red",
    "outline:4px solid",
    "visibility:hidden",
];

pub const TAGS: &[&str] = &[
    "view",
    "view",
    "view",
    "text",
    "text",
    "scroll-view",
    "image",
    "checkbox",
    "swiper",
    "swiper-item",
    "input",
    "textarea",
    "button",
    "icon",
    "progress",
    "slider",
    "switch",
    "rich-text",
    "label",
    "cover-view",
];

pub const TEXTS: &[&str] = &[
    "word ",
    "two words",
    " ",
    "x",
    "",
    "\u{4e2d}\u{6587}",
    "a\nb",
    "\u{627}\u{644}\u{639} ab",
    "a longer text that wraps over several lines",
    "unbreakablyunbreakablyunbreakable",
];

pub const ATTRIBUTES: &[(&str, &str)] = &[
    ("data-x", "1"),
    ("data-x", "2"),
    ("mode", "widthFix"),
    ("mode", "heightFix"),
    ("mode", "aspectFit"),
    ("enable-flex", "true"),
    ("scroll-x", "true"),
    ("scroll-y", "true"),
    ("value", "typed"),
    ("placeholder", "hint"),
    ("current", "1"),
    ("vertical", "true"),
    ("display-multiple-items", "2"),
    ("previous-margin", "10px"),
    ("auto-height", "true"),
    ("percent", "40"),
    ("show-info", "true"),
    ("size", "30"),
    ("type", "checkbox"),
    ("checked", "true"),
    ("nodes", "<p>rich <b>bold</b></p><ul><li>item</li></ul>"),
    ("nodes", "plain"),
    ("decode", "true"),
    ("space", "nbsp"),
];

/// Subtrees that random single elements seldom form.
pub const SNIPPETS: &[&str] = &[
    "<scroll-view style='height:60px'><view style='position:sticky;top:0'>head</view><view style='height:200px'>body</view></scroll-view>",
    "<view style='display:grid;grid-template-areas:\"a a\" \"b c\"'><view style='grid-area:a'>A</view><view style='grid-area:c'>C</view></view>",
    "<view style='display:table'><view style='display:table-row'><view style='display:table-cell'>one</view><view style='display:table-cell'>two</view></view></view>",
    "<view><view style='float:left;width:50px;height:40px'></view>text beside a float <view style='clear:both'>below</view></view>",
    "<view style='display:-webkit-box;-webkit-box-orient:vertical;-webkit-line-clamp:2;overflow:hidden'><view>first line</view><view style='padding:3px'>second <text>and</text> more and more words</view><view>third</view></view>",
    "<text>one <text class='a'>two <text>three</text></text> four</text>",
    "<view>a<view style='display:inline-block;vertical-align:middle'>b<view>c</view></view><text>d<view>e</view>f</text></view>",
    "<swiper style='height:50px'><swiper-item>one</swiper-item><swiper-item><view style='height:100%'>two</view></swiper-item></swiper>",
    "<view class='d'><view class='a'></view><view class='b'>b</view><view class='c'></view><view class='e'>e</view></view>",
    "<view style='position:relative;display:flex'><view style='flex:1;height:50%'>x</view><view style='position:absolute;right:0'>y</view></view>",
];
