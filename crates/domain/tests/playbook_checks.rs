//! Every fault the checker of playbooks finds beyond references and types: each in a small playbook that has it, with
//! place and reason, and gone once the playbook is mended.
#![allow(clippy::unwrap_used)]

use kehu_domain::playbook::{FILES, Playbook};

const SECTION: &str = r#"
id = "9.1"
title = { zh = "节", en = "Section" }
purpose = { zh = "目的", en = "Purpose" }
owners = ["MGR"]
tags = ["Q1"]
"#;

const FORMS: &str = r#"
[choices]
way = [{ key = "visit", zh = "上门", en = "Visit" }, { key = "phone", zh = "电话", en = "Phone" }]

[[form]]
id = "F-9.1-1"
code = "XX"
title = { zh = "表", en = "Form" }
[[form.section]]
title = { zh = "部分", en = "Part" }
[[form.section.field]]
key = "way"
label = { zh = "方式", en = "Way" }
type = "enum(way)"
required = true
[[form.section.field]]
key = "size"
label = { zh = "大小", en = "Size" }
type = "int[0..9]"
visible_when = 'way = "visit"'
[[form.section.field]]
key = "why"
label = { zh = "原因", en = "Why" }
type = "long"
visible_when = "size > 3"
required = "size > 5"
"#;

const PROCESS: &str = r#"
id = "W-9.1"
title = { zh = "流程", en = "Process" }
[[field]]
key = "receiver"
label = { zh = "接收人", en = "Receiver" }
type = "ref(staff)"
[[field]]
key = "planned_on"
label = { zh = "计划日期", en = "Planned for" }
type = "date"
[[field]]
key = "next"
label = { zh = "下一件", en = "Next" }
type = "ref(case)"
[[field]]
key = "amount"
label = { zh = "金额", en = "Amount" }
type = "money"
[begin]
roles = ["MGR"]
customer = "none"
asks = [{ key = "receiver" }, { key = "planned_on", required = true }]
[[step]]
key = "start"
title = { zh = "开始", en = "Start" }
[[step.event]]
key = "call"
title = { zh = "致电", en = "Call" }
to = "start"
roles = ["MGR"]
due = "C4"
[[step.event]]
key = "go"
title = { zh = "去", en = "Go" }
to = "middle"
roles = ["receiver"]
due = "d-2WD"
files = "F-9.1-1"
guards = [{ holds = 'count(moves("call")) >= 1', else = { zh = "先致电。", en = "Call first." } }]
[[step]]
key = "middle"
title = { zh = "中间", en = "Middle" }
[[step.event]]
key = "approve"
title = { zh = "批准", en = "Approve" }
to = "end"
roles = ["MGR"]
due = [{ when = "amount > 100", by = "1WD" }, { by = "3WD" }]
approves = "F-9.1-1"
starts = { process = "W-9.1", link = "next", when = "amount > 100" }
[[step.event]]
key = "return"
title = { zh = "退回", en = "Return" }
to = "start"
roles = ["MGR"]
[[step]]
key = "end"
title = { zh = "结束", en = "End" }
terminal = true
"#;

fn file(name: &str) -> &'static str {
    FILES.iter().find(|(path, _)| *path == name).unwrap().1
}

/// What is wrong with the small playbook after the changes, each from one text to another in one of its files.
fn problems(changes: &[(&str, &str)]) -> Vec<String> {
    let mut files = [SECTION.to_owned(), FORMS.to_owned(), PROCESS.to_owned()];
    for (from, to) in changes {
        let found = files.iter_mut().find(|file| file.contains(from)).unwrap_or_else(|| panic!("no {from}"));
        *found = found.replacen(from, to, 1);
    }
    let [section, forms, process] = &files;
    let files = [
        ("common.toml", file("common.toml")),
        ("roles.toml", file("roles.toml")),
        ("9/9.1/section.toml", section),
        ("9/9.1/forms.toml", forms),
        ("9/9.1/process.toml", process),
    ];
    Playbook::load(&files).err().into_iter().flatten().map(|problem| problem.to_string()).collect()
}

