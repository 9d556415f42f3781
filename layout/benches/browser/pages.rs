//! Pages to lay out, each of about ten thousand boxes or a hundred.

use super::page::Item;
use super::rules::Numbers;

const WORDS: [&str; 16] = [
    "order",
    "delivery",
    "today",
    "of",
    "the",
    "address",
    "a",
    "coupon",
    "in",
    "store",
    "member",
    "points",
    "new",
    "recommended",
    "for",
    "you",
];

fn words(numbers: &mut Numbers, count: usize) -> String {
    let mut text = String::new();
    for i in 0..count {
        text.push_str(if i == 0 { "" } else { " " });
        text.push_str(numbers.of(&WORDS));
    }
    text
}

/// The sheet of all pages.
pub const SHEET: &str = "
    page { padding: 10px; }
    .card { margin: 10px 0; padding: 12px; border: 1px solid #eee; border-radius: 8px; background: #fff; }
    .head { display: flex; align-items: center; justify-content: space-between; }
    .avatar { width: 40px; height: 40px; border-radius: 50%; margin-right: 8px; }
    .who { flex: 1; } .name { font-size: 15px; font-weight: bold; } .time { display: block; font-size: 12px; color: #999; }
    .more { padding: 2px 10px; border: 1px solid #07c; font-size: 12px; }
    .body { margin-top: 8px; line-height: 1.5; font-size: 14px; } .strong { color: #c00; font-weight: bold; }
    .tags { margin-top: 6px; } .tag { display: inline-block; padding: 1px 6px; margin-right: 6px; font-size: 11px; background: #f5f5f5; }
    .pictures { display: flex; flex-wrap: wrap; gap: 4px; } .picture { width: 31%; height: 80px; }
    .foot { display: flex; margin-top: 8px; } .action { flex: 1; text-align: center; font-size: 12px; }
    .icon { display: inline-block; width: 12px; height: 12px; vertical-align: middle; margin-right: 4px; background: #ccc; }
    .flex { display: flex; flex-direction: column; padding: 2px; } .row { display: flex; padding: 1px; align-items: center; }
    .grow { flex: 1; height: 12px; margin: 1px; } .part { flex: 0 0 20%; height: 8px; }
    .nest { padding: 1px; border-left: 1px solid #ddd; } .odd { display: flex; } .odd > .nest { flex: 1; }
    .grid { display: grid; grid-template-columns: repeat(3, 1fr) 40px; gap: 4px; padding: 4px; }
    .wide { grid-column: span 2; } .cell { padding: 2px; font-size: 12px; }
    ";

fn page(children: Vec<Item>) -> Item {
    Item::new("page", "", children)
}

/// Texts of a card, the name first.
pub const FEED_TEXTS: usize = 15;

/// A feed: cards of flex rows, texts with inline elements, pictures, tags and actions. 31 elements a card.
pub fn feed(cards: usize) -> Item {
    let mut numbers = Numbers::new(3);
    let mut list = Vec::new();
    for card in 0..cards {
        let n = &mut numbers;
        let who = Item::new(
            "view",
            "who",
            vec![Item::text("name", words(n, 2)), Item::text("time", format!("{} minutes ago", 1 + card % 59))],
        );
        let head = Item::new(
            "view",
            "head",
            vec![
                Item::new("image", "avatar", vec![]),
                who,
                Item::new("view", "more", vec![Item::Text("Follow".into())]),
            ],
        );
        let (before, after) = (6 + n.below(14), 3 + n.below(20));
        let body = Item::new(
            "view",
            "body",
            vec![
                Item::Text(words(n, before)),
                Item::Text(" ".into()),
                Item::text("strong", words(n, 3)),
                Item::Text(" ".into()),
                Item::Text(words(n, after)),
            ],
        );
        let tags = (0..4).map(|_| Item::text("tag", words(n, 1))).collect();
        let pictures = (0..6).map(|_| Item::new("image", "picture", vec![])).collect();
        let action =
            |name: &str| Item::new("view", "action", vec![Item::new("view", "icon", vec![]), Item::text("", name)]);
        let foot = Item::new("view", "foot", vec![action("Share"), action("Comment"), action("Like")]);
        let parts = vec![head, body, Item::new("view", "tags", tags), Item::new("view", "pictures", pictures), foot];
        list.push(Item::new("view", "card", parts));
    }
    page(list)
}

/// Flex boxes in flex boxes without a text. 16 elements a block.
pub fn flex(blocks: usize) -> Item {
    let row = || {
        let cells = vec![
            Item::new("view", "part", vec![]),
            Item::new("view", "grow", vec![]),
            Item::new("view", "grow", vec![]),
            Item::new("view", "part", vec![]),
        ];
        Item::new("view", "row", cells)
    };
    page((0..blocks).map(|_| Item::new("view", "flex", vec![row(), row(), row()])).collect())
}

/// Chains of boxes in boxes, flex and block in turn, 40 deep.
pub fn nested(chains: usize) -> Item {
    let chain = |i: usize| {
        let mut item = Item::text("nest", format!("Chain {i}"));
        for depth in 0..39 {
            item = Item::new("view", if depth % 2 == 0 { "nest" } else { "nest odd" }, vec![item]);
        }
        item
    };
    page((0..chains).map(chain).collect())
}

/// Grids of twelve cells with short texts.
pub fn grid(grids: usize) -> Item {
    let mut numbers = Numbers::new(5);
    let mut cell = |i: usize| {
        let class = if i % 5 == 4 { "cell wide" } else { "cell" };
        Item::new("view", class, vec![Item::Text(words(&mut numbers, 1 + i % 3))])
    };
    page((0..grids).map(|_| Item::new("view", "grid", (0..12).map(&mut cell).collect())).collect())
}
