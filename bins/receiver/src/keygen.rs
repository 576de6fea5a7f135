//! `keygen`: a key pair for a device, made where the device is.

use std::io::Write as _;
use std::path::Path;

use keng_protocol::{DeviceId, Sign as _};
use serde_json::json;

use crate::args::KeygenArgs;
use crate::failure::Failure;
use crate::{hex, secret};

/// Writes the private key to a file, and prints what the authority needs to know.
pub(crate) fn run(args: &KeygenArgs) -> Result<(), Failure> {
    if args.out == Path::new("-") {
        return Err(Failure::Usage("a private key is written to a file only: name one with --out".to_owned()));
    }
    let random = |_| Failure::job("the operating system gives no random octets");
    let device = match args.device {
        Some(device) => device,
        None => DeviceId(*secret::random::<8>().map_err(random)?),
    };
    let key = secret::new_key().map_err(random)?;
    secret::write_key(&args.out, &key)
        .map_err(Failure::because(format!("cannot write the private key to {}", args.out.display())))?;
    let public = hex::encode(&key.public_key().to_bytes());
    let mut out = std::io::stdout().lock();
    if args.json {
        writeln!(
            out,
            "{}",
            json!({ "device": device.to_string(), "public_key": public, "private_key_file": args.out })
        )?;
    } else {
        writeln!(
            out,
            "device       {device}\npublic key   {public}\nprivate key  {} (keep it; nobody else needs it)",
            args.out.display()
        )?;
        writeln!(
            out,
            "\nNext, where the authority's key is (--role desk for a desk; --token-file TOKEN too when the receiver runs):\n  keng-receiver enroll --config keng.toml --authority-key FILE --device {device} --role panel --key {public}"
        )?;
    }
    Ok(())
}
