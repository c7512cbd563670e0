//! The built-in playbook says what the spec says, ID by ID, and a broken playbook is refused.
#![allow(clippy::unwrap_used)]

use std::collections::BTreeSet;

use kehu_domain::expr::{Expr, Function, Names, holds, parse};
use kehu_domain::field::FieldType;
use kehu_domain::form::{FormField, Requirement};
use kehu_domain::key::Key;
use kehu_domain::playbook::{FILES, Playbook, PlaybookProblemKind as Kind, written};
use kehu_domain::text::Lang;
use kehu_domain::value::Value;
use kehu_domain::workflow::{CANCEL, CANCELLED, Deadline, Process};
use serde_json::Value as Json;

fn spec(content: &str) -> Vec<Json> {
    serde_json::from_str(content).unwrap()
}

fn text<'j>(json: &'j Json, key: &str) -> &'j str {
    json[key].as_str().unwrap_or_default()
}

#[test]
fn the_built_in_playbook_has_no_problem() {
    let problems = Playbook::load(FILES).err().unwrap_or_default();
    let lines: Vec<String> = problems.iter().map(ToString::to_string).collect();
    assert!(lines.is_empty(), "{}", lines.join("\n"));
}

// ---- processes against the spec --------------------------------------------------------------------------------

#[test]
fn processes_have_the_spec_s_steps_moves_roles_and_deadlines() {
    let spec = spec(include_str!("spec/workflows.json"));
    for process in &Playbook::built_in().processes {
        let told = spec.iter().find(|told| text(told, "id") == &*process.id).unwrap();
        compare_steps(process, told);
        compare_moves(process, told);
    }
}

fn compare_steps(process: &Process, told: &Json) {
    assert_eq!(process.first_step().unwrap().key, *text(told, "initial"));
    let states: Vec<(&str, &str, bool)> = told["states"]
        .as_array()
        .unwrap()
        .iter()
        .map(|state| (text(state, "key"), text(state, "zh"), state["terminal"].as_bool().unwrap()))
        .collect();
    let steps: Vec<(&str, &str, bool)> =
        process.steps.iter().map(|step| (step.key.as_str(), &*step.label.zh, step.is_terminal)).collect();
    assert_eq!(steps, states, "{}", process.id);
}

fn compare_moves(process: &Process, told: &Json) {
    let roles = |roles: &Json| -> Vec<String> {
        roles.as_array().unwrap().iter().map(|role| role.as_str().unwrap().to_owned()).collect()
    };
    let mut spec: Vec<_> = told["transitions"]
        .as_array()
        .unwrap()
        .iter()
        .map(|made| {
            let mut due = deadlines(made["deadline"].as_str());
            let mut roles = roles(&made["roles"]);
            ruled(&process.id, text(made, "event"), text(made, "guard"), &mut roles, &mut due);
            (text(made, "from"), text(made, "event"), text(made, "zh"), text(made, "to"), roles, due)
        })
        .collect();
    let mut ours: Vec<_> = process
        .transitions
        .iter()
        .filter(|made| made.event != CANCEL)
        .map(|made| {
            let roles: Vec<String> = made.roles.iter().map(|role| role.code().to_string()).collect();
            let due: BTreeSet<String> = made.due.iter().map(|due| due.by.to_string()).collect();
            (made.from.as_str(), made.event.as_str(), &*made.label.zh, made.to.as_str(), roles, due)
        })
        .collect();
    // Our file tells the moves step by step, so only the order within a step is the spec's.
    ours.sort_by_key(|made| made.0);
    spec.sort_by_key(|made| made.0);
    assert_eq!(ours, spec, "{}", process.id);
}

/// Deadlines of the spec that the notation cannot say word for word, and how the playbook says them.
///
/// A care action is planned for the day of its event.
const SAID_OTHERWISE: [(&str, &str); 6] = [
    ("event − 7 days", "add_days(planned_on, -7)"),
    ("event − 3WD", "d-3WD"),
    ("event date", "planned date"),
    ("due date", "due_on"),
    ("action_due", "last(documents(\"F-0-1\")).action_due"),
    ("plan end + 30 days", "add_days(max(last(documents(\"F-3.4-3\")).steps.due), 30)"),
];

/// What a guard or a ruling adds to the columns of roles and deadlines.
fn ruled(process: &str, event: &str, guard: &str, roles: &mut Vec<String>, due: &mut BTreeSet<String>) {
    match (process, event) {
        // "CP-E inside own limit": on a case they handle, which is one they own (ruling 1).
        ("W-6.2", "approve") if guard.ends_with("CP-E inside own limit") => roles.insert(0, "owner".into()),
        // The manager resolves a case for which nobody opened an external one in 60 days (ruling 2).
        ("W-6.2", "settled") => roles.push("MGR".into()),
        // Within an hour around the clock for what may be P1 or P2 (ruling 3).
        ("W-6.1", "classify" | "transfer") => {
            due.insert("1h".into());
        }
        // At once when something happened that calls for it (4.1, step 6).
        ("W-4.1", "regrade") => {
            due.insert("entered_at".into());
        }
        _ => {}
    }
}

/// The deadlines a cell of the spec's table names, without their conditions.
fn deadlines(cell: Option<&str>) -> BTreeSet<String> {
    let Some(cell) = cell else { return BTreeSet::new() };
    // Notations the playbook writes as conditions and expressions.
    let written: &[&str] = match cell {
        "M05 first response" => &["first_due"],
        "M05 plan" => &["plan_due"],
        "M05 resolution" => &["resolve_due"],
        // The decision's own, the regulator's (R-6.2-5), or that of ruling 2.
        "external deadline" => &["decision_due", "45WD", "add_days(entered_at, 60)"],
        // Of the quarter planned for, which the step may be entered before.
        "10WD of quarter" => &["quarter start + 10WD", "quarter end + 10WD"],
        "quarter start" => &["quarter start", "quarter end + 1WD"],
        "1/2/3/5WD by P1–P4" => &["1WD", "2WD", "3WD", "5WD"],
        "1WD per round" => &["1WD"],
        "1WH; P1 15 min" => &["1WH", "15min"],
        _ => &[],
    };
    if !written.is_empty() {
        return written.iter().map(|due| (*due).to_owned()).collect();
    }
    let parts = cell.split([',', ';']).flat_map(|part| part.split(" or ")).map(str::trim);
    let words = parts.filter(|part| *part != "event");
    words
        .map(|part| match part.parse::<Deadline>() {
            _ if said_otherwise(part).is_some() => said_otherwise(part).unwrap().to_owned(),
            Ok(deadline) => deadline.to_string(),
            Err(_) => part.rsplit(' ').next().unwrap().parse::<Deadline>().unwrap().to_string(),
        })
        .collect()
}

