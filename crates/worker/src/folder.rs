//! A folder of the person's, by its handle.

use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{
    Blob, FileSystemDirectoryHandle, FileSystemFileHandle, FileSystemGetFileOptions, FileSystemWritableFileStream,
};

use kehu_ledger::errand::Failure;

/// A folder that may be read and written, as long as the browser allows it.
pub struct Folder(FileSystemDirectoryHandle);

impl Folder {
    /// The folder behind a handle.
    ///
    /// # Errors
    /// [`Failure::NoFolder`] when it is no handle of a folder.
    pub fn new(handle: Option<&JsValue>) -> Result<Self, Failure> {
        let handle = handle.and_then(|handle| handle.dyn_ref::<FileSystemDirectoryHandle>());
        handle.cloned().map(Self).ok_or(Failure::NoFolder)
    }

    /// The names of all that lies in it.
    ///
    /// # Errors
    /// As [`Self::write`].
    pub async fn names(&self) -> Result<Vec<String>, Failure> {
        let (all, mut names) = (self.0.keys(), Vec::new());
        loop {
            let next = JsFuture::from(all.next().map_err(failure)?).await.map_err(failure)?;
            let next: js_sys::IteratorNext = next.unchecked_into();
            if next.done() {
                return Ok(names);
            }
            names.extend(next.value().as_string());
        }
    }

    /// Writes a file whole or not at all: the browser puts it in place when it is closed.
    ///
    /// # Errors
    /// [`Failure::NoLeave`] when the person has to be asked first, [`Failure::NoFolder`] when the folder has gone,
    /// [`Failure::File`] for anything else, such as a full disk.
    pub async fn write(&self, name: &str, content: &Blob) -> Result<(), Failure> {
        let options = FileSystemGetFileOptions::new();
        options.set_create(true);
        let file = JsFuture::from(self.0.get_file_handle_with_options(name, &options)).await.map_err(failure)?;
        let file: FileSystemFileHandle = file.unchecked_into();
        let outcome = async {
            let stream = JsFuture::from(file.create_writable()).await.map_err(failure)?;
            let stream: FileSystemWritableFileStream = stream.unchecked_into();
            JsFuture::from(stream.write_with_blob(content).map_err(failure)?).await.map_err(failure)?;
            JsFuture::from(stream.close()).await.map_err(failure)?;
            Ok(())
        }
        .await;
        if outcome.is_err() {
            // An empty file of that name would look like a copy.
            _ = self.remove(name).await;
        }
        outcome
    }

    /// A file of the folder.
    ///
    /// # Errors
    /// As [`Self::write`].
    pub async fn file(&self, name: &str) -> Result<Blob, Failure> {
        let handle = JsFuture::from(self.0.get_file_handle(name)).await.map_err(failure)?;
        let handle: FileSystemFileHandle = handle.unchecked_into();
        Ok(JsFuture::from(handle.get_file()).await.map_err(failure)?.unchecked_into())
    }

    /// Takes a file away.
    ///
    /// # Errors
    /// As [`Self::write`].
    pub async fn remove(&self, name: &str) -> Result<(), Failure> {
        JsFuture::from(self.0.remove_entry(name)).await.map(drop).map_err(failure)
    }
}

fn failure(thrown: JsValue) -> Failure {
    let name = js_sys::Reflect::get(&thrown, &"name".into()).ok().and_then(|name| name.as_string());
    match name.as_deref() {
        Some("NotAllowedError" | "SecurityError") => Failure::NoLeave,
        Some("NotFoundError") => Failure::NoFolder,
        _ => Failure::File,
    }
}
