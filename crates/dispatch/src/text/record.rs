//! The terms of incidents and records.

use std::borrow::Cow;

use super::words;
use crate::answer::AnswerError;
use crate::incident::{Cancelled, Cause, Fault, Stage, Sure};
use crate::policy::Matter;
use crate::record::{Class, Note, What, Why};

words! {
    Matter {
        Self::Fault => "sự cố kỹ thuật", "technical fault";
        Self::Suspicion => "nghi vấn", "suspicion";
        Self::Premises => "xâm phạm cơ sở", "premises";
        Self::Life => "nguy hiểm tính mạng", "life in danger";
        Self::Attack => "tấn công người", "people under attack";
    }
    Cause {
        Self::Alarm(kind) => kind.both().0, kind.both().1;
        Self::Suspicion => "dấu hiệu khả nghi", "suspicion";
        Self::Update => "tin bổ sung", "more was seen";
        Self::DuressCancel => "tắt báo động bằng mã ép buộc", "duress cancel";
        Self::Fault(fault) => fault.both().0, fault.both().1;
        Self::Message(number) => format!("loại tin 0x{number:02x}"), format!("message kind 0x{number:02x}");
    }
    Fault {
        Self::Line => "đứt đường truyền", "line fault";
        Self::Path(path) => format!("mất đường truyền số {path}"), format!("path {path} broken");
        Self::Silence => "thiết bị mất tín hiệu", "silence";
        Self::Missing => "thiếu tin: có thể bị chặn", "messages are missing: perhaps suppressed";
        Self::Tamper => "phá thiết bị", "tamper";
        Self::Power => "lỗi nguồn điện", "power fault";
        Self::NoTest => "không thấy tin thử định kỳ", "a test is missing";
        Self::Trouble => "trục trặc", "trouble";
        Self::Other(code) => format!("sự cố 0x{code:02x}"), format!("fault 0x{code:02x}");
    }
    Sure {
        Self::Signed => "thiết bị đã ký", "signed by the device";
        Self::Vouched => "trạm thu bảo đảm nội dung, không bảo đảm người gửi", "vouched for by the station";
        Self::Station => "trạm thu tự phát hiện", "seen by the station itself";
    }
    Cancelled {
        Self::AllClear => "điểm báo đã an toàn", "all clear on site";
        Self::Duress => "TẮT BÁO ĐỘNG DO BỊ ÉP BUỘC", "DURESS CANCEL";
    }
    Stage {
        Self::Raised => "chưa ai trả lời", "nobody has answered";
        Self::Answered => "đã có người nhận", "answered";
        Self::UnitsSent => "đã cử lực lượng", "units sent";
        Self::OnScene => "đã đến hiện trường", "on scene";
        Self::Closed => "đã kết thúc", "closed";
    }
    Why {
        Self::First => "tin mới", "new";
        Self::Again => "báo lại vì chưa ai trả lời", "again: nobody has answered";
        Self::Undelivered => "kênh trước không gửi được", "the channel before did not deliver";
        Self::SilentLevel => "cấp khác không trả lời", "another level is silent";
        Self::LevelRefused => "cấp khác đã từ chối", "another level has turned it down";
        Self::Climbed => "chuyển cấp trên vì chưa ai trả lời", "passed up: nobody has answered";
        Self::Pressed => "nút được bấm lại", "pressed again";
        Self::Confirmed => "đã được xác nhận", "confirmed";
        Self::Became => "trở thành vụ tấn công", "it became an attack";
        Self::Update => "tin bổ sung", "more was seen";
        Self::AllClear => "điểm báo đã an toàn, chờ cấp có thẩm quyền kết thúc", "all clear on site; open until a desk closes it";
        Self::CancelDuress => "tắt báo động do bị ép buộc", "cancelled under duress";
        Self::Fault => "sự cố thay đổi", "faults changed";
        Self::Closed => "đã kết thúc", "closed";
    }
    Class {
        Self::Attack => "báo động tấn công", "alarms of attack";
        Self::Premises => "báo động cơ sở", "alarms of premises";
        Self::Life => "báo động tính mạng", "alarms of life";
        Self::Technical => "tin kỹ thuật", "technical messages";
        Self::Seen => "nghi vấn và tin bổ sung", "suspicions and updates";
        Self::Log => "tin ghi sổ", "messages for the log";
    }
    AnswerError {
        Self::UnknownIncident => "Không có vụ việc này.", "There is no such incident.";
        Self::NotADesk => "Thiết bị ký không phải bàn trực nào trong danh bạ.", "The signer is no desk of the directory.";
        Self::NotTold => "Đơn vị của bàn trực này không được báo vụ việc.", "This desk's authority was not told of the incident.";
        Self::AlreadyClosed => "Vụ việc đã kết thúc; chỉ có thể ghi chú thêm.", "The incident is closed; only a note can be added.";
        Self::MissingReason => "Hãy chọn lý do từ chối.", "Say why you turn it down.";
        Self::MissingDisposition => "Hãy chọn kết quả khi kết thúc.", "Say how it ended.";
        Self::MissingNote => "Hãy ghi rõ bằng lời.", "Say it in words, in the note.";
        Self::SecondPersonNeeded => "Chưa ai ở hiện trường: cần người thứ hai cùng kết thúc.", "Nobody is on the scene: a second person must close it too.";
    }
    Note {
        Self::Opened => "mở cửa", "opened";
        Self::Closed => "đóng cửa", "closed for the day";
        Self::Test => "thử đường truyền", "test of a path";
        Self::DrillBegins => "bắt đầu diễn tập", "a drill begins";
        Self::DrillEnds => "kết thúc diễn tập", "a drill ends";
        Self::AllClear => "mã an toàn khi không có báo động", "all clear with nothing open";
        Self::OldAllClear => "mã an toàn có số thứ tự quá cũ, không được tính", "all clear with a number too old: it counts for nothing";
        Self::AlarmOnTest { alarm, .. } => on_test(&alarm.both()).0, on_test(&alarm.both()).1;
        Self::FaultOnTest { fault } => on_test(&fault.both()).0, on_test(&fault.both()).1;
        Self::Restored { alarm, .. } => format!("hết: {}", alarm.both().0), format!("over: {}", alarm.both().1);
        Self::Bypassed { .. } => "ngắt một khu vực", "a zone was taken out of service";
        Self::Unbypassed { .. } => "nối lại khu vực", "a zone was put back";
        Self::Code { .. } => "mã khác của hệ thống cũ", "another code of the other dialect";
        Self::NoticeRead { .. } => "điểm báo đã đọc tin nhắc của công an", "the site has read a notice of the police";
        Self::Kind { number } => format!("loại tin 0x{number:02x}"), format!("message kind 0x{number:02x}");
        Self::Unknown => "ghi nhận của phiên bản mới hơn", "a note of a newer version";
    }
    What {
        Self::Raised { .. } => "vụ việc mới", "incident raised";
        Self::Joined { confirms: true, .. } => "báo động thứ hai xác nhận", "confirmed by a second alarm";
        Self::Joined { .. } => "bấm lại", "pressed again";
        Self::Became { matter } => format!("trở thành: {}", matter.both().0), format!("became: {}", matter.both().1);
        Self::Updated { .. } => "tin bổ sung", "more was seen";
        Self::Cancelled { duress: true, .. } => "tắt báo động do bị ép buộc", "cancelled under duress";
        Self::Cancelled { .. } => "điểm báo đã an toàn", "all clear on site";
        Self::FaultBegan(fault) => format!("sự cố: {}", fault.fault.both().0), format!("fault: {}", fault.fault.both().1);
        Self::FaultOver(fault) => format!("hết sự cố: {}", fault.fault.both().0), format!("fault over: {}", fault.fault.both().1);
        Self::Evidence { path } => format!("cùng tin đến qua {}", path.both().0), format!("the same frame came by {}", path.both().1);
        Self::Told { why, .. } => format!("đã báo ({})", why.both().0), format!("told ({})", why.both().1);
        Self::Delivered { .. } => "đã đến nơi", "delivered";
        Self::Undelivered { .. } => "không đến nơi", "not delivered";
        Self::Acted { proposal: true, .. } => "đề nghị kết thúc, chờ người thứ hai", "proposed to close; a second person is needed";
        Self::Acted { act, .. } => act.both().0, act.both().1;
        Self::AnswerRefused { error, .. } => error.both().0, error.both().1;
        Self::Cleared => "hết sự cố, tự kết thúc", "all faults over; closed by itself";
        Self::Dropped => "bỏ khỏi bộ nhớ vì quá nhiều vụ việc", "dropped from memory for want of room";
        Self::Vigilance { .. } => "đã nhắc các điểm lân cận cảnh giác", "neighbours asked for vigilance";
        Self::TestBegan { .. } => "bắt đầu thử hệ thống", "the site is on test";
        Self::TestEnded { .. } => "hết thử hệ thống", "the site is no longer on test";
        Self::FloodBegan { .. } => "thiết bị gửi quá nhiều", "a device floods";
        Self::Limited { .. } => "vượt giới hạn, chỉ đếm", "over the limit; counted";
        Self::Passed => "không thay đổi gì", "changes nothing";
        Self::FloodGoesOn { count, .. } => format!("vẫn gửi quá nhiều: {count}"), format!("still floods: {count}");
        Self::FloodEnded { count, .. } => format!("hết gửi quá nhiều: {count}"), format!("the flood is over: {count}");
        Self::Noted { note, .. } => note.both().0, note.both().1;
        Self::Adopted { version } => format!("dùng danh bạ phiên bản {version}"), format!("directory version {version} in use");
        Self::ClockBack => "đồng hồ trạm thu bị chỉnh lùi", "the station's clock was put back";
        Self::Unknown => "bản ghi của phiên bản mới hơn", "a record of a newer version";
    }
}

fn on_test((vi, en): &(Cow<'static, str>, Cow<'static, str>)) -> (String, String) {
    (format!("đang thử hệ thống: {vi}"), format!("on test: {en}"))
}
