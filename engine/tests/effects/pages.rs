//! Small pages, one for each effect, with pixels that Chromium's picture of the same markup has.

/// An image that is red on its left half and nothing on its right one, 8 by 8.
pub const HALF: &str = "data:image/svg+xml,%3Csvg%20xmlns=%27http://www.w3.org/2000/svg%27%20viewBox=%270%200%208%208%27%3E%3Crect%20width=%274%27%20height=%278%27%20fill=%27red%27/%3E%3C/svg%3E";
/// The same in the other coding, with a character set.
const HALF_64: &str = "data:image/svg+xml;charset=utf-8;base64,PHN2ZyB4bWxucz0iaHR0cDovL3d3dy53My5vcmcvMjAwMC9zdmciIHZpZXdCb3g9IjAgMCA4IDgiPjxyZWN0IHdpZHRoPSI0IiBoZWlnaHQ9IjgiIGZpbGw9InJlZCIvPjwvc3ZnPg==";
/// As it is often written: quotes and brackets stand for themselves.
const HALF_PLAIN: &str = "data:image/svg+xml;utf8,<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"8\" height=\"8\"><rect width=\"4\" height=\"8\" fill=\"red\"/></svg>";

/// A place and what is there: red, green, blue.
pub type Probe = ((usize, usize), [u8; 3]);

const WHITE: [u8; 3] = [255; 3];
const RED: [u8; 3] = [255, 0, 0];
const BLUE: [u8; 3] = [0, 0, 255];
const LIME: [u8; 3] = [0, 255, 0];

/// A page of 120 by 90 px, its name, and what is to be seen.
pub struct Page {
    pub name: &'static str,
    pub markup: String,
    pub probes: Vec<Probe>,
}

fn page(name: &'static str, markup: impl Into<String>, probes: &[Probe]) -> Page {
    Page { name, markup: markup.into(), probes: probes.to_vec() }
}

/// A box of 40 by 40 px, 10 px from the corner, with more style.
fn square(style: &str, content: &str) -> String {
    let at = "position:absolute;left:10px;top:10px;width:40px;height:40px;box-sizing:border-box;font-size:20px";
    format!("<view style=\"{at};{style}\">{content}</view>")
}

