//! Any table of a page, taken away as it is seen.

use std::iter::successors;

use kehu_domain::export::{Cell, Sheet};
use leptos::html;
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlInputElement, HtmlSelectElement, Node};

use super::menu::ExportMenu;
use super::words::TABLE;
use crate::workspace::Source;

/// What says nothing of what a table contains.
const CONTROLS: &str = "button, a.button, [type=checkbox], [type=radio], svg, [hidden], [aria-hidden=true], [popover]";

/// What a table can be called by.
const HEADINGS: &str = "h1, h2, h3, summary, dt";

/// The menu of the table nearest to it: the one it stands below or, where there is none, above.
///
/// The file has the columns and rows of the page, named by the table's caption or the heading it stands under. Cells of
/// class `number` become numbers, all else is text. For tables that are drawn whole; what is drawn in part describes
/// itself to [`ExportMenu`].
#[component]
pub fn TableMenu() -> impl IntoView {
    let here = NodeRef::<html::Span>::new();
    let table = move || here.get_untracked().and_then(|here| nearest(&here));
    let scope = Signal::derive(move || table().as_ref().map(title).unwrap_or_default());
    let source = Callback::new(move |_| Source::Table(table().as_ref().map(sheet).unwrap_or_default()));
    view! {
        <span node_ref=here data-print="never">
            <ExportMenu subject=TABLE scope source is_small=true />
        </span>
    }
}

fn nearest(place: &Element) -> Option<Element> {
    let held = |at: Element| if at.matches("table").unwrap_or(false) { Some(at) } else { first(&at, "table") };
    let before =
        |at: &Element| successors(at.previous_element_sibling(), Element::previous_element_sibling).find_map(held);
    let after = |at: &Element| successors(at.next_element_sibling(), Element::next_element_sibling).find_map(held);
    [place.clone()].into_iter().chain(around(place)).find_map(|at| before(&at).or_else(|| after(&at)))
}

/// The elements around one, the closest first.
fn around(of: &Element) -> impl Iterator<Item = Element> + use<> {
    successors(of.parent_element(), |at| at.parent_element())
}

fn first(within: &Element, selector: &str) -> Option<Element> {
    within.query_selector(selector).ok().flatten()
}

fn all(within: &Element, selector: &str) -> Vec<Element> {
    let Ok(found) = within.query_selector_all(selector) else { return Vec::new() };
    (0..found.length()).filter_map(|place| found.get(place)?.dyn_into().ok()).collect()
}

fn title(table: &Element) -> String {
    let before = |of: &Element| of.previous_element_sibling().filter(|before| before.matches("dt").unwrap_or(false));
    let heading = || around(table).find_map(|around| before(&around).or_else(|| first(&around, HEADINGS)));
    first(table, "caption").or_else(heading).map(|heading| text(&heading)).unwrap_or_default()
}

fn sheet(table: &Element) -> Sheet {
    let heads = all(table, "thead tr").pop().map(|row| all(&row, "th, td")).unwrap_or_default();
    let mut columns: Vec<String> = heads.iter().map(text).collect();
    let cell = |cell: &Element| Cell::shown(&text(cell), cell.class_list().contains("number"));
    let rows = all(table, "tbody tr, tfoot tr");
    let mut rows: Vec<Vec<Cell>> = rows.iter().map(|row| all(row, "th, td").iter().map(cell).collect()).collect();
    // A column of buttons has nothing to take away.
    for place in (0..columns.len()).rev() {
        if rows.iter().all(|row| row.get(place).is_none_or(|cell| *cell == Cell::Empty)) {
            columns.remove(place);
            rows.iter_mut().filter(|row| place < row.len()).for_each(|row| _ = row.remove(place));
        }
    }
    Sheet { name: title(table), columns, rows }
}

/// What an element says, as it is read: what stands in fields included, controls left out.
fn text(of: &Element) -> String {
    let mut said = String::new();
    gather(of, &mut said);
    said.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn gather(node: &Node, said: &mut String) {
    let Some(element) = node.dyn_ref::<Element>() else {
        return said.push_str(&node.text_content().filter(|_| node.node_type() == Node::TEXT_NODE).unwrap_or_default());
    };
    if element.matches(CONTROLS).unwrap_or(false) {
        return;
    }
    if let Some(field) = element.dyn_ref::<HtmlInputElement>() {
        return said.push_str(&field.value());
    }
    if let Some(field) = element.dyn_ref::<HtmlSelectElement>() {
        let chosen = first(field, "option:checked").and_then(|chosen| chosen.text_content());
        return said.push_str(&chosen.unwrap_or_default());
    }
    if element.matches("br, small, p, li, div, summary > span").unwrap_or(false) {
        said.push(' ');
    }
    let mut child = node.first_child();
    while let Some(node) = child {
        gather(&node, said);
        child = node.next_sibling();
    }
}