/// The change breaks the playbook, which says so; the mending on top of it makes it sound again.
#[track_caller]
fn broken(change: (&str, &str), said: &[&str], mended: (&str, &str)) {
    assert_eq!(problems(&[change]), said);
    assert_eq!(problems(&[change, mended]), [""; 0], "mended");
}

#[test]
fn the_small_playbook_itself_is_sound() {
    assert_eq!(problems(&[]), [""; 0]);
}

// ---- steps ----

#[test]
fn a_guard_that_can_never_hold_is_named_with_the_steps_it_cuts_off() {
    let contradiction = "amount > 100 and amount <= 100";
    broken(
        ("count(moves(\"call\")) >= 1", contradiction),
        &[
            &format!("W-9.1: start.go: \"{contradiction}\" can never hold"),
            "W-9.1: start: no case leaves the step start for an end",
            "W-9.1: middle: nobody reaches the step middle",
            "W-9.1: end: nobody reaches the step end",
        ],
        ("and amount <= 100", "and amount <= 200"),
    );
}

#[test]
fn a_guard_over_a_move_that_never_happens_in_its_step_can_never_hold() {
    let guards = "roles = [\"MGR\"]\nguards = [{ holds = 'count(moves(\"call\")) >= 1', \
                  else = { zh = \"先致电。\", en = \"Call first.\" } }]\ndue = [{ when";
    assert_eq!(
        problems(&[("roles = [\"MGR\"]\ndue = [{ when", guards)]),
        [
            "W-9.1: middle.approve: \"count(moves(\\\"call\\\")) >= 1\" can never hold",
            "W-9.1: start: no case leaves the step start for an end",
            "W-9.1: middle: no case leaves the step middle for an end",
            "W-9.1: end: nobody reaches the step end",
        ]
    );
}

#[test]
fn guards_that_exclude_each_other_are_named_together() {
    let two = "[{ holds = 'amount > 9', else = { zh = \"少\", en = \"Less\" } }, { holds = 'blank(amount)', else = { zh = \
               \"多\", en = \"More\" } }]";
    let guards = format!("key = \"call\"\ntitle = {{ zh = \"致电\", en = \"Call\" }}\nguards = {two}");
    let found = problems(&[("key = \"call\"\ntitle = { zh = \"致电\", en = \"Call\" }", &guards)]);
    assert_eq!(found, ["W-9.1: start.call: \"amount > 9 and blank(amount)\" can never hold"]);
}

// ---- who acts ----

#[test]
fn a_person_whom_nothing_names_cannot_act() {
    broken(
        ("asks = [{ key = \"receiver\" }, ", "asks = ["),
        &[
            "W-9.1: start.go: nobody can be receiver here: nothing before names who that is",
            "W-9.1: start: no case leaves the step start for an end",
            "W-9.1: middle: nobody reaches the step middle",
            "W-9.1: end: nobody reaches the step end",
        ],
        ("roles = [\"MGR\"]\ndue = \"C4\"", "roles = [\"MGR\"]\nsets = { receiver = \"actor\" }"),
    );
}

#[test]
fn a_person_who_is_named_only_later_cannot_act_before() {
    let later = [
        ("asks = [{ key = \"receiver\" }, ", "asks = ["),
        ("roles = [\"receiver\"]", "roles = [\"receiver\", \"MGR\"]"),
        ("approves = \"F-9.1-1\"", "approves = \"F-9.1-1\"\nsets = { receiver = \"actor\" }"),
    ];
    assert_eq!(problems(&later), ["W-9.1: start.go: nobody can be receiver here: nothing before names who that is"]);
    let returned = (
        "to = \"start\"\nroles = [\"MGR\"]\n[[step]]",
        "to = \"start\"\nroles = [\"MGR\"]\nsets = { receiver = \"actor\" }\n[[step]]",
    );
    assert_eq!(problems(&[later[0], later[1], returned]), [""; 0]);
}

#[test]
fn a_person_must_be_a_field_of_staff() {
    let found = problems(&[("type = \"ref(staff)\"", "type = \"ref(customer)\"")]);
    assert_eq!(found[0], "W-9.1: start.go: nobody can be receiver here: nothing before names who that is");
}

