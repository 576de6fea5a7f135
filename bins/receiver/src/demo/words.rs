//! Everything that the demo says, in Vietnamese and English. `{0}`, `{1}` and so on stand for what is filled in.

use std::fmt::Display;

use keng_dispatch::text::Lang;

macro_rules! words {
    ($($word:ident => $vi:literal, $en:literal;)+) => {
        /// Something that the demo says.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub(crate) enum Word { $($word,)+ }

        impl Word {
            #[cfg(test)]
            const ALL: &[Self] = &[$(Self::$word,)+];

            /// Vietnamese, English.
            const fn both(self) -> (&'static str, &'static str) {
                match self { $(Self::$word => ($vi, $en),)+ }
            }
        }
    };
}

impl Word {
    /// The words in a language, with the gaps filled in.
    pub(crate) fn say(self, lang: Lang, with: &[&dyn Display]) -> String {
        let (vi, en) = self.both();
        let words = match lang {
            Lang::Vi => vi,
            Lang::En => en,
        };
        with.iter().enumerate().fold(words.to_owned(), |words, (number, value)| {
            words.replace(&format!("{{{number}}}"), &value.to_string())
        })
    }
}

words! {
    Title => "Keng: một lần bấm nút, mọi cấp công an cùng biết", "Keng: one press of a button, and every level of police knows";
    Invented => "Phường, xã là thật (Kinh Môn, thành phố Hải Phòng). Mọi điểm, tên, số điện thoại và tọa độ đều hư cấu.", "The wards are real (Kinh Môn, city of Hải Phòng). Every site, name, telephone number and position is invented.";
    RealSockets => "Trạm thu, thiết bị và bàn trực chạy thật qua TLS, UDP, DC-09 và HTTP trên máy này, nơi cổng còn trống.", "Receiver, panels and desks run for real over TLS, UDP, DC-09 and HTTP, on free ports of this machine.";
    Setting => "Thời hạn 15 s và 30 s khi chưa ai trả lời là thời hạn thật. Chỉ thời gian coi là mất tín hiệu được rút ngắn: {0} s thay cho 180 s.", "The times of 15 s and 30 s without an answer are the real ones. Only the time until a panel counts as silent is shorter: {0} s, not 180 s.";
    Size => "{0} điểm, {1} thiết bị ký tin, {2} tài khoản DC-09, {3} bàn trực. Hàng dưới: giây từ lúc bắt đầu, giờ, ai, việc gì.", "{0} sites, {1} panels that sign, {2} DC-09 accounts, {3} desks. Below: seconds since the start, the time, who, and what.";
    Receiver => "Trạm thu", "Receiver";
    Stranger => "Kẻ lạ", "Stranger";
    Authority => "Đơn vị cấp khóa", "Key authority";

    SceneHeartbeats => "Các thiết bị báo còn sống", "The panels say that they live";
    SceneSuspicion => "Xe máy khả nghi trước tiệm vàng", "A suspicious motorbike at a gold shop";
    SceneHoldUp => "Giờ đóng cửa ở phòng giao dịch vắng: bấm nút im lặng, hai đường truyền", "Closing time at a remote branch: a silent press on two paths";
    SceneDeafDesk => "Một bàn trực không trả lời (xem tiếp sau 15 s và 30 s)", "A desk that does not answer (it goes on after 15 s and 30 s)";
    SceneFlood => "Thiết bị hỏng báo liên tục, nơi khác có người bấm nút thật", "A broken panel floods, and elsewhere somebody presses a button";
    SceneReplay => "Kẻ lạ ghi lại tin cũ rồi phát lại", "A stranger sends recorded octets again";
    SceneForgery => "Tin giả, thiết bị lạ, tin hỏng, khóa đã thu hồi", "A forgery, an unknown device, noise, a revoked key";
    SceneDc09 => "Thiết bị DC-09 đang có trên thị trường, mã hóa AES", "A DC-09 panel as there are today, under AES";
    SceneDrill => "Diễn tập", "A drill";
    SceneDuress => "Bị ép tắt báo động", "Forced to call it off";
    SceneSilence => "Một thiết bị mất tín hiệu", "A panel falls silent";

    PanelsLinked => "{0} thiết bị đã nối qua TLS và UDP, đang gửi tín hiệu báo sống.", "{0} panels are linked by TLS and UDP and send heartbeats.";
    NobodySilent => "{0} thiết bị, {1} mất tín hiệu sau {2} s.", "{0} panels, {1} silent after {2} s.";
    SuspicionSaid => "Nghi vấn, chưa có hành vi phạm tội: 2 người, {0}, biển số nghi giả.", "Suspicion, no crime yet: 2 people, {0}, plate suspected false.";
    SuspicionShown => "Màn hình báo nghi vấn tại {0}, sau {1}.", "The screen shows a suspicion at {0}, after {1}.";
    NeighboursWarned => "{0} thiết bị lân cận hiện lời nhắc cảnh giác kèm đặc điểm.", "{0} panels nearby show the call for vigilance, with what was seen.";
    NoteSuspicion => "Đã kiểm tra giấy tờ, nhắc nhở.", "Papers checked, warned.";
    ButtonPressed => "NÚT BÁO CƯỚP số {0} được bấm. Tại chỗ không có còi, đèn.", "HOLD-UP BUTTON {0} is pressed. No sound, no light on site.";
    HoldUpTold => "Màn hình báo CƯỚP, sau {0}.", "The screen shows a HOLD-UP, after {0}.";
    ReceiptShown => "Hiện kín đáo: đã nhận và lưu, sau {0}, số {1} trong sổ.", "Shown discreetly: received and stored after {0}, number {1} in the journal.";
    SecondPath => "Cùng một tin đến bằng hai đường ({0}): một vụ việc.", "The same frame came by two paths ({0}): one incident.";
    AnsweredShown => "Hiện kín đáo: cấp {0} đã nhận.", "Shown discreetly: level {0} has answered.";
    MoreSeen => "Bổ sung: 2 người, {0}.", "More: 2 people, {0}.";
    UpdateTold => "Màn hình có tin bổ sung, sau {0}.", "The screen has the update, after {0}.";
    NoteHoldUp => "Hai đối tượng bị chặn ở đầu đê.", "Two people were stopped at the dyke.";
    DeskHangs => "Bàn trực treo: đường truyền còn mở, không ai trả lời.", "The desk hangs: its stream is open, and nobody answers.";
    AgainByNext => "Chưa ai trả lời: báo lại qua tin nhắn cho cán bộ trực, sau {0}.", "Nobody has answered: told again, by a message to the officers on duty, after {0}.";
    LevelIsSilent => "Được báo: {0} không trả lời, sau {1}. Trung tâm gọi điện.", "Told that {0} is silent, after {1}. The centre lifts the telephone.";
    NoteDeafDesk => "Lực lượng thành phố xử lý thay phường.", "City units went in the ward's place.";
    PowerCut => "Thiết bị mất điện và ngừng gửi. Im lặng quá {0} s sẽ là một sự kiện.", "The panel loses power and says nothing. After {0} s, that is an event.";
    SilenceTold => "Màn hình báo {0} mất tín hiệu, {1} sau khi mất điện.", "The screen shows that {0} is silent, {1} after the power was cut.";
    PowerBack => "Có điện lại.", "The power is back.";
    SilenceOver => "{0} có tín hiệu trở lại: sự cố tự kết thúc.", "{0} talks again: the fault is over by itself.";
    FloodBegins => "Cảm biến kho quỹ hỏng, báo đột nhập không ngừng.", "A detector is broken and cries intrusion without end.";
    HonestPress => "NÚT BÁO CƯỚP số {0} được bấm, giữa lúc bị dội tin.", "HOLD-UP BUTTON {0} is pressed, in the middle of the flood.";
    FloodCounted => "{0} tin của thiết bị hỏng đã được nhận; bàn trực chỉ thấy {1} dòng.", "{0} messages of the broken panel were taken; the desks saw {1} lines.";
    NoteFlood => "Cảm biến hỏng, đã cử thợ.", "Broken detector, a technician is on the way.";
    NoteFalsePress => "Nhân viên lau quầy chạm phải nút.", "Somebody wiped the counter and touched the button.";
    ReplaySent => "Gửi lại {0} byte đã ghi của vụ cướp, từ một cổng khác.", "Sends {0} recorded octets of the hold-up again, from another socket.";
    ReplayAnswered => "Trả lại biên nhận cũ, số {0}: {1} vụ việc mới.", "The first receipt again, number {0}: {1} new incidents.";
    ForgedSent => "Gửi tin báo cướp nhân danh {0}, ký bằng khóa khác.", "Sends a hold-up in the name of {0}, signed with another key.";
    StrangerSent => "Gửi tin báo cướp từ thiết bị không ai cấp khóa.", "Sends a hold-up from a device that nobody enrolled.";
    NoiseSent => "Gửi một đoạn tin bị cắt.", "Sends a frame that is cut off.";
    KeyRevoked => "Nút cầm tay bị mất: thu hồi khóa, xong sau {0}.", "A button that is carried was lost: its key is revoked, done in {0}.";
    RevokedSent => "Bấm nút nhặt được; chữ ký đúng, khóa đã thu hồi.", "Presses the button that he found; the signature is true, the key is revoked.";
    Refused => "Từ chối. {0}", "Refused. {0}";
    Dc09Sent => "Tài khoản {0}: mã 122, báo cướp im lặng, mã hóa AES.", "Account {0}: code 122, silent hold-up, under AES.";
    Dc09Acked => "Thiết bị nhận ACK sau {0}, khi tin đã nằm trên đĩa.", "The panel gets its ACK after {0}, when the event is on disk.";
    Dc09ClearSent => "Nhân danh tài khoản {0}, gửi tin không mã hóa.", "In the name of account {0}, sends the same in clear.";
    Dc09Polled => "Tài khoản {0} (không mã hóa) báo còn sống, có ACK.", "Account {0} (in clear) says that it lives, and gets an ACK.";
    DrillPressed => "{0}: nút báo cướp được bấm theo kịch bản.", "{0}: the hold-up button is pressed as planned.";
    DrillTold => "Màn hình hiện {0}, sau {1}.", "The screen shows {0}, after {1}.";
    DrillMeasured => "Đo được: trả lời {0}, cử lực lượng {1}, đến nơi {2}.", "Measured: answered {0}, units sent {1}, on scene {2}.";
    DrillAgain => "Chưa trả lời: tin nhắn ghi {0}, sau {1}.", "No answer yet: a message that says {0}, after {1}.";
    NoteDrill => "Đạt yêu cầu.", "It went as planned.";
    DuressTyped => "Nhân viên bị ép, gõ mã. Tại chỗ trông như đã tắt báo động.", "The staff are forced and type a code. On site it looks like all clear.";
    DuressTold => "Màn hình: TẮT BÁO ĐỘNG DO BỊ ÉP, sau {0}.", "The screen: CANCELLED UNDER DURESS, after {0}.";
    DuressNothingShown => "Từ lúc gõ mã, màn hình tại chỗ không hiện thêm ai đến.", "Since the code, the display on site has shown nothing of who comes.";
    NoteDuress => "Bắt giữ tại chỗ.", "Arrested on the scene.";
    Acted => "Cán bộ trực: {0}.", "A person: {0}.";
    ActFailed => "Không gửi được câu trả lời: {0}.", "The answer was not taken: {0}.";
    Closed => "Kết thúc. {0}", "Closed. {0}";
    ClosedAs => "Kết thúc: {0}. {1}", "Closed: {0}. {1}";
    Proposed => "Đề nghị kết thúc ({0}); chưa ai ở hiện trường, cần người thứ hai.", "Wants to close ({0}); nobody was on scene, so a second person is needed.";

    Proven => "Những điều đã được chứng minh", "What was proven";
    AllAlive => "Mọi thiết bị còn sống, không thiết bị nào mất tín hiệu", "Every panel lives, none is silent";
    EveryLevel => "Mọi cấp được báo ngay, trong cùng một bước", "Every level is told at once, in one step";
    PressToDesk => "Từ lúc bấm đến màn hình bàn trực", "From the press to the desks' screens";
    PressToReceipt => "Từ lúc bấm đến biên nhận (đã lưu đĩa)", "From the press to the receipt (on disk)";
    SuspicionTold => "Nghi vấn: báo phường và trung tâm an ninh, không xa hơn", "A suspicion goes to the ward and the centre, no further";
    NeighboursShown => "Điểm lân cận thấy lời nhắc kèm đặc điểm", "Neighbours are shown what was seen";
    TwoPaths => "Một lần bấm, hai đường truyền, một vụ việc", "One press, two paths, one incident";
    AnswerShown => "Câu trả lời của con người hiện tại điểm", "A person's answer is shown on site";
    ToldAgain => "Bàn trực treo: báo lại bằng kênh kế tiếp", "A desk hangs: told again by the next channel";
    LevelSilent => "Cấp kế tiếp được báo là cấp này chưa trả lời", "The next level hears that this one is silent";
    FloodPassed => "Dội tin không làm chậm lần bấm thật", "A flood delays no honest press";
    ReplayHarmless => "Phát lại tin cũ không tạo vụ việc mới", "A replay raises nothing";
    ForgedRefused => "Tin giả bị từ chối", "A forgery is refused";
    StrangerRefused => "Thiết bị lạ và tin hỏng bị từ chối", "Strangers and noise are refused";
    RevokedRefused => "Khóa thu hồi bị từ chối", "A revoked key is refused";
    Dc09Stored => "DC-09: ACK chỉ sau khi đã lưu", "DC-09: the ACK comes after the disk";
    Dc09ClearRefused => "DC-09: tin không mã hóa bị từ chối", "DC-09: clear on a keyed account is refused";
    DrillMarked => "Diễn tập được ghi rõ trên mọi kênh", "A drill is marked on every channel";
    WebhooksVerified => "Mọi tin webhook có chữ ký đúng (v1a)", "Every webhook verifies (v1a)";
    SilenceSeen => "Thiết bị mất tín hiệu là một sự kiện", "A panel's silence is an event";
    DuressHidden => "Mã báo bị ép: bàn trực biết, tại chỗ không lộ", "Duress code: desks know, the site shows nothing";
    TwoPeopleClose => "Chưa ai ở hiện trường: cần hai người kết thúc", "Nobody on scene: it takes two to close";
    IncidentsExact => "Số vụ việc đúng bằng số việc đã xảy ra", "As many incidents as there were";
    AllClosed => "Mọi vụ việc đã kết thúc, có kết quả", "All are closed, each with its end";
    ReceiptsTrue => "Mọi biên nhận đúng chỗ trong sổ", "Every receipt's place holds its frame";
    JournalVerified => "Sổ nguyên vẹn từ đầu đến cuối", "The journal is whole";

    DidNotHappen => "không xảy ra", "did not happen";
    AliveFigure => "{0} thiết bị, {1} mất tín hiệu", "{0} panels, {1} silent";
    HeardFigure => "; tín hiệu báo sống của {0} có trong sổ", "; heartbeats of {0} in the journal";
    FloodedFigure => "; {0} tin có trong sổ", "; {0} in the journal";
    SuspicionFigure => "{0} cấp", "{0} levels";
    NeighboursFigure => "{0} thiết bị", "{0} panels";
    AnswerFigure => "{0} sau khi bấm", "{0} after the press";
    SilenceFigure => "{0} s không có tin; báo {1} sau khi mất điện", "{0} s without a word; told {1} after the cut";
    ReplayFigure => "{0} vụ mới; biên nhận cũ số {1}", "{0} new; the first receipt, number {1}";
    FloodFigure => "biên nhận sau {0} giữa {1} tin; bàn trực thấy {2} dòng", "receipt after {0} amid {1} messages; desks saw {2} lines";
    Dc09Figure => "ACK sau {0}, tin đã có trong tệp", "ACK after {0}, the event in the file";
    DrillFigure => "{0} màn hình, {1} webhook; trả lời {2}, cử {3}, đến {4}", "{0} screens, {1} webhooks; answered {2}, sent {3}, on scene {4}";
    DuressFigure => "{0} cấp biết, tại chỗ hiện {1} dòng", "{0} levels know, {1} lines on site";
    TwoPeopleFigure => "một người bị từ chối, hai người được", "one is not enough, two are";
    LevelsFigure => "{0} vụ, {1} lượt báo, lệch nhau {2} ms", "{0} incidents, {1} tellings, {2} ms apart";
    LatencyFigure => "trung vị {0}, lâu nhất {1} ({2} lần)", "median {0}, longest {1} ({2} of them)";
    WebhookFigure => "{0} tin đúng; sửa một byte là sai", "{0} verified; with one octet changed, none";
    IncidentsFigure => "{0} vụ, mong đợi {1}", "{0}, expected {1}";
    ClosedFigure => "{0}/{1}", "{0}/{1}";
    ReceiptsFigure => "{0}/{1} biên nhận", "{0} of {1} receipts";
    JournalFigure => "{0} mục, mã băm cuối {1}", "{0} entries, head {1}";
    JournalBroken => "sổ đọc không được hoặc bị sửa: {0}", "the journal is unreadable or was changed: {0}";
    RefusedWhy => "Đã từ chối, và vì sao", "What was refused, and why";
    AllHeld => "Tất cả những điều trên đều đã xảy ra.", "All of this has happened.";
    SomeMissing => "{0} điều KHÔNG xảy ra.", "{0} claims have NOT happened.";
    StillRunning => "Trạm thu còn chạy, đến khi bấm Ctrl-C.", "The receiver is still running, until Ctrl-C.";
    PageIs => "Trang trực ban, mở bằng trình duyệt", "The duty desk, in a browser";
    WardLogin => "Công an phường Kinh Môn", "Kinh Môn ward police";
    CityLogin => "Trung tâm 113 thành phố, thấy tất cả", "City command centre 113, sees everything";
    FolderIs => "Thư mục dữ liệu", "Data folder";
    TokenIs => "Mã truy cập", "Operator's token";
    TryThis => "Thử xem:", "Try:";
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_word_is_in_both_languages_with_the_same_gaps() {
        for word in Word::ALL {
            let (vi, en) = word.both();
            assert!(!vi.trim().is_empty() && !en.trim().is_empty(), "{word:?}");
            for gap in 0..9 {
                let gap = format!("{{{gap}}}");
                assert_eq!(vi.contains(&gap), en.contains(&gap), "{word:?} {gap}");
            }
        }
    }

    #[test]
    fn gaps_are_filled_in_their_order() {
        assert_eq!(Word::ClosedFigure.say(Lang::Vi, &[&8, &9]), "8/9");
    }
}