fn said_otherwise(words: &str) -> Option<&'static str> {
    SAID_OTHERWISE.iter().find(|(spec, _)| *spec == words).map(|(_, ours)| *ours)
}

#[test]
fn every_step_that_is_no_end_can_be_cancelled_by_a_superior_with_a_reason() {
    for process in &Playbook::built_in().processes {
        for step in process.steps.iter().filter(|step| !step.is_terminal) {
            let cancel = process.transitions_from(step.key).find(|made| made.event == CANCEL).unwrap();
            assert_eq!(cancel.to, CANCELLED);
            let codes: Vec<Key> = cancel.roles.iter().map(|role| role.code()).collect();
            assert_eq!(codes, [Key::of("supervisor")]);
            let reason = cancel.asks.as_ref().unwrap().field(Key::of("reason")).unwrap();
            assert_eq!(reason.requirement, Requirement::Mandatory);
        }
    }
}

// ---- forms against the spec ------------------------------------------------------------------------------------

#[test]
fn forms_have_the_spec_s_fields_types_and_requirements() {
    let spec = spec(include_str!("spec/forms.json"));
    for form in Playbook::built_in().forms().values() {
        let told = spec.iter().find(|told| text(told, "id") == &*form.id).unwrap();
        assert_eq!(&*form.title.zh, text(told, "zh"));
        assert_eq!(&*form.title.en, text(told, "en"));
        let fields: Vec<String> = form.fields().map(described).collect();
        let spec: Vec<String> = told["fields"].as_array().unwrap().iter().map(spec_field).collect();
        assert_eq!(fields, spec, "{}", form.id);
    }
}

fn described(field: &FormField) -> String {
    let requirement = match &field.requirement {
        Requirement::Mandatory => "M".to_owned(),
        Requirement::Optional => "O".to_owned(),
        Requirement::Auto(_) => "A".to_owned(),
        Requirement::When(condition) => format!("C:{}", spec_condition(condition)),
        Requirement::From(stage) => format!("C:{stage}"),
    };
    format!("{} {} {requirement}", field.field.key, written(&field.field.kind))
}

/// A condition in the spec's words.
fn spec_condition(condition: &Expr) -> String {
    let words = condition.to_string();
    let words = match words.as_str() {
        "any(attempts, result = \"done\")" => "done",
        "any(points, factor = \"F4\" and points = 12)" => "regulator",
        "filled(case.level_set)" => "changed",
        "any(pareto, count >= 3)" => "same cause ≥ 3 in 30 days",
        words => words,
    };
    // A form whose stages are alternatives asks for the stage; the spec names it.
    words.replace("customer.type = \"channel\"", "channel customer").replace("stage = ", "").replace('"', "")
}

fn spec_field(field: &Json) -> String {
    let kind = text(field, "type").trim_end_matches(" or N/A");
    format!("{} {} {}", text(field, "key"), without_labels(kind), text(field, "req"))
}

/// `enum{a 甲, b 乙}` as `enum{a, b}`, names of entities and groups as keys, lists of single values as rows of `item`.
fn without_labels(kind: &str) -> String {
    let mut plain = String::new();
    let mut is_label = false;
    let mut braces = 0;
    for c in kind.chars() {
        match c {
            '{' => braces += 1,
            '}' => braces -= 1,
            _ => {}
        }
        is_label = match c {
            ' ' if braces > 0 && !plain.ends_with(',') => true,
            ',' | '}' => false,
            _ => is_label,
        };
        if !is_label {
            plain.push(c);
        }
    }
    // A visiting organisation is named; the customer it may be stands in the header.
    let plain = plain
        .replace("list<text(60)>", "list<item:text(60)>")
        .replace("list<ref(Staff)>", "list<item:ref(Staff)>")
        .replace("ref(Customer) or text(80)", "text(80)")
        .replace("dict(loss reason)", "dict(loss_reason)")
        .replace("dict(complaint sub-type)", "dict(complaint_subtype)")
        .replace("dict(cause code)", "dict(cause_code)");
    let plain = ["ref(any)", "file", "ref(F-0-1)"]
        .iter()
        .fold(plain, |plain, item| plain.replace(&format!("list<{item}>"), &format!("list<item:{item}>")));
    // There is no type for either of two: a line that takes both.
    let plain = plain.replace("phone or email", "text(60)");
    ["Customer", "Contact", "Staff", "Product"]
        .iter()
        .fold(plain, |plain, entity| plain.replace(entity, &entity.to_lowercase()))
}

#[test]
fn choices_are_labelled_as_in_the_spec() {
    let spec = spec(include_str!("spec/forms.json"));
    let mut compared = 0;
    for form in Playbook::built_in().forms().values() {
        let told = spec.iter().find(|told| text(told, "id") == &*form.id).unwrap();
        for field in form.fields() {
            let FieldType::Choice(kehu_domain::field::Choices::Given(choices)) = &field.field.kind else { continue };
            let told = told["fields"].as_array().unwrap().iter().find(|told| field.field.key == *text(told, "key"));
            let values = text(told.unwrap(), "type").trim_start_matches("enum{").trim_end_matches('}');
            for (choice, value) in choices.iter().zip(values.split(", ")) {
                if let Some((key, label)) = value.split_once(' ') {
                    assert_eq!((choice.key.as_str(), &*choice.label.zh), (key, label));
                    compared += 1;
                }
            }
        }
    }
    assert!(compared > 20);
}

// ---- KPIs against the spec -------------------------------------------------------------------------------------

