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

/// Where its dark squares are, from left to right and top to bottom.
pub(crate) fn dark(code: &QRCode) -> impl Iterator<Item = (usize, usize)> + '_ {
    let all = (0..code.size).flat_map(|y| (0..code.size).map(move |x| (x, y)));
    all.filter(|&(x, y)| code.data.get(y * code.size + x).is_some_and(|square| square.value()))
}
