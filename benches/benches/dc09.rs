//! A DC-09 frame to its verdict and ACK, in clear and sealed, beside what nobody can leave out: the checksum, and the bare decryption.

use std::hint::black_box;

use cbc::cipher::block_padding::NoPadding;
use cbc::cipher::{BlockModeDecrypt, KeyIvInit};
use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use keng_dc09::{Account, AccountName, Dialler, Key, Receiver, Verdict};
use keng_protocol::Timestamp;

const NOW: Timestamp = Timestamp::from_millis(1_795_478_400_000);
const KEY: [u8; 16] = [7; 16];

fn clear(criterion: &mut Criterion) {
    let frame = frame(None);
    let mut group = criterion.benchmark_group("dc09_clear");
    group.throughput(Throughput::Bytes(u64::try_from(frame.len()).unwrap_or_default()));
    group.bench_function("parse_and_ack", |bencher| judge(bencher, &frame, Account::clear(name())));
    group.bench_function("anchor_bitwise_crc", |bencher| bencher.iter(|| bitwise_crc(black_box(&frame))));
    group.finish();
}

fn sealed(criterion: &mut Criterion) {
    let frame = frame(Key::new(&KEY).ok());
    // As many octets as the frame's hex digits stand for; the CR behind them rounds away.
    let content = vec![0x5A; frame.iter().skip_while(|&&byte| byte != b'[').skip(1).count() / 2];
    let mut group = criterion.benchmark_group("dc09_aes128");
    group.throughput(Throughput::Bytes(u64::try_from(frame.len()).unwrap_or_default()));
    group.bench_function("parse_and_ack", |bencher| {
        judge(bencher, &frame, Account { key: Key::new(&KEY).ok(), ..Account::clear(name()) });
    });
    group.bench_function("anchor_bare_decrypt", |bencher| {
        bencher.iter(|| {
            let aes = cbc::Decryptor::<aes::Aes128>::new(&KEY.into(), &[0; 16].into());
            aes.decrypt_padded_vec::<NoPadding>(black_box(&content))
        });
    });
    group.finish();
}

/// The whole way each time: the event is forgotten again, so that none is a repeat.
fn judge(bencher: &mut criterion::Bencher<'_>, frame: &[u8], account: Account) {
    let mut receiver = Receiver::new([account]);
    bencher.iter(|| {
        let verdict = receiver.handle(NOW, black_box(frame));
        if let Verdict::Report(report) = &verdict {
            receiver.forget(&report.account, report.key);
        }
        verdict
    });
}

fn frame(key: Option<Key>) -> Vec<u8> {
    Dialler::new(name(), key).sia(NOW, "Nri1/HA003^counter 2^")
}

#[expect(clippy::unwrap_used, reason = "a literal account")]
fn name() -> AccountName {
    "1409".parse().unwrap()
}

fn bitwise_crc(bytes: &[u8]) -> u16 {
    bytes.iter().fold(0, |crc, &byte| {
        (0..8).fold(crc ^ u16::from(byte), |crc, _| if crc & 1 == 1 { (crc >> 1) ^ 0xA001 } else { crc >> 1 })
    })
}

criterion_group!(benches, clear, sealed);
criterion_main!(benches);