#[test]
fn kpis_have_the_spec_s_targets_and_weights() {
    let spec: Json = serde_json::from_str(include_str!("spec/positions.json")).unwrap();
    let spec = spec["kpis"].as_array().unwrap();
    for kpi in &Playbook::built_in().kpis {
        let told = spec.iter().find(|told| text(told, "id") == &*kpi.id).unwrap();
        assert_eq!(kpi.position, *text(told, "position"));
        assert_eq!(&*kpi.title.zh, text(told, "zh"));
        assert_eq!(&*kpi.target, text(told, "target"));
        assert_eq!(kpi.period, *text(told, "period"));
        assert_eq!(kpi.weight.to_string(), told["weight"].to_string());
        assert_eq!(&*kpi.method, text(told, "method"));
        assert_eq!(kpi.source, *text(told, "source"));
    }
}

// ---- pages of the handbook -------------------------------------------------------------------------------------

#[test]
fn sections_are_complete_pages() {
    let playbook = Playbook::built_in();
    let section = playbook.section("3.1").unwrap();
    let kpis: Vec<&str> = section.kpis.iter().map(|kpi| &**kpi).collect();
    assert_eq!(kpis, ["K4-1", "K4-2"]);
    assert_eq!(section.processes, ["W-3.1".into()]);
    assert_eq!((section.actions.len(), section.rules.len(), section.forms.len()), (9, 5, 4));
    let section = playbook.section("4.1").unwrap();
    assert_eq!((section.actions.len(), section.rules.len(), section.forms.len()), (6, 2, 2));
    let section = playbook.section("3.2").unwrap();
    assert_eq!((section.actions.len(), section.rules.len(), section.forms.len()), (9, 4, 4));
    let section = playbook.section("3.3").unwrap();
    assert_eq!((section.actions.len(), section.rules.len(), section.forms.len()), (6, 3, 4));
    let processes: BTreeSet<&str> = section.processes.iter().map(|id| &**id).collect();
    assert_eq!(processes, BTreeSet::from(["W-3.3", "W-3.3a"]));
    let section = playbook.section("3.4").unwrap();
    assert_eq!((section.actions.len(), section.rules.len(), section.forms.len()), (8, 0, 3));
    let section = playbook.section("0.1").unwrap();
    assert_eq!(section.processes, ["A-0".into()]);
    assert_eq!((section.actions.len(), section.forms.len()), (5, 1));
    let sections: Vec<&str> = playbook.sections_of(3).map(|section| &*section.id).collect();
    assert_eq!(sections, ["3.1", "3.2", "3.3", "3.4"]);
    assert_eq!(playbook.sections_of(0).count(), 2);
}

#[test]
fn no_english_text_is_a_key_and_no_text_is_in_the_wrong_language() {
    let has_chinese = |text: &str| text.chars().any(|c| ('\u{4e00}'..='\u{9fff}').contains(&c));
    for process in &Playbook::built_in().processes {
        let labels = process.steps.iter().map(|step| (&step.label, step.key));
        let events = process.transitions.iter().map(|made| (&made.label, made.event));
        for (label, key) in labels.chain(events) {
            assert!(has_chinese(label.get(Lang::Zh)), "{label:?}");
            assert!(!has_chinese(label.get(Lang::En)) && label.get(Lang::En) != key.as_str(), "{label:?}");
            assert!(label.get(Lang::En).starts_with(|c: char| c.is_uppercase()), "{label:?}");
        }
    }
}

#[test]
fn a_customer_facing_form_asks_for_the_customer_in_its_header() {
    let playbook = Playbook::built_in();
    let customer = |form: &str| playbook.header_of(form).unwrap().field(Key::of("customer")).unwrap().clone();
    assert_eq!(customer("F-3.1-2").requirement, Requirement::Mandatory);
    assert_eq!(customer("F-3.1-1").requirement, Requirement::Optional);
    assert_eq!(playbook.header_of("F-9.9-9"), None);
}

#[test]
fn the_readme_explains_every_function_and_only_deadlines_that_are_ones() {
    let readme = include_str!("../../../playbook/README.md");
    for function in Function::ALL {
        assert!(readme.contains(&format!("`{}(", function.name())), "{}", function.name());
    }
    let table = readme.split("| Notation | Due |").nth(1).unwrap().split("\n\n").next().unwrap();
    let cells = table.lines().skip(2).filter_map(|line| line.split('|').nth(1));
    let notations: Vec<&str> = cells.flat_map(|cell| cell.split('`').skip(1).step_by(2)).collect();
    assert!(notations.len() > 12);
    for notation in notations {
        assert!(notation.parse::<Deadline>().is_ok(), "{notation}");
    }
}

#[test]
fn facts_about_a_customer_are_named_as_conditions_ask_for_them() {
    let facts = Playbook::built_in().customer_facts(|key| if key == *"type" { "channel".into() } else { Value::Null });
    let names = [(Key::of("customer"), facts)].into_iter().collect();
    assert!(holds(&parse("customer.type = \"channel\" and blank(customer.tier)").unwrap(), &names as &Names));
}

// ---- broken playbooks ------------------------------------------------------------------------------------------

const SECTION: &str = r#"
id = "9.1"
title = { zh = "节", en = "Section" }
purpose = { zh = "目的", en = "Purpose" }
owners = ["MGR"]
tags = ["Q1"]
"#;

const FORMS: &str = r#"
[choices]
colour = [{ key = "red", zh = "红", en = "Red" }, { key = "green", zh = "绿", en = "Green" }]

[[form]]
id = "F-9.1-1"
code = "XX"
title = { zh = "表", en = "Form" }
[[form.section]]
title = { zh = "部分", en = "Part" }
[[form.section.field]]
key = "colour"
label = { zh = "颜色", en = "Colour" }
type = "enum(colour)"
required = true
[[form.section.field]]
key = "size"
label = { zh = "大小", en = "Size" }
type = "int[0..9]"
required = 'colour = "red"'
"#;

