//! Files of the playbook: written by people as TOML, compiled in as JSON.
//!
//! The app reads JSON alone, so that it carries no second parser; programs for people who write playbooks switch on
//! the feature `toml`. Dates and times of day become texts as they stand.

use serde::de::DeserializeOwned;

/// What a file says, whichever of the two it is.
///
/// # Errors
/// A sentence with what stands where it should not.
pub(crate) fn read<T: DeserializeOwned>(text: &str) -> Result<T, String> {
    if text.trim_start().starts_with('{') {
        return serde_json::from_str(text).map_err(|error| error.to_string());
    }
    #[cfg(feature = "toml")]
    return serde_path_to_error::deserialize(json_of(text)?).map_err(|error| error.to_string());
    #[cfg(not(feature = "toml"))]
    Err("this program reads no TOML".to_owned())
}

/// A TOML text as JSON.
#[cfg(feature = "toml")]
fn json_of(text: &str) -> Result<serde_json::Value, String> {
    let table: toml::Table = toml::from_str(text).map_err(|error| error.to_string())?;
    Ok(json_value(toml::Value::Table(table)))
}

// The build script shares these lines: what is compiled in is what would be read.
#[cfg(feature = "toml")]
include!("written/json_value.rs");
