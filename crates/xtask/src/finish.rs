//! Finishing: what Trunk leaves in its staging folder becomes a release that any static host can serve.

mod headers;
mod names;
mod precache;
mod wasm;

use crate::step::{Failure, Outcome};
use flate2::{Compression, write::GzEncoder};
use sha2::{Digest, Sha256};
use std::io::Write;
use std::path::{Path, PathBuf};

/// Finishes Trunk's staging folder; called by Trunk as its `post_build` hook.
///
/// A debug build keeps its wasm as compiled and a service worker that caches nothing, so that every reload shows the
/// latest code.
///
/// # Errors
/// When not called by Trunk, or when the folder is not what Trunk leaves.
pub fn hook() -> Outcome {
    let Some(dist) = std::env::var_os("TRUNK_STAGING_DIR").map(PathBuf::from) else {
        return Err(Failure::new("Trunk calls this after building; you want `cargo xtask build`"));
    };
    let is_release = std::env::var("TRUNK_PROFILE").is_ok_and(|profile| profile == "release");
    if is_release {
        wasm::optimise(&dist)?;
        names::settle(&dist)?;
        precache::list(&dist)?;
    }
    headers::write_for_hosts(&dist)?;
    if is_release { show_sizes(&dist) } else { Ok(()) }
}

/// One line per kind of file: how much there is, and how much of it travels.
fn show_sizes(dist: &Path) -> Outcome {
    let files = files_of(dist)?;
    let mut total = (0, 0);
    for kind in ["wasm", "js", "css", "html"] {
        let mut sum = (0, 0);
        for file in files.iter().filter(|file| file.ends_with(&format!(".{kind}"))) {
            let bytes = read(&dist.join(file))?;
            sum = (sum.0 + bytes.len(), sum.1 + gzipped_len(&bytes)?);
        }
        println!("  {kind:5} {:>9} B  gzip {:>9} B", sum.0, sum.1);
        total = (total.0 + sum.0, total.1 + sum.1);
    }
    println!("  all   {:>9} B  gzip {:>9} B", total.0, total.1);
    Ok(())
}

fn gzipped_len(bytes: &[u8]) -> Outcome<usize> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    let packed = encoder.write_all(bytes).and_then(|()| encoder.finish());
    packed.map(|packed| packed.len()).map_err(|error| Failure::new(format!("gzip: {error}")))
}

/// Every file below `dist`, as a path from there with `/` between folders, sorted.
fn files_of(dist: &Path) -> Outcome<Vec<String>> {
    let mut files = Vec::new();
    collect(dist, "", &mut files)
        .map_err(|error| Failure::new(format!("{} cannot be listed: {error}", dist.display())))?;
    files.sort();
    Ok(files)
}

fn collect(folder: &Path, prefix: &str, files: &mut Vec<String>) -> std::io::Result<()> {
    for entry in std::fs::read_dir(folder)? {
        let entry = entry?;
        let path = format!("{prefix}{}", entry.file_name().to_string_lossy());
        if entry.file_type()?.is_dir() {
            collect(&entry.path(), &format!("{path}/"), files)?;
        } else {
            files.push(path);
        }
    }
    Ok(())
}

fn read(path: &Path) -> Outcome<Vec<u8>> {
    std::fs::read(path).map_err(|error| Failure::new(format!("{} cannot be read: {error}", path.display())))
}

fn read_text(path: &Path) -> Outcome<String> {
    String::from_utf8(read(path)?).map_err(|_| Failure::new(format!("{} is not UTF-8", path.display())))
}

fn write(path: &Path, content: impl AsRef<[u8]>) -> Outcome {
    std::fs::write(path, content)
        .map_err(|error| Failure::new(format!("{} cannot be written: {error}", path.display())))
}

/// The SHA-256 of `bytes` in lower-case hexadecimal digits.
fn sha256(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
}

/// A folder like Trunk's, for one test; gone with its owner.
#[cfg(test)]
struct Staging(PathBuf);

#[cfg(test)]
impl Staging {
    /// A folder of its own for the test called `name`, holding `files` as paths with contents.
    fn new(name: &str, files: &[(&str, &str)]) -> Outcome<Self> {
        let folder = std::env::temp_dir().join(format!("kehu-xtask-{}-{name}", std::process::id()));
        for (path, content) in files {
            let file = folder.join(path);
            std::fs::create_dir_all(file.parent().unwrap_or(&folder))
                .map_err(|error| Failure::new(error.to_string()))?;
            write(&file, content)?;
        }
        Ok(Self(folder))
    }
}

#[cfg(test)]
impl std::ops::Deref for Staging {
    type Target = Path;

    fn deref(&self) -> &Path {
        &self.0
    }
}

#[cfg(test)]
impl Drop for Staging {
    fn drop(&mut self) {
        _ = std::fs::remove_dir_all(&self.0);
    }
}