const PROCESS: &str = r#"
id = "W-9.1"
title = { zh = "流程", en = "Process" }
[[step]]
key = "start"
title = { zh = "开始", en = "Start" }
[[step.event]]
key = "go"
title = { zh = "去", en = "Go" }
to = "end"
roles = ["MGR"]
due = "3WD"
files = "F-9.1-1"
guards = [{ holds = 'count(documents("F-9.1-1")) > 0', else = { zh = "无", en = "None" } }]
[[step]]
key = "end"
title = { zh = "结束", en = "End" }
terminal = true
"#;

const KPIS: &str = r#"
position = "P9"
[[kpi]]
id = "K9-1"
title = { zh = "一", en = "One" }
formula = { zh = "一", en = "One" }
target = "≥1"
period = "M"
weight = "100"
method = "up"
source = "auto"
"#;

fn file(name: &str) -> &'static str {
    FILES.iter().find(|(path, _)| *path == name).unwrap().1
}

/// A small playbook with `change` made to one of its files.
fn load(changed: &str, from: &str, to: &str) -> Result<Playbook, Vec<Kind>> {
    let mut files = vec![
        ("common.toml".to_owned(), file("common.toml").to_owned()),
        ("roles.toml".to_owned(), file("roles.toml").to_owned()),
        ("9/kpis.toml".to_owned(), KPIS.to_owned()),
        ("9/9.1/section.toml".to_owned(), SECTION.to_owned()),
        ("9/9.1/forms.toml".to_owned(), FORMS.to_owned()),
        ("9/9.1/process.toml".to_owned(), PROCESS.to_owned()),
    ];
    for (path, content) in &mut files {
        if path.ends_with(changed) {
            assert!(content.contains(from), "{from}");
            *content = content.replacen(from, to, 1);
        }
    }
    let files: Vec<(&str, &str)> = files.iter().map(|(path, content)| (path.as_str(), content.as_str())).collect();
    Playbook::load(&files).map_err(|problems| problems.into_iter().map(|problem| problem.kind).collect())
}

fn kinds(changed: &str, from: &str, to: &str) -> Vec<Kind> {
    load(changed, from, to).unwrap_err()
}

#[test]
fn the_small_playbook_itself_is_sound() {
    let playbook = load("process.toml", "W-9.1", "W-9.1").unwrap();
    assert_eq!(playbook.process("W-9.1").unwrap().forms(), ["F-9.1-1"]);
}

#[test]
fn a_step_nobody_reaches_is_refused() {
    let lonely = "key = \"lonely\"\ntitle = { zh = \"孤\", en = \"Lonely\" }\n[[step.event]]\nkey = \"go\"\n\
                  title = { zh = \"去\", en = \"Go\" }\nto = \"end\"\nroles = [\"MGR\"]\n[[step]]\nkey = \"end\"";
    assert_eq!(kinds("process.toml", "key = \"end\"", lonely), [Kind::Unreachable("lonely".into())]);
}

#[test]
fn a_dead_end_is_refused() {
    let found = kinds("process.toml", "terminal = true", "");
    assert_eq!(found, [Kind::DeadEnd("start".into()), Kind::DeadEnd("end".into())]);
}

#[test]
fn a_move_out_of_an_end_is_refused() {
    let again = "terminal = true\n[[step.event]]\nkey = \"back\"\ntitle = { zh = \"回\", en = \"Back\" }\n\
                 to = \"start\"\nroles = [\"MGR\"]";
    assert_eq!(kinds("process.toml", "terminal = true", again), [Kind::MovesFromEnd("end".into())]);
}

#[test]
fn a_role_that_does_not_exist_is_refused() {
    assert_eq!(kinds("process.toml", "[\"MGR\"]", "[\"BOSS\"]"), [Kind::UnknownRole("BOSS".into())]);
}

#[test]
fn a_step_that_does_not_exist_is_refused() {
    assert_eq!(kinds("process.toml", "to = \"end\"", "to = \"moon\""), [Kind::UnknownStep("moon".into())]);
}

#[test]
fn weights_that_do_not_sum_to_100_are_refused_with_their_sum() {
    let sum = "99.99".parse().unwrap();
    assert_eq!(kinds("kpis.toml", "\"100\"", "\"99.99\""), [Kind::Weights(sum)]);
}

#[test]
fn a_missing_translation_is_refused() {
    assert_eq!(
        kinds("process.toml", "{ zh = \"开始\", en = \"Start\" }", "{ zh = \"开始\" }"),
        [Kind::MissingTranslation(Lang::En)]
    );
    assert_eq!(
        kinds("forms.toml", "{ zh = \"表\", en = \"Form\" }", "{ en = \"Form\" }"),
        [Kind::MissingTranslation(Lang::Zh)]
    );
}

#[test]
fn a_condition_over_a_field_that_is_not_there_is_refused() {
    let found = kinds("forms.toml", "colour = \"red\"'", "shade = \"red\"'");
    assert!(matches!(found.as_slice(), [Kind::BadCondition(_, problem)] if problem.to_string().contains("shade")));
}

#[test]
fn a_condition_of_the_wrong_type_is_refused() {
    let found = kinds("forms.toml", "'colour = \"red\"'", "'size'");
    assert!(matches!(found.as_slice(), [Kind::BadCondition(_, problem)] if problem.to_string().contains("number")));
    let found = kinds("forms.toml", "colour = \"red\"'", "colour = \"blue\"'");
    assert!(matches!(found.as_slice(), [Kind::BadCondition(_, problem)] if problem.to_string().contains("blue")));
}

#[test]
fn a_condition_that_cannot_be_read_is_refused() {
    let found = kinds("process.toml", "count(documents(\"F-9.1-1\")) > 0", "count(documents(");
    assert!(matches!(found.as_slice(), [Kind::BadExpression(_, _)]));
}

