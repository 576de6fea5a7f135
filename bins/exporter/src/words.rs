//! Everything that an officer, auditor, analyst or guard reads, in Vietnamese and English. `{0}`, `{1}` and so on stand for what is filled in.

use std::fmt::Display;

use keng_training::{Finding, Standing, Verdict, Wanted, Words};

/// The language of what people read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Lang {
    Vi,
    En,
}

impl Lang {
    /// What was asked for, or what the system's language is; Vietnamese unless that is English.
    pub(crate) fn or_system(asked: Option<Self>) -> Self {
        let system = std::env::var("LC_ALL").or_else(|_| std::env::var("LANG")).unwrap_or_default();
        asked.unwrap_or(if system.starts_with("en") { Self::En } else { Self::Vi })
    }

    /// The one of two texts.
    pub(crate) fn of(self, words: &Words) -> &str {
        match self {
            Self::Vi => &words.vi,
            Self::En => &words.en,
        }
    }

    /// As the file formats call it.
    pub(crate) const fn document(self) -> keng_export::Language {
        match self {
            Self::Vi => keng_export::Language::Vi,
            Self::En => keng_export::Language::En,
        }
    }
}

macro_rules! words {
    ($($word:ident => $vi:literal, $en:literal;)+) => {
        /// Something that the program says.
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
        let text = self.text(lang);
        let numbered = with.iter().enumerate();
        numbered
            .fold(text.to_owned(), |text, (number, value)| text.replace(&format!("{{{number}}}"), &value.to_string()))
    }

    /// The words in a language, when there are no gaps.
    pub(crate) const fn text(self, lang: Lang) -> &'static str {
        let (vi, en) = self.both();
        match lang {
            Lang::Vi => vi,
            Lang::En => en,
        }
    }
}

