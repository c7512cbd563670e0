//! The flowchart of a process, drawn in thin ink from its plan on the grid.

use kehu_domain::key::Key;
use kehu_domain::playbook::Playbook;
use kehu_domain::text::Lang;
use kehu_domain::workflow::chart::{Chart, Edge, Lane, NODE_HEIGHT, Node, Point, ROW_HEIGHT, Shape, layout};
use kehu_domain::workflow::{Process, Role};
use leptos::prelude::*;

use crate::i18n::{Locale, t_string, td_string, use_i18n};
use crate::words::{lang, lang_of};

/// CSS pixels of a grid unit, across and down.
const UNIT: (u32, u32) = (16, 20);
/// Height of the lanes' head, in CSS pixels.
const HEAD: u32 = 30;
/// Height of the line between a box and its diamond, in CSS pixels.
const STEM: u32 = (ROW_HEIGHT - NODE_HEIGHT) * UNIT.1;
/// CSS pixels of a root em, in which the chart's width is told to the style sheet.
const REM: f32 = 16.0;
/// Height of a line of text in a box and beside an arrow, in CSS pixels.
const LINE: i32 = 15;
const LABEL_LINE: i32 = 13;
/// How many Latin letters fit in a line; a Chinese character counts as two.
const BOX_LETTERS: usize = 17;
const LABEL_LETTERS: usize = 13;

/// A process as a chart with a lane for each role; on a case it shows how far the case has come.
#[component]
pub fn FlowChart(
    /// What is drawn.
    process: &'static Process,
    /// The step the case is in, if this is about a case.
    #[prop(default = None)]
    current: Option<Key>,
    /// The steps the case has been through.
    #[prop(default = Vec::new())]
    done: Vec<Key>,
) -> impl IntoView {
    let i18n = use_i18n();
    let plan = layout(process);
    let is_wide = plan.width * UNIT.0 > plan.height * UNIT.1 + HEAD;
    let chart = StoredValue::new(plan);
    let progress = StoredValue::new(Progress { current, done });
    view! {
        <div
            class="flow-frame"
            data-wide=is_wide.then_some("")
            tabindex="0"
            role="region"
            aria-label=move || t_string!(i18n, handbook.flow.region, process = process.title.get(lang(i18n)))
        >
            {move || chart.with_value(|chart| {
                progress.with_value(|progress| drawn(i18n.get_locale(), process, chart, progress))
            })}
        </div>
    }
}

/// How far a case has come.
struct Progress {
    current: Option<Key>,
    done: Vec<Key>,
}

impl Progress {
    /// The `data-state` of a step.
    fn state(&self, step: Key) -> Option<&'static str> {
        if self.current == Some(step) { Some("current") } else { self.done.contains(&step).then_some("done") }
    }
}

fn drawn(locale: Locale, process: &Process, chart: &Chart, progress: &Progress) -> impl IntoView + use<> {
    let lang = lang_of(locale);
    let (width, height) = (chart.width * UNIT.0, chart.height * UNIT.1 + HEAD);
    let title = td_string!(locale, handbook.flow.region, process = process.title.get(lang)).to_string();
    let (text_id, head_id) = (format!("{}-text", process.id), format!("{}-head", process.id));
    let lanes = chart.lanes.iter().map(|lane| lane_view(lang, lane, height)).collect_view();
    let arrows = chart.edges.iter().map(|edge| arrow_view(edge, &head_id)).collect_view();
    let labels = chart.edges.iter().map(|edge| label_view(lang, edge)).collect_view();
    let nodes = chart.nodes.iter().map(|node| node_view(lang, process, node, progress)).collect_view();
    view! {
        <svg
            class="flowchart"
            viewBox=format!("-1 -1 {} {}", width + 2, height + 2)
            role="img"
            aria-label=title
            aria-describedby=text_id
            style:--flow-width=format!("{}rem", width as f32 / REM)
        >
            <desc id=text_id.clone()>{in_words(locale, process, chart, progress)}</desc>
            <defs>
                <marker
                    id=head_id
                    viewBox="0 0 8 8"
                    refX="7"
                    refY="4"
                    markerWidth="7"
                    markerHeight="7"
                    orient="auto"
                >
                    <path class="arrow-head" d="M0 1l7 3-7 3z"></path>
                </marker>
            </defs>
            {lanes}
            {arrows}
            {nodes}
            {labels}
        </svg>
    }
}

fn lane_view(lang: Lang, lane: &Lane, height: u32) -> impl IntoView + use<> {
    let (left, width) = (lane.left * UNIT.0, lane.width * UNIT.0);
    view! {
        <rect class="lane" x=left y="0" width=width height=height></rect>
        <text class="lane-name" x=left + width / 2 y="20" text-anchor="middle">{role_title(lang, lane.role)}</text>
    }
}

fn node_view(lang: Lang, process: &Process, node: &Node, progress: &Progress) -> AnyView {
    let (left, top) = (node.left * UNIT.0, node.top * UNIT.1 + HEAD);
    let (width, height) = (node.width * UNIT.0, node.height * UNIT.1);
    let state = progress.state(node.step);
    let Some(label) = &node.label else {
        let points = format!(
            "{left},{} {},{top} {},{} {},{}",
            top + height / 2,
            left + width / 2,
            left + width,
            top + height / 2,
            left + width / 2,
            top + height
        );
        let passed = state.filter(|state| *state == "done");
        let stem = format!("M{} {}V{top}", left + width / 2, top.saturating_sub(STEM));
        return view! {
            <path class="arrow" d=stem></path>
            <g class="decision" data-state=passed>
                <polygon points=points></polygon>
            </g>
        }
        .into_any();
    };
    let number = process.steps.iter().position(|step| step.key == node.step).map_or(0, |index| index + 1);
    let name = format!("{number} {}", label.get(lang));
    let radius = if matches!(node.shape, Shape::Start | Shape::End) { height / 2 } else { 2 };
    let is_end = node.shape == Shape::End;
    let dashes = (node.shape == Shape::Pause).then_some("5 3");
    view! {
        <g class="step" data-state=state>
            <rect x=left y=top width=width height=height rx=radius stroke-dasharray=dashes></rect>
            {is_end
                .then(|| {
                    view! {
                        <rect x=left + 3 y=top + 3 width=width - 6 height=height - 6 rx=height / 2 - 3></rect>
                    }
                })}
            {lines_view(&wrapped(&name, BOX_LETTERS, 2), (left + width / 2) as i32, (top + height / 2) as i32)}
        </g>
    }
    .into_any()
}