#[test]
fn before_there_is_a_case_nobody_is_related_to_it() {
    for role in ["receiver", "supervisor", "SYS"] {
        let roles = format!("[begin]\nroles = [\"{role}\"]");
        let said = format!("W-9.1: begin: nobody can be {role} here: nothing before names who that is");
        broken(("[begin]\nroles = [\"MGR\"]", &roles), &[&said], (&roles, "[begin]\nroles = [\"owner\"]"));
    }
}

#[test]
fn the_app_answers_no_questions() {
    broken(
        ("to = \"start\"\nroles = [\"MGR\"]\n[[step]]", "to = \"start\"\nroles = [\"SYS\"]\nreason = true\n[[step]]"),
        &["W-9.1: middle.return: the app answers no questions, so it cannot make this move"],
        ("reason = true", ""),
    );
}

#[test]
fn an_approval_only_by_the_one_who_files_is_none() {
    broken(
        ("roles = [\"MGR\"]\ndue = [{ when", "roles = [\"receiver\"]\ndue = [{ when"),
        &[
            "W-9.1: middle.approve: only who files F-9.1-1 could approve it, and nobody approves their own",
            "W-9.1: start: no case leaves the step start for an end",
            "W-9.1: middle: no case leaves the step middle for an end",
            "W-9.1: end: nobody reaches the step end",
        ],
        ("approves = \"F-9.1-1\"", "approves = \"F-9.1-1\"\nself_approval = \"amount <= 200\""),
    );
    let found = problems(&[
        ("roles = [\"MGR\"]\ndue = [{ when", "roles = [\"receiver\"]\ndue = [{ when"),
        ("roles = [\"receiver\"]\ndue = \"d-2WD\"", "roles = [\"receiver\", \"MGR\"]\ndue = \"d-2WD\""),
    ]);
    assert_eq!(found, [""; 0]);
}

#[test]
fn a_self_approval_within_an_impossible_limit_is_refused() {
    broken(
        ("approves = \"F-9.1-1\"", "approves = \"F-9.1-1\"\nself_approval = \"amount <= 200 and amount > 300\""),
        &["W-9.1: middle.approve: \"amount <= 200 and amount > 300\" can never hold"],
        ("and amount > 300", "and amount > 100"),
    );
}

// ---- deadlines ----

/// The deadline in place of the loop's.
#[track_caller]
fn due(written: &str, said: &str) {
    let written = format!("due = {written}");
    broken(("due = \"C4\"", &written), &[&format!("W-9.1: start.call: {said}")], (&written, "due = \"2WD\""));
}

#[test]
fn a_day_that_no_calendar_has_is_refused() {
    for day in ["02-30", "02-29", "13-01", "00-10", "04-31", "-5WD", "99999WD"] {
        let change = format!("due = \"{day}\"");
        let found = problems(&[("due = \"C4\"", &change)]);
        assert_eq!(found, [format!("9/9.1/process.toml: W-9.1 start.call: {day:?} is no deadline")]);
    }
    assert_eq!(problems(&[("due = \"C4\"", "due = \"02-28\"")]), [""; 0]);
}

#[test]
fn a_deadline_from_a_planned_date_needs_one() {
    let without = (
        "asks = [{ key = \"receiver\" }, { key = \"planned_on\", required = true }]",
        "asks = [{ key = \"receiver\" }]",
    );
    broken(
        without,
        &["W-9.1: start.go: \"d-2WD\" counts from a planned date, and nothing gives cases one"],
        ("due = \"C4\"", "sets = { planned_on = \"today\" }"),
    );
    let text = problems(&[("type = \"date\"", "type = \"dt\"")]);
    assert_eq!(text, ["W-9.1: start.go: \"d-2WD\" counts from a planned date, and nothing gives cases one"]);
}

#[test]
fn a_rule_the_app_does_not_work_out_is_refused() {
    for rule in ["C9", "M05 plan", "R-8.1-2"] {
        due(&format!("\"{rule}\""), &format!("no rule {rule:?} is worked out by the app"));
    }
}

