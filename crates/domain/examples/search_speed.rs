//! How long a key press takes in the search box over 100,000 customers: `cargo run --release --example search_speed`.

use std::sync::LazyLock;
use std::time::{Duration, Instant};

use kehu_domain::key::Key;
use kehu_domain::kind::{CODE, MOBILE, NAME, SHORT_NAME, USCC};
use kehu_domain::search::{Entry, Index};
use kehu_domain::stamp::RecordId;

const CUSTOMERS: u32 = 100_000;
const ROUNDS: u32 = 60;
static BEGUN: LazyLock<Instant> = LazyLock::new(Instant::now);
const PLACES: [&str; 12] =
    ["厦门", "杭州", "长沙", "成都", "武汉", "西安", "广州", "苏州", "重庆", "青岛", "合肥", "昆明"];
const WORDS: &str = "蓝屿晨星衡石远山清禾启明云帆瑞木宏川嘉树安澜景行和润泽丰华盛达通海天立新";
const TRADES: [&str; 8] = ["科技", "机械", "食品", "贸易", "物流", "医疗器械", "装饰工程", "文化传媒"];
const PEOPLE: &str = "李王张刘陈杨赵黄周吴明朗思远佳怡子轩雨晴建国志强秀英海燕文博晓东";
const QUERIES: [&str; 26] = [
    "l",
    "li",
    "lim",
    "limi",
    "limin",
    "liming",
    "lml",
    "李",
    "李明",
    "x",
    "xm",
    "xmly",
    "xiamen",
    "厦门",
    "公司",
    "有限公司",
    "科技",
    "1",
    "13",
    "138",
    "1380",
    "8000",
    "kh-00",
    "xm kj",
    "厦门 lml",
    "李ml",
];

fn main() {
    let begun = busy();
    let mut index = Index::new();
    (0..CUSTOMERS).for_each(|id| put(&mut index, id));
    println!("built {CUSTOMERS} in {:?}, {} MB", busy() - begun, index.size() / 1_000_000);
    let mut all: Vec<Duration> = QUERIES.iter().map(|query| time(&index, query)).collect();
    all.sort_unstable();
    println!("median {:?}, p95 {:?}, most {:?}", all[all.len() / 2], all[all.len() * 95 / 100], all[all.len() - 1]);
}

/// Mean time of one search.
fn time(index: &Index, query: &str) -> Duration {
    let begun = busy();
    for _ in 0..ROUNDS {
        std::hint::black_box(index.find(query, 20));
    }
    let mean = (busy() - begun) / ROUNDS;
    println!("{query:>12} {:>7} found, {mean:?}", index.find(query, 20).total);
    mean
}

/// The processor time of this thread where the system tells, so that a busy machine does not blur it.
fn busy() -> Duration {
    let spent = std::fs::read_to_string("/proc/thread-self/schedstat").ok();
    let spent = spent.and_then(|text| text.split(' ').next()?.parse().ok());
    spent.map_or_else(|| BEGUN.elapsed(), Duration::from_nanos)
}

fn put(index: &mut Index, id: u32) {
    let mut random = id.wrapping_mul(2_654_435_761) ^ 0x9e37_79b9;
    let mut draw = |count: usize| {
        random ^= random << 13;
        random ^= random >> 17;
        random ^= random << 5;
        random as usize % count
    };
    let words: Vec<char> = WORDS.chars().collect();
    let people: Vec<char> = PEOPLE.chars().collect();
    let short = String::from_iter([words[draw(words.len())], words[draw(words.len())]]);
    let name = format!("{}{short}{}有限公司", PLACES[draw(12)], TRADES[draw(8)]);
    let person = String::from_iter([people[draw(10)], people[draw(people.len())], people[draw(people.len())]]);
    let mobile = format!("1{}{:09}", 3 + draw(7), draw(1_000_000_000));
    let code = format!("KH-{id:06}");
    let uscc = format!("91{:06}MA{:08}X", draw(1_000_000), draw(100_000_000));
    let contact = Key::of("contact");
    let text = |field, text, weight, is_number| Entry { field, text, weight, is_number };
    index.put(
        RecordId::fixed(id),
        0,
        &[
            text(NAME, &name, 9, false),
            text(SHORT_NAME, &short, 8, false),
            text(contact, &person, 7, false),
            text(CODE, &code, 5, true),
            text(MOBILE, &mobile, 4, true),
            text(USCC, &uscc, 3, true),
        ],
    );
}
