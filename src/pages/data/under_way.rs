//! Work of the worker that a page waits for: how far it is, a way to stop it, and what it came to.

use futures_util::future::{AbortHandle, abortable};
use kehu_ledger::errand::{Failure, Step};
use leptos::prelude::*;
use send_wrapper::SendWrapper;

use crate::components::{Notice, Progress, Tone};
use crate::i18n::{Locale, use_i18n};
use crate::words;

/// Work under way. A handle: copies are the same.
#[derive(Clone, Copy)]
pub struct UnderWay {
    /// How far it is.
    step: RwSignal<Option<Step>>,
    stop: StoredValue<Option<SendWrapper<AbortHandle>>>,
}

impl UnderWay {
    /// Nothing yet.
    pub fn new() -> Self {
        Self { step: RwSignal::new(None), stop: StoredValue::new(None) }
    }

    /// Hears how far it is.
    pub fn hear(self) -> impl Fn(Step) + 'static {
        move |said| _ = self.step.try_set(Some(said))
    }

    /// Does the work, until somebody stops it.
    ///
    /// # Errors
    /// Those of the work, and [`Failure::Stopped`].
    pub async fn run<T>(self, work: impl Future<Output = Result<T, Failure>>) -> Result<T, Failure> {
        self.step.set(None);
        let (work, stop) = abortable(work);
        self.stop.set_value(Some(SendWrapper::new(stop)));
        work.await.unwrap_or(Err(Failure::Stopped))
    }

    fn give_up(self) {
        self.stop.with_value(|stop| {
            if let Some(stop) = stop {
                stop.abort();
            }
        });
    }
}

/// How far the work is, while it is done.
#[component]
pub fn WorkProgress(
    /// The work.
    work: UnderWay,
    /// Whether it is done now.
    #[prop(into)]
    is_pending: Signal<bool>,
    /// What its stages are called.
    stage: fn(Locale, Option<Step>) -> &'static str,
) -> impl IntoView {
    let i18n = use_i18n();
    view! {
        <Show when=move || is_pending.get()>
            <Progress
                name=Signal::derive(move || stage(i18n.get_locale(), work.step.get()).to_owned())
                step=work.step
                on_stop=Some(Callback::new(move |()| work.give_up()))
            />
        </Show>
    }
}

/// Why work came to nothing; that somebody stopped it is no fault.
#[component]
pub fn CameToNothing(
    /// Why.
    failure: Failure,
    /// What the file is called, where one was opened.
    #[prop(optional_no_strip)]
    file: Option<String>,
) -> impl IntoView {
    let i18n = use_i18n();
    let tone = if failure == Failure::Stopped { Tone::Info } else { Tone::Problem };
    let text = move || match &file {
        Some(file) => words::copy_failure(i18n.get_locale(), file, &failure),
        None => words::failure(i18n.get_locale(), &failure),
    };
    view! { <Notice tone>{text}</Notice> }
}
