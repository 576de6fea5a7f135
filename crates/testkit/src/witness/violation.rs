//! What must never happen.

use keng_dispatch::AuthorityId;
use keng_protocol::{DeviceId, FrameId, IncidentId};

/// A claim of the system that does not hold: one variant for each.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Violation {
    /// A receipt went out, or was shown, for a frame that is not in the journal at the place that it names.
    #[error("a receipt names place {position}, where the journal does not have frame {frame}")]
    ReceiptWithoutDisk {
        /// Which frame.
        frame: FrameId,
        /// Where it is said to be.
        position: u64,
    },
    /// A frame that nobody honest has signed was accepted or counted.
    #[error("frame {0} was believed and nobody has signed it")]
    Forged(FrameId),
    /// A frame was accepted as new and had been accepted before.
    #[error("frame {0} was accepted as new for the second time")]
    AcceptedTwice(FrameId),
    /// One frame has two records: it raised, joined or was counted twice.
    #[error("frame {0} was counted twice")]
    CountedTwice(FrameId),
    /// A hold-up was accepted and its step ended without everybody being told.
    #[error("the step of hold-up {frame} ended and {authority} was not told")]
    NotTold {
        /// Which frame.
        frame: FrameId,
        /// Who should have been.
        authority: AuthorityId,
    },
    /// An attack is open, and somebody who protects its site was never told.
    #[error("{authority} was never told of incident {incident}")]
    Untold {
        /// Which incident.
        incident: IncidentId,
        /// Who should have been.
        authority: AuthorityId,
    },
    /// A hold-up was accepted and is neither an incident, nor part of one, nor counted in a flood of its own device.
    #[error("hold-up {0} was accepted and is nowhere to be seen")]
    Hidden(FrameId),
    /// The journal says that an authority was told, and nothing was put on its channel.
    #[error("telling {0} is in the records and never came to its channel")]
    NeverPut(u64),
    /// Two records have one number: a desk that has seen the first takes the second for known.
    #[error("record number {0} was given twice")]
    NumberTwice(u64),
    /// A drill is told without its mark, or a real alarm with it.
    #[error("incident {0} is a drill on one side and real on the other")]
    DrillConfused(IncidentId),
    /// An authority that does not answer was not told again in time.
    #[error("{authority} was not told again of incident {incident} in time")]
    NotToldAgain {
        /// Which incident.
        incident: IncidentId,
        /// Whom.
        authority: AuthorityId,
    },
    /// A level was silent and the next was not told so in time.
    #[error("nobody was told that level {level} is silent in incident {incident}")]
    SilenceHidden {
        /// Which incident.
        incident: IncidentId,
        /// Which level.
        level: u8,
    },
    /// After a restart the dispatcher does not stand where it stood.
    #[error("a dispatcher restored from the journal has another incident {0}")]
    RestoredOtherwise(IncidentId),
    /// The journal lost or changed what it had acknowledged.
    #[error("the journal is not what it was")]
    JournalChanged,
    /// The journal cannot be read.
    #[error("the journal cannot be read")]
    JournalUnreadable,
    /// A site is shown an answer that nobody gave.
    #[error("a site is shown an answer to incident {0} that nobody gave")]
    AnswerInvented(IncidentId),
    /// An honest, unchanged frame was refused.
    #[error("device {0} was refused although its key speaks for it")]
    HonestRefused(DeviceId),
    /// The faults ended and something still waits.
    #[error("the faults ended and {0}")]
    Unsettled(String),
    /// The simulation itself cannot be set up.
    #[error("the world cannot be built: {0}")]
    Unbuilt(String),
}
