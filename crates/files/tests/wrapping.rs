//! Packed and sealed bytes: opened as they were, or refused with the right reason.
#![allow(clippy::unwrap_used)]

use kehu_files::copy::{self, CopyError, Wrapping};
use kehu_files::gzip::{self, GzipError, Packer};
use kehu_files::seal;

const SALT: [u8; 16] = *b"0123456789abcdef";
const WORDS: &str = "四季 如春 2026";

fn content(length: usize) -> Vec<u8> {
    (0..length).map(|at| (at * 31 % 251) as u8).collect()
}

#[test]
fn packed_bytes_come_back_and_equal_bytes_pack_alike() {
    for length in [0, 1, 65_535, 65_536, 1 << 20] {
        let plain = content(length);
        let packed = gzip::pack(&plain);
        assert_eq!(packed, gzip::pack(&plain));
        assert_eq!(gzip::unpack(&packed, length), Ok(plain.clone()));
        let (mut pieces, mut packer) = (Vec::new(), Packer::new());
        for piece in plain.chunks(1000) {
            packer.push(piece, &mut pieces);
        }
        packer.finish(&mut pieces);
        assert_eq!(gzip::unpack(&pieces, length), Ok(plain));
    }
}

#[test]
fn a_bomb_a_cut_and_a_flip_are_told_apart() {
    let packed = gzip::pack(&vec![0; 100 << 20]);
    assert!(packed.len() < 200_000);
    assert_eq!(gzip::unpack(&packed, 1 << 20), Err(GzipError::TooLarge { max: 1 << 20 }));
    let packed = gzip::pack(&content(10_000));
    for length in 2..packed.len() {
        assert_eq!(gzip::unpack(&packed[..length], 1 << 20), Err(GzipError::CutOff), "{length}");
    }
    let mut flipped = packed.clone();
    let middle = packed.len() / 2;
    flipped[middle] ^= 0x10;
    assert!(gzip::unpack(&flipped, 1 << 20).is_err());
    assert_eq!(gzip::unpack(b"no gzip at all, not at all", 100), Err(GzipError::Damaged));
}

#[test]
fn a_copy_opens_whatever_it_is_wrapped_in() {
    let plain = b"{\"format\":\"kehu-snapshot\"}\n".to_vec();
    let packed = gzip::pack(&plain);
    let both = seal::seal(&packed, WORDS, SALT);
    assert_eq!(copy::wrapping(&plain), Wrapping::Plain);
    assert_eq!(copy::wrapping(&packed), Wrapping::Packed);
    assert_eq!(copy::wrapping(&both), Wrapping::Sealed);
    assert_eq!(copy::open(plain.clone(), None), Ok(plain.clone()));
    assert_eq!(copy::open(packed.clone(), None), Ok(plain.clone()));
    assert_eq!(copy::open(both.clone(), None), Err(CopyError::NeedsPassphrase));
    assert_eq!(copy::open(both.clone(), Some("x")), Err(CopyError::WrongPassphrase));
    assert_eq!(copy::open(both.clone(), Some(WORDS)), Ok(plain));
    assert_eq!(copy::open(both[..both.len() - 1].to_vec(), Some(WORDS)), Err(CopyError::CutOff));
    assert_eq!(copy::open(packed[..packed.len() - 1].to_vec(), None), Err(CopyError::CutOff));
}
