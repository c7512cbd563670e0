//! Rows of a list as they are read.

use kehu_domain::field::{Cell, FieldType};
use kehu_domain::text::Lang;
use kehu_domain::value::Value;
use leptos::prelude::*;

/// A table of the rows, on a phone a card for each; `show` gives the content of a cell.
pub fn rows_table(cells: &[Cell], rows: &Value, lang: Lang, show: &dyn Fn(&FieldType, &Value) -> AnyView) -> AnyView {
    let label = |cell: &Cell| cell.field.label.get(lang).to_owned();
    let class = |cell: &Cell| {
        let is_number = matches!(
            cell.field.kind,
            FieldType::Int { .. } | FieldType::Decimal { .. } | FieldType::Money | FieldType::Percent
        );
        is_number.then_some("number")
    };
    let row = |row: &Value| {
        let content = |cell: &Cell| {
            let value = row.cell(cell.field.key);
            let shown = if value.is_blank() { "—".into_any() } else { show(&cell.field.kind, value) };
            view! { <td class=class(cell) data-label=label(cell)>{shown}</td> }
        };
        view! { <tr>{cells.iter().map(content).collect_view()}</tr> }
    };
    view! {
        <table class="data-table" data-stack="">
            <thead>
                <tr>
                    {cells
                        .iter()
                        .map(|cell| view! { <th scope="col" class=class(cell)>{label(cell)}</th> })
                        .collect_view()}
                </tr>
            </thead>
            <tbody>{rows.items().iter().map(row).collect_view()}</tbody>
        </table>
    }
    .into_any()
}