words! {
    // Headings of columns
    Person => "Mã người", "Person";
    Name => "Họ và tên", "Name";
    Born => "Ngày sinh", "Born";
    PersonalId => "Số định danh", "Personal id";
    Position => "Chức vụ", "Position";
    Site => "Điểm", "Site";
    Ward => "Phường, xã", "Ward";
    Kind => "Loại chứng nhận", "Certificate";
    Tool => "Công cụ", "Tool";
    Number => "Số hiệu", "Number";
    Issuer => "Nơi cấp", "Issued by";
    Issued => "Ngày cấp", "Issued";
    LastDay => "Ngày cuối còn hạn", "Last valid day";
    DaysLeft => "Còn (ngày)", "Days left";
    Status => "Tình trạng", "Status";
    Why => "Lý do", "Reason";
    Rule => "Quy tắc", "Rule";
    Source => "Căn cứ", "Source";
    Entry => "Mục sổ", "Ledger entry";
    Skill => "Kỹ năng", "Skill";
    Post => "Vị trí", "Post";
    From => "Từ", "From";
    Until => "Đến", "Until";
    Missing => "Còn thiếu", "Missing";
    Soonest => "Có thể thay, sớm nhất", "Could stand it, soonest";
    Qualified => "Đủ điều kiện", "Qualified";
    Wanted => "Cần", "Wanted";
    ShortFrom => "Thiếu người từ", "Too few from";
    ForWantOf => "Vì hết", "For want of";
    At => "Lúc", "At";
    Keeper => "Thủ kho", "Keeper";
    Findings => "Sai sót", "Findings";
    Scenario => "Tình huống", "Scenario";
    AlarmAfter => "Bấm báo động sau (s)", "Button after (s)";
    AnsweredAfter => "Trực ban trả lời sau (s)", "Desk answered after (s)";
    PoliceAfter => "Công an đến sau (s)", "Police after (s)";
    Overdue => "Việc quá hạn", "Overdue actions";
    Outcome => "Kết quả", "Outcome";
    Record => "Bản ghi", "Record";
    Field => "Trường", "Field";
    Value => "Giá trị", "Value";
    KeptUntil => "Lưu đến", "Kept until";
    KeptBecause => "Lý do lưu", "Kept because";
    State => "Trạng thái", "State";
    Leaf => "Lá (SHA-256)", "Leaf (SHA-256)";
    AgeBand => "Nhóm tuổi", "Age band";
    Half => "Hết hạn trong", "Ends in";
    People => "Số người", "People";
    PhotoDay => "Ngày ảnh", "Photo taken";
    Note => "Ghi chú", "Note";
    Order => "Số thứ tự", "No.";

    // Titles
    TitleStatus => "Ai đủ điều kiện làm gì, ngày {0}", "Who is qualified for what, {0}";
    TitleCoverage => "Các ca trực từ {0} đến {1}", "Shifts from {0} to {1}";
    TitleExpiring => "Hết hạn trong {0} ngày tới, tính từ {1}", "Ends within {0} days from {1}";
    TitleForecast => "Khi nào vị trí thiếu người, tính từ {0}", "When posts have too few people, from {0}";
    TitleTools => "Giao nhận công cụ hỗ trợ đến {0}", "Hand-outs of support tools up to {0}";
    TitleDrills => "Diễn tập đến {0}", "Drills up to {0}";
    TitleRetention => "Hết thời hạn lưu, ngày {0}", "No longer to be kept, {0}";
    TitlePolice => "Hồ sơ bảo vệ, ngày {0}", "Guard records, {0}";
    TitleAuditor => "Sổ cái cho kiểm toán, ngày {0}", "The ledger for an auditor, {0}";
    TitleAnalyst => "Huấn luyện bảo vệ, ẩn danh với k = {0}, ngày {1}", "Guard training, anonymous with k = {0}, {1}";
    TitlePerson => "Hồ sơ của {0}, ngày {1}", "The record of {0}, {1}";
    TitleRequest => "Danh sách đề nghị cấp chứng nhận ({0}, {1})", "Persons to be certified ({0}, {1})";
    TitleScorer => "Bảo vệ tại từng điểm, không nêu tên", "Guards at each site, without names";
    CalendarName => "Gia hạn chứng nhận bảo vệ", "Renewal of guard certificates";
    CalendarLine => "{0}: {1} còn hạn đến hết hôm nay", "{0}: {1} is valid until the end of today";
    SheetTitle => "Phiếu chứng nhận", "Certificate sheet";
    SheetNote => "Phiếu này do đơn vị sử dụng bảo vệ lập từ sổ của mình. Nó không thay cho chứng nhận do công an cấp.", "This sheet was made by the employer from its own records. It does not replace the certificate that the police issued.";
    SheetCode => "Mã QR: tuyên bố đã ký của đơn vị, không có họ tên", "QR: the employer's signed claim, without a name";
    MadeBy => "Lập bởi keng-exporter", "Made by keng-exporter";
    BadgeName => "{0}: còn hiệu lực", "{0}: valid";
    BadgeDescription => "Đơn vị sử dụng bảo vệ xác nhận: theo sổ của đơn vị, người này có chứng nhận {0} còn hiệu lực.", "The employer states that by its records this person holds a valid certificate {0}.";

    // Status
    Valid => "đủ điều kiện", "qualified";
    Expired => "hết hạn", "expired";
    NotYet => "chưa được cấp", "not yet issued";
    MissingStatus => "không có", "none";
    Suspended => "bị đình chỉ", "suspended";
    Revoked => "bị thu hồi", "revoked";
    Unproven => "chưa chứng minh", "not proven";
    Lacks => "thiếu điều kiện", "prerequisite missing";
    TooYoung => "chưa đủ tuổi", "too young";
    NotEmployed => "không có hợp đồng", "no contract";
    NoRule => "không có quy tắc", "no rule";
    UnknownSkill => "kỹ năng lạ", "unknown skill";
    ValidUntil => "còn hạn đến hết {0}", "valid until the end of {0}";
    ValidLimited => "còn hạn đến hết {0}, do {1}", "valid until the end of {0}, because of {1}";
    ValidWithoutEnd => "không có thời hạn được quy định", "no end is laid down";
    ExpiredOn => "ngày cuối là {0}", "the last day was {0}";
    NotYetFrom => "được cấp ngày {0}", "issued on {0}";
    NoCertificate => "không có chứng nhận nào", "there is no certificate";
    SuspendedSince => "từ {0}", "since {0}";
    SuspendedUntil => "từ {0} đến hết {1}", "since {0} until the end of {1}";
    LacksNow => "cần {0}: {1} ({2})", "needs {0}: {1} ({2})";
    LacksAtIssue => "khi cấp cần {0}: {1} ({2})", "needed {0} when issued: {1} ({2})";
    OldEnough => "đủ tuổi từ {0}", "old enough on {0}";
    NoContract => "không có hợp đồng vào ngày đó", "no contract on that day";
    NoRuleInForce => "chưa có quy tắc nào có hiệu lực vào ngày đó", "no rule was in force on that day";
    NotInRules => "tệp quy tắc không có kỹ năng này", "the rule file has no such skill";
    WantsHours => "cần {0} giờ học, ghi nhận {1}", "needs {0} hours, recorded are {1}";
    WantsPractice => "phần thực hành phải học trực tiếp", "the practice must be in person";
    WantsInstructor => "giảng viên phải có giấy phép", "the instructor must be licensed";
    WantsFacility => "cơ sở phải có giấy phép", "the facility must be licensed";
    WantsFit => "không có kết luận đủ sức khỏe", "no result \"fit\"";
    WantsAge => "không biết tuổi", "the age is not known";

    // Shifts
    Covered => "đủ", "covered";
    Ending => "đủ, có chứng nhận hết hạn trong {0} ngày", "covered, something ends within {0} days";
    Warned => "được trực, có cảnh báo", "goes on, with a warning";
    Blocked => "không được trực", "blocked";
    Gap => "{0} ngày {1}: {2}", "{0} on {1}: {2}";
    Candidate => "{0} từ {1}", "{0} from {1}";
    CandidateAfter => "{0} từ {1} (sau khi có {2})", "{0} from {1} (after {2})";
    Nobody => "không ai", "nobody";

    // Tools
    ToolUnknown => "công cụ không có trong sổ", "the tool is not recorded";
    ToolUser => "người nhận: {0}", "whoever got it: {0}";
    ToolKeeper => "thủ kho: {0}", "the keeper: {0}";
    ToolNoShift => "người nhận không có ca tại điểm", "whoever got it had no shift there";
    ToolNoConsent => "không có ý kiến của người đứng đầu", "no consent of the head";
    ToolStillOut => "công cụ chưa được trả từ lần trước", "the tool was still out";
    ToolLate => "chưa trả khi hết ca", "did not come back after the shift";
    ToolLateUntil => "trả muộn, lúc {0}", "came back late, at {0}";
    ToolBroken => "trả về không nguyên vẹn", "came back not in order";
    InOrder => "đúng quy định", "in order";

    // The ledger
    StateSealed => "có bản ghi", "sealed";
    StateErased => "đã xóa", "erased";
    StateRetracted => "đã rút lại", "retracted";
    StateRedaction => "dấu xóa", "redaction";

    // What the commands say
    InitDone => "Đã tạo sổ trong {0}. Khóa công khai để giao cho công an và kiểm toán:\n  {1}\nKhóa bí mật ở {0}/keys: giữ kín, sao lưu.", "The store is in {0}. Public key to hand to police and auditors:\n  {1}\nThe secret keys are in {0}/keys: keep them, back them up.";
    InitIssuer => "Nơi ký huy hiệu và bản kê: {0}", "Signs badges and manifests: {0}";
    Added => "đã ghi {0}", "added {0}";
    AddedKnown => "đã có sẵn", "there already";
    RetractDone => "Đã rút lại mục {0} bằng mục {1}.", "Entry {0} is retracted by entry {1}.";
    EraseCount => "{0} bản ghi sẽ bị xóa. Thêm --yes để xóa thật.", "{0} records would be erased. Add --yes to do it.";
    EraseDone => "Đã xóa {0} bản ghi; mọi chứng minh khác vẫn kiểm tra được. Các tệp đã xuất trước đây nằm ngoài sổ: hãy xóa riêng.", "{0} records are erased; every other proof still verifies. Files that were exported before are outside the store: delete them too.";
    EraseNone => "Không có bản ghi nào của người này.", "There is no record of that person.";
    NothingFound => "Không có gì.", "Nothing.";
    CheckpointDone => "Đã ký điểm kiểm tra: {0} mục.", "Signed a checkpoint: {0} entries.";
    AcceptDone => "Đã nhận điểm kiểm tra {0} mục có chữ ký cùng.", "Took in the cosigned checkpoint of {0} entries.";
    CosignDone => "Sổ {0} chỉ dài thêm: {1} → {2} mục. Đã ký cùng.", "The log {0} only grew: {1} → {2} entries. Cosigned.";
    CosignFirst => "Lần đầu thấy sổ {0}: {1} mục. Đã ký cùng.", "Seen the log {0} for the first time: {1} entries. Cosigned.";
    KeygenDone => "Khóa công khai để giao:\n  {0}", "Public key to hand out:\n  {0}";
    ProveDone => "Đã ghi {0}.json và {0}.tlog-proof. Kiểm tra: keng-exporter verify {0}.tlog-proof --record {0}.json --log-key log.pub", "Wrote {0}.json and {0}.tlog-proof. To verify: keng-exporter verify {0}.tlog-proof --record {0}.json --log-key log.pub";
    ProveStale => "Mục {0} chưa có trong điểm kiểm tra nào: chạy `keng-exporter checkpoint` trước.", "No checkpoint has entry {0} yet: run `keng-exporter checkpoint` first.";
    ProveErased => "Mục {0} đã bị xóa hoặc là dấu xóa: không còn gì để chứng minh.", "Entry {0} was erased or is a redaction: there is nothing to prove.";
    ProofHolds => "Đúng: bản ghi là mục {0} của sổ {1} ({2} mục).", "It holds: the record is entry {0} of the log {1} ({2} entries).";
    Cosigned => "  ký cùng: {0}, lúc {1}", "  cosigned: {0}, at {1}";
    LogHolds => "Đúng: sổ {0} nguyên vẹn, {1} mục, {2} đã xóa.", "It holds: the log {0} is whole, {1} entries, {2} erased.";
    LogFollows => "Đúng: không gì trước đó bị sửa từ {0} mục.", "It holds: nothing was changed since {0} entries.";
    RecordsHold => "Đúng: {0} bản ghi khớp với lá của chúng.", "It holds: {0} records fit their leaves.";
    NotInCheckpoint => "{0} mục chưa có trong điểm kiểm tra.", "{0} entries are not in a checkpoint yet.";
    BadgeHolds => "Đúng: huy hiệu do {0} ký và chưa bị sửa.", "It holds: the badge was signed by {0} and not changed.";
    BadgeOver => "Chữ ký đúng, nhưng huy hiệu không còn hiệu lực lúc này.", "The signature holds, but the badge is not valid at this time.";
    ManifestHolds => "Đúng: {0} tệp khớp với bản kê.", "It holds: {0} files fit the manifest.";
    ExportDone => "Đã ghi {0} tệp vào {1} và bản kê đã ký manifest.json.", "Wrote {0} files to {1}, and the signed manifest.json.";
    ExportLeftOut => "Không ghi {0}: chế độ xem này không chỉ ra từng người.", "Left out {0}: this view does not point to persons.";
    AnalystSuppressed => "k = {0}; {1} người không xuất hiện vì không đủ k người giống nhau.", "k = {0}; {1} people are left out because fewer than k are alike.";
    RequestDone => "Đã ghi công văn và danh sách {0} người vào {1}.", "Wrote the letter and the list of {0} people to {1}.";
    RequestLetter => "Kính gửi: Cơ quan công an có thẩm quyền\n\nCăn cứ Luật 42/2024/QH15 và Nghị định 149/2024/NĐ-CP, đơn vị đề nghị cấp chứng nhận {0} công cụ hỗ trợ loại {1} cho {2} người có tên trong danh sách kèm theo. Kèm theo: 03 ảnh 3 x 4 cm mỗi người, chụp không quá 6 tháng.", "To the competent police authority\n\nUnder Law 42/2024/QH15 and Decree 149/2024, we request certificates of {0} of support tools of the type {1} for the {2} people in the list. Enclosed: 3 photos of 3 x 4 cm of each person, no older than 6 months.";
    RequestUse => "sử dụng", "use";
    RequestStore => "quản lý kho", "store-keeping";
    NotePhoto => "cần ảnh mới: quá 6 tháng hoặc chưa có", "needs a new photo: older than 6 months, or none";
    NoteId => "số định danh phải có 12 chữ số", "the personal id must have 12 digits";
    NoteGood => "đủ", "complete";
    ImportWould => "{0} dòng tốt, {1} đã có sẵn, {2} sai. Chưa ghi gì: thêm --commit để ghi.", "{0} good rows, {1} there already, {2} wrong. Nothing was written: add --commit to write.";
    ImportDone => "Đã ghi {0} dòng, {1} đã có sẵn, {2} sai.", "Wrote {0} rows, {1} were there already, {2} were wrong.";
    ImportErrors => "Chi tiết từng ô sai: {0}", "Every wrong cell: {0}";
    DemoInvented => "Phường, xã là thật (Kinh Môn, thành phố Hải Phòng). Mọi điểm, người, số hiệu, ca trực và diễn tập đều hư cấu.", "The wards are real (Kinh Môn, city of Hải Phòng). Every site, person, number, shift and drill is invented.";
    DemoBlocked => "Ca bị chặn: {0}, {1}, {2}: {3}", "Blocked shift: {0}, {1}, {2}: {3}";
    DemoBlockedWho => "  sớm nhất: {0}", "  soonest: {0}";
    DemoErased => "Đã xóa một người: {0} bản ghi; chứng minh của người khác vẫn đúng.", "Erased a person: {0} records; the proofs of others still hold.";
    DemoWhere => "Tất cả nằm trong {0}", "Everything is in {0}";
    DemoStep => "{0}. {1}", "{0}. {1}";
    DemoStore => "Sổ: {0} bản ghi của {1} người tại {2} điểm", "The store: {0} records of {1} people at {2} sites";
    DemoRetracted => "Một chứng nhận gõ sai được rút lại, không sửa", "A mistyped certificate is retracted, not edited";
    DemoCosigned => "Công an xem sổ và ký cùng", "The police look at the log and cosign";
    DemoProof => "Chứng minh: vào ngày đó người này đủ điều kiện", "Proof: on that day this person was qualified";
    DemoExports => "Xuất cho công an, kiểm toán, người phân tích và một bảo vệ", "Exports for the police, an auditor, an analyst and one guard";
    DemoScorer => "Đầu vào cho keng-scorer: {0}", "Input for keng-scorer: {0}";
    // Import
    TitleErrors => "Các ô sai khi nhập", "Wrong cells of an import";
    SheetName => "Trang tính", "Sheet";
    RowNumber => "Dòng", "Row";
    ColumnLetter => "Cột", "Column";
    Weight => "Mức", "Weight";
    Problem => "Sai gì", "What is wrong";
    Instead => "Làm gì", "What to do";
    Content => "Nội dung ô", "Content";
    WeightRefused => "không nhập dòng này", "row refused";
    WeightNote => "lưu ý", "note";
    RowsRefused => "{0} dòng không được nhập", "{0} rows were refused";
    SheetWhich => "Tệp có nhiều trang tính ({0}): ghi sheet = \"...\" trong tệp ánh xạ", "The file has several sheets ({0}): write sheet = \"...\" into the map";
    SheetNone => "Không có trang tính \"{0}\"; có: {1}", "There is no sheet \"{0}\"; there are: {1}";
    HeadingNone => "Dòng {1} không có tiêu đề \"{0}\"; có: {2}. Ghi header = số dòng tiêu đề trong tệp ánh xạ", "Row {1} has no heading \"{0}\"; it has: {2}. Write header = the number of the row with the headings into the map";
    HeadingTwice => "Dòng {1} có hai tiêu đề \"{0}\": đổi tên một cột", "Row {1} has the heading \"{0}\" twice: rename one";
    HeadingMerged => "ô tiêu đề bị gộp: chỉ cột đầu được tính", "the heading is merged: only its first column counts";
    Sheet1904 => "sổ tính tính ngày từ năm 1904: ngày đọc đúng, nhưng ngày chép tay từ sổ khác có thể lệch bốn năm", "the workbook counts days from 1904: they are read right, but days copied in by hand may be four years off";
    SheetHidden => "trang tính bị ẩn", "the sheet is hidden";
    RowHidden => "dòng bị ẩn hoặc bị lọc", "the row is hidden or filtered away";
    RowUnreadable => "không đọc được dòng", "the row cannot be read";
    RowTwice => "đã có ở dòng {0}", "is in row {0} already";
    CellError => "lỗi của bảng tính", "an error of the spreadsheet";
    CellFormula => "công thức, không phải giá trị", "a formula, not a value";
    CellMerged => "ô bị gộp", "the cell is merged";
    CellNotUtf8 => "chữ hỏng: không phải UTF-8", "broken letters: not UTF-8";
    CellNotText => "không phải chữ", "not a text";
    CellIdNumber => "là số: các chữ số 0 ở đầu đã mất", "a number: its leading zeros are lost";
    CellNotDate => "không phải ngày", "not a day";
    CellShortYear => "năm chỉ có hai chữ số", "a year of two digits";
    CellNoSuchDay => "không có ngày này trong lịch", "there is no such day";
    CellNotMoment => "không phải ngày và giờ", "not a day and time";
    CellNotCount => "không phải số nguyên", "not a whole number";
    CellNotFlag => "không phải có hoặc không", "neither yes nor no";
    CellMissing => "thiếu {0}", "{0} is missing";
    CellBackwards => "trước ngày bắt đầu", "before the beginning";
    CellUnknownKind => "loại chứng nhận không có trong tệp quy tắc", "no kind of certificate of the rule file";
    CellUnknownPerson => "không có người mang mã này trong sổ", "nobody in the store has this number";
    InsteadNothing => "kiểm tra lại; không phải sửa", "look again; nothing must be changed";
    InsteadValue => "ghi giá trị vào ô (Dán đặc biệt > Giá trị)", "write the value into the cell (Paste special > Values)";
    InsteadUnhide => "bỏ ẩn dòng để nhập, hoặc xóa dòng", "unhide the row to import it, or delete it";
    InsteadUnmerge => "bỏ gộp ô và ghi vào từng dòng", "unmerge the cells and fill in each row";
    InsteadUtf8 => "lưu tệp dạng CSV UTF-8", "save the file as CSV UTF-8";
    InsteadText => "định dạng ô là Văn bản và ghi lại", "format the cell as text and write it again";
    InsteadDate => "ghi ngày/tháng/năm, như 30/06/2026", "write day/month/year, such as 30/06/2026";
    InsteadMoment => "ghi ngày và giờ, như 30/06/2026 16:30", "write day and time, such as 30/06/2026 16:30";
    InsteadCount => "ghi số nguyên, như 8", "write a whole number, such as 8";
    InsteadFlag => "ghi có hoặc không", "write có or không (yes or no)";
    InsteadFill => "điền ô này", "fill in this cell";
    InsteadOnce => "giữ một dòng, xóa dòng kia", "keep one of the rows, delete the other";
    InsteadKind => "ghi một trong: {0}", "write one of: {0}";
    InsteadPerson => "nhập danh sách người trước, hoặc sửa mã", "import the people first, or correct the number";
    MostRows => "{0} dòng đầu trong số {1}; dùng --format xlsx, csv hoặc parquet cho tất cả.", "The first {0} of {1} rows; use --format xlsx, csv or parquet for all.";
}

