//! Sites that press in turn, a desk that looks, an operator who asks: what each sees of one press.

use keng_protocol::{FrameId, Message};

use crate::button::{Buttons, Line, Pressed};
use crate::desk::{Api, Desk};
use crate::ledger::Promised;
use crate::process::{Serve, until};
use crate::world::World;

/// How many sites press in turn, so that none is counted as a flood.
pub(crate) const SITES: usize = 4;

/// The peers of one life of the receiver.
pub(crate) struct Scene {
    pub(crate) line: Line,
    pub(crate) desk: Desk,
    pub(crate) api: Api,
}

impl Scene {
    pub(crate) fn open(world: &World, serve: &Serve) -> Self {
        let line = Line::open(serve.at["panels by TCP in clear"]).unwrap();
        Self { line, desk: world.api(serve, "desk-ward").desk(), api: world.api(serve, "operator") }
    }

    /// A hold-up that the desk is told of.
    pub(crate) fn press(&mut self, buttons: &mut Buttons) -> Pressed {
        let pressed = buttons.press();
        self.line.send(&pressed.octets).unwrap();
        self.desk.told(pressed.frame);
        pressed
    }

    /// One that is receipted, too.
    pub(crate) fn receipted(&mut self, buttons: &mut Buttons, promised: &mut Promised) {
        let pressed = self.press(buttons);
        let position = buttons.any().receipt(&mut self.line, &pressed).unwrap();
        promised.receipts.insert(pressed.frame, position);
    }

    /// Presses until it is said that nothing can be stored. A hold-up after that, which the desk was told of.
    pub(crate) fn until_refused(&mut self, buttons: &mut Buttons, promised: &mut Promised) -> Pressed {
        loop {
            let pressed = self.press(buttons);
            let Some(octets) = self.receipt_or_word() else { break };
            let receipt = self.receipt_in(buttons, &octets, promised);
            assert_eq!(receipt, pressed.frame);
        }
        // It may be a record behind the hold-up for which there was no room, and the receipt on its way: whatever the driver has handed out
        // before it answers is here.
        let refused = self.press(buttons);
        self.api.health();
        while let Some(octets) = self.line.has_come() {
            assert_ne!(self.receipt_in(buttons, &octets, promised), refused.frame, "no receipt without the disk");
        }
        refused
    }

    fn receipt_in(&self, buttons: &mut Buttons, octets: &[u8], promised: &mut Promised) -> FrameId {
        let Message::Receipt(receipt) = buttons.any().believe(octets) else { panic!("not a receipt") };
        promised.receipts.insert(receipt.frame, receipt.position);
        receipt.frame
    }

    /// What the station says to the panel; `None` when it says to the operator that it stores nothing.
    pub(crate) fn receipt_or_word(&mut self) -> Option<Vec<u8>> {
        until("a receipt, or a word that there is none", || {
            self.line.has_come().map(Some).or_else(|| (self.api.get("/readyz")?.0 == 503).then_some(None))
        })
    }
}
