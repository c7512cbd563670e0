//! Names the optimised files after what they now contain, so that a name kept for good never changes its content.

use super::{files_of, read, read_text, sha256, write};
use crate::step::{Failure, Outcome};
use std::path::Path;

/// How many hexadecimal digits of its SHA-256 a file carries in its name, as many as Trunk gives it.
const DIGITS: usize = 16;

/// Renames wasm, then the scripts that name it, and puts the new names wherever the old ones stood.
///
/// # Errors
/// When a file cannot be read, renamed or written.
pub fn settle(dist: &Path) -> Outcome {
    for kind in [".wasm", ".js"] {
        for old in files_of(dist)?.iter().filter(|file| file.ends_with(kind)) {
            let Some(hash) = hash_in(old) else { continue };
            let digest = sha256(&read(&dist.join(old))?);
            let new = old.replace(hash, digest.get(..DIGITS).unwrap_or(&digest));
            std::fs::rename(dist.join(old), dist.join(&new))
                .map_err(|error| Failure::new(format!("{old} cannot be renamed: {error}")))?;
            rename_in_texts(dist, old, &new)?;
        }
    }
    Ok(())
}

fn rename_in_texts(dist: &Path, old: &str, new: &str) -> Outcome {
    let texts = files_of(dist)?;
    for file in texts.iter().filter(|file| file.ends_with(".html") || file.ends_with(".js")) {
        let text = read_text(&dist.join(file))?;
        if text.contains(old) {
            write(&dist.join(file), text.replace(old, new))?;
        }
    }
    Ok(())
}

/// The hash that Trunk put into the name of a file in the root of `dist`.
fn hash_in(file: &str) -> Option<&str> {
    let (_, rest) = file.rsplit_once('-')?;
    let hash = rest.split(['_', '.']).next()?;
    let is_hash = hash.len() == DIGITS && hash.bytes().all(|byte| byte.is_ascii_hexdigit());
    (is_hash && !file.contains('/')).then_some(hash)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::super::Staging;
    use super::*;

    #[test]
    fn a_changed_wasm_renames_its_script_and_both_are_found() {
        let dist = Staging::new(
            "names",
            &[
                ("kehu-0123456789abcdef_bg.wasm", "smaller"),
                ("kehu-fedcba9876543210.js", "load('kehu-0123456789abcdef_bg.wasm')"),
                ("index.html", "kehu-fedcba9876543210.js kehu-0123456789abcdef_bg.wasm"),
            ],
        )
        .unwrap();
        settle(&dist).unwrap();
        let files = files_of(&dist).unwrap();
        let page = read_text(&dist.join("index.html")).unwrap();
        for file in files.iter().filter(|file| *file != "index.html") {
            let digest = sha256(&read(&dist.join(file)).unwrap());
            assert_eq!(hash_in(file), digest.get(..DIGITS));
            assert!(page.contains(file.as_str()), "{file} is not in {page}");
        }
        assert_eq!(files.len(), 3);
    }

    #[test]
    fn plain_names_stay() {
        for plain in ["sw.js", "register-sw.js", "icons/kehu-192.png", "snippets/a-0123456789abcdef/inline0.js"] {
            assert_eq!(hash_in(plain), None);
        }
    }
}
