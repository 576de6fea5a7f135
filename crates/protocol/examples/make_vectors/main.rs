//! How were `vectors/*.json` made? By this: `cargo run -p keng-protocol --example make_vectors` writes the same files again.

mod vectors;

#[expect(clippy::disallowed_methods, reason = "a generator of files writes files; the library does not")]
fn main() -> std::io::Result<()> {
    for (file, content) in vectors::files() {
        let path = format!("{}/vectors/{file}", env!("CARGO_MANIFEST_DIR"));
        std::fs::write(path, format!("{content:#}\n"))?;
    }
    Ok(())
}
