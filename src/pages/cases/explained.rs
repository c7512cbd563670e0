//! How a form comes to the grade it works out by M01: every item with its points, and what holds the grade down.

use kehu_domain::expr::{Datum, Expr, Function, Node};
use kehu_domain::form::{Answers, Context, Form, Requirement};
use kehu_domain::kind;
use kehu_domain::model::{self, RECORDS};
use kehu_domain::value::Value;
use leptos::prelude::*;

use crate::i18n::{t, use_i18n};
use crate::pages::customers::{Caps, ItemTable, ungraded};
use crate::workspace::{use_workspace, value_card_in_force, value_card_of};

/// The trace of the grade while the form is filled; nothing on a form that grades nobody.
#[component]
pub fn GradeExplained(
    /// The template.
    form: Form,
    /// What is answered so far.
    answers: RwSignal<Answers>,
    /// What surrounds the form.
    context: Signal<Context, LocalStorage>,
) -> impl IntoView {
    let i18n = use_i18n();
    let workspace = use_workspace();
    let card = workspace.read_once(value_card_in_force).filter(|_| grades(&form))?;
    let trace = move || {
        let records = context.with(|context| context.known.get(&RECORDS).cloned()).unwrap_or(Datum::Blank);
        let outcome = model::outcome(card, &form.row(&answers.read()), &records);
        let (graded, reasons) = match outcome.result.clone() {
            Ok(graded) => (Some(graded), Vec::new()),
            Err(reasons) => (None, reasons),
        };
        view! {
            <ItemTable outcome card />
            {graded.map(|graded| view! { <Caps graded card /> })}
            {reasons.iter().map(|reason| view! { <p>{ungraded(i18n.get_locale(), card, reason)}</p> }).collect_view()}
        }
    };
    Some(view! {
        <section class="form-section">
            <h2>{t!(i18n, cases.form.explained)}</h2>
            <div class="score-trace">{trace}</div>
        </section>
    })
}

/// The items of a filed grading sheet with their points, by the card it was filed under.
#[component]
pub fn GradeOf(
    /// The template.
    form: &'static Form,
    /// What was filed.
    answers: Answers,
) -> impl IntoView {
    let version = answers.get(&kind::SCORECARD).and_then(Value::as_text).and_then(|id| id.parse().ok());
    let card = use_workspace().read_once(|book| value_card_of(book, version)).filter(|_| grades(form))?;
    let outcome = model::outcome(card, &form.row(&answers), &Datum::Blank);
    Some(view! { <div class="score-trace"><ItemTable outcome card /></div> })
}

/// Whether something on the form is worked out by M01 over its own answers.
fn grades(form: &Form) -> bool {
    let is_graded = |part: &Expr| match &part.node {
        Node::Call(Function::Model, arguments) => {
            matches!(arguments.first().map(|name| &name.node), Some(Node::Text(name)) if **name == *"M01")
        }
        _ => false,
    };
    form.fields().any(|field| matches!(&field.requirement, Requirement::Auto(Some(expr)) if expr.any(&is_graded)))
}