pub fn pages() -> Vec<Page> {
    vec![
        page(
            "svg backgrounds",
            format!(
                "{}{}{}",
                square(&format!("background:url({HALF})"), ""),
                square(&format!("left:60px;background:url('{HALF_64}') 0 0/20px"), ""),
                square(&format!("top:52px;background:url('{}') no-repeat", HALF_PLAIN.replace('"', "&quot;")), ""),
            ),
            // Without a size it is as large as fits; with one that is the size.
            &[
                ((20, 40), RED),
                ((40, 40), WHITE),
                ((64, 20), RED),
                ((74, 20), WHITE),
                ((84, 20), RED),
                ((12, 58), RED),
                ((16, 58), WHITE),
                ((20, 58), WHITE),
            ],
        ),
        page(
            "masks",
            format!(
                "{}{}{}",
                square(&format!("background-color:blue;-webkit-mask:url({HALF}) no-repeat 50% 50%/100% 100%"), ""),
                square(
                    &format!(
                        "left:60px;background:linear-gradient(lime,lime);border:8px solid blue;mask-image:url({HALF});\
                         mask-size:20px;mask-clip:padding-box"
                    ),
                    "",
                ),
                square("top:52px;background:blue;mask:linear-gradient(to right,black 50%,transparent 50%)", "ab"),
            ),
            &[
                ((20, 30), BLUE),
                ((40, 30), WHITE),
                ((64, 30), WHITE),
                ((72, 16), WHITE),
                ((84, 30), LIME),
                ((74, 30), WHITE),
                ((29, 80), BLUE),
                ((31, 80), WHITE),
            ],
        ),
        page(
            "masks together",
            ["subtract", "intersect", "exclude", "add"]
                .iter()
                .enumerate()
                .map(|(i, how)| {
                    let (x, y) = (10 + 50 * (i % 2), 5 + 45 * (i / 2));
                    // The upper one covers the left three quarters, the lower one the right half.
                    let upper = "linear-gradient(to right,black 75%,transparent 75%)";
                    let lower = "linear-gradient(to left,black 50%,transparent 50%)";
                    square(&format!("left:{x}px;top:{y}px;background:blue;mask:{upper} {how},{lower}"), "")
                })
                .collect::<String>(),
            &[
                ((15, 20), BLUE),
                ((35, 20), WHITE),
                ((45, 20), WHITE),
                ((65, 20), WHITE),
                ((85, 20), BLUE),
                ((95, 20), WHITE),
                ((15, 65), BLUE),
                ((35, 65), WHITE),
                ((45, 65), BLUE),
                ((65, 65), BLUE),
                ((85, 65), BLUE),
                ((95, 65), BLUE),
            ],
        ),
        page(
            "masks by brightness and with filters",
            format!(
                "{}{}",
                square("background:blue;mask:linear-gradient(white,black);mask-mode:luminance", ""),
                square(
                    "left:60px;filter:invert(1);opacity:.5;background:blue;mask:linear-gradient(black,black) 0 0/20px 40px no-repeat",
                    ""
                ),
            ),
            &[((20, 11), [9, 9, 255]), ((20, 48), [246, 246, 255]), ((70, 20), [255, 255, 128]), ((90, 20), WHITE)],
        ),
        page(
            "backgrounds cut out by text",
            format!(
                "{}{}",
                square(
                    "font-size:40px;line-height:40px;color:transparent;background:linear-gradient(red,red);\
                     background-clip:text;-webkit-background-clip:text",
                    "<text>\u{2588}</text>",
                ),
                square(
                    "left:60px;font-size:40px;line-height:40px;-webkit-text-fill-color:transparent;background:blue;\
                     -webkit-background-clip:text",
                    "H",
                ),
            ),
            &[((100, 48), WHITE), ((63, 46), WHITE), ((66, 30), BLUE)],
        ),
        page(
            "clip paths",
            format!(
                "{}{}{}{}",
                square("background:red;clip-path:circle(20px at 50% 50%)", ""),
                square("left:60px;background:red;clip-path:inset(10px 0 0 50% round 4px)", ""),
                square("top:48px;background:red;clip-path:polygon(0 0,100% 0,0 100%)", ""),
                square(
                    "left:60px;top:48px;clip-path:ellipse(50% 25%)",
                    "<view style=\"position:absolute;left:-20px;top:-20px;width:200px;height:200px;background:blue\"></view>",
                ),
            ),
            &[
                ((11, 11), WHITE),
                ((30, 30), RED),
                ((12, 30), RED),
                ((70, 30), WHITE),
                ((90, 15), WHITE),
                ((90, 30), RED),
                ((15, 52), RED),
                ((45, 84), WHITE),
                ((80, 68), BLUE),
                ((80, 54), WHITE),
                ((62, 60), WHITE),
            ],
        ),
        page(
            "blending",
            format!(
                "<view style=\"background:#ff8000;width:120px;height:90px\">{}{}{}</view>",
                square("background:#0080ff;mix-blend-mode:multiply", ""),
                square("left:60px;background:#0080ff;mix-blend-mode:difference;opacity:.5", ""),
                "<view style=\"position:absolute;top:55px;left:10px;isolation:isolate\"><view \
                 style=\"width:30px;height:30px;background:#0080ff;mix-blend-mode:multiply\"></view></view>",
            ),
            &[((20, 20), [0, 64, 0]), ((70, 20), [255, 64, 128]), ((20, 70), [0, 128, 255])],
        ),
        page(
            "cards with two sides",
            {
                let side = "position:absolute;left:0;top:0;width:40px;height:40px;backface-visibility:hidden";
                let card = |x: u32, turn: u32| {
                    square(
                        &format!("left:{x}px;transform-style:preserve-3d;transform:rotateY({turn}deg)"),
                        &format!(
                            "<view style=\"{side};background:red\"></view><view \
                             style=\"{side};background:blue;transform:rotateY(180deg)\"></view>"
                        ),
                    )
                };
                format!(
                    "{}{}{}",
                    card(10, 0),
                    card(60, 180),
                    "<view style=\"position:absolute;left:10px;top:60px;width:20px;height:20px;perspective:100px\"><view \
                     style=\"width:20px;height:20px;background:lime;transform:translateZ(50px)\"></view></view>"
                )
            },
            &[((20, 20), RED), ((70, 20), BLUE), ((1, 52), LIME), ((38, 88), LIME), ((42, 70), WHITE)],
        ),
        page(
            "fixed backgrounds",
            square("background:linear-gradient(to right,red 30px,blue 30px) fixed", ""),
            &[((28, 20), RED), ((32, 20), BLUE)],
        ),
        page(
            "lines of text",
            square(
                "width:100px;color:transparent;text-decoration:underline red;text-decoration-thickness:6px;\
                 text-underline-offset:4px;line-height:24px",
                "mmmmm",
            ),
            &[((30, 36), RED), ((30, 30), WHITE)],
        ),
    ]
}
