//! A list of any length that draws only the rows on screen.

use leptos::html;
use leptos::prelude::*;

/// How many rows are drawn beyond each edge of the screen.
const MARGIN_ROWS: usize = 8;

/// The height of a row before the style sheet was asked, in pixels.
const ROW_HEIGHT: f64 = 64.0;

/// A table of rows of one height; only those near the visible part exist in the page.
///
/// The row's height comes from the style sheet (`--row-height`), so it may differ between a phone and a desktop.
#[component]
pub fn VirtualList(
    /// How many rows there are.
    #[prop(into)]
    count: Signal<usize>,
    /// What the list is, for screen readers.
    #[prop(into)]
    label: Signal<String>,
    /// The head of the table.
    head: ViewFn,
    /// Draws the row at a place: an element of class `list-row` with `--index`.
    row: Callback<usize, AnyView>,
    /// A row's identity and state, so that it keeps its element while it stays the same.
    key: Callback<usize, String>,
) -> impl IntoView {
    let frame = NodeRef::<html::Div>::new();
    let top = RwSignal::new(0.0);
    let view_height = RwSignal::new(800.0);
    let row_height = RwSignal::new(ROW_HEIGHT);
    let measure = move || {
        if let Some(frame) = frame.get_untracked() {
            top.set(f64::from(frame.scroll_top()));
            view_height.set(f64::from(frame.client_height()).max(200.0));
            row_height.set(styled_height(&frame).unwrap_or(ROW_HEIGHT));
        }
    };
    Effect::new(move || {
        count.track();
        frame.track();
        measure();
    });
    let listener = window_event_listener(leptos::ev::resize, move |_| measure());
    on_cleanup(move || listener.remove());
    let shown = Memo::new(move |_| {
        let (height, count) = (row_height.get(), count.get());
        let first = (top.get() / height) as usize;
        let rows = (view_height.get() / height) as usize + 1;
        first.saturating_sub(MARGIN_ROWS).min(count)..(first + rows + MARGIN_ROWS).min(count)
    });
    view! {
        <div class="virtual-list" node_ref=frame tabindex="0" role="region" aria-label=label on:scroll=move |_| measure()>
            <div
                class="customer-list"
                role="table"
                aria-label=label
                aria-rowcount=move || (count.get() + 1).to_string()
                style:--rows=move || count.get().to_string()
            >
                <div class="list-head" role="rowgroup">{head.run()}</div>
                <div class="list-body" role="rowgroup">
                    <For each=move || shown.get() key=move |place| (key.run(*place), *place) let:place>
                        {row.run(place)}
                    </For>
                </div>
            </div>
        </div>
    }
}

/// The height a style sheet gives to rows.
fn styled_height(frame: &web_sys::HtmlDivElement) -> Option<f64> {
    let style = window().get_computed_style(frame).ok()??;
    let height: f64 = style.get_property_value("--row-height").ok()?.trim().strip_suffix("px")?.parse().ok()?;
    (height > 1.0).then_some(height)
}
