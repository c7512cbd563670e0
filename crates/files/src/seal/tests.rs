use super::*;

const SALT: [u8; 16] = *b"0123456789abcdef";
const WORDS: &str = "四季 如春 2026";
/// Keys by all the rounds take a second each.
const FEW: u32 = 10;

fn content(length: usize) -> Vec<u8> {
    (0..length).map(|at| (at * 31 % 251) as u8).collect()
}

fn sealed_by_few(plain: &[u8], passphrase: &str, salt: [u8; 16]) -> Vec<u8> {
    let mut sealed = Vec::new();
    let mut sealer = Sealer::by_rounds(FEW, passphrase, salt, &mut sealed);
    sealer.push(plain, &mut sealed);
    sealer.finish(&mut sealed);
    sealed
}

#[test]
fn a_sealed_file_opens_with_its_passphrase_only() {
    for length in [0, 1, CHUNK_BYTES - 1, CHUNK_BYTES, CHUNK_BYTES + 1, 3 * CHUNK_BYTES] {
        let plain = content(length);
        let sealed = sealed_by_few(&plain, WORDS, SALT);
        assert!(is_sealed(&sealed));
        assert_eq!(open(&sealed, WORDS), Ok(plain.clone()));
        let (mut pieces, mut all) = (Vec::new(), Vec::new());
        let mut sealer = Sealer::by_rounds(FEW, WORDS, SALT, &mut pieces);
        for piece in plain.chunks(9_999) {
            sealer.push(piece, &mut pieces);
            all.append(&mut pieces);
        }
        all.append(&mut pieces);
        sealer.finish(&mut all);
        assert_eq!(all, sealed);
    }
    let sealed = sealed_by_few(b"x", WORDS, SALT);
    assert_eq!(open(&sealed, "四季 如春 2025"), Err(SealError::WrongPassphrase));
    // Written by another keyboard: full-width digits and an ideographic space.
    assert_eq!(open(&sealed, "四季\u{3000}如春\u{3000}２０２６").unwrap(), b"x");
}

#[test]
fn what_was_done_to_a_sealed_file_is_told() {
    const CHUNK: usize = CHUNK_BYTES + 16;
    let plain = content(3 * CHUNK_BYTES + 100);
    let sealed = sealed_by_few(&plain, WORDS, SALT);
    let open = |bytes: &[u8]| super::open(bytes, WORDS);
    let body = 64;
    // Cut anywhere, also where a chunk ends.
    for length in [11, 12, 30, 63, 64, 65, body + CHUNK, body + 2 * CHUNK, sealed.len() - 9, sealed.len() - 1] {
        assert_eq!(open(&sealed[..length]), Err(SealError::CutOff), "{length}");
    }
    let changed = |change: &dyn Fn(&mut Vec<u8>)| {
        let mut bytes = sealed.clone();
        change(&mut bytes);
        open(&bytes)
    };
    let damaged: Result<Vec<u8>, SealError> = Err(SealError::Damaged);
    // A bit of the salt, of the rounds, of the check, of the content, of a proof.
    for place in [13, 17, 40, 60, body + 5, body + CHUNK - 1, sealed.len() - 10] {
        assert_eq!(changed(&|bytes| bytes[place] ^= 1), damaged, "{place}");
    }
    // Chunks swapped, left out, repeated, and the last one taken away with the end kept.
    assert_eq!(
        changed(&|bytes| {
            let (a, b) = bytes[body..].split_at_mut(CHUNK);
            a.swap_with_slice(&mut b[..CHUNK]);
        }),
        damaged
    );
    assert_eq!(changed(&|bytes| drop(bytes.drain(body + CHUNK..body + 2 * CHUNK))), damaged);
    assert_eq!(
        changed(&|bytes| {
            let again = bytes[body..body + CHUNK].to_vec();
            bytes.splice(body..body, again);
        }),
        damaged
    );
    assert_eq!(changed(&|bytes| drop(bytes.drain(body + 3 * CHUNK..bytes.len() - 8))), damaged);
    assert_eq!(changed(&|bytes| drop(bytes.drain(body..bytes.len() - 8))), damaged);
    // A chunk of another file under the same passphrase.
    let other = sealed_by_few(&content(3 * CHUNK_BYTES + 100), WORDS, *b"fedcba9876543210");
    assert_eq!(changed(&|bytes| bytes[body..body + CHUNK].copy_from_slice(&other[body..body + CHUNK])), damaged);
    assert_eq!(changed(&|bytes| bytes[11] = 9), Err(SealError::TooNew { found: 9 }));
    assert_eq!(open(b"{}"), Err(SealError::NotSealed));
}

#[test]
fn rounds_without_end_are_not_begun() {
    let mut header = [b"kehu-sealed".as_slice(), &[1], &u32::MAX.to_be_bytes(), &SALT, &[7; 16]].concat();
    header.extend_from_slice(&Sha256::digest(&header)[..16]);
    header.extend_from_slice(b"\nsealed\n");
    assert_eq!(open(&header, WORDS), Err(SealError::Damaged));
}
