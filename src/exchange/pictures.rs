//! Pictures as they are kept: small enough to travel, in the browser's own formats.

use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{CanvasRenderingContext2d, File, HtmlCanvasElement, ImageBitmap};

/// The longer side of a photo that is kept, in pixels.
const LONGER_SIDE: f64 = 1280.0;
/// How well a photo is kept, from 0 to 1.
const QUALITY: f64 = 0.72;

/// Bytes with what they are.
pub struct NewFile {
    /// What the person calls it.
    pub name: String,
    /// Its media type.
    pub media_type: String,
    /// Its bytes.
    pub bytes: Vec<u8>,
}

/// A photo made smaller; `None` when the browser cannot read it as a picture.
pub async fn shrunk(file: &File) -> Option<NewFile> {
    let window = web_sys::window()?;
    let bitmap = JsFuture::from(window.create_image_bitmap_with_blob(file).ok()?).await.ok()?;
    let bitmap: ImageBitmap = bitmap.dyn_into().ok()?;
    let (width, height) = (f64::from(bitmap.width()), f64::from(bitmap.height()));
    let scale = (LONGER_SIDE / width.max(height).max(1.0)).min(1.0);
    let canvas: HtmlCanvasElement = window.document()?.create_element("canvas").ok()?.dyn_into().ok()?;
    canvas.set_width((width * scale).round() as u32);
    canvas.set_height((height * scale).round() as u32);
    let context: CanvasRenderingContext2d = canvas.get_context("2d").ok()??.dyn_into().ok()?;
    context.draw_image_with_image_bitmap_and_dw_and_dh(&bitmap, 0.0, 0.0, width * scale, height * scale).ok()?;
    let url = canvas.to_data_url_with_type_and_encoder_options("image/jpeg", &JsValue::from_f64(QUALITY)).ok()?;
    Some(NewFile { name: file.name(), media_type: "image/jpeg".to_owned(), bytes: bytes_of(&url)? })
}

/// What was drawn on a canvas, as PNG.
pub fn drawn(canvas: &HtmlCanvasElement, name: &str) -> Option<NewFile> {
    let url = canvas.to_data_url_with_type("image/png").ok()?;
    Some(NewFile { name: name.to_owned(), media_type: "image/png".to_owned(), bytes: bytes_of(&url)? })
}

/// Bytes as base64.
pub fn base64(bytes: &[u8]) -> Option<String> {
    let latin: String = bytes.iter().map(|byte| char::from(*byte)).collect();
    web_sys::window()?.btoa(&latin).ok()
}

/// The bytes of a data address.
fn bytes_of(url: &str) -> Option<Vec<u8>> {
    let (_, base64) = url.split_once(";base64,")?;
    let latin = web_sys::window()?.atob(base64).ok()?;
    latin.chars().map(|char| u8::try_from(u32::from(char)).ok()).collect()
}