#[test]
fn unknown_references_are_refused() {
    assert_eq!(
        kinds("process.toml", "files = \"F-9.1-1\"", "files = \"F-9.1-7\""),
        [Kind::UnknownForm("F-9.1-7".into())]
    );
    assert_eq!(
        kinds("section.toml", "tags = [\"Q1\"]", "tags = [\"Q1\"]\nkpis = [\"K9-7\"]"),
        [Kind::UnknownKpi("K9-7".into())]
    );
    assert_eq!(
        kinds("forms.toml", "type = \"int[0..9]\"", "type = \"int[0..9]\"\ncarries = \"F-9.1-7\""),
        [Kind::UnknownReference("F-9.1-7".into())]
    );
    assert_eq!(kinds("forms.toml", "enum(colour)", "enum(shade)").first(), Some(&Kind::UnknownChoices("shade".into())));
    let completes = "completes = { form = \"F-9.1-1\", stage = \"late\" }";
    assert_eq!(kinds("process.toml", "files = \"F-9.1-1\"", completes), [Kind::UnknownStage("late".into())]);
}

#[test]
fn content_may_go_on_to_a_section_that_is_not_here_yet() {
    assert!(load("forms.toml", "type = \"int[0..9]\"", "type = \"int[0..9]\"\ncarries = \"F-8.1-3\"").is_ok());
}

#[test]
fn duplicates_are_refused() {
    assert_eq!(
        kinds("forms.toml", "key = \"size\"", "key = \"colour\"").first(),
        Some(&Kind::Duplicate("colour".into()))
    );
    assert_eq!(kinds("forms.toml", "key = \"green\"", "key = \"red\""), [Kind::Duplicate("red".into())]);
    assert_eq!(
        kinds("process.toml", "key = \"end\"", "key = \"start\"").first(),
        Some(&Kind::Duplicate("start".into()))
    );
    let double: Vec<(&str, &str)> =
        FILES.iter().chain([&("x/kpis.toml", file("03-relationship/kpis.toml"))]).copied().collect();
    let problems = Playbook::load(&double).unwrap_err();
    assert_eq!(problems.len(), 8);
    assert!(problems.iter().all(|problem| matches!(problem.kind, Kind::Duplicate(_))));
}

#[test]
fn a_deadline_that_cannot_be_read_is_refused() {
    assert_eq!(kinds("process.toml", "3WD", "soon"), [Kind::BadDeadline("soon".into())]);
}

#[test]
fn a_type_that_cannot_be_read_is_refused() {
    assert_eq!(kinds("forms.toml", "int[0..9]", "int[0.9]").first(), Some(&Kind::BadType("int[0.9]".into())));
}

#[test]
fn a_computed_field_cannot_wait_for_a_later_one() {
    let two = "type = \"int\"\nauto = \"later + 1\"\n[[form.section.field]]\nkey = \"later\"\n\
               label = { zh = \"后\", en = \"Later\" }\ntype = \"int\"\nauto = \"size + 1\"";
    let found = kinds("forms.toml", "type = \"int[0..9]\"\nrequired = 'colour = \"red\"'", two);
    assert!(matches!(found.as_slice(), [Kind::BadCondition(_, problem)] if problem.to_string().contains("later")));
}

#[test]
fn a_computed_field_cannot_wait_for_computed_cells_below_it() {
    let field = "type = \"int[0..9]\"\nrequired = 'colour = \"red\"'";
    let found = kinds("forms.toml", field, &format!("type = \"money\"\nauto = \"sum(lines.total)\"\n{LINES}"));
    assert!(matches!(found.as_slice(), [Kind::BadCondition(_, problem)] if problem.to_string().contains("total")));
    let given = format!("type = \"money\"\nauto = \"sum(lines.price)\"\n{LINES}");
    assert!(load("forms.toml", field, &given).is_ok());
    let below = "auto = \"sum(lines.total)\"\n[[form.section.field]]\nkey = \"size\"";
    let above = format!(
        "{LINES}[[form.section.field]]\nkey = \"sum\"\nlabel = {{ zh = \"和\", en = \"Sum\" }}\ntype = \"money\"\n"
    );
    let above = above.replacen("[[form.section.field]]\n", "", 1);
    assert!(load("forms.toml", "key = \"size\"", &format!("{above}{below}")).is_ok());
}

/// A list with a computed cell.
const LINES: &str = r#"
[[form.section.field]]
key = "lines"
label = { zh = "明细", en = "Lines" }
type = "list"
rows = [{ item = { zh = "运费", en = "Freight" } }, { item = { zh = "关税", en = "Duty" } }]
[[form.section.field.column]]
key = "item"
label = { zh = "项目", en = "Item" }
type = "text(10)"
[[form.section.field.column]]
key = "price"
label = { zh = "单价", en = "Price" }
type = "money"
[[form.section.field.column]]
key = "total"
label = { zh = "金额", en = "Total" }
type = "money"
auto = 'if(colour = "red", price * 2, price)'
"#;

fn lines(from: &str, to: &str) -> Vec<Kind> {
    let end = "required = 'colour = \"red\"'\n";
    assert!(LINES.contains(from), "{from}");
    kinds("forms.toml", end, &format!("{end}{}", LINES.replacen(from, to, 1)))
}

#[test]
fn a_computed_cell_that_cannot_work_is_refused() {
    let end = "required = 'colour = \"red\"'\n";
    assert!(load("forms.toml", end, &format!("{end}{LINES}")).is_ok());
    let wrong = |to: &str, word: &str| {
        let found = lines("auto = 'if(colour = \"red\", price * 2, price)'", to);
        assert!(
            matches!(found.as_slice(), [Kind::BadCondition(_, problem)] if problem.to_string().contains(word)),
            "{found:?}"
        );
    };
    wrong("auto = 'item'", "number");
    wrong("auto = 'cost'", "cost");
    wrong("auto = 'total + 1'", "total");
    wrong("auto = 'sum(lines.total)'", "total");
    assert_eq!(lines("auto = 'if", "auto = 'of").len(), 1);
    assert_eq!(
        lines("auto = 'if(colour = \"red\", price * 2, price)'", "auto = true"),
        [Kind::Contradiction("auto = true and a cell")]
    );
    let field = "[[field]]\nkey = \"lines\"\nlabel = { zh = \"明细\", en = \"Lines\" }\ntype = \"list\"\n\
                 [[field.column]]\nkey = \"total\"\nlabel = { zh = \"金额\", en = \"Total\" }\ntype = \"money\"\n\
                 auto = \"1\"\n[[step]]";
    assert_eq!(kinds("process.toml", "[[step]]", field), [Kind::Contradiction("auto and a field that is on no form")]);
    let nested = "type = \"list\"\n[[form.section.field.column.column]]\nkey = \"part\"\n\
                  label = { zh = \"部分\", en = \"Part\" }\ntype = \"int\"\nauto = \"1\"";
    assert_eq!(lines("type = \"text(10)\"", nested)[0], Kind::Contradiction("auto and a row within a row"));
}

