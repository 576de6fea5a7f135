//! What a panel keeps across power loss, octet by octet (SPEC 9).

use crate::error::Malformed;
use crate::id::{DeviceId, FrameId};

/// One record of a panel's store. Records are appended in the order in which they are asked for; after a restart all of them go to
/// [`Panel::new`](super::Panel::new) in that order. The store may be compacted at any time: what
/// [`Panel::records`](super::Panel::records) yields takes the place of everything before.
///
/// ```text
/// epoch     | 1 | epoch, 4 octets |
/// queued    | 2 | a frame, to the end of the record |
/// settled   | 3 | the frame's id, 32 octets |
/// heard     | 4 | station, 8 octets | epoch, 4 octets | sequence, 4 octets |
/// ```
///
/// Numbers are big-endian. The store keeps each record's length itself, and should keep a checksum.
#[derive(Clone, PartialEq, Eq)]
pub enum Record {
    /// The panel has started with this epoch. Lost in a power failure, the next start takes the same epoch again: the receiver labels the
    /// numbers that come twice and raises the alarms all the same.
    Epoch(u32),
    /// This frame waits for a receipt. Lost, it is not sent again: only what was sent before the failure can still arrive.
    Queued(Vec<u8>),
    /// This frame no longer waits: it was receipted, or given up at the bound. Lost, the frame is sent once more and receipted once more.
    Settled(FrameId),
    /// A station's word up to this number was shown. Lost, an eavesdropper could have it shown once more.
    Heard {
        /// Which station.
        station: DeviceId,
        /// Its epoch.
        epoch: u32,
        /// Its highest sequence.
        sequence: u32,
    },
}

impl Record {
    /// The octets to store.
    pub fn to_octets(&self) -> Vec<u8> {
        match self {
            Self::Epoch(epoch) => [&[1][..], &epoch.to_be_bytes()].concat(),
            Self::Queued(frame) => [&[2][..], frame].concat(),
            Self::Settled(frame) => [&[3][..], &frame.0].concat(),
            Self::Heard { station, epoch, sequence } => {
                [&[4][..], &station.0, &epoch.to_be_bytes(), &sequence.to_be_bytes()].concat()
            }
        }
    }

    /// Reads back what [`Record::to_octets`] wrote; `None` for a record of a newer version.
    ///
    /// # Errors
    /// [`Malformed::Truncated`] or [`Malformed::TrailingBytes`] when the length does not fit the kind of record.
    pub fn read(octets: &[u8]) -> Result<Option<Self>, Malformed> {
        let (&code, rest) = octets.split_first().ok_or(Malformed::Truncated)?;
        Ok(Some(match code {
            1 => Self::Epoch(u32::from_be_bytes(exactly(rest)?)),
            2 => Self::Queued(rest.to_vec()),
            3 => Self::Settled(FrameId(exactly(rest)?)),
            4 => {
                let [s0, s1, s2, s3, s4, s5, s6, s7, e0, e1, e2, e3, q0, q1, q2, q3] = exactly(rest)?;
                Self::Heard {
                    station: DeviceId([s0, s1, s2, s3, s4, s5, s6, s7]),
                    epoch: u32::from_be_bytes([e0, e1, e2, e3]),
                    sequence: u32::from_be_bytes([q0, q1, q2, q3]),
                }
            }
            _ => return Ok(None),
        }))
    }
}

fn exactly<const N: usize>(octets: &[u8]) -> Result<[u8; N], Malformed> {
    octets.try_into().map_err(|_| if octets.len() < N { Malformed::Truncated } else { Malformed::TrailingBytes })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_record_reads_back_what_it_wrote() {
        let records = [
            Record::Epoch(7),
            Record::Queued(vec![1, 2, 3]),
            Record::Settled(FrameId([9; 32])),
            Record::Heard { station: DeviceId([5; 8]), epoch: 1, sequence: 2 },
        ];
        for record in records {
            assert_eq!(Record::read(&record.to_octets()), Ok(Some(record)));
        }
    }

    #[test]
    fn a_record_cut_short_is_refused() {
        assert_eq!(Record::read(&[]), Err(Malformed::Truncated));
        assert_eq!(Record::read(&[1, 0, 0]), Err(Malformed::Truncated));
        assert_eq!(Record::read(&[1, 0, 0, 0, 0, 0]), Err(Malformed::TrailingBytes));
        assert_eq!(Record::read(&[200, 0]), Ok(None));
    }
}