/// The status in one or two words.
pub(crate) fn status(verdict: &Verdict, lang: Lang) -> &'static str {
    let word = match verdict {
        Verdict::Valid { .. } => Word::Valid,
        Verdict::Expired { .. } => Word::Expired,
        Verdict::NotYet { .. } => Word::NotYet,
        Verdict::Missing => Word::MissingStatus,
        Verdict::Suspended { .. } => Word::Suspended,
        Verdict::Revoked { .. } => Word::Revoked,
        Verdict::Unproven(_) => Word::Unproven,
        Verdict::Lacks { .. } => Word::Lacks,
        Verdict::TooYoung { .. } => Word::TooYoung,
        Verdict::NotEmployed => Word::NotEmployed,
        Verdict::NoRule => Word::NoRule,
        Verdict::UnknownSkill => Word::UnknownSkill,
    };
    word.text(lang)
}

/// The reason in a sentence.
pub(crate) fn reason(verdict: &Verdict, lang: Lang) -> String {
    match verdict {
        Verdict::Valid { until: None, .. } => Word::ValidWithoutEnd.say(lang, &[]),
        Verdict::Valid { until: Some(until), limited_by: None } => Word::ValidUntil.say(lang, &[until]),
        Verdict::Valid { until: Some(until), limited_by: Some(kind) } => Word::ValidLimited.say(lang, &[until, kind]),
        Verdict::Expired { last_day } => Word::ExpiredOn.say(lang, &[last_day]),
        Verdict::NotYet { from } => Word::NotYetFrom.say(lang, &[from]),
        Verdict::Missing => Word::NoCertificate.say(lang, &[]),
        Verdict::Suspended { since, until: Some(until) } => Word::SuspendedUntil.say(lang, &[since, until]),
        Verdict::Suspended { since, until: None } | Verdict::Revoked { since } => {
            Word::SuspendedSince.say(lang, &[since])
        }
        Verdict::Unproven(wanted) => self::wanted(*wanted, lang),
        Verdict::Lacks { kind, at_issue, because } => {
            let word = if *at_issue { Word::LacksAtIssue } else { Word::LacksNow };
            word.say(lang, &[kind, &status(because, lang), &reason(because, lang)])
        }
        Verdict::TooYoung { until } => Word::OldEnough.say(lang, &[until]),
        Verdict::NotEmployed => Word::NoContract.say(lang, &[]),
        Verdict::NoRule => Word::NoRuleInForce.say(lang, &[]),
        Verdict::UnknownSkill => Word::NotInRules.say(lang, &[]),
    }
}

