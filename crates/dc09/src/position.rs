//! The `X` and `Y` blocks of extended data (DC-09 5.5.1.8): where a carried button is.

use crate::body::Body;

/// Latitude and longitude in units of 1e-7 degree, when both blocks are there and readable.
pub(crate) fn read(body: &Body) -> Option<(i32, i32)> {
    Some((degrees_e7(body.extended('Y')?, 90, ['N', 'S'])?, degrees_e7(body.extended('X')?, 180, ['E', 'W'])?))
}

/// `012W34.1` is degrees, hemisphere, minutes; `-12.5683` is degrees, as some diallers send them.
fn degrees_e7(text: &str, most: i64, [plus, minus]: [char; 2]) -> Option<i32> {
    let e7 = match text.split_once([plus, minus]) {
        Some((degrees, minutes)) => {
            let size = fixed_e7(degrees)?.checked_add(fixed_e7(minutes)? / 60)?;
            if text.contains(minus) { -size } else { size }
        }
        None => text.strip_prefix('-').map_or_else(|| fixed_e7(text), |digits| fixed_e7(digits).map(|size| -size))?,
    };
    i32::try_from(e7).ok().filter(|_| e7.abs() <= most * 10_000_000)
}

/// A decimal number without sign, times 10^7; digits beyond the seventh place are cut.
fn fixed_e7(text: &str) -> Option<i64> {
    let (whole, part) = text.split_once('.').unwrap_or((text, ""));
    let digits = |text: &str| text.bytes().all(|digit| digit.is_ascii_digit());
    if whole.is_empty() || whole.len() > 5 || !digits(whole) || !digits(part) {
        return None;
    }
    let part: String = part.chars().chain("0000000".chars()).take(7).collect();
    Some(whole.parse::<i64>().ok()? * 10_000_000 + part.parse::<i64>().ok()?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_spellings_of_a_coordinate_are_read() {
        assert_eq!(degrees_e7("012W34.1", 180, ['E', 'W']), Some(-125_683_333));
        assert_eq!(degrees_e7("45N12.2", 90, ['N', 'S']), Some(452_033_333));
        assert_eq!(degrees_e7("106.41972", 180, ['E', 'W']), Some(1_064_197_200));
        assert_eq!(degrees_e7("-5.9699", 90, ['N', 'S']), Some(-59_699_000));
    }

    #[test]
    fn what_is_no_place_on_earth_is_none() {
        for bad in ["", "115000", "181", "1e3", "12W", "W12", "+5", "1.2.3", "999999999999"] {
            assert_eq!(degrees_e7(bad, 180, ['E', 'W']), None, "{bad}");
        }
    }
}
