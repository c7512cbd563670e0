//! What is asked for, from method and path.

use axum::http::Method;
use kehu_sync::name::{BadName, Device, Name, Workspace};
use kehu_sync::wire::{BASE, Refusal};

use super::refused::Refused;

/// What is asked for.
#[derive(Debug, PartialEq, Eq)]
pub enum Ask {
    /// Who the token is.
    Me,
    /// What came after a cursor.
    Arrivals,
    /// A file's bytes.
    Get(Name),
    /// To keep a file.
    Put(Name),
    /// To remove a file.
    Remove(Name),
    /// The devices.
    Devices,
    /// A token for a new device.
    Invite,
    /// To shut a device out.
    ShutOut(Device),
}

/// What is asked of which workspace.
#[derive(Debug)]
pub struct Route {
    /// The path as the document has it, for the log: names of files stay out of it.
    pub template: &'static str,
    /// The workspace.
    pub workspace: Workspace,
    /// What is asked for.
    pub ask: Ask,
}

impl Route {
    /// Reads a request's method and path. Names have no character that could be escaped, so nothing is unescaped.
    ///
    /// # Errors
    /// When there is no such place, a name is none, or the place does not know the method.
    pub fn of(method: &Method, path: &str) -> Result<Self, Refused> {
        let below = path.strip_prefix(BASE).and_then(|rest| rest.strip_prefix('/'));
        let (workspace, place) = below.and_then(|rest| rest.split_once('/')).ok_or_else(nowhere)?;
        let pieces: Vec<&str> = place.split('/').collect();
        let (template, ask) = match (pieces.as_slice(), method.as_str()) {
            (["me"], "GET") => ("/me", Ask::Me),
            (["me"], _) => return Err(Refused::method("GET")),
            (["arrivals"], "GET") => ("/arrivals", Ask::Arrivals),
            (["arrivals"], _) => return Err(Refused::method("GET")),
            (["files", device, file], "GET" | "PUT" | "DELETE") => {
                let name = Name { device: read(device)?, file: read(file)? };
                let ask = match method.as_str() {
                    "PUT" => Ask::Put(name),
                    "DELETE" => Ask::Remove(name),
                    _ => Ask::Get(name),
                };
                ("/files/{device}/{file}", ask)
            }
            (["files", _, _], _) => return Err(Refused::method("GET, PUT, DELETE")),
            (["devices"], "GET") => ("/devices", Ask::Devices),
            (["devices"], "POST") => ("/devices", Ask::Invite),
            (["devices"], _) => return Err(Refused::method("GET, POST")),
            (["devices", device], "DELETE") => ("/devices/{device}", Ask::ShutOut(read(device)?)),
            (["devices", _], _) => return Err(Refused::method("DELETE")),
            _ => return Err(nowhere()),
        };
        Ok(Self { template, workspace: read(workspace)?, ask })
    }
}

fn nowhere() -> Refused {
    Refused::new(Refusal::Absent, "there is nothing at this path")
}

fn read<T: std::str::FromStr<Err = BadName>>(text: &str) -> Result<T, Refused> {
    text.parse().map_err(|bad: BadName| Refused::new(Refusal::Malformed, bad.to_string()))
}