#[test]
fn a_deadline_that_leaves_no_time_is_refused() {
    for span in ["0h", "0min", "0WH", "0 working min"] {
        due(&format!("\"{span}\""), &format!("{span:?} is over as soon as it begins"));
    }
    for at in [
        "add_days(entered_at, -7)",
        "add_working_days(case.entered_at, -1)",
        "add_minutes(add_minutes(entered_at, -60), -5)",
    ] {
        due(&format!("[{{ at = \"{at}\" }}]"), &format!("{at:?} is over as soon as it begins"));
    }
    due("[{ by = \"2WD\", not_after = \"entered_at\" }]", "\"entered_at\" is over as soon as it begins");
    assert_eq!(problems(&[("due = \"C4\"", "due = [{ at = \"add_days(planned_on, -7)\" }]")]), [""; 0]);
}

#[test]
fn a_span_beyond_the_calendar_is_refused() {
    for span in
        ["4000WD", "30000WH", "4000 days", "200 months", "d+5000WD", "quarter start + 80WD", "quarter end + 80WD"]
    {
        due(&format!("\"{span}\""), &format!("{span:?} is further ahead than the calendar reaches"));
    }
}

#[test]
fn a_deadline_that_never_counts_is_refused() {
    due(
        "[{ by = \"5WD\" }, { when = \"amount > 1\", by = \"1WD\" }]",
        "\"1WD\" never counts: another deadline always comes first",
    );
    due(
        "[{ at = \"add_days(planned_on, 5)\", not_after = \"add_days(planned_on, 2)\" }]",
        "\"add_days(planned_on, 5)\" never counts: another deadline always comes first",
    );
    due(
        "[{ when = \"amount < 1 and amount > 2\", by = \"1WD\" }, { by = \"2WD\" }]",
        "\"amount < 1 and amount > 2\" can never hold",
    );
}

// ---- questions ----

#[test]
fn a_question_that_can_never_show_takes_those_with_it_that_depend_on_it() {
    broken(
        ("visible_when = 'way = \"visit\"'", "visible_when = 'way = \"visit\" and way = \"phone\"'"),
        &[
            "F-9.1-1: F-9.1-1 size: the question is never shown: \"way = \\\"visit\\\" and way = \\\"phone\\\"\" can never hold",
            "F-9.1-1: F-9.1-1 why: the question is never shown: \"size > 3\" can never hold",
        ],
        (" and way = \"phone\"'", " or way = \"phone\"'"),
    );
}

#[test]
fn a_question_beyond_the_bounds_of_another_never_shows() {
    broken(
        ("visible_when = \"size > 3\"\nrequired = \"size > 5\"", "visible_when = \"size > 9\""),
        &["F-9.1-1: F-9.1-1 why: the question is never shown: \"size > 9\" can never hold"],
        ("\"size > 9\"", "\"size >= 9\""),
    );
}

#[test]
fn a_part_of_a_form_that_never_shows_hides_its_questions() {
    let hidden = "[[form.section]]\ntitle = { zh = \"部分\", en = \"Part\" }\nvisible_when = \"false\"";
    let found = problems(&[("[[form.section]]\ntitle = { zh = \"部分\", en = \"Part\" }", hidden)]);
    assert_eq!(found.len(), 3, "{found:?}");
    assert!(found[0].starts_with("F-9.1-1: F-9.1-1 way: the question is never shown: \"false\""), "{}", found[0]);
}

#[test]
fn an_answer_that_is_asked_for_only_while_hidden_is_named() {
    broken(
        ("required = \"size > 5\"", "required = \"size < 3\""),
        &["F-9.1-1: F-9.1-1 why: \"size > 3 and size < 3\" can never hold"],
        ("\"size < 3\"", "\"size < 5\""),
    );
}

#[test]
fn a_rule_that_no_answers_keep_is_refused() {
    let rule = |field: &str, holds: &str| {
        let rules = format!("\nrules = [{{ holds = '{holds}', else = {{ zh = \"否\", en = \"No\" }} }}]");
        (field.to_owned(), format!("{field}{rules}"))
    };
    let (from, to) = rule("type = \"enum(way)\"\nrequired = true", "way != \"visit\" and way != \"phone\"");
    broken(
        (&from, &to),
        &["F-9.1-1: F-9.1-1: no answers keep the rule \"way != \\\"visit\\\" and way != \\\"phone\\\"\""],
        (" and way != \"phone\"'", "'"),
    );
    // What need not be answered keeps a rule by being left out.
    let (from, to) = rule("type = \"int[0..9]\"", "size > 9");
    assert_eq!(problems(&[(&from, &to)]), [""; 0]);
}

