//! A file, a photo or a signature: chosen, taken or drawn, kept at once, and shown.

use std::pin::Pin;
use std::rc::Rc;

use kehu_domain::value::Value;
use leptos::ev::PointerEvent;
use leptos::html;
use leptos::prelude::*;
use leptos::task::spawn_local;
use wasm_bindgen::JsCast;
use web_sys::CanvasRenderingContext2d;

use super::Lookups;
use crate::exchange::{NewFile, drawn, read_file, shrunk};
use crate::i18n::{t, t_string, use_i18n};
use crate::words::attach_problem;
use crate::workspace::{AttachProblem, Attached};

/// Keeps a file and gives its name in fields, or says why not.
pub type Keep = Rc<dyn Fn(NewFile) -> Pin<Box<dyn Future<Output = Result<String, AttachProblem>>>>>;
/// What is kept under a name.
pub type Show = Rc<dyn Fn(&str) -> Option<Attached>>;

/// What is attached.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Attaching {
    /// Any file.
    File,
    /// A photo, made smaller.
    Photo,
    /// A signature drawn by hand.
    Signature,
}

/// The input for an attachment.
#[component]
pub fn Attach(
    /// The element's id.
    id: String,
    kind: Attaching,
    value: Signal<Value>,
    on_change: Callback<Value>,
    described: Signal<String>,
    lookups: StoredValue<Lookups, LocalStorage>,
) -> impl IntoView {
    let i18n = use_i18n();
    let problem = RwSignal::new(None::<String>);
    let keep = Callback::new(move |file: SendFile| {
        let keep = lookups.with_value(|lookups| lookups.keep.clone());
        let Some(file) = file.take() else { return };
        let locale = i18n.get_locale_untracked();
        spawn_local(async move {
            match keep(file).await {
                Ok(sha256) => {
                    problem.try_set(None);
                    on_change.try_run(Value::text(sha256));
                }
                Err(reason) => {
                    problem.try_set(Some(attach_problem(locale, &reason)));
                }
            }
        });
    });
    let shown = move || {
        let show = lookups.with_value(|lookups| lookups.show.clone());
        value.read().as_text().and_then(|sha256| show(sha256))
    };
    view! {
        {match kind {
            Attaching::Signature => view! { <Pad id keep described /> }.into_any(),
            _ => view! { <Chooser id is_photo=kind == Attaching::Photo keep problem described /> }.into_any(),
        }}
        {move || shown().map(|attached| view! { <Shown attached /> })}
        {move || problem.get().map(|sentence| view! { <p class="field-problem" role="alert">{sentence}</p> })}
    }
}

/// A file on its way into a callback, which wants to be cloned.
#[derive(Clone)]
struct SendFile(Rc<std::cell::RefCell<Option<NewFile>>>);

impl SendFile {
    fn new(file: NewFile) -> Self {
        Self(Rc::new(std::cell::RefCell::new(Some(file))))
    }

    fn take(&self) -> Option<NewFile> {
        self.0.borrow_mut().take()
    }
}

/// An attachment as it is read: a picture, or a file to take away.
#[component]
pub fn Shown(attached: Attached) -> impl IntoView {
    let Attached { name, address, is_picture } = attached;
    if is_picture {
        view! { <img class="attached-picture" src=address alt=name /> }.into_any()
    } else {
        let file = name.clone();
        view! { <a href=address download=file>{name}</a> }.into_any()
    }
}

#[component]
fn Chooser(
    id: String,
    is_photo: bool,
    keep: Callback<SendFile>,
    problem: RwSignal<Option<String>>,
    described: Signal<String>,
) -> impl IntoView {
    let i18n = use_i18n();
    let choose = move |event: leptos::ev::Event| {
        let input: web_sys::HtmlInputElement = event_target(&event);
        let Some(file) = input.files().and_then(|files| files.get(0)) else { return };
        spawn_local(async move {
            let read = if is_photo {
                shrunk(&file).await
            } else {
                let media_type =
                    if file.type_().is_empty() { "application/octet-stream".to_owned() } else { file.type_() };
                read_file(&file).await.ok().map(|bytes| NewFile { name: file.name(), media_type, bytes })
            };
            match read {
                Some(file) => keep.run(SendFile::new(file)),
                None => {
                    let sentence = untrack(|| t_string!(i18n, cases.form.attach_unreadable, name = file.name()));
                    problem.try_set(Some(sentence));
                }
            }
        });
    };
    view! {
        <input
            id=id
            type="file"
            accept=is_photo.then_some("image/*")
            capture=is_photo.then_some("environment")
            aria-describedby=described
            on:change=choose
        />
    }
}

/// A pad to sign on with a finger, a pen or the mouse.
#[component]
fn Pad(id: String, keep: Callback<SendFile>, described: Signal<String>) -> impl IntoView {
    let i18n = use_i18n();
    let canvas = NodeRef::<html::Canvas>::new();
    let is_drawing = StoredValue::new(false);
    let has_strokes = RwSignal::new(false);
    let context = move || {
        let canvas = canvas.get_untracked()?;
        canvas.get_context("2d").ok()??.dyn_into::<CanvasRenderingContext2d>().ok()
    };
    let place = move |event: &PointerEvent| {
        let canvas = canvas.get_untracked()?;
        let bounds = canvas.get_bounding_client_rect();
        let across = f64::from(canvas.width()) / bounds.width().max(1.0);
        Some((
            (f64::from(event.client_x()) - bounds.left()) * across,
            (f64::from(event.client_y()) - bounds.top()) * across,
        ))
    };
    let begin = move |event: PointerEvent| {
        let (Some(context), Some((x, y))) = (context(), place(&event)) else { return };
        event.prevent_default();
        context.set_line_width(3.0);
        context.set_line_cap("round");
        context.begin_path();
        context.move_to(x, y);
        is_drawing.set_value(true);
    };
    let draw = move |event: PointerEvent| {
        if !is_drawing.get_value() {
            return;
        }
        let (Some(context), Some((x, y))) = (context(), place(&event)) else { return };
        context.line_to(x, y);
        context.stroke();
        has_strokes.set(true);
    };
    let end = move |_| is_drawing.set_value(false);
    let clear = move |_| {
        if let (Some(context), Some(canvas)) = (context(), canvas.get_untracked()) {
            context.clear_rect(0.0, 0.0, f64::from(canvas.width()), f64::from(canvas.height()));
        }
        has_strokes.set(false);
    };
    let accept = move |_| {
        let file = canvas.get_untracked().and_then(|canvas| drawn(&canvas, "signature.png"));
        if let Some(file) = file {
            keep.run(SendFile::new(file));
        }
    };
    view! {
        <div class="sign-pad" id=id tabindex="-1">
            <canvas
                node_ref=canvas
                width="640"
                height="240"
                role="img"
                aria-label=move || t_string!(i18n, cases.form.sign_here)
                aria-describedby=described
                on:pointerdown=begin
                on:pointermove=draw
                on:pointerup=end
                on:pointerleave=end
            ></canvas>
            <div class="row">
                <button
                    type="button"
                    class="button"
                    data-size="small"
                    disabled=move || !has_strokes.get()
                    on:click=accept
                >
                    {t!(i18n, cases.form.sign_keep)}
                </button>
                <button type="button" class="button" data-kind="quiet" data-size="small" on:click=clear>
                    {t!(i18n, cases.form.sign_clear)}
                </button>
            </div>
        </div>
    }
}
