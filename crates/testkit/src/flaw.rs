//! Deliberate faults of the simulated driver. A simulator that finds none of them proves nothing.

/// A fault that the simulated station can be built with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Flaw {
    /// The receiver hears that an entry is stored when it was only handed in.
    ReceiptBeforeDisk,
    /// A restart reads nothing of what panels and desks have said: replay windows are forgotten.
    WindowForgotten,
    /// A restart reads no records: incidents are forgotten.
    RecordsForgotten,
    /// After a restart nobody wakes the dispatcher when an escalation is due.
    TimerLost,
    /// One level's first telling is swallowed on its way to the channel.
    LevelSkipped,
    /// A frame that comes again is handed to the dispatcher as another press.
    SecondRaise,
    /// A drill goes to its channel without its mark.
    DrillUnmarked,
    /// What the journal had no room for is not kept for later.
    RecordsDropped,
    /// Records overtake those that wait for room.
    RecordsOvertaken,
    /// A run of the station begins before its number is stored.
    RunNotStored,
}

impl Flaw {
    /// All of them.
    pub const ALL: [Self; 10] = [
        Self::ReceiptBeforeDisk,
        Self::WindowForgotten,
        Self::RecordsForgotten,
        Self::TimerLost,
        Self::LevelSkipped,
        Self::SecondRaise,
        Self::DrillUnmarked,
        Self::RecordsDropped,
        Self::RecordsOvertaken,
        Self::RunNotStored,
    ];
}
