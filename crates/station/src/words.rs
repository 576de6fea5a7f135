//! What an operator reads of the other dialect, one plain sentence in each language. Our own frames' refusals are said by the dispatcher.

use keng_dc09::Refusal;
use keng_dispatch::text::Lang;

/// Why a DC-09 frame was refused.
pub(crate) const fn dc09(reason: Refusal, lang: Lang) -> &'static str {
    let (vi, en) = both(reason);
    match lang {
        Lang::Vi => vi,
        Lang::En => en,
    }
}

const fn both(reason: Refusal) -> (&'static str, &'static str) {
    match reason {
        Refusal::Unreadable(_) => (
            "Không đọc được bản tin DC-09: sai định dạng hoặc hỏng trên đường truyền.",
            "The octets are no DC-09 frame, or were damaged on the way.",
        ),
        Refusal::NoAccount => ("Bản tin DC-09 không ghi số tài khoản.", "The frame names no account."),
        Refusal::UnknownAccount => {
            ("Số tài khoản DC-09 chưa được khai báo tại trung tâm này.", "Nobody has entered this account here.")
        }
        Refusal::ClearOnKeyedAccount => (
            "Tài khoản có khóa nhưng bản tin không mã hóa: cài đặt sai, hoặc có kẻ giả mạo.",
            "The account has a key, and the frame came in clear: a wrong setting, or somebody else.",
        ),
        Refusal::SealedWithoutKey => (
            "Bản tin mã hóa nhưng tài khoản chưa có khóa tại trung tâm.",
            "The frame is sealed, and the account has no key here.",
        ),
        Refusal::WrongKey => {
            ("Không giải mã được bằng khóa của tài khoản.", "The frame does not open with the account's key.")
        }
        Refusal::ClockOff { .. } => (
            "Đồng hồ của thiết bị lệch quá mức cho phép; có thể là bản tin cũ bị phát lại.",
            "The device's clock is off: it may be an old frame sent again. It raises no alarm.",
        ),
        Refusal::NoTime => ("Bản tin mã hóa không ghi thời gian.", "The sealed frame states no time."),
        Refusal::Unsupported => {
            ("Loại bản tin DC-09 này không được hỗ trợ.", "This kind of DC-09 frame cannot be read here.")
        }
        Refusal::NotAReport => {
            ("Nhận được câu trả lời ở nơi chờ bản tin báo động.", "An answer came where a report was expected.")
        }
    }
}
