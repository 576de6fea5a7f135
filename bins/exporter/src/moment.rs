//! Moments as people type them. The clock is read here and nowhere else.

use chrono::{DateTime, FixedOffset, NaiveDate, NaiveDateTime, NaiveTime, Utc};

/// Viet Nam's offset, in seconds: what a moment without an offset is in.
const VIET_NAM: i32 = 7 * 3600;

/// Reads `2026-11-25`, `2026-11-25T16:30`, `2026-11-25T16:30:00` or the same with an offset.
pub(crate) fn parse(text: &str) -> Result<DateTime<FixedOffset>, String> {
    if let Ok(moment) = DateTime::parse_from_rfc3339(text) {
        return Ok(moment);
    }
    let mut forms = ["%Y-%m-%dT%H:%M:%S", "%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M"].iter();
    let local = forms.find_map(|form| NaiveDateTime::parse_from_str(text, form).ok());
    let noon = NaiveTime::from_hms_opt(12, 0, 0).unwrap_or_default();
    let local = local.or_else(|| text.parse::<NaiveDate>().ok().map(|day| day.and_time(noon)));
    local.and_then(in_viet_nam).ok_or_else(|| "write 2026-11-25 or 2026-11-25T16:30".to_owned())
}

/// The moment asked for, or now.
pub(crate) fn or_now(asked: Option<DateTime<FixedOffset>>) -> DateTime<FixedOffset> {
    asked.unwrap_or_else(|| Utc::now().with_timezone(&zone()))
}

/// The first moment of a local day.
pub(crate) fn midnight(day: NaiveDate) -> DateTime<FixedOffset> {
    in_viet_nam(day.and_time(NaiveTime::MIN)).unwrap_or_default()
}

fn in_viet_nam(local: NaiveDateTime) -> Option<DateTime<FixedOffset>> {
    local.and_local_timezone(zone()).single()
}

/// The offset of moments without one.
pub(crate) fn zone() -> FixedOffset {
    FixedOffset::east_opt(VIET_NAM).unwrap_or_else(|| chrono::Offset::fix(&Utc))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_moment_without_an_offset_is_in_viet_nam() {
        assert_eq!(parse("2026-11-25T16:30").unwrap().to_rfc3339(), "2026-11-25T16:30:00+07:00");
        assert_eq!(parse("2026-11-25").unwrap().to_rfc3339(), "2026-11-25T12:00:00+07:00");
        assert_eq!(parse("2026-11-25T16:30:00Z").unwrap().to_rfc3339(), "2026-11-25T16:30:00+00:00");
        assert!(parse("31/06/2026").is_err());
    }
}