#[test]
fn what_a_move_or_a_beginning_asks_is_looked_at_as_well() {
    let asks = "due = \"C4\"\n[[step.event.asks]]\nkey = \"amount\"\nlabel = { zh = \"金额\", en = \"Amount\" }\n\
                type = \"money\"\nvisible_when = 'case.amount > 5 and blank(case.amount)'";
    broken(
        ("due = \"C4\"", asks),
        &[
            "W-9.1: start.call amount: the question is never shown: \"case.amount > 5 and blank(case.amount)\" can never hold",
        ],
        (" and blank(case.amount)", ""),
    );
    let begin = "[{ key = \"receiver\", required = 'filled(moves(\"call\"))' }";
    broken(
        ("[{ key = \"receiver\" }", begin),
        &["W-9.1: begin receiver: \"filled(moves(\\\"call\\\"))\" can never hold"],
        ("'filled(moves(\"call\"))'", "'blank(moves(\"call\"))'"),
    );
}

// ---- hand-overs ----

#[test]
fn a_case_that_would_never_be_opened_is_named() {
    broken(
        ("when = \"amount > 100\" }", "when = \"amount > 100 and amount < 50\" }"),
        &["W-9.1: middle.approve: \"amount > 100 and amount < 50\" can never hold"],
        (" and amount < 50", ""),
    );
}

#[test]
fn cases_that_always_open_the_next_are_refused() {
    broken(
        (", when = \"amount > 100\" }", " }"),
        &["W-9.1: : cases would be opened for ever: W-9.1 → W-9.1"],
        (
            "key = \"return\"\ntitle = { zh = \"退回\", en = \"Return\" }\nto = \"start\"",
            "key = \"return\"\ntitle = { zh = \"退回\", en = \"Return\" }\nto = \"end\"",
        ),
    );
}

#[test]
fn a_case_that_the_app_opens_anew_on_its_day_is_a_rhythm() {
    let yearly = [
        (
            "roles = [\"MGR\"]\ndue = [{ when = \"amount > 100\", by = \"1WD\" }, { by = \"3WD\" }]",
            "roles = [\"SYS\"]\ndue = \"12 months\"",
        ),
        (", when = \"amount > 100\" }", " }"),
    ];
    assert_eq!(problems(&yearly), [""; 0]);
    let at_once = [yearly[0], yearly[1], ("roles = [\"SYS\"]\ndue = \"12 months\"", "roles = [\"SYS\"]")];
    assert_eq!(problems(&at_once), ["W-9.1: : cases would be opened for ever: W-9.1 → W-9.1"]);
}

#[test]
fn moves_of_the_app_in_a_circle_are_refused() {
    broken(
        ("roles = [\"MGR\"]\ndue = \"C4\"", "roles = [\"SYS\"]"),
        &["W-9.1: start: cases would be opened for ever: W-9.1 start → W-9.1 start"],
        ("roles = [\"SYS\"]", "roles = [\"SYS\"]\ndue = \"1WD\""),
    );
}

// ---- references ----

#[test]
fn a_group_of_the_dictionary_and_a_kind_of_record_must_exist() {
    broken(
        ("type = \"long\"", "type = \"dict(colour)\""),
        &["F-9.1-1: F-9.1-1 why: there is no list of choices colour"],
        ("dict(colour)", "dict(region)"),
    );
    broken(
        ("type = \"ref(case)\"", "type = \"ref(cases)\""),
        &["W-9.1: next: there is no cases"],
        ("type = \"ref(cases)\"", "type = \"ref(case)\""),
    );
}

// ---- expressions wherever they stand ----

