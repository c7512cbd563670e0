//! Turns the playbook's TOML files into JSON and lists them, so that a new section is a new folder and no line of code;
//! and takes the readings of characters out of larger tables.

mod syllables;

use std::error::Error;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

/// Folders of `playbook/` that other modules read by themselves.
const READ_ELSEWHERE: [&str; 2] = ["calendar/", "dictionary/"];

fn main() -> Result<(), Box<dyn Error>> {
    let root = PathBuf::from(std::env::var_os("CARGO_MANIFEST_DIR").ok_or("no manifest folder")?);
    let out = PathBuf::from(std::env::var_os("OUT_DIR").ok_or("OUT_DIR is not set")?);
    std::fs::write(out.join("syllables.rs"), syllables::tables()?)?;
    let out = out.join("playbook");
    let playbook = root.join("../../playbook").canonicalize()?;
    println!("cargo:rerun-if-changed={}", playbook.display());
    println!("cargo:rerun-if-changed=src/written/json_value.rs");
    let mut files = Vec::new();
    collect(&playbook, "", &mut files)?;
    files.sort();
    let mut code = String::from("&[\n");
    for name in &files {
        let written = std::fs::read_to_string(playbook.join(name))?;
        let json = compact(&written).map_err(|error| format!("playbook/{name}: {error}"))?;
        let target = out.join(name).with_extension("json");
        std::fs::create_dir_all(target.parent().unwrap_or(&out))?;
        std::fs::write(&target, json)?;
        if !READ_ELSEWHERE.iter().any(|folder| name.starts_with(folder)) {
            writeln!(code, "    ({name:?}, include_str!({target:?})),")?;
        }
    }
    code.push_str("]\n");
    std::fs::write(out.join("files.rs"), code)?;
    Ok(())
}

fn compact(written: &str) -> Result<String, Box<dyn Error>> {
    let table: toml::Table = toml::from_str(written)?;
    Ok(serde_json::to_string(&json_value(toml::Value::Table(table)))?)
}

fn collect(folder: &Path, prefix: &str, files: &mut Vec<String>) -> Result<(), Box<dyn Error>> {
    for entry in std::fs::read_dir(folder)? {
        let entry = entry?;
        let name = entry.file_name().to_string_lossy().into_owned();
        if entry.file_type()?.is_dir() {
            collect(&entry.path(), &format!("{prefix}{name}/"), files)?;
        } else if name.ends_with(".toml") {
            files.push(format!("{prefix}{name}"));
        }
    }
    Ok(())
}

include!("../src/written/json_value.rs");