fn wanted(wanted: Wanted, lang: Lang) -> String {
    match wanted {
        Wanted::Hours { found: Some(found), wanted } => Word::WantsHours.say(lang, &[&wanted, &found]),
        Wanted::Hours { found: None, wanted } => Word::WantsHours.say(lang, &[&wanted, &"–"]),
        Wanted::PracticeInPerson => Word::WantsPractice.say(lang, &[]),
        Wanted::LicensedInstructor => Word::WantsInstructor.say(lang, &[]),
        Wanted::LicensedFacility => Word::WantsFacility.say(lang, &[]),
        Wanted::Fit => Word::WantsFit.say(lang, &[]),
        Wanted::Age => Word::WantsAge.say(lang, &[]),
    }
}

/// What a shift is.
pub(crate) fn standing(standing: Standing, lang: Lang) -> String {
    match standing {
        Standing::Covered => Word::Covered.say(lang, &[]),
        Standing::Ending(days) => Word::Ending.say(lang, &[&days]),
        Standing::Warned => Word::Warned.say(lang, &[]),
        Standing::Blocked => Word::Blocked.say(lang, &[]),
    }
}

/// What is wrong with a hand-out.
pub(crate) fn finding(finding: &Finding, lang: Lang) -> String {
    match finding {
        Finding::UnknownTool => Word::ToolUnknown.say(lang, &[]),
        Finding::User(judgement) => Word::ToolUser.say(lang, &[&reason(&judgement.verdict, lang)]),
        Finding::Keeper(judgement) => Word::ToolKeeper.say(lang, &[&reason(&judgement.verdict, lang)]),
        Finding::NoShift => Word::ToolNoShift.say(lang, &[]),
        Finding::NoConsent => Word::ToolNoConsent.say(lang, &[]),
        Finding::StillOut => Word::ToolStillOut.say(lang, &[]),
        Finding::Late { returned: None } => Word::ToolLate.say(lang, &[]),
        Finding::Late { returned: Some(at) } => Word::ToolLateUntil.say(lang, &[&at.format("%Y-%m-%d %H:%M")]),
        Finding::NotInOrder => Word::ToolBroken.say(lang, &[]),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn everything_is_said_in_both_languages_with_the_same_gaps() {
        for word in Word::ALL {
            let (vi, en) = word.both();
            let gaps = |text: &str| (0..9).map(|gap| text.contains(&format!("{{{gap}}}"))).collect::<Vec<_>>();
            assert!(!vi.is_empty() && !en.is_empty(), "{word:?}");
            assert_eq!(gaps(vi), gaps(en), "{word:?}");
        }
    }
}
