//! The storages of others, each spoken for by a server that the test starts: `cargo xtask test --only storage`.
