//! Reaching what web-sys hides behind its unstable flag, or offers to windows only.

use js_sys::{Function, Promise, Reflect};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;

/// A property of an object, `None` when it is absent or may not be touched.
pub(crate) fn property(object: &JsValue, name: &str) -> Option<JsValue> {
    Reflect::get(object, &name.into()).ok().filter(|value| !value.is_undefined() && !value.is_null())
}

/// A global of the window or worker.
pub(crate) fn global(name: &str) -> Option<JsValue> {
    property(&js_sys::global(), name)
}

/// Calls a method.
///
/// # Errors
/// What the method throws, or undefined when there is no such method.
pub(crate) fn call(object: &JsValue, name: &str, arguments: &[JsValue]) -> Result<JsValue, JsValue> {
    let method: Function = property(object, name).and_then(|value| value.dyn_into().ok()).ok_or(JsValue::UNDEFINED)?;
    Reflect::apply(&method, object, &arguments.iter().collect())
}

/// Calls a method that gives a promise, and waits for it.
///
/// # Errors
/// As [`call`], and what the promise is rejected with.
pub(crate) async fn call_and_wait(object: &JsValue, name: &str, arguments: &[JsValue]) -> Result<JsValue, JsValue> {
    let promise: Promise = call(object, name, arguments)?.dyn_into()?;
    JsFuture::from(promise).await
}

/// A plain object with these properties.
pub(crate) fn object(properties: &[(&str, JsValue)]) -> JsValue {
    let object = js_sys::Object::new();
    for (name, value) in properties {
        // Setting a property of a fresh plain object cannot fail.
        _ = Reflect::set(&object, &(*name).into(), value);
    }
    object.into()
}
