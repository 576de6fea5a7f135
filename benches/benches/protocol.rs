//! What the protocol costs beside the bare signature: decode and verify beside `verify_strict`, seal beside `sign`, over the same octets.
//!
//! Each goes round 1,024 devices with keys of their own, so that the cache is as cold as in a receiver's life. The last lines compare the
//! two sides of each pair by turns within the same moment, because figures of another minute belong to another machine.
#![expect(clippy::unwrap_used, clippy::print_stdout, reason = "a benchmark stops when it is wrong, and prints")]

use std::hint::black_box;
use std::time::{Duration, Instant};

use criterion::{Criterion, criterion_group, criterion_main};
use ed25519_dalek::{Signature, Signer, SigningKey, VerifyingKey};
use keng_protocol::frame::SIGNATURE;
use keng_protocol::message::{Alarm, AlarmKind, Place};
use keng_protocol::{DeviceId, Frame, Header, Kind, Message, PublicKey, Sign, Timestamp, seal};

/// As many panels as keys.
const DEVICES: u64 = 1024;
/// How many devices a turn has.
const TURN: usize = 4;
/// How often all devices are gone through.
const ROUNDS: usize = 50;

/// A panel, one alarm of it, and what the signature of the alarm is over.
struct Device {
    signer: SigningKey,
    header: Header,
    octets: Vec<u8>,
    signed: Vec<u8>,
    signature: Signature,
    bare: VerifyingKey,
    key: PublicKey,
}

fn devices() -> Vec<Device> {
    (0..DEVICES).map(device).collect()
}

fn device(number: u64) -> Device {
    let mut seed = [7; 32];
    seed[..8].copy_from_slice(&number.to_be_bytes());
    let signer = SigningKey::from_bytes(&seed);
    let header = Header {
        kind: Kind::Alarm,
        sender: DeviceId(number.to_be_bytes()),
        key: 0,
        epoch: 3,
        sequence: 41,
        time: Timestamp::from_millis(1_795_334_700_123),
    };
    let octets = seal(&header, &alarm(), &signer).unwrap();
    let (unsigned, signature) = octets.split_last_chunk::<SIGNATURE>().unwrap();
    Device {
        signed: [b"keng/1/001\0", unsigned].concat(),
        signature: Signature::from_bytes(signature),
        bare: signer.verifying_key(),
        key: signer.public_key(),
        signer,
        header,
        octets,
    }
}

/// A silent hold-up with zone, mark and position.
fn alarm() -> Message {
    let place = Place { mark: Some(3), position_e7: Some((210_000_000, 1_065_000_000)) };
    Alarm { zone: Some(12), place, ..Alarm::silent(AlarmKind::HoldUp) }.into()
}

fn bare_verify(device: &Device) {
    black_box(device.bare.verify_strict(black_box(&device.signed), &device.signature)).unwrap();
}

fn decode_and_verify(device: &Device) {
    black_box(Frame::decode(black_box(&device.octets)).unwrap().verify(&device.key)).unwrap();
}

fn bare_sign(device: &Device) {
    black_box(Signer::sign(&device.signer, black_box(&device.signed)));
}

fn encode_and_sign(device: &Device, alarm: &Message) {
    black_box(seal(&device.header, black_box(alarm), &device.signer)).unwrap();
}

fn protocol(criterion: &mut Criterion) {
    let devices = devices();
    let alarm = alarm();
    let mut bench = |name: &str, one: &dyn Fn(&Device)| {
        let mut next = devices.iter().cycle();
        criterion.bench_function(name, |bencher| bencher.iter(|| next.next().map(one)));
    };
    bench("protocol/verify/bare verify_strict", &bare_verify);
    bench("protocol/verify/decode and verify", &decode_and_verify);
    bench("protocol/sign/bare sign", &bare_sign);
    bench("protocol/sign/encode and sign", &|device| encode_and_sign(device, &alarm));
    println!(
        "decode+verify / verify_strict: {:.3} (goal: at most 1.10)",
        ratio(&devices, decode_and_verify, bare_verify)
    );
    println!("encode+sign / sign: {:.3}", ratio(&devices, |device| encode_and_sign(device, &alarm), bare_sign));
}

/// What `whole` costs for all devices, divided by what `anchor` costs. The two take turns, a few devices at a time; of each turn the
/// shortest of all rounds counts, because what else runs on the machine can only lengthen it.
fn ratio(devices: &[Device], whole: impl Fn(&Device), anchor: impl Fn(&Device)) -> f64 {
    let mut shortest = vec![[Duration::MAX; 2]; devices.chunks(TURN).len()];
    for _ in 0..ROUNDS {
        for (chunk, [bare, all]) in devices.chunks(TURN).zip(&mut shortest) {
            *bare = took(chunk, &anchor).min(*bare);
            *all = took(chunk, &whole).min(*all);
        }
    }
    let sum = |side: fn(&[Duration; 2]) -> Duration| shortest.iter().map(side).sum::<Duration>().as_secs_f64();
    sum(|[_, all]| *all) / sum(|[bare, _]| *bare)
}

fn took(devices: &[Device], one: impl Fn(&Device)) -> Duration {
    let start = Instant::now();
    devices.iter().for_each(one);
    start.elapsed()
}

criterion_group!(benches, protocol);
criterion_main!(benches);
