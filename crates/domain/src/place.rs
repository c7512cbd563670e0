//! Where something happened: in words, or as a device knows it, with the error it may have.

use crate::text::Lang;

/// The longest place, in characters.
pub const MAX: u16 = 120;

/// Degrees are written to five places, about a metre.
const PLACES: usize = 5;

/// A position as it is stored: `30.27415,120.15515±12`, degrees north and east and metres of error.
///
/// `None` for what is no position on earth.
pub fn written(north: f64, east: f64, error_m: f64) -> Option<String> {
    let is_on_earth = (-90.0..=90.0).contains(&north) && (-180.0..=180.0).contains(&east) && error_m >= 0.0;
    is_on_earth.then(|| format!("{north:.PLACES$},{east:.PLACES$}±{:.0}", error_m.min(1e7)))
}

/// A stored place as people read it; words stay as they are.
pub fn shown(text: &str, lang: Lang) -> String {
    let Some((north, east, error_m)) = parts(text) else { return text.to_owned() };
    match lang {
        Lang::Zh => format!("{north}, {east}（误差约 {error_m} 米）"),
        Lang::En => format!("{north}, {east} (within about {error_m} m)"),
    }
}

/// Degrees north, degrees east and metres of error of a stored position.
fn parts(text: &str) -> Option<(&str, &str, &str)> {
    let (degrees, error_m) = text.split_once('±')?;
    let (north, east) = degrees.split_once(',')?;
    let is_number = |text: &str| {
        let digits = text.strip_prefix('-').unwrap_or(text);
        !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.')
    };
    [north, east, error_m].into_iter().all(is_number).then_some((north, east, error_m))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_position_is_written_with_its_error_and_read_in_both_languages() {
        let stored = written(30.274_152, 120.155_149, 12.4);
        assert_eq!(stored.as_deref(), Some("30.27415,120.15515±12"));
        assert_eq!(shown("30.27415,120.15515±12", Lang::Zh), "30.27415, 120.15515（误差约 12 米）");
        assert_eq!(shown("-33.85678,151.21530±8", Lang::En), "-33.85678, 151.21530 (within about 8 m)");
        assert_eq!(shown("客户二楼会议室 ±2", Lang::Zh), "客户二楼会议室 ±2");
        for (north, east, error_m) in [(90.1, 0.0, 1.0), (0.0, f64::NAN, 1.0), (0.0, 181.0, 1.0), (0.0, 0.0, -1.0)] {
            assert_eq!(written(north, east, error_m), None);
        }
    }
}
