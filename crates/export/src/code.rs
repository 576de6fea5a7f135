//! QR codes, for HTML and PDF alike.

use fast_qr::qr::{QRBuilder, QRCode};
use fast_qr::{ECL, Mode};

use crate::{Block, Error};

/// The code of a content: octets, error correction M.
pub(crate) fn qr(content: &str) -> Result<QRCode, Error> {
    if content.len() > Block::MAX_CODE {
        return Err(Error::Code(content.len()));
    }
    let code = QRBuilder::new(content).mode(Mode::Byte).ecl(ECL::M).build();
    code.map_err(|_| Error::Code(content.len()))
}

/// Its dark squares as bars, line by line: column, line, and how many squares.
pub(crate) fn bars(code: &QRCode) -> Vec<(usize, usize, usize)> {
    let is_dark =
        |x: usize, y: usize| x < code.size && code.data.get(y * code.size + x).is_some_and(|square| square.value());
    let mut bars = Vec::new();
    for y in 0..code.size {
        let mut x = 0;
        while x < code.size {
            let length = (x..).take_while(|&x| is_dark(x, y)).count();
            if length > 0 {
                bars.push((x, y, length));
            }
            x += length.max(1);
        }
    }
    bars
}