#[test]
fn first_rows_that_do_not_fit_their_list_are_refused() {
    assert_eq!(
        lines("{ item = { zh = \"运费\"", "{ thing = { zh = \"运费\""),
        [Kind::UnknownReference("thing".into())]
    );
    let no_text = Kind::Contradiction("rows and a cell that takes no text");
    let priced = lines("{ item = { zh = \"运费\"", "{ price = { zh = \"运费\"");
    assert_eq!(priced, std::slice::from_ref(&no_text));
    assert_eq!(lines("type = \"text(10)\"", "type = \"text(10)\"\nauto = '\"x\"'"), [no_text.clone(), no_text]);
    assert_eq!(lines("\"Freight\"", "\"Freight and duty\""), [Kind::TooLong("Freight and duty".into())]);
    assert_eq!(lines("en = \"Freight\"", "en = \"\""), [Kind::MissingTranslation(Lang::En)]);
    assert_eq!(
        lines("rows = [", "default = 'documents(\"F-9.1-1\")'\nrows = [")[0],
        Kind::Contradiction("rows, default and auto")
    );
    assert_eq!(
        kinds(
            "forms.toml",
            "type = \"int[0..9]\"",
            "type = \"int[0..9]\"\nrows = [{ a = { zh = \"一\", en = \"A\" } }]"
        ),
        [Kind::Contradiction("rows and a field that is no list")]
    );
}

#[test]
fn a_form_may_ask_about_the_case_around_it_as_far_as_there_is_something_to_ask() {
    let wrong = |condition: &str, word: &str| {
        let found = kinds("forms.toml", "'colour = \"red\"'", &format!("'{condition}'"));
        assert!(
            matches!(found.as_slice(), [Kind::BadCondition(_, problem)] if problem.to_string().contains(word)),
            "{found:?}"
        );
    };
    let sound = "count(documents(\"F-9.1-1\")) > 1 and blank(moves(\"go\")) and last(documents(\"F-9.1-1\")).size = 1";
    assert!(load("forms.toml", "'colour = \"red\"'", &format!("'{sound}'")).is_ok());
    wrong("count(documents(\"F-9.1-7\")) > 1", "F-9.1-7");
    wrong("last(documents(\"F-9.1-1\")).depth = 1", "depth");
    wrong("count(moves(\"stay\")) > 1", "stay");
}

#[test]
fn a_form_belongs_to_the_main_process_of_its_section_unless_it_names_another() {
    let process = |id: &str, field: &str| {
        let field =
            format!("[[field]]\nkey = \"{field}\"\nlabel = {{ zh = \"甲\", en = \"A\" }}\ntype = \"int\"\n[[step]]");
        PROCESS.replace("W-9.1", id).replacen("[[step]]", &field, 1)
    };
    let load = |head: &str, condition: &str| {
        let form = format!("id = \"F-9.1-1\"\n{head}");
        let forms = FORMS.replace("id = \"F-9.1-1\"", &form).replace("'colour = \"red\"'", &format!("'{condition}'"));
        let (main, care) = (process("W-9.1", "main"), process("W-9.1a", "care"));
        let files = [
            ("common.toml", file("common.toml")),
            ("roles.toml", file("roles.toml")),
            ("9/9.1/care.process.toml", &care),
            ("9/9.1/forms.toml", &forms),
            ("9/9.1/process.toml", &main),
            ("9/9.1/section.toml", SECTION),
        ];
        Playbook::load(&files).map_err(|problems| problems.into_iter().map(|problem| problem.kind).collect::<Vec<_>>())
    };
    let playbook = load("", "case.main = 1").unwrap();
    assert_eq!(playbook.section("9.1").unwrap().processes, ["W-9.1".into(), "W-9.1a".into()]);
    assert!(matches!(load("", "case.care = 1").unwrap_err().as_slice(), [Kind::BadCondition(_, _)]));
    assert!(load("process = \"W-9.1a\"", "case.care = 1").is_ok());
    assert!(matches!(
        load("process = \"W-9.1a\"", "case.main = 1").unwrap_err().as_slice(),
        [Kind::BadCondition(_, _)]
    ));
    let unknown = load("process = \"W-9.2\"", "size = 1").unwrap_err();
    assert_eq!(unknown, [Kind::UnknownReference("W-9.2".into())]);
}

/// The small process with one more field, and with `entries` and `asked` added to its event.
fn moves(entries: &str, asked: &str) -> Result<Playbook, Vec<Kind>> {
    let field = |key: &str, kind: &str| {
        format!("[[field]]\nkey = \"{key}\"\nlabel = {{ zh = \"甲\", en = \"A\" }}\ntype = \"{kind}\"\n")
    };
    let fields = [field("task", "ref(case)"), field("shade", "enum(colour)"), field("size", "int")].concat();
    let asks = match asked {
        "" => String::new(),
        asked => field(asked, "money").replace("[[field]]", "[[step.event.asks]]"),
    };
    let (event, tail) = PROCESS.split_once("[[step]]\nkey = \"end\"").unwrap();
    let process = format!("{event}{entries}\n{asks}[[step]]\nkey = \"end\"{tail}");
    let process = process.replacen("[[step]]", &format!("{fields}[[step]]"), 1);
    load("process.toml", PROCESS, &process)
}

#[track_caller]
fn refused(entries: &str, asked: &str, word: &str) {
    let found = moves(entries, asked).unwrap_err();
    let is_about = |kind: &Kind| matches!(kind, Kind::BadCondition(_, problem) if problem.to_string().contains(word));
    assert!(found.len() == 1 && is_about(&found[0]), "{found:?}");
}

