//! The app's second thread. It opens the store as another tab would, so that what it saves is saved and told like
//! everything else, and the page stays free for the person before it.

#[cfg(target_arch = "wasm32")]
mod arrival;
#[cfg(target_arch = "wasm32")]
mod backup;
#[cfg(target_arch = "wasm32")]
mod copy;
#[cfg(target_arch = "wasm32")]
mod desk;
#[cfg(target_arch = "wasm32")]
mod folder;
#[cfg(target_arch = "wasm32")]
mod import;
#[cfg(target_arch = "wasm32")]
mod packet;
#[cfg(target_arch = "wasm32")]
mod records;
#[cfg(target_arch = "wasm32")]
mod restore;
#[cfg(target_arch = "wasm32")]
mod sync;
#[cfg(target_arch = "wasm32")]
mod tables;
#[cfg(target_arch = "wasm32")]
mod workbook;
#[cfg(target_arch = "wasm32")]
mod wrapping;

#[cfg(target_arch = "wasm32")]
fn main() {
    desk::listen();
}

#[cfg(not(target_arch = "wasm32"))]
fn main() {
    eprintln!("kehu-worker runs in a browser only");
}
