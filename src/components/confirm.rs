//! A question before something that cannot simply be taken back.

use leptos::prelude::*;

use super::Dialog;

/// A modal question with two answers: leave it, or do it.
#[component]
pub fn ConfirmDialog(
    /// Whether it is asked.
    open: RwSignal<bool>,
    /// The question.
    #[prop(into)]
    title: Signal<String>,
    /// What leaving it is called.
    #[prop(into)]
    leave: Signal<String>,
    /// What doing it is called.
    #[prop(into)]
    confirm: Signal<String>,
    /// Whether it cannot be done now.
    #[prop(into)]
    is_off: Signal<bool>,
    /// Does it; the dialog stays open until whoever asked closes it.
    on_confirm: Callback<()>,
    /// What there is to know before.
    children: ChildrenFn,
) -> impl IntoView {
    let children = StoredValue::new(children);
    view! {
        <Dialog open title>
            <div class="dialog-body">{children.with_value(|children| children())}</div>
            <div class="dialog-actions">
                <button type="button" class="button" on:click=move |_| open.set(false)>{move || leave.get()}</button>
                <button
                    type="button"
                    class="button"
                    data-kind="danger"
                    disabled=move || is_off.get()
                    on:click=move |_| on_confirm.run(())
                >
                    {move || confirm.get()}
                </button>
            </div>
        </Dialog>
    }
}
