//! Every condition of the shipped handbook can be read in both languages, without its notation.
#![allow(clippy::unwrap_used)]

use kehu_domain::expr::{Expr, Node, parse};
use kehu_domain::form::{Form, Requirement};
use kehu_domain::playbook::{Playbook, Terms};
use kehu_domain::text::Lang;
use kehu_domain::workflow::{Deadline, Process};

/// Every condition of a form that a reader meets, with the words it stands among.
fn of_form(form: &'static Form, lang: Lang) -> Vec<String> {
    let terms = Terms::of_form(Playbook::built_in(), form, lang);
    let mut said: Vec<String> = Vec::new();
    said.extend(
        form.sections.iter().filter_map(|section| section.visible_when.as_ref()).map(|when| terms.condition(when)),
    );
    said.extend(form.rules.iter().map(|rule| terms.condition(&rule.holds)));
    for field in form.fields() {
        if let Requirement::When(when) = &field.requirement {
            said.push(terms.condition(when));
        }
        said.extend(field.visible_when.iter().map(|when| terms.condition(when)));
        let rows = Expr { node: Node::Name(field.field.key), at: 0 };
        let of_row = terms.within(&rows);
        said.extend(
            field.rules.iter().map(|rule| if rule.is_per_row { &of_row } else { &terms }.condition(&rule.holds)),
        );
    }
    said
}

/// Every condition and value of a process that a reader meets.
fn of_process(process: &'static Process, lang: Lang) -> Vec<String> {
    let terms = Terms::of_process(Playbook::built_in(), process, lang);
    let mut said = Vec::new();
    for made in &process.transitions {
        said.extend(made.guards.iter().map(|guard| terms.condition(&guard.holds)));
        said.extend(made.self_approval.iter().map(|expr| terms.condition(expr)));
        said.extend(made.sets.iter().map(|(_, expr)| terms.value(expr)));
        for due in &made.due {
            said.extend(due.when.iter().map(|when| terms.condition(when)));
            said.extend(due.from.iter().chain(&due.not_after).map(|expr| terms.value(expr)));
            if let Deadline::At(expr) = &due.by {
                said.push(terms.value(expr));
            }
        }
        for start in &made.starts {
            said.extend(start.each.iter().map(|rows| terms.value(rows)));
            let of_row = start.each.as_ref().map_or_else(|| terms.clone(), |rows| terms.within(rows));
            said.extend(start.when.iter().map(|when| of_row.condition(when)));
        }
    }
    said
}

/// What reveals notation: keys, calls, operators; names of models and forms have capitals.
fn is_raw(text: &str, lang: Lang) -> bool {
    let has_key = text.contains('_') || text.contains("!=") || text.contains(">=") || text.contains("<=");
    let word = |text: &str| {
        text.split(|letter: char| !letter.is_ascii_alphabetic())
            .any(|word| word.len() > 1 && word.bytes().all(|letter| letter.is_ascii_lowercase()))
    };
    let is_empty = text.trim().is_empty() || text.contains("所记内容") || text.contains("what is recorded");
    has_key || is_empty || (lang == Lang::Zh && word(text))
}

#[test]
fn no_condition_of_the_handbook_shows_its_notation() {
    let playbook = Playbook::built_in();
    let mut raw = Vec::new();
    let mut count = 0;
    for lang in [Lang::Zh, Lang::En] {
        let forms = playbook.forms().values().map(|form| (&form.id, of_form(form, lang)));
        let processes = playbook.processes.iter().map(|process| (&process.id, of_process(process, lang)));
        for (id, said) in forms.chain(processes) {
            count += said.len();
            raw.extend(said.into_iter().filter(|text| is_raw(text, lang)).map(|text| format!("{id}: {text}")));
        }
    }
    assert!(count > 500, "{count}");
    if std::env::var_os("KEHU_SHOW_WORDS").is_some() {
        for lang in [Lang::Zh, Lang::En] {
            for process in &playbook.processes {
                eprintln!("{}\n  {}", process.id, of_process(process, lang).join("\n  "));
            }
        }
    }
    assert!(raw.is_empty(), "{} of {count}:\n{}", raw.len(), raw.join("\n"));
}

#[test]
fn conditions_read_like_sentences() {
    let playbook = Playbook::built_in();
    let says = |process: &str, source: &str, lang| {
        let process = playbook.process(process).unwrap();
        Terms::of_process(playbook, process, lang).condition(&parse(source).unwrap())
    };
    for (process, source, zh, en) in [
        (
            "W-3.3a",
            r#"last(documents("F-3.3-2")).cost <= 300 or role("MGR") or role("DIR")"#,
            "《客户关怀执行记录》的费用 ≤ ¥300，或由客户服务部经理或客户服务总监办理",
            "Cost on the Care record ≤ ¥300 or it is done by Customer service manager or Customer service director",
        ),
        ("W-3.3a", "planned_on >= today", "关怀日期不早于今天", "Day of the occasion is not before today"),
        (
            "W-3.3a",
            r#"occasion in ("birthday", "holiday")"#,
            "时机为“生日”或“节日”",
            "Occasion is “Birthday” or “Holiday”",
        ),
        ("W-6.2", "not (filled(reopened_at) and anonymous)", "", ""),
    ] {
        let said = (says(process, source, Lang::Zh), says(process, source, Lang::En));
        if !zh.is_empty() {
            assert_eq!(said, (zh.to_owned(), en.to_owned()));
        } else {
            // De Morgan: a negated pair is a choice of two negations.
            assert!(said.0.contains("，或") && said.0.contains("未填写"), "{}", said.0);
            assert!(said.1.contains(" or ") && said.1.contains("is “no”"), "{}", said.1);
        }
    }
}
