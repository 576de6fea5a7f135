//! What the protocol costs beside the bare signature: decode and verify beside `verify_strict`, seal beside `sign`, over the same octets.
//!
//! Each goes round 1,024 devices with keys of their own, so that the cache is as cold as in a receiver's life. The last lines compare the
//! two sides of each pair by turns within the same moment, because figures of another minute belong to another machine.
//! From process to process the first ratio moves by some hundredths with the random places of stack and tables; `setarch -R` holds it still.
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
/// So many groups of devices take turns.
const GROUPS: usize = 256;
/// How many turns there are.
const TURNS: usize = 10_001;

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

/// What `whole` costs divided by what `anchor` costs: the median over many short turns, in which the two follow each other at once. What
/// else runs on the machine slows both sides of a turn, or spoils it altogether, and half of the turns may be spoilt.
fn ratio(devices: &[Device], whole: impl Fn(&Device), anchor: impl Fn(&Device)) -> f64 {
    let turn = |(number, chunk): (usize, &[Device])| {
        // Each group of devices meets both orders, because who goes first has the colder cache.
        let first = (number / GROUPS).is_multiple_of(2).then(|| took(chunk, &anchor));
        let all = took(chunk, &whole);
        let bare = first.unwrap_or_else(|| took(chunk, &anchor));
        all.as_secs_f64() / bare.as_secs_f64()
    };
    let mut ratios: Vec<f64> = devices.chunks(TURN).cycle().take(TURNS).enumerate().map(turn).collect();
    ratios.sort_by(f64::total_cmp);
    ratios.get(TURNS / 2).copied().unwrap_or(f64::NAN)
}

fn took(devices: &[Device], one: impl Fn(&Device)) -> Duration {
    let start = Instant::now();
    devices.iter().for_each(one);
    start.elapsed()
}

criterion_group!(benches, protocol);
criterion_main!(benches);
