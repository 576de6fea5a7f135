//! The protocol's terms.

use keng_protocol::entry::Path;
use keng_protocol::message::{Act, AlarmKind, Colour, Disposition, Face, Heading, Reason, Vehicle, Weapon};
use keng_protocol::{Malformed, Refusal, WeakKey};

use super::words;

words! {
    AlarmKind {
        Self::HoldUp => "cướp, nút khẩn cấp", "hold-up";
        Self::Duress => "bị ép buộc", "duress";
        Self::Panic => "có người gặp nguy hiểm", "panic";
        Self::ConfirmedHoldUp => "cướp, đã xác nhận", "confirmed hold-up";
        Self::Intrusion => "đột nhập", "intrusion";
        Self::Tamper => "phá thiết bị", "tamper";
        Self::Fire => "cháy", "fire";
        Self::Medical => "cần cấp cứu", "medical";
        Self::LineFault => "đứt đường truyền", "line fault";
        Self::PowerFault => "lỗi nguồn điện", "power fault";
        Self::Unknown(code) => format!("loại báo động 0x{code:02x}"), format!("alarm kind 0x{code:02x}");
    }
    Act {
        Self::Accepted => "đã nhận", "accepted";
        Self::Rejected => "từ chối", "turned down";
        Self::UnitsSent => "đã cử lực lượng", "units sent";
        Self::OnScene => "đã đến hiện trường", "on scene";
        Self::Closed => "kết thúc", "closed";
        Self::Note => "ghi chú", "note";
        Self::Unknown(code) => format!("hành động 0x{code:02x}"), format!("act 0x{code:02x}");
    }
    Reason {
        Self::NotOurArea => "ngoài địa bàn", "not our area";
        Self::BadAddress => "không tìm được địa chỉ", "address not found";
        Self::NotOurKind => "không thuộc thẩm quyền", "not our kind";
        Self::TooOld => "đã quá cũ", "too old";
        Self::NoUnit => "không còn lực lượng", "no unit free";
        Self::Other => "lý do khác", "another reason";
        Self::Unknown(code) => format!("lý do 0x{code:02x}"), format!("reason 0x{code:02x}");
    }
    Disposition {
        Self::Robbery => "cướp", "robbery";
        Self::Attempted => "cướp không thành", "attempted robbery";
        Self::FalsePress => "bấm nhầm", "pressed by mistake";
        Self::Fault => "lỗi kỹ thuật", "technical fault";
        Self::Test => "thử hệ thống", "test";
        Self::Drill => "diễn tập", "drill";
        Self::Other => "kết thúc khác", "another end";
        Self::Unknown(code) => format!("kết thúc 0x{code:02x}"), format!("disposition 0x{code:02x}");
    }
    Weapon {
        Self::None => "không thấy vũ khí", "no weapon seen";
        Self::Gun => "súng", "gun";
        Self::Grenade => "lựu đạn", "grenade";
        Self::Knife => "dao", "knife";
        Self::Sword => "kiếm, mã tấu", "sword";
        Self::LooksLikeWeapon => "vật giống vũ khí", "looks like a weapon";
        Self::Unknown(code) => format!("vũ khí 0x{code:02x}"), format!("weapon 0x{code:02x}");
    }
    Face {
        Self::Open => "không che mặt", "face uncovered";
        Self::Mask => "đeo khẩu trang", "mask";
        Self::Helmet => "đội mũ bảo hiểm", "helmet";
        Self::FullClothing => "che kín người", "fully covered";
        Self::Unknown(code) => format!("che mặt 0x{code:02x}"), format!("face 0x{code:02x}");
    }
    Vehicle {
        Self::OnFoot => "đi bộ", "on foot";
        Self::Motorbike => "xe máy", "motorbike";
        Self::Car => "ô tô con", "car";
        Self::Van => "xe khách nhỏ", "van";
        Self::Lorry => "xe tải", "lorry";
        Self::Bicycle => "xe đạp", "bicycle";
        Self::Boat => "thuyền", "boat";
        Self::Unknown(code) => format!("phương tiện 0x{code:02x}"), format!("vehicle 0x{code:02x}");
    }
    Colour {
        Self::Black => "màu đen", "black";
        Self::White => "màu trắng", "white";
        Self::Grey => "màu xám bạc", "grey";
        Self::Red => "màu đỏ", "red";
        Self::Blue => "màu xanh dương", "blue";
        Self::Green => "màu xanh lá", "green";
        Self::Yellow => "màu vàng", "yellow";
        Self::Brown => "màu nâu", "brown";
        Self::Orange => "màu cam", "orange";
        Self::Unknown(code) => format!("màu 0x{code:02x}"), format!("colour 0x{code:02x}");
    }
    Heading {
        Self::North => "về hướng bắc", "north";
        Self::NorthEast => "về hướng đông bắc", "north-east";
        Self::East => "về hướng đông", "east";
        Self::SouthEast => "về hướng đông nam", "south-east";
        Self::South => "về hướng nam", "south";
        Self::SouthWest => "về hướng tây nam", "south-west";
        Self::West => "về hướng tây", "west";
        Self::NorthWest => "về hướng tây bắc", "north-west";
        Self::Unknown(code) => format!("hướng 0x{code:02x}"), format!("heading 0x{code:02x}");
    }
    Path {
        Self::Tcp => "đường TCP không mã hóa", "TCP in clear";
        Self::Tls => "đường TLS", "TLS";
        Self::Udp => "đường UDP", "UDP";
        Self::Serial => "đường nối tiếp", "serial line";
        Self::Sms => "tin nhắn SMS", "SMS";
        Self::File => "tệp", "file";
        Self::Own => "chính trạm thu", "the station itself";
        Self::Http => "đường HTTP", "HTTP";
        Self::Unknown(code) => format!("đường 0x{code:02x}"), format!("path 0x{code:02x}");
    }
    Refusal {
        Self::Malformed(malformed) => malformed.both().0, malformed.both().1;
        Self::UnknownDevice => "Thiết bị lạ: chưa được đăng ký.", "A stranger: no such device is enrolled.";
        Self::UnknownKey => "Thiết bị không có khóa mang số này.", "The device has no key of this number.";
        Self::Revoked => "Khóa đã bị thu hồi: có thể thiết bị bị mất hoặc bị sao chép.", "The key was revoked: the device may be lost or copied.";
        Self::BadSignature => "Chữ ký sai: có người giả mạo hoặc sửa tin.", "The signature is wrong: somebody forged or changed the message.";
        Self::WrongRole => "Thiết bị không được phép gửi loại tin này.", "The device may not send messages of this kind.";
        Self::Stale => "Tin quá cũ, không thể biết đã nhận hay chưa.", "Too old to know whether it came before.";
        Self::WeakKey(weak) => weak.both().0, weak.both().1;
        Self::KeyTaken => "Số khóa đã được dùng, hoặc thiết bị đã đủ khóa.", "The key number is taken, or the device has all the keys it may have.";
        Self::NoRoom => "Trạm thu đã đầy, không nhận thêm thiết bị.", "The station has no room for another device.";
        _ => "Tin bị từ chối.", "The message was refused.";
    }
    Malformed {
        Self::TooShort { .. } => "Tin quá ngắn.", "The message is too short.";
        Self::TooLong { .. } => "Tin quá dài.", "The message is too long.";
        Self::Version { version } => format!("Phiên bản {version} không được hỗ trợ."), format!("Version {version} is not spoken here.");
        Self::Truncated => "Tin bị cắt cụt.", "The message was cut off.";
        Self::TrailingBytes => "Có dữ liệu thừa sau tin.", "Octets are left after the message.";
        _ => "Tin không đúng quy cách.", "The message does not keep to the format.";
    }
    WeakKey {
        _ => "Khóa yếu, không được đăng ký.", "The key is weak and may not be enrolled.";
    }
}
