//! Lists the playbook's files, so that a new section is a new folder and no line of code.

use std::error::Error;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

/// Folders of `playbook/` that other modules read by themselves.
const READ_ELSEWHERE: [&str; 2] = ["calendar", "dictionary"];

fn main() -> Result<(), Box<dyn Error>> {
    let root = PathBuf::from(std::env::var_os("CARGO_MANIFEST_DIR").ok_or("no manifest folder")?);
    let playbook = root.join("../../playbook").canonicalize()?;
    println!("cargo:rerun-if-changed={}", playbook.display());
    let mut files = Vec::new();
    collect(&playbook, "", &mut files)?;
    files.sort();
    let mut code = String::from("&[\n");
    for (name, path) in &files {
        writeln!(code, "    ({name:?}, include_str!({path:?})),")?;
    }
    code.push_str("]\n");
    let out = PathBuf::from(std::env::var_os("OUT_DIR").ok_or("OUT_DIR is not set")?);
    std::fs::write(out.join("playbook_files.rs"), code)?;
    Ok(())
}

fn collect(folder: &Path, prefix: &str, files: &mut Vec<(String, PathBuf)>) -> Result<(), Box<dyn Error>> {
    for entry in std::fs::read_dir(folder)? {
        let entry = entry?;
        let name = entry.file_name().to_string_lossy().into_owned();
        if entry.file_type()?.is_dir() {
            if !READ_ELSEWHERE.contains(&name.as_str()) {
                collect(&entry.path(), &format!("{prefix}{name}/"), files)?;
            }
        } else if name.ends_with(".toml") {
            files.push((format!("{prefix}{name}"), entry.path()));
        }
    }
    Ok(())
}