#[test]
fn what_a_move_sets_must_fit_the_case() {
    let sound = "sets = { shade = '\"red\"', size = \"round(paid, 0)\", owner = \"actor\" }";
    assert_eq!(moves(sound, "paid").unwrap().process("W-9.1").unwrap().transitions[0].sets.len(), 3);
    refused("sets = { size = 'shade' }", "", "number");
    refused("sets = { size = 'paid' }", "", "paid");
    refused("sets = { shade = '\"blue\"' }", "", "blue");
    refused("sets = { owner = 'size' }", "", "text");
    for key in ["depth", "step", "customer", "origin"] {
        assert_eq!(moves(&format!("sets = {{ {key} = '1' }}"), "").unwrap_err(), [Kind::UnknownReference(key.into())]);
    }
    assert_eq!(moves("sets = { size = '1' }", "size").unwrap_err(), [Kind::Contradiction("asks and sets")]);
    assert!(matches!(moves("sets = { size = '1 +' }", "").unwrap_err()[0], Kind::BadExpression(_, _)));
}

#[test]
fn what_a_move_sets_in_the_customer_must_fit_the_card() {
    let sound = "sets_customer = { grade = 'if(size > 1, \"A\", \"B\")', grade_until = \"today\", since = \"today\" }";
    assert_eq!(moves(sound, "").unwrap().process("W-9.1").unwrap().transitions[0].sets_customer.len(), 3);
    refused("sets_customer = { grade_until = 'size' }", "", "date");
    refused("sets_customer = { grade = '\"E\"' }", "", "\"E\"");
    // What the app works out is set by nothing else.
    for key in ["tier", "id", "last_tier", "depth"] {
        let found = moves(&format!("sets_customer = {{ {key} = 'shade' }}"), "").unwrap_err();
        assert_eq!(found, [Kind::UnknownReference(key.into())]);
    }
}

#[test]
fn a_watch_sets_fields_of_the_case_in_steps_there_are() {
    let watched = |steps: &str, sets: &str| {
        let watch = format!("[[watch]]\nsteps = {steps}\nsets = {{ {sets} }}\n[[step]]");
        load("process.toml", "[[step]]", &watch)
    };
    let first = Playbook::built_in();
    assert!(first.process("W-4.2").unwrap().watches_in(Key::of("serving")));
    assert!(!first.process("W-4.2").unwrap().watches_in(Key::of("lost")));
    let unknown = |found: Result<Playbook, Vec<Kind>>| found.unwrap_err();
    assert_eq!(unknown(watched("[]", "")), [Kind::Empty]);
    assert!(unknown(watched("[\"nowhere\"]", "depth = \"1\"")).contains(&Kind::UnknownStep("nowhere".into())));
    assert_eq!(unknown(watched("[\"end\"]", "depth = \"1\"")), [Kind::UnknownReference("depth".into())]);
    let field = "[[field]]\nkey = \"depth\"\nlabel = { zh = \"深\", en = \"Depth\" }\ntype = \"dec(2)\"\n";
    let with_field = |sets: &str| {
        let watch = format!("{field}[[watch]]\nsteps = [\"end\"]\nsets = {{ {sets} }}\n[[step]]");
        load("process.toml", "[[step]]", &watch)
    };
    assert!(with_field("depth = \"signals.sales_change\"").is_ok());
    for wrong in ["depth = \"signals.complaints\"", "depth = \"signals.weather\"", "depth = \"records.v1_sales\""] {
        assert!(matches!(with_field(wrong).unwrap_err().as_slice(), [Kind::BadCondition(..)]), "{wrong}");
    }
}

#[test]
fn calls_are_noted_by_a_move_of_their_step() {
    let first = Playbook::built_in().process("W-3.1").unwrap().first_step().unwrap().key;
    assert_eq!(Playbook::built_in().process("W-3.1").unwrap().calls.as_ref().unwrap().step, first);
    let calls = |step: &str, attempt: &str, when: &str| {
        let rule = "{ most = 3, hours_apart = 4, days = 3 }";
        let calls = format!(
            "calls = {{ step = \"{step}\", when = '{when}', attempt = \"{attempt}\", rule = {rule} }}\n[[step]]"
        );
        load("process.toml", "[[step]]", &calls)
    };
    let step = "start";
    assert!(calls(step, "go", "true").is_ok());
    assert_eq!(calls("end", "go", "true").unwrap_err(), [Kind::UnknownReference("go".into())]);
    assert_eq!(calls(step, "nothing", "true").unwrap_err(), [Kind::UnknownReference("nothing".into())]);
    assert!(matches!(calls(step, "nothing", "weather").unwrap_err().as_slice(), [Kind::BadCondition(..), _]));
}

#[test]
fn what_a_move_opens_must_be_possible() {
    let one = "starts = { process = \"W-9.1\", link = \"task\", when = \"paid > 1\", set = { shade = \"shade\" } }";
    assert_eq!(moves(one, "paid").unwrap().process("W-9.1").unwrap().transitions[0].starts.len(), 1);
    let several = "starts = [{ process = \"W-9.1\", link = \"task\", when = \"size > 5\" }, { process = \"W-9.1\", \
                   each = 'documents(\"F-9.1-1\")', when = \"size > 1\", set = { shade = \"colour\", owner = \"created_by\", \
                   customer = \"created_by\" } }, { process = \"W-8.1\" }]";
    assert_eq!(moves(several, "").unwrap().process("W-9.1").unwrap().transitions[0].starts.len(), 3);
    let start = |entries: &str| format!("starts = {{ process = \"W-9.1\", {entries} }}");
    refused(&start("link = \"task\", when = \"paid > 1\""), "", "paid");
    refused(&start("link = \"task\", when = \"size\""), "", "yes or no");
    refused(&start("each = \"size\""), "", "list");
    refused(&start("each = 'documents(\"F-9.1-1\").size'"), "", "list");
    refused(&start("each = 'documents(\"F-9.1-1\")', set = { size = \"colour\" }"), "", "number");
    refused(&start("link = \"task\", when = \"size > 5\", set = { owner = \"size\" }"), "", "text");
    let unknown = |key: &str| [Kind::UnknownReference(key.into())];
    assert_eq!(moves(&start("link = \"size\", when = \"size > 5\""), "").unwrap_err(), unknown("size"));
    assert_eq!(moves(&start("when = \"size > 5\", set = { depth = \"1\" }"), "").unwrap_err(), unknown("depth"));
    assert_eq!(moves("starts = { process = \"W-9.1x\" }", "").unwrap_err(), unknown("W-9.1x"));
    let both = start("link = \"task\", each = 'documents(\"F-9.1-1\")'");
    assert_eq!(moves(&both, "").unwrap_err(), [Kind::Contradiction("link and each")]);
    let misspelt = moves(&start("lnik = \"task\""), "").unwrap_err();
    assert!(matches!(&misspelt[0], Kind::Unreadable(reason) if reason.contains("lnik")), "{misspelt:?}");
}