/// Lines of text, centred on a point.
fn lines_view(lines: &[String], x: i32, y: i32) -> impl IntoView + use<> {
    let first = y - LINE * (as_pixels(lines.len()) - 1) / 2;
    let places = lines.iter().cloned().zip(0i32..);
    places.map(|(line, index)| view! { <text x=x y=first + LINE * index>{line}</text> }).collect_view()
}

fn arrow_view(edge: &Edge, head_id: &str) -> impl IntoView + use<> {
    let at = |point: &Point| format!("{} {}", point.x * UNIT.0, point.y * UNIT.1 + HEAD);
    let path = format!("M{}", edge.points.iter().map(at).collect::<Vec<_>>().join("L"));
    let goes_back = edge.points.first().map(|point| point.y) > edge.points.last().map(|point| point.y);
    view! {
        <path
            class="arrow"
            data-kind=goes_back.then_some("return")
            d=path
            marker-end=format!("url(#{head_id})")
        ></path>
    }
}

/// The name of a move, above the line that turns off.
fn label_view(lang: Lang, edge: &Edge) -> impl IntoView + use<> {
    let lines = wrapped(edge.label.get(lang), LABEL_LETTERS, 3);
    let x = i32::try_from(edge.label_at.x * UNIT.0).unwrap_or(i32::MAX) - 8;
    let last = i32::try_from(edge.label_at.y * UNIT.1 + HEAD).unwrap_or(i32::MAX) - 5;
    let first = last - LABEL_LINE * (as_pixels(lines.len()) - 1);
    let places = lines.into_iter().zip(0i32..);
    places
        .map(|(line, index)| view! { <text class="label" x=x y=first + LABEL_LINE * index>{line}</text> })
        .collect_view()
}

/// The chart as sentences, for those who cannot see it.
fn in_words(locale: Locale, process: &Process, chart: &Chart, progress: &Progress) -> String {
    let lang = lang_of(locale);
    let name = |step: Key| process.step(step).map(|step| step.label.get(lang)).unwrap_or_default();
    let mut sentences: Vec<String> = Vec::new();
    if let Some(current) = progress.current {
        sentences.push(td_string!(locale, handbook.flow.current, step = name(current)).to_string());
    }
    for edge in &chart.edges {
        let (from, event, to) = (name(edge.from), edge.label.get(lang), name(edge.to));
        sentences.push(td_string!(locale, handbook.flow.sentence, from = from, event = event, to = to).to_string());
    }
    sentences.join(" ")
}

fn role_title(lang: Lang, role: Role) -> String {
    let code = role.code();
    Playbook::built_in().role(code).map_or_else(|| code.to_string(), |role| role.title.get(lang).to_owned())
}

fn as_pixels(count: usize) -> i32 {
    i32::try_from(count).unwrap_or(i32::MAX / LINE)
}

/// `text` in at most `most` lines of `letters` letters; what does not fit ends in an ellipsis.
///
/// A line breaks at a space or beside a Chinese character.
fn wrapped(text: &str, letters: usize, most: usize) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    let mut line = String::new();
    for piece in pieces(text) {
        if !line.is_empty() && breadth(&line) + breadth(piece.trim_end()) > letters {
            lines.push(line.trim_end().to_owned());
            line.clear();
        }
        line.push_str(piece);
    }
    lines.push(line.trim_end().to_owned());
    if lines.len() > most {
        lines.truncate(most);
        if let Some(last) = lines.last_mut() {
            last.push('…');
        }
    }
    lines
}

/// Where a line may break: words with the space behind them, and single Chinese characters.
fn pieces(text: &str) -> Vec<&str> {
    let mut pieces = Vec::new();
    let mut start = 0;
    for (at, character) in text.char_indices() {
        let end = at + character.len_utf8();
        if character == ' ' {
            pieces.push(&text[start..end]);
            start = end;
        } else if is_wide(character) {
            if start < at {
                pieces.push(&text[start..at]);
            }
            pieces.push(&text[at..end]);
            start = end;
        }
    }
    if start < text.len() {
        pieces.push(&text[start..]);
    }
    pieces
}

fn is_wide(character: char) -> bool {
    character >= '\u{2E80}'
}

/// Breadth in Latin letters.
fn breadth(text: &str) -> usize {
    text.chars().map(|character| if is_wide(character) { 2 } else { 1 }).sum()
}

#[cfg(test)]
mod tests {
    use super::*;
    use wasm_bindgen_test::wasm_bindgen_test;

    #[wasm_bindgen_test]
    fn lines_break_at_spaces_and_beside_chinese_characters() {
        assert_eq!(wrapped("Give up after three attempts", 13, 3), ["Give up after", "three", "attempts"]);
        assert_eq!(wrapped("4 问题处理中已转交部门", 10, 2), ["4 问题处理", "中已转交部…"]);
        assert_eq!(wrapped("Record", 13, 3), ["Record"]);
    }
}
