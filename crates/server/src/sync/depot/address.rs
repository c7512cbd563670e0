//! From an address to a storage.

use std::sync::Arc;
use std::time::Duration;

use object_store::aws::AmazonS3Builder;
use object_store::azure::MicrosoftAzureBuilder;
use object_store::gcp::GoogleCloudStorageBuilder;
use object_store::local::LocalFileSystem;
use object_store::memory::InMemory;
use object_store::path::Path;
use object_store::{Error as StoreError, ObjectStore, RetryConfig};

use super::{Depot, DepotError};

/// The storage at `url`, with `settings` as an environment would name them.
///
/// # Errors
/// As [`Depot::open`].
pub fn open(url: &str, settings: impl IntoIterator<Item = (String, String)>) -> Result<Depot, DepotError> {
    let bad = |reason: String| DepotError::Address { address: url.to_owned(), reason };
    if url == "memory:" {
        return Ok(Depot::over(Arc::new(InMemory::new()), Path::default(), None));
    }
    let Some((scheme, rest)) = url.split_once("://") else { return folder(url) };
    if scheme == "file" {
        return folder(rest);
    }
    let store = distant(scheme, url, settings).map_err(|error| bad(error.to_string()))?;
    let store = store.ok_or_else(|| bad("a folder, memory:, s3://, az:// or gs:// is needed".to_owned()))?;
    let below = rest.split_once('/').map_or("", |(_, below)| below);
    let root = Path::from_url_path(below).map_err(|error| bad(error.to_string()))?;
    Ok(Depot::over(store, root, None))
}

fn folder(path: &str) -> Result<Depot, DepotError> {
    if path.is_empty() {
        return Err(DepotError::Address { address: path.to_owned(), reason: "no folder is named".to_owned() });
    }
    let unusable = |source| DepotError::Folder { path: path.into(), source };
    std::fs::create_dir_all(path).map_err(unusable)?;
    let path = std::fs::canonicalize(path).map_err(unusable)?;
    let store = LocalFileSystem::new_with_prefix(&path)?.with_fsync(true).with_automatic_cleanup(true);
    Ok(Depot::over(Arc::new(store), Path::default(), Some(path)))
}

/// A storage in the network, if the scheme is that of one.
fn distant(
    scheme: &str,
    url: &str,
    settings: impl IntoIterator<Item = (String, String)>,
) -> Result<Option<Arc<dyn ObjectStore>>, StoreError> {
    // A request that fails is soon told to the device, which asks again by itself.
    let retry = RetryConfig { max_retries: 3, retry_timeout: Duration::from_secs(15), ..RetryConfig::default() };
    macro_rules! built {
        ($builder:ty, $prefix:literal) => {{
            let named = settings.into_iter().filter(|(name, _)| name.starts_with($prefix));
            let builder =
                named.fold(<$builder>::new(), |builder, (name, value)| match name.to_ascii_lowercase().parse() {
                    Ok(key) => builder.with_config(key, value),
                    Err(_) => builder,
                });
            Some(Arc::new(builder.with_url(url).with_retry(retry).build()?) as Arc<dyn ObjectStore>)
        }};
    }
    Ok(match scheme {
        "s3" | "s3a" => built!(AmazonS3Builder, "AWS_"),
        "az" | "azure" | "adl" | "abfs" | "abfss" => built!(MicrosoftAzureBuilder, "AZURE_"),
        "gs" => built!(GoogleCloudStorageBuilder, "GOOGLE_"),
        _ => None,
    })
}
