//! What the demo claims, and what was found of it. A claim of which nothing was found has not happened.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use keng_dispatch::text::Lang;

use super::timeline::{Timeline, Tone};
use super::words::Word;

macro_rules! claims {
    ($($(#[$doc:meta])* $claim:ident;)+) => {
        /// A claim, in the order of the table. The words of each are those of the same name in the catalogue.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
        pub(crate) enum Claim { $($(#[$doc])* $claim,)+ }

        impl Claim {
            /// All of them.
            pub(crate) const ALL: &[Self] = &[$(Self::$claim,)+];

            const fn word(self) -> Word {
                match self { $(Self::$claim => Word::$claim,)+ }
            }
        }
    };
}

claims! {
    /// Every panel is heard, and none is silent.
    AllAlive;
    /// Every level is told of every attack in one step.
    EveryLevel;
    /// From the press to the desks' screens.
    PressToDesk;
    /// From the press to the receipt on the site's display.
    PressToReceipt;
    /// A suspicion is told to the nearest, and not further.
    SuspicionTold;
    /// The neighbours are shown what was seen.
    NeighboursShown;
    /// One press on two paths is one incident with two pieces of evidence.
    TwoPaths;
    /// A person's answer is shown on the site.
    AnswerShown;
    /// A desk that hangs is followed up by the next channel.
    ToldAgain;
    /// The next level hears that a level is silent.
    LevelSilent;
    /// A flood delays no honest press.
    FloodPassed;
    /// A replayed frame raises nothing.
    ReplayHarmless;
    /// A forged frame is refused.
    ForgedRefused;
    /// A stranger and octets that are no frame are refused.
    StrangerRefused;
    /// A revoked key is refused.
    RevokedRefused;
    /// A DC-09 ACK goes out after the journal has the event.
    Dc09Stored;
    /// A frame in clear on a keyed account is refused.
    Dc09ClearRefused;
    /// A drill is marked on every channel.
    DrillMarked;
    /// Webhooks verify.
    WebhooksVerified;
    /// A panel that falls silent is an event.
    SilenceSeen;
    /// A duress cancel raises the alarm and shows nothing on the site.
    DuressHidden;
    /// An attack that nobody has seen on scene takes two people to close.
    TwoPeopleClose;
    /// As many incidents as happened.
    IncidentsExact;
    /// All were closed with a disposition.
    AllClosed;
    /// Every promised position holds the frame.
    ReceiptsTrue;
    /// The journal is as it was written.
    JournalVerified;
}

/// What was found of one claim.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Found {
    held: bool,
    figure: String,
}

/// What was found so far.
#[derive(Debug, Default)]
pub(crate) struct Proof(BTreeMap<Claim, Found>);

impl Proof {
    /// Notes what was found of a claim. Of a claim that is looked at twice, both must hold.
    pub(crate) fn found(&mut self, claim: Claim, held: bool, figure: String) {
        let before = self.0.get(&claim).is_none_or(|found| found.held);
        self.0.insert(claim, Found { held: held && before, figure });
    }

    /// What is found afterwards of a claim that was found before; of one that was not, this proves nothing.
    pub(crate) fn also(&mut self, claim: Claim, held: bool, figure: &str) {
        if let Some(found) = self.0.get_mut(&claim) {
            found.held &= held;
            found.figure += figure;
        }
    }

    /// The claims that have not happened: found to be false, or of which nothing was found.
    pub(crate) fn missing(&self) -> Vec<Claim> {
        Claim::ALL.iter().copied().filter(|claim| !self.0.get(claim).is_some_and(|found| found.held)).collect()
    }

    /// The table, one line for each claim.
    pub(crate) fn table(&self, lang: Lang, paint: &Timeline) -> String {
        let words = |claim: &Claim| claim.word().say(lang, &[]);
        let width = Claim::ALL.iter().map(|claim| words(claim).chars().count()).max().unwrap_or_default();
        let mut table = String::new();
        for claim in Claim::ALL {
            let found = self.0.get(claim);
            let held = found.is_some_and(|found| found.held);
            let (mark, tone) = if held { ("✓", Tone::Good) } else { ("✗", Tone::Alarm) };
            let figure = found.map_or_else(|| Word::DidNotHappen.say(lang, &[]), |found| found.figure.clone());
            let _ = writeln!(table, " {} {:<width$}  {figure}", paint.tinted(tone, mark), words(claim));
        }
        table
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn all_but(left_out: Option<Claim>) -> Proof {
        let mut proof = Proof::default();
        let claims = Claim::ALL.iter().filter(|claim| Some(**claim) != left_out);
        claims.for_each(|claim| proof.found(*claim, true, String::new()));
        proof
    }

    #[test]
    fn nothing_is_missing_only_when_every_claim_was_found_to_hold() {
        assert_eq!(all_but(None).missing(), []);
        assert_eq!(Proof::default().missing(), Claim::ALL);
    }

    #[test]
    fn a_claim_of_which_nothing_was_found_has_not_happened() {
        for claim in Claim::ALL {
            assert_eq!(all_but(Some(*claim)).missing(), [*claim]);
        }
    }

    #[test]
    fn a_claim_that_was_false_once_stays_false() {
        let mut proof = all_but(None);
        proof.found(Claim::TwoPaths, false, String::new());
        proof.found(Claim::TwoPaths, true, String::new());
        assert_eq!(proof.missing(), [Claim::TwoPaths]);
    }

    #[test]
    fn what_is_found_afterwards_can_only_take_away() {
        let (mut proof, mut nothing) = (all_but(None), Proof::default());
        proof.also(Claim::FloodPassed, false, "");
        nothing.also(Claim::FloodPassed, true, "");
        assert_eq!(proof.missing(), [Claim::FloodPassed]);
        assert!(nothing.missing().contains(&Claim::FloodPassed));
    }

    #[test]
    fn the_table_marks_what_has_not_happened() {
        let table = all_but(Some(Claim::DrillMarked)).table(Lang::En, &Timeline::new());
        let crossed: Vec<_> = table.lines().filter(|line| line.contains('✗')).collect();
        assert_eq!(table.lines().count(), Claim::ALL.len());
        assert!(matches!(crossed.as_slice(), [line] if line.contains(&Word::DrillMarked.say(Lang::En, &[]))));
    }
}
