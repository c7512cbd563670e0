//! What records, fields and contents are called, in both languages, whether they are here or only in a file.

use crate::book::{Book, Record, SYSTEM};
use crate::change::{DELETED, FORGOTTEN};
use crate::dictionary::Dictionary;
use crate::field::Field;
use crate::field_text::{Meanings, Showing, show};
use crate::key::Key;
use crate::kind;
use crate::playbook::Playbook;
use crate::stamp::RecordId;
use crate::text::Lang;
use crate::value::Value;

/// Words that stand in no dictionary and no form: kinds the app keeps, and fields it sets.
const WORDS: [(&str, &str, &str); 25] = [
    ("case", "事项", "Case"),
    ("document", "单据", "Document"),
    ("score", "评分", "Score"),
    ("scorecard", "评分卡版本", "Scorecard version"),
    ("attachment", "附件", "Attachment"),
    ("workspace", "公司标识", "Company identity"),
    ("settings", "设置", "Settings"),
    ("device", "设备编号", "Device code"),
    ("dict_item", "字典项", "Dictionary item"),
    ("field_def", "自定义字段", "Added field"),
    ("arrival", "并入记录", "Arrival"),
    ("packet", "交接记录", "Hand-over"),
    ("export", "导出记录", "Export"),
    ("merger", "客户合并", "Merged customers"),
    ("batch", "导入批次", "Import"),
    ("name", "名称", "Name"),
    ("code", "编号", "Code"),
    ("step", "步骤", "Step"),
    ("process", "流程", "Process"),
    ("reason", "原因", "Reason"),
    ("owner", "负责人", "Owner"),
    ("deleted", "已删除", "Deleted"),
    ("forgotten", "已清除", "Erased"),
    ("customer", "客户", "Customer"),
    ("entered_at", "进入步骤的时间", "Step entered at"),
];

/// Tells of records, fields and contents.
pub struct Telling<'b> {
    here: &'b Book,
    there: Option<&'b Book>,
    dictionary: &'b Dictionary,
    lang: Lang,
}

impl<'b> Telling<'b> {
    /// Tells of what is `here`, in the words of `dictionary`.
    pub fn new(here: &'b Book, dictionary: &'b Dictionary, lang: Lang) -> Self {
        Self { here, there: None, dictionary, lang }
    }

    /// Tells of what is in `there`, and of what is `here` where it is not.
    pub fn of_file(here: &'b Book, there: &'b Book, dictionary: &'b Dictionary, lang: Lang) -> Self {
        Self { here, there: Some(there), dictionary, lang }
    }

