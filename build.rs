//! Turns the texts in `locales/` into code, and refuses a text that stands in one language only.

use std::collections::BTreeSet;
use std::error::Error;
use std::path::{Path, PathBuf};

use leptos_i18n_parser::parse_locales::options::{Config, ParseOptions};
use leptos_i18n_parser::parse_locales::parse_locales;
use serde_json::Value;

fn main() -> Result<(), Box<dyn Error>> {
    println!("cargo:rerun-if-changed=locales");
    let names = namespaces(Path::new("locales/zh"))?;
    for name in &names {
        let (zh, en) = (keys("zh", name)?, keys("en", name)?);
        if let Some(key) = zh.symmetric_difference(&en).next() {
            return Err(format!("locales: {name}.json: {key} stands in one language only").into());
        }
    }
    let config = Config::new("zh")?
        .add_locale("en")?
        .locales_path("locales")
        .add_namespaces(names)?
        .parse_options(ParseOptions::default().interpolate_display(true));
    let texts = parse_locales(None, config)?;
    // No key may be doubtful: what the parser only warns about stops the build here.
    if let Some(warning) = texts.diag.warnings().first() {
        return Err(format!("locales: {warning}").into());
    }
    let code = leptos_i18n_codegen::gen_code(&texts, None, false, None, false)?;
    let out = PathBuf::from(std::env::var_os("OUT_DIR").ok_or("OUT_DIR is not set")?);
    std::fs::write(out.join("i18n.rs"), code.to_string())?;
    Ok(())
}

/// The files of one language, without their ending.
fn namespaces(folder: &Path) -> Result<Vec<String>, Box<dyn Error>> {
    let mut names = Vec::new();
    for file in std::fs::read_dir(folder)? {
        let path = file?.path();
        if let Some(name) = path.file_stem().and_then(|name| name.to_str()) {
            names.push(name.to_owned());
        }
    }
    names.sort();
    Ok(names)
}

/// Every key of a file with the gaps its text has, as `area.element.kind {count}`.
fn keys(language: &str, name: &str) -> Result<BTreeSet<String>, Box<dyn Error>> {
    let path = format!("locales/{language}/{name}.json");
    let text = std::fs::read_to_string(&path).map_err(|err| format!("{path}: {err}"))?;
    let content: Value = serde_json::from_str(&text).map_err(|err| format!("{path}: {err}"))?;
    let mut keys = BTreeSet::new();
    collect("", &content, &mut keys);
    Ok(keys)
}

fn collect(prefix: &str, content: &Value, keys: &mut BTreeSet<String>) {
    match content {
        Value::Object(members) => {
            for (key, member) in members {
                collect(&format!("{prefix}.{key}"), member, keys);
            }
        }
        Value::String(text) => {
            let mut gaps: Vec<&str> =
                text.split("{{").skip(1).filter_map(|rest| Some(rest.split_once("}}")?.0.trim())).collect();
            gaps.sort_unstable();
            gaps.dedup();
            keys.insert(format!("{} {gaps:?}", prefix.trim_start_matches('.')));
        }
        _ => {
            keys.insert(format!("{} is no text", prefix.trim_start_matches('.')));
        }
    }
}
