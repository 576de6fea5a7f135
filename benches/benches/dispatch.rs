//! One press, until every level is told: the whole step, beside the plain encoding of the records that it writes.

#![expect(clippy::unwrap_used, reason = "a bench that cannot be set up has nothing to measure")]

use criterion::{BatchSize, Criterion, criterion_group, criterion_main};
use ed25519_dalek::SigningKey;
use keng_dispatch::directory::Directory;
use keng_dispatch::record::Record;
use keng_dispatch::{Config, Dispatcher, Input, Limits, Output};
use keng_protocol::entry::Path;
use keng_protocol::message::{Alarm, AlarmKind, Kind, Role};
use keng_protocol::receiver::{Accepted, Labels};
use keng_protocol::{DeviceId, Frame, Header, Sign, Timestamp, seal};

const DIRECTORY: &str = include_str!("../../crates/dispatch/tests/claims/data/kinh-mon.toml");
const SITE: u64 = 0x0100_0000_0000_0001;
const NOW: Timestamp = Timestamp::from_millis(1_795_500_000_000);

fn dispatch(criterion: &mut Criterion) {
    let one = press(SITE);
    let crowd: Vec<Accepted> = (1..=1000).map(press).collect();
    let records = step(&mut dispatcher(&[]), &one);
    let mut group = criterion.benchmark_group("dispatch");
    for (name, others) in [("press", &[][..]), ("press_beside_1000_open", &crowd[..])] {
        group.bench_function(name, |bencher| {
            bencher.iter_batched_ref(|| dispatcher(others), |told| step(told, &one), BatchSize::PerIteration);
        });
    }
    group.bench_function("restore_its_records", |bencher| {
        bencher.iter_batched_ref(
            || dispatcher(&[]),
            |told| assert!(records.iter().all(|record| told.restore(record))),
            BatchSize::SmallInput,
        );
    });
    group.bench_function("anchor_encode_its_records", |bencher| {
        bencher.iter(|| records.iter().map(|record| record.encode().len()).sum::<usize>());
    });
    group.finish();
}

/// A dispatcher at which these incidents are open.
fn dispatcher(open: &[Accepted]) -> Dispatcher {
    let directory = Directory::read(DIRECTORY).unwrap();
    let mut dispatcher = Dispatcher::new(Config { run: 1, limits: Limits::default() }, directory);
    for accepted in open {
        step(&mut dispatcher, accepted);
    }
    dispatcher
}

/// One step: in with a press, out with everything that it makes.
fn step(dispatcher: &mut Dispatcher, accepted: &Accepted) -> Vec<Record> {
    dispatcher.handle_input(NOW, Input::Accepted(accepted));
    let mut records = Vec::new();
    loop {
        match dispatcher.poll_output() {
            Output::Record(record) => records.push(record),
            Output::Timeout(_) => return records,
            _ => {}
        }
    }
}

fn press(device: u64) -> Accepted {
    let key = SigningKey::from_bytes(&[7; 32]);
    let sender = DeviceId(device.to_be_bytes());
    let header = Header { kind: Kind::Alarm, sender, key: 0, epoch: 1, sequence: 1, time: NOW };
    let octets = seal(&header, &Alarm::silent(AlarmKind::HoldUp).into(), &key).unwrap();
    let said = Frame::decode(&octets).unwrap().verify(&key.public_key()).unwrap();
    Accepted { said, role: Role::Panel, received: NOW, path: Path::Tls, labels: Labels::default() }
}

criterion_group!(benches, dispatch);
criterion_main!(benches);
