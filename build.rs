//! Rebuilds the app when a text changes: the texts are read by a macro, which Cargo does not watch.

fn main() {
    println!("cargo:rerun-if-changed=locales");
}