#[test]
fn an_expression_of_the_wrong_type_is_refused_wherever_it_stands() {
    let other = "else = { zh = \"否\", en = \"No\" }";
    let call = |entries: &str| ("due = \"C4\"".to_owned(), entries.to_owned(), "start.call");
    let asks = |entries: &str| {
        let ask = format!(
            "[[step.event.asks]]\nkey = \"extra\"\nlabel = {{ zh = \"另\", en = \"Extra\" }}\ntype = \"money\"\n{entries}"
        );
        ("due = \"C4\"".to_owned(), ask, "start.call extra")
    };
    let begin = |entries: &str| {
        ("{ key = \"receiver\" }".to_owned(), format!("{{ key = \"receiver\", {entries} }}"), "begin receiver")
    };
    let field =
        |entries: &str| ("type = \"int[0..9]\"".to_owned(), format!("type = \"int[0..9]\"\n{entries}"), "F-9.1-1 size");
    let why = |entries: &str| ("required = \"size > 5\"".to_owned(), entries.to_owned(), "F-9.1-1 why");
    let list = |entries: &str, column: &str| {
        let list = format!(
            "type = \"list\"\n{entries}\n[[form.section.field.column]]\nkey = \"part\"\n\
             label = {{ zh = \"部\", en = \"Part\" }}\ntype = \"money\"\n{column}"
        );
        ("type = \"long\"\nvisible_when = \"size > 3\"\nrequired = \"size > 5\"".to_owned(), list, "F-9.1-1 why")
    };
    let places = [
        ("count(moves(\"call\")) >= 1".to_owned(), "amount".to_owned(), "start.go"),
        call("due = [{ when = \"amount\", by = \"1WD\" }]"),
        call("due = [{ at = \"amount\" }]"),
        call("due = [{ by = \"2WD\", from = \"planned_on\" }]"),
        call("due = [{ by = \"2WD\", not_after = \"amount\" }]"),
        call("self_approval = \"amount\""),
        call("sets = { amount = \"planned_on\" }"),
        call("sets = { owner = \"amount\" }"),
        call(&format!("rules = [{{ holds = \"case.amount\", {other} }}]\nreason = true")),
        call("starts = { process = \"W-9.1\", when = \"amount\" }"),
        call("starts = { process = \"W-9.1\", each = \"amount\" }"),
        call("starts = { process = \"W-9.1\", when = \"amount > 1\", set = { amount = \"planned_on\" } }"),
        asks("default = \"today\""),
        asks("required = \"case.amount\""),
        asks("visible_when = \"case.amount\""),
        asks("auto = \"today\""),
        asks(&format!("rules = [{{ holds = \"extra\", {other} }}]")),
        begin("default = \"1\""),
        begin("required = \"today\""),
        begin(&format!("rules = [{{ holds = \"receiver\", {other} }}]")),
        field(&format!("rules = [{{ holds = \"size\", {other} }}]")),
        field("default = \"today\""),
        field("auto = \"today\""),
        field("required = \"size\""),
        ("visible_when = 'way = \"visit\"'".to_owned(), "visible_when = \"way\"".to_owned(), "F-9.1-1 size"),
        why("required = \"size\""),
        list(&format!("rules = [{{ holds = \"part\", each_row = true, {other} }}]"), ""),
        list("", "auto = \"today\""),
        list("default = \"size\"", ""),
        ("code = \"XX\"".to_owned(), format!("code = \"XX\"\nrules = [{{ holds = \"size\", {other} }}]"), "F-9.1-1"),
        ("[[form.section]]\n".to_owned(), "[[form.section]]\nvisible_when = \"size\"\n".to_owned(), "F-9.1-1"),
    ];
    for (from, to, place) in &places {
        let found = problems(&[(from, to)]);
        let [only] = found.as_slice() else { panic!("{to}: {found:?}") };
        let said = |file: &str| only.starts_with(&format!("{file}: {place}")) && only.contains(" at byte ");
        assert!(said("W-9.1") || said("F-9.1-1"), "{to}: {only}");
        assert!(only.contains(" is needed, not "), "{to}: {only}");
    }
    let rules = format!("customer = \"none\"\nrules = [{{ holds = \"planned_on\", {other} }}]");
    let found = problems(&[("customer = \"none\"", &rules)]);
    assert_eq!(found, ["W-9.1: begin: \"planned_on\" at byte 0: yes or no is needed, not a date"]);
}
