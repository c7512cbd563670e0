//! Copies on errand: one for the page to hand out, one for the folder.

use kehu_domain::calendar::civil;
use kehu_domain::rota::Series;
use kehu_ledger::errand::{CopyFound, CopyKept, Failure, Make, SeriesOf};
use kehu_ledger::pace;

use crate::copy;
use crate::desk::{Answer, Errand};
use crate::folder::Folder;
use crate::records;

/// Writes what is stored as a backup, opens it again, and compares.
///
/// # Errors
/// What the browser reports, or a wish to stop.
pub async fn write(errand: &Errand, workspace: &str, make: &Make) -> Result<Answer, Failure> {
    let store = records::open(workspace).await?;
    let gathered = copy::gather(errand, &store, copy::extent(make)).await?;
    let file = copy::write(errand, &gathered, make).await?;
    let written = copy::prove(errand, &gathered, &file, make).await?;
    Ok(Answer::new(&written, &[file.into()]))
}

/// Keeps a copy in the folder, proves what lies there, and only then takes away what the rota lets go.
///
/// # Errors
/// As [`write`], and [`Failure::NoLeave`] or [`Failure::NoFolder`] when the folder cannot be used.
pub async fn keep(errand: &Errand, workspace: &str, series: &SeriesOf, folder: &Folder) -> Result<Answer, Failure> {
    let make = Make { is_packed: true, ..Make::default() };
    let store = records::open(workspace).await?;
    let gathered = copy::gather(errand, &store, copy::extent(&make)).await?;
    let series = Series::new(gathered.company(), &series.device);
    let now = civil(pace::wall_ms());
    let name = series.name(now);
    let file = copy::write(errand, &gathered, &make).await?;
    folder.write(&name, &file).await?;
    let written = copy::prove(errand, &gathered, &folder.file(&name).await?, &make).await?;
    let mut removed = 0;
    if written.is_proven {
        let names = folder.names().await?;
        for surplus in series.surplus(names.iter().map(String::as_str), now) {
            folder.remove(surplus).await?;
            removed += 1;
        }
    }
    Ok(Answer::new(&CopyKept { name, written, removed }, &[]))
}

/// Which copies of the series lie in the folder, the latest first.
///
/// # Errors
/// [`Failure::NoLeave`] or [`Failure::NoFolder`] when the folder cannot be used.
pub async fn find(series: &SeriesOf, folder: &Folder) -> Result<Answer, Failure> {
    let series = Series::new(&series.company, &series.device);
    let names = folder.names().await?;
    let mut timed: Vec<_> = names.iter().filter_map(|name| Some((series.time_of(name)?, name))).collect();
    timed.sort_unstable();
    let mut found = Vec::new();
    for (at, name) in timed.into_iter().rev() {
        let bytes = folder.file(name).await?.size() as u64;
        found.push(CopyFound { name: name.clone(), at: at.format("%Y-%m-%d %H:%M").to_string(), bytes });
    }
    Ok(Answer::new(&found, &[]))
}