    /// A record in the file or here.
    pub fn find(&self, id: RecordId) -> Option<&'b Record> {
        self.there.and_then(|there| there.get(id)).or_else(|| self.here.get(id))
    }

    /// What a kind of record is called.
    pub fn kind(&self, key: Key) -> String {
        let known = self.dictionary.kind(key).map(|kind| kind.label.get(self.lang).to_owned());
        known.unwrap_or_else(|| self.word(key.as_str()))
    }

    fn word(&self, key: &str) -> String {
        let pair = WORDS.iter().find(|(name, ..)| *name == key);
        pair.map_or(key, |(_, zh, en)| if self.lang == Lang::En { en } else { zh }).to_owned()
    }

    /// What a record is called: a case by its process and step, a form by its title and number, others by name or code.
    pub fn name(&self, id: RecordId) -> String {
        let Some(record) = self.find(id) else { return String::new() };
        let playbook = Playbook::built_in();
        let parts = match record.kind.as_str() {
            "case" => {
                let process = playbook.process(record.text(kind::PROCESS));
                let step = process.and_then(|process| process.steps.iter().find(|s| s.key == *record.text(kind::STEP)));
                let label = step.map(|step| step.label.get(self.lang).to_owned());
                let title = process.map(|process| process.title.get(self.lang).to_owned());
                vec![title.unwrap_or_else(|| record.text(kind::PROCESS).to_owned()), label.unwrap_or_default()]
            }
            "document" => {
                let title = playbook.form(record.text(kind::FORM)).map(|form| form.title.get(self.lang).to_owned());
                vec![title.unwrap_or_default(), record.text(kind::FORM_NO).to_owned()]
            }
            "score" => vec![record.text(kind::CARD).to_owned()],
            "field_def" | "dict_item" => {
                let key = if self.lang == Lang::En { Key::of("en") } else { Key::of("zh") };
                vec![record.text(key).to_owned()]
            }
            _ => {
                let keys = [kind::NAME, kind::CODE, kind::FORM_NO];
                let named = keys.into_iter().map(|key| record.text(key)).find(|text| !text.is_empty());
                vec![named.unwrap_or_default().to_owned()]
            }
        };
        let name = parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" · ");
        if name.is_empty() { self.once_named(record) } else { name }
    }

    /// The last name a record had, where it has none now, such as one that was taken back.
    fn once_named(&self, record: &Record) -> String {
        let names = record.changes().iter().rev().filter_map(|change| change.set.get(kind::NAME)?.as_text());
        names.filter(|name| !name.is_empty()).map(str::to_owned).next().unwrap_or_default()
    }

    /// Who did something: a member of staff, or the app.
    pub fn author(&self, id: RecordId) -> String {
        let name = if id == SYSTEM { String::new() } else { self.name(id) };
        if name.is_empty() { "Kehu".to_owned() } else { name }
    }

    /// What a field of a record is called.
    pub fn label(&self, record: &Record, key: Key) -> String {
        if [DELETED, FORGOTTEN].contains(&key) {
            return self.word(key.as_str());
        }
        self.field(record, key, |field| field.label.get(self.lang).to_owned())
            .unwrap_or_else(|| self.word(key.as_str()))
    }

    /// What a field of a record holds, as people read it.
    pub fn content(&self, record: &Record, key: Key, value: &Value) -> String {
        if value.is_blank() {
            return String::new();
        }
        let shown = self.field(record, key, |field| show(&field.kind, value, self.lang, Showing::new(self)));
        shown.unwrap_or_else(|| match value {
            Value::Text(text) if record.kind == kind::ATTACHMENT && key == kind::DATA => {
                let kilobytes = text.len() * 3 / 4 / 1000;
                format!("{kilobytes} kB")
            }
            Value::Text(text) if key == kind::STEP => {
                let process = Playbook::built_in().process(record.text(kind::PROCESS));
                let step = process.and_then(|process| process.steps.iter().find(|step| step.key == **text));
                step.map_or_else(|| text.to_string(), |step| step.label.get(self.lang).to_owned())
            }
            Value::Text(text) => {
                text.parse().ok().map(|id| self.name(id)).filter(|n| !n.is_empty()).unwrap_or_else(|| text.to_string())
            }
            Value::Bool(true) => if self.lang == Lang::En { "yes" } else { "是" }.to_owned(),
            Value::Bool(false) => if self.lang == Lang::En { "no" } else { "否" }.to_owned(),
            other => other.canonical(),
        })
    }

    /// The field of a record's kind, process or form.
    pub fn field<T>(&self, record: &Record, key: Key, tell: impl Fn(&Field) -> T) -> Option<T> {
        let playbook = Playbook::built_in();
        let of_kind = self.dictionary.kind(record.kind).and_then(|kind| kind.field(key)).map(|field| &field.field);
        let graded = || playbook.customer_field(key).filter(|_| record.kind == kind::CUSTOMER);
        let own = || playbook.process(record.text(kind::PROCESS))?.fields.iter().find(|field| field.key == key);
        let of_form = || Some(&playbook.form(record.text(kind::FORM))?.field(key)?.field);
        of_kind.or_else(graded).or_else(own).or_else(of_form).map(tell)
    }
}

impl Meanings for Telling<'_> {
    fn choice(&self, group: Key, text: &str) -> Option<Key> {
        self.dictionary.choice(group, text)
    }

    fn choice_label(&self, group: Key, key: &str, lang: Lang) -> Option<String> {
        self.dictionary.choice_label(group, key, lang)
    }

    fn record(&self, _kind: Key, _text: &str) -> Option<RecordId> {
        None
    }

    fn record_label(&self, _kind: Key, id: RecordId) -> Option<String> {
        Some(self.name(id)).filter(|name| !name.is_empty())
    }
}

/// Fields that only tie records together; they are told where somebody changed them.
pub fn is_hidden(key: Key) -> bool {
    const HIDDEN: [Key; 8] = [
        kind::PROPOSED_BY,
        kind::CUSTOMER_REF,
        kind::CASE_REF,
        kind::EVENT,
        kind::ORIGIN,
        kind::ORIGIN_ROW,
        kind::FORM,
        kind::SHA256,
    ];
    HIDDEN.contains(&key)
}