#[test]
fn what_a_move_sets_in_another_case_must_be_possible() {
    let sets = |entries: &str| format!("sets_of = {{ case = \"task\", process = \"W-9.1\", {entries} }}");
    let sound = sets("set = { size = \"or_else(other.size, 0) + paid\", task = \"case.id\", shade = \"other.shade\" }");
    assert_eq!(moves(&sound, "paid").unwrap().process("W-9.1").unwrap().transitions[0].sets_of.len(), 1);
    refused(&sets("set = { size = \"other.depth\" }"), "", "depth");
    refused(&sets("set = { size = \"other.shade\" }"), "", "number");
    refused(&sets("set = { shade = '\"blue\"' }"), "", "blue");
    let unknown = |key: &str| [Kind::UnknownReference(key.into())];
    assert_eq!(moves(&sets("set = { depth = \"1\" }"), "").unwrap_err(), unknown("depth"));
    assert_eq!(moves(&sets("set = { owner = \"actor\" }"), "").unwrap_err(), unknown("owner"));
    let other = |case: &str, process: &str| {
        moves(&format!("sets_of = {{ case = \"{case}\", process = \"{process}\", set = {{}} }}"), "").unwrap_err()
    };
    assert_eq!(other("size", "W-9.1"), unknown("size"));
    assert_eq!(other("task", "W-8.1"), unknown("W-8.1"));
    assert!(matches!(moves("sets = { size = \"other.size\" }", "").unwrap_err()[0], Kind::BadCondition(_, _)));
    assert!(moves("sets = { size = \"minutes_between(now, due)\" }", "").is_ok());
    refused("self_approval = \"now < due\"", "", "due");
}

#[test]
fn rows_worked_out_for_a_list_have_its_cells() {
    let end = "required = 'colour = \"red\"'\n";
    let list = |auto: &str| {
        let (head, rest) = LINES.split_once("rows = [").unwrap();
        let (_, columns) = rest.split_once('\n').unwrap();
        load("forms.toml", end, &format!("{end}{head}{auto}\n{columns}")).err().unwrap_or_default()
    };
    let wrong = |auto: &str, word: &str| {
        let found = list(auto);
        let is_about =
            |kind: &Kind| matches!(kind, Kind::BadCondition(_, problem) if problem.to_string().contains(word));
        assert!(found.len() == 1 && is_about(&found[0]), "{found:?}");
    };
    wrong("auto = 'row(\"item\", 1)'", "list");
    wrong("auto = 'join(row(\"item\", \"a\", \"prize\", 1))'", "prize");
    wrong("auto = 'join(row(\"item\", \"a\", \"price\", \"b\"))'", "number");
    wrong("auto = 'map(all_documents(\"F-9.1-9\"), row(\"item\", \"a\"))'", "F-9.1-9");
    wrong("auto = 'map(all_cases(\"W-9.1\"), row(\"item\", depth))'", "depth");
    wrong("auto = 'map(tally(all_cases(\"W-9.1\").step), row(\"item\", label(\"W-9.1\", \"depth\", value)))'", "depth");
    let end_of_load = list(
        "auto = 'map(tally(all_cases(\"W-9.1\").step), row(\"item\", label(\"W-9.1\", \"step\", value), \"price\", count))'",
    );
    assert_eq!(end_of_load, []);
}

#[test]
fn a_post_must_be_one_and_a_deadline_is_the_same_for_all() {
    let guard = |condition: &str| kinds("process.toml", "count(documents(\"F-9.1-1\")) > 0", condition);
    for post in ["BOSS", "owner", "SYS"] {
        let found = guard(&format!("holds_post(actor, \"{post}\")"));
        assert!(
            matches!(&found[..], [Kind::BadCondition(_, problem)] if problem.to_string().contains(post)),
            "{found:?}"
        );
    }
    assert!(
        load("process.toml", "count(documents(\"F-9.1-1\")) > 0", "holds_post(actor, \"DIR\") and blank(origin)")
            .is_ok()
    );
    let due = |when: &str| format!("due = [{{ when = '{when}', by = \"3WD\" }}]");
    for when in ["filled(actor)", "role(\"MGR\")"] {
        assert!(matches!(&kinds("process.toml", "due = \"3WD\"", &due(when))[..], [Kind::BadCondition(_, _)]));
    }
    assert!(load("process.toml", "due = \"3WD\"", &due("holds_post(owner, \"DIR\")")).is_ok());
    // A form is looked at by others later on, so who fills it is none of its conditions.
    for condition in ["filled(actor)", "role(\"MGR\")"] {
        let found = kinds("forms.toml", "'colour = \"red\"'", &format!("'{condition}'"));
        assert!(matches!(&found[..], [Kind::BadCondition(_, _)]), "{found:?}");
    }
}

#[test]
fn a_file_that_is_no_toml_or_has_unknown_entries_is_refused() {
    assert!(matches!(kinds("process.toml", "id =", "id").as_slice(), [Kind::Unreadable(_), ..]));
    assert!(matches!(kinds("process.toml", "due =", "deu =").as_slice(), [Kind::Unreadable(_), ..]));
    assert!(matches!(Playbook::load(&[("notes.txt", "")]).unwrap_err()[0].kind, Kind::UnknownFile));
}
