//! What an operator reads, in Vietnamese and English: one catalogue, in which every entry has both languages.
//!
//! Facts travel without words; they are put into words here, at the edge. No entry holds a name, a plate or any word of a person.

mod protocol;
mod record;

use std::borrow::Cow;

/// A language.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default, Hash)]
pub enum Lang {
    /// Vietnamese.
    #[default]
    Vi,
    /// English.
    En,
}

impl core::str::FromStr for Lang {
    type Err = UnknownLang;

    /// `vi` or `en`.
    fn from_str(text: &str) -> Result<Self, UnknownLang> {
        match text {
            "vi" => Ok(Self::Vi),
            "en" => Ok(Self::En),
            _ => Err(UnknownLang),
        }
    }
}

/// A language that is not spoken here.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a language that is spoken here: write vi or en")]
pub struct UnknownLang;

/// What can be said to an operator, in a few words or in one plain sentence.
pub trait Words {
    /// The Vietnamese and the English words. A number from a newer version is said as its number.
    fn both(&self) -> (Cow<'static, str>, Cow<'static, str>);

    /// The words in one language.
    fn words(&self, lang: Lang) -> Cow<'static, str> {
        let (vi, en) = self.both();
        match lang {
            Lang::Vi => vi,
            Lang::En => en,
        }
    }
}

/// What stands on every channel and every page of a drill, before anything else.
pub const DRILL: Fixed = Fixed("DIỄN TẬP", "DRILL");
/// The label of an alarm of a site on test, which is told all the same.
pub const ON_TEST: Fixed =
    Fixed("điểm đang thử hệ thống, vẫn phải coi là thật", "the site is on test; treat it as real all the same");
/// The label of an alarm whose device has no site in the directory.
pub const SITE_UNKNOWN: Fixed =
    Fixed("không rõ điểm: thiết bị chưa có trong danh bạ", "site unknown: the device is not in the directory");
/// The label of a confirmed alarm.
pub const CONFIRMED: Fixed = Fixed("ĐÃ XÁC NHẬN", "CONFIRMED");
/// The label of a silent alarm.
pub const SILENT: Fixed = Fixed("báo động im lặng", "silent alarm");
/// The label of an alarm that the site hears.
pub const AUDIBLE: Fixed = Fixed("báo động có còi", "audible alarm");
/// The label of a frame that came late.
pub const LATE: Fixed = Fixed("đến muộn", "came late");
/// The label of a frame whose device's clock is wrong.
pub const CLOCK_OFF: Fixed = Fixed("đồng hồ thiết bị sai", "the device's clock is wrong");
/// The label of a frame signed with a key out of its time.
pub const KEY_OUT_OF_TIME: Fixed = Fixed("khóa ký ngoài thời hạn", "signed with a key out of its time");
/// The label of a frame whose number came before.
pub const NUMBER_REUSED: Fixed =
    Fixed("số thứ tự đã dùng: có thể thiết bị bị sao chép", "number used before: the device may have been copied");
/// The label of a frame whose number is too old to tell whether it came before.
pub const MAYBE_SEEN: Fixed = Fixed(
    "số thứ tự quá cũ: có thể là tin cũ bị phát lại, vẫn phải coi là thật",
    "number too old: perhaps an old message sent again; treat it as real all the same",
);
/// The name of the bank's own level.
pub const CENTRE: Fixed = Fixed("trung tâm an ninh của ngân hàng", "the bank's own security centre");
/// Said when nobody can be told.
pub const NOBODY: Fixed = Fixed("không có ai để báo: danh bạ trống", "there is nobody to tell: the directory is empty");

/// Words that stand for themselves: Vietnamese, English.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Fixed(&'static str, &'static str);

impl Words for Fixed {
    fn both(&self) -> (Cow<'static, str>, Cow<'static, str>) {
        (self.0.into(), self.1.into())
    }
}

/// Words for each variant; every one has both languages, or it does not compile.
macro_rules! words {
    ($($name:ty { $($variant:pat => $vi:expr, $en:expr;)+ })+) => {$(
        impl $crate::text::Words for $name {
            fn both(&self) -> (std::borrow::Cow<'static, str>, std::borrow::Cow<'static, str>) {
                match self {
                    $($variant => ($vi.into(), $en.into()),)+
                }
            }
        }
    )+};
}

pub(crate) use words;
