//! A list of what went in or out before: a table, or a word that there is nothing.

use leptos::prelude::*;

/// The heading, whatever is to be said first, and the table with its rows.
#[component]
pub fn PastList(
    /// The heading.
    #[prop(into)]
    title: Signal<String>,
    /// What is said where there is nothing.
    #[prop(into)]
    none: Signal<String>,
    /// The headings of the columns.
    #[prop(into)]
    columns: Signal<Vec<&'static str>>,
    /// Whether there is nothing.
    #[prop(into)]
    is_empty: Signal<bool>,
    /// What is to be said before the table.
    #[prop(into, optional)]
    before: ViewFn,
    /// What follows the table, such as the way to take it along.
    #[prop(into)]
    after: ViewFn,
    /// The rows.
    children: ChildrenFn,
) -> impl IntoView {
    let (rows, after) = (StoredValue::new(children), StoredValue::new(after));
    let heading = |name: &'static str| view! { <th scope="col">{name}</th> };
    view! {
        <section class="section stack">
            <h2>{move || title.get()}</h2>
            {before.run()}
            <Show when=move || !is_empty.get() fallback=move || view! { <p class="hint">{move || none.get()}</p> }>
                <table class="data-table" data-stack>
                    <thead>
                        <tr>{move || columns.get().into_iter().map(heading).collect_view()}</tr>
                    </thead>
                    <tbody>{rows.with_value(|rows| rows())}</tbody>
                </table>
                {after.with_value(ViewFn::run)}
            </Show>
        </section>
    }
}
