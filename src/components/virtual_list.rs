//! A list of any length that draws only the rows on screen.

use leptos::html;
use leptos::prelude::*;

/// How many rows are drawn beyond each edge of the screen.
const MARGIN_ROWS: usize = 8;

/// Rows of one height; only those near the visible part exist in the page.
///
/// The row's height comes from the style sheet (`--row-height`, measured at run time), so it may differ
/// between a phone and a desktop.
#[component]
pub fn VirtualList(
    /// How many rows there are.
    #[prop(into)]
    count: Signal<usize>,
    /// What the list is, for screen readers.
    #[prop(into)]
    label: Signal<String>,
    /// Draws the row at a place.
    row: Callback<usize, AnyView>,
    /// A row's identity, so that it keeps its element while it stays the same.
    key: Callback<usize, String>,
) -> impl IntoView {
    let frame = NodeRef::<html::Div>::new();
    let sizer = NodeRef::<html::Div>::new();
    let top = RwSignal::new(0.0);
    let view_height = RwSignal::new(800.0);
    let row_height = RwSignal::new(56.0);
    let measure = move || {
        if let (Some(frame), Some(sizer)) = (frame.get_untracked(), sizer.get_untracked()) {
            top.set(f64::from(frame.scroll_top()));
            view_height.set(f64::from(frame.client_height()).max(200.0));
            let height = sizer.get_bounding_client_rect().height();
            if height > 1.0 {
                row_height.set(height);
            }
        }
    };
    Effect::new(move || {
        count.track();
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
        <div class="virtual-list" node_ref=frame tabindex="0" role="list" aria-label=label on:scroll=move |_| measure()>
            <div class="virtual-list-sizer" node_ref=sizer aria-hidden="true"></div>
            <div class="virtual-list-space" style:--rows=move || count.get().to_string()>
                <For each=move || shown.get() key=move |place| (key.run(*place), *place) let:place>
                    <div
                        class="virtual-list-row"
                        role="listitem"
                        style:--row=place.to_string()
                        aria-setsize=move || count.get().to_string()
                        aria-posinset=(place + 1).to_string()
                    >
                        {row.run(place)}
                    </div>
                </For>
            </div>
        </div>
    }
}
