//! What a seed decides about its world before anything happens.

use core::time::Duration;

use crate::dice::Dice;

/// The kinds and the measure of a world's faults. About a third of the knobs of each world stand at nothing, so that every mixture comes up.
#[derive(Clone, Debug)]
pub(crate) struct Climate {
    /// How long things happen.
    pub(crate) span: Duration,
    pub(crate) sites: u64,
    /// How much the panels have to say.
    pub(crate) presses: u64,
    pub(crate) floods: u64,
    /// What one panel has to say on top, so much that the station forgets what it said before; rare, because it takes long.
    pub(crate) deluge: u64,
    /// Of a thousand frames, how many are lost, come twice, come changed.
    pub(crate) lost: u64,
    pub(crate) twice: u64,
    pub(crate) corrupt: u64,
    pub(crate) slowest_line: Duration,
    pub(crate) partitions: u64,
    pub(crate) resets: u64,
    pub(crate) crashes: u64,
    pub(crate) longest_down: Duration,
    pub(crate) power_losses: u64,
    pub(crate) clock_jumps: u64,
    pub(crate) slowest_disk: Duration,
    pub(crate) full_disks: u64,
    pub(crate) broken_disks: u64,
    /// Batches that the journal's queue holds.
    pub(crate) queue: usize,
    /// Entries that the receiver keeps on their way to the journal.
    pub(crate) pending: usize,
    pub(crate) attacks: u64,
    pub(crate) desk_outages: u64,
    /// Of a thousand operators, how many never answer, and how many answer late.
    pub(crate) absent: u64,
    pub(crate) slow: u64,
    pub(crate) tests: u64,
}

impl Climate {
    pub(crate) fn of(dice: &mut Dice) -> Self {
        let small = dice.chance(300);
        Self {
            span: dice.secs(60, if small { 120 } else { 480 }),
            sites: dice.between(1, 3),
            presses: dice.between(1, if small { 8 } else { 24 }),
            floods: sometimes(dice, 2),
            deluge: if dice.chance(15) { dice.between(300, 1500) } else { 0 },
            lost: sometimes(dice, 500),
            twice: sometimes(dice, 300),
            corrupt: sometimes(dice, 150),
            slowest_line: Duration::from_millis(20 + sometimes(dice, 8000)),
            partitions: sometimes(dice, 6),
            resets: sometimes(dice, 6),
            crashes: sometimes(dice, 5),
            longest_down: dice.secs(1, 60),
            power_losses: sometimes(dice, 4),
            clock_jumps: sometimes(dice, 4),
            slowest_disk: Duration::from_millis(2 + sometimes(dice, 4000)),
            full_disks: sometimes(dice, 3),
            broken_disks: sometimes(dice, 2),
            queue: if dice.chance(300) { dice.index(6) + 2 } else { 256 },
            pending: if dice.chance(300) { dice.index(12) + 4 } else { 4096 },
            attacks: sometimes(dice, 12),
            desk_outages: sometimes(dice, 4),
            absent: sometimes(dice, 700),
            slow: sometimes(dice, 700),
            tests: sometimes(dice, 2),
        }
    }
}

/// Nothing one time in three, else up to `most`.
const fn sometimes(dice: &mut Dice, most: u64) -> u64 {
    if dice.chance(333) { 0 } else { dice.between(1, most) }
}
