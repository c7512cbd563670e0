//! The browser's files: chosen ones as bytes, ours as downloads.

use js_sys::{Array, Uint8Array};
use kehu_domain::snapshot::SnapshotError;
use wasm_bindgen::JsCast;
use wasm_bindgen_futures::JsFuture;
use web_sys::{Blob, BlobPropertyBag, File, HtmlAnchorElement, Url};

/// The largest file that is opened, in bytes; more would not fit beside the records in memory.
pub const MAX_FILE_BYTES: u64 = 512_000_000;

/// Why a file cannot be used; nothing of it was taken in.
#[derive(Clone, Debug, PartialEq)]
pub enum FileProblem {
    /// Nothing is in it.
    Empty,
    /// It is larger than what is opened.
    TooLarge {
        /// Its size in bytes.
        size: u64,
        /// The limit in bytes.
        limit: u64,
    },
    /// The browser could not read it.
    Unreadable,
    /// It is a backup, but of another workspace.
    OtherCompany,
    /// It is no backup that can be opened.
    Snapshot(SnapshotError),
}

/// The bytes of a file the user chose.
///
/// # Errors
/// When it is empty, larger than [`MAX_FILE_BYTES`], or cannot be read.
pub async fn read_file(file: &File) -> Result<Vec<u8>, FileProblem> {
    let size = file.size();
    if size <= 0.0 {
        return Err(FileProblem::Empty);
    }
    if size > MAX_FILE_BYTES as f64 {
        return Err(FileProblem::TooLarge { size: size as u64, limit: MAX_FILE_BYTES });
    }
    let buffer = JsFuture::from(file.array_buffer()).await.map_err(|_| FileProblem::Unreadable)?;
    Ok(Uint8Array::new(&buffer).to_vec())
}

/// Bytes as a file without a name; `None` when the browser has no room for it.
pub(super) fn blob(media_type: &str, bytes: &[u8]) -> Option<Blob> {
    let options = BlobPropertyBag::new();
    options.set_type(media_type);
    Blob::new_with_u8_array_sequence_and_options(&Array::of1(&Uint8Array::from(bytes)), &options).ok()
}

/// Hands the user a file that is ready; says whether the browser took it.
pub fn save_blob(name: &str, blob: &Blob) -> bool {
    download(name, blob).is_some()
}

fn download(name: &str, blob: &Blob) -> Option<()> {
    let document = web_sys::window()?.document()?;
    let address = Url::create_object_url_with_blob(blob).ok()?;
    let link: HtmlAnchorElement = document.create_element("a").ok()?.dyn_into().ok()?;
    link.set_href(&address);
    link.set_download(name);
    document.body()?.append_child(&link).ok()?;
    link.click();
    link.remove();
    // The browser reads the blob after this turn; a minute is plenty even for a large one.
    leptos::task::spawn_local(async move {
        gloo_timers::future::TimeoutFuture::new(60_000).await;
        let _ = Url::revoke_object_url(&address);
    });
    Some(())
}
