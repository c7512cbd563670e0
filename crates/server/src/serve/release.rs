//! The app as built: all its files in memory, so that what is served is one release from start to stop.

use super::accept::Coding;
use super::asset::Asset;
use kehu_policy::Origin;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

const INDEX: &str = "index.html";

/// The service worker.
pub const WORKER: &str = "sw.js";

/// Files for other hosts; `kehu serve` works out the same by itself and shows them to nobody.
const FOR_OTHER_HOSTS: [&str; 2] = ["_headers", "_redirects"];

/// One release of the app.
pub struct Release {
    assets: BTreeMap<String, Asset>,
    index: String,
}

/// Why a folder cannot be served.
#[derive(Debug, thiserror::Error)]
pub enum ReleaseError {
    /// There is no built app.
    #[error("no built app in {}; build it with `cargo xtask build`", .0.display())]
    Missing(PathBuf),
    /// A file is there but cannot be read, or its text is not UTF-8.
    #[error("{} cannot be read: {source}", path.display())]
    Unreadable { path: PathBuf, source: std::io::Error },
}

impl Release {
    /// Reads every file below `dist` into memory, with the compressed forms that stand beside it.
    ///
    /// # Errors
    /// When there is no `index.html`, or a file cannot be read.
    pub fn open(dist: &Path) -> Result<Self, ReleaseError> {
        let first_page = dist.join(INDEX);
        if !first_page.is_file() {
            return Err(ReleaseError::Missing(dist.to_owned()));
        }
        let unreadable = |source| ReleaseError::Unreadable { path: first_page.clone(), source };
        let index = std::fs::read_to_string(&first_page).map_err(unreadable)?;
        let mut assets = BTreeMap::new();
        collect(dist, "", &mut assets)?;
        let mut release = Self { assets, index };
        release.unite_packed();
        Ok(release)
    }

    /// The same release, allowed to reach `connect`.
    pub fn reaching(mut self, connect: &[Origin]) -> Self {
        let source = self.assets.get(WORKER).and_then(|asset| std::str::from_utf8(asset.bytes()).ok());
        if let Some(worker) = source.map(|source| kehu_policy::service_worker(source, connect)) {
            let asset = Asset::new(WORKER, worker.into_bytes());
            self.assets.entry(WORKER.to_owned()).and_modify(|known| {
                // Else its compressed forms are lost.
                if known.bytes() != asset.bytes() {
                    *known = asset;
                }
            });
        }
        self
    }

    /// Files that are another one's compressed form are no files of their own.
    fn unite_packed(&mut self) {
        for coding in [Coding::Gzip, Coding::Brotli] {
            let Some(ending) = coding.ending() else { continue };
            let names =
                self.assets.keys().filter_map(|name| Some((name.clone(), name.strip_suffix(ending)?.to_owned())));
            for (name, plain) in names.collect::<Vec<_>>() {
                if !self.assets.contains_key(&plain) {
                    continue;
                }
                if let (Some(packed), Some(asset)) = (self.assets.remove(&name), self.assets.get(&plain)) {
                    asset.take_made(coding, packed.bytes().to_vec());
                }
            }
        }
    }

    /// Writes the compressed forms beside the files they are forms of.
    ///
    /// # Errors
    /// When a file cannot be written.
    pub fn write_packed(&self, dist: &Path) -> std::io::Result<()> {
        for (name, asset) in &self.assets {
            for coding in [Coding::Gzip, Coding::Brotli] {
                if let (Some(ending), Some(bytes)) = (coding.ending(), asset.packed(coding)) {
                    std::fs::write(dist.join(format!("{name}{ending}")), bytes)?;
                }
            }
        }
        Ok(())
    }

    /// The first page as text.
    pub fn index_html(&self) -> &str {
        &self.index
    }

    /// What to answer to a request for `path`, which starts with `/`.
    ///
    /// A path that names no kind of file is a place within the app, and its page is the first page.
    pub fn find(&self, path: &str) -> Option<&Asset> {
        let path = path.trim_start_matches('/');
        self.assets.get(if has_extension(path) { path } else { INDEX })
    }

    /// Makes the compressed forms of all files, the small ones first.
    pub fn compress(&self) {
        let mut assets: Vec<_> = self.assets.values().collect();
        assets.sort_by_key(|asset| asset.len());
        assets.into_iter().for_each(Asset::compress);
    }

    /// Makes the compressed forms on a thread of its own, so that serving starts at once.
    pub fn compress_in_background(self: &Arc<Self>) {
        let release = Arc::clone(self);
        std::thread::spawn(move || release.compress());
    }
}

/// Whether `path` ends like a file, in a dot and a letter; `handbook/3.1` does not.
fn has_extension(path: &str) -> bool {
    let name = path.rsplit('/').next().unwrap_or(path);
    name.rsplit_once('.').is_some_and(|(_, extension)| extension.starts_with(|first: char| first.is_ascii_alphabetic()))
}

fn collect(folder: &Path, prefix: &str, assets: &mut BTreeMap<String, Asset>) -> Result<(), ReleaseError> {
    let unreadable = |path: &Path| {
        let path = path.to_owned();
        move |source| ReleaseError::Unreadable { path, source }
    };
    for entry in std::fs::read_dir(folder).map_err(unreadable(folder))? {
        let entry = entry.map_err(unreadable(folder))?;
        let file = entry.path();
        let path = format!("{prefix}{}", entry.file_name().to_string_lossy());
        if file.is_dir() {
            collect(&file, &format!("{path}/"), assets)?;
        } else if !FOR_OTHER_HOSTS.contains(&path.as_str()) {
            let bytes = std::fs::read(&file).map_err(unreadable(&file))?;
            assets.insert(path.clone(), Asset::new(&path, bytes));
        }
    }
    Ok(())
}
