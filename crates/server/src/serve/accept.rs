//! Which compressed forms a browser accepts, from its `Accept-Encoding`.

/// A form in which a file can travel.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Coding {
    /// As it is.
    Plain,
    /// gzip, understood everywhere.
    Gzip,
    /// brotli, smaller; browsers accept it over HTTPS and on localhost.
    Brotli,
}

impl Coding {
    /// How a file in this form ends beside the plain one; nothing for the plain form itself.
    pub fn ending(self) -> Option<&'static str> {
        match self {
            Self::Plain => None,
            Self::Gzip => Some(".gz"),
            Self::Brotli => Some(".br"),
        }
    }

    /// The name in `Content-Encoding`; nothing for a plain form.
    pub fn name(self) -> Option<&'static str> {
        match self {
            Self::Plain => None,
            Self::Gzip => Some("gzip"),
            Self::Brotli => Some("br"),
        }
    }
}

/// Whether `header`, the value of `Accept-Encoding`, allows `coding`. Plain always is.
pub fn accepts(header: &str, coding: Coding) -> bool {
    let Some(name) = coding.name() else { return true };
    let mut offers = header.split(',').map(|offer| offer.split_once(';').unwrap_or((offer, "")));
    offers.any(|(offered, weight)| offered.trim().eq_ignore_ascii_case(name) && !is_refusal(weight))
}

/// `q=0` in any of its spellings says "not this one".
fn is_refusal(weight: &str) -> bool {
    let value = weight.trim().strip_prefix("q=").and_then(|value| value.trim().parse::<f32>().ok());
    value.is_some_and(|value| value <= 0.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_browser_gets_what_it_names() {
        let header = "gzip, deflate, br;q=0.9, zstd";
        assert!(accepts(header, Coding::Brotli) && accepts(header, Coding::Gzip));
        assert!(!accepts("deflate", Coding::Gzip));
        assert!(accepts("", Coding::Plain));
    }

    #[test]
    fn a_weight_of_zero_refuses() {
        assert!(!accepts("br;q=0, gzip;q=0.000", Coding::Brotli));
        assert!(!accepts("br;q=0, gzip;q=0.000", Coding::Gzip));
    }
}
