//! Alphabets: the few bytes that a language looks for, each with a code of four bits.
//!
//! A kernel that looks bytes up faster than it compares them turns bytes into codes first, and then needs four bit planes
//! where whole bytes need eight ([`Kernel::load_coded`]). The others take the bytes as they are; languages ask in terms
//! of bytes either way.
//!
//! [`Kernel::load_coded`]: super::Kernel::load_coded

/// The bytes that matter to a language, as codes.
pub trait Alphabet: Copy {
    /// By ASCII byte: its code, 1 to 15, or 0 if it is not in the alphabet. Bytes from 0x80 on are not.
    const CODES: [u8; 128];
}

/// Which codes a question about bytes is about: those that equal `value` in the bits that are set in `care`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct CodePattern {
    pub(super) value: u8,
    pub(super) care: u8,
}

/// The pattern with the fewest cared-for bits that takes in the codes of all bytes of the alphabet that equal `value` in
/// the bits that are set in `care`, and those of no others. If some byte outside of the alphabet matches too, then what is
/// said of all those outside is left open.
///
/// # Panics
/// If no pattern does so. Called in constants only, so the compiler tells.
pub(super) const fn code_pattern<A: Alphabet>(value: u8, care: u8) -> CodePattern {
    let (inside, outside) = codes_of::<A>(value, care);
    let mut n_bits = 0;
    while n_bits <= 4 {
        let mut cared = 0u8;
        while cared < 16 {
            let wanted = inside.trailing_zeros() as u8 & cared;
            if cared.count_ones() == n_bits && separates(inside, outside, wanted, cared) {
                return CodePattern { value: wanted, care: cared };
            }
            cared += 1;
        }
        n_bits += 1;
    }
    panic!("the alphabet's codes cannot tell these bytes from the others")
}

/// The codes of the bytes that match, and of those that do not, as sets.
const fn codes_of<A: Alphabet>(value: u8, care: u8) -> (u16, u16) {
    let (mut inside, mut outside) = (0u16, 0u16);
    let mut strangers_match = false;
    let mut byte = 0usize;
    while byte < 256 {
        let matches = (byte as u8 ^ value) & care == 0;
        let code = if byte < 128 { A::CODES[byte] } else { 0 };
        match (code, matches) {
            (0, true) => strangers_match = true,
            (0, false) => {}
            (code, true) => inside |= 1 << code,
            (code, false) => outside |= 1 << code,
        }
        byte += 1;
    }
    (inside, if strangers_match { outside } else { outside | 1 })
}

const fn separates(inside: u16, outside: u16, value: u8, care: u8) -> bool {
    let mut code = 0u8;
    while code < 16 {
        let matches = (code ^ value) & care == 0;
        let forbidden = if matches { outside } else { inside };
        if forbidden >> code & 1 == 1 {
            return false;
        }
        code += 1;
    }
    true
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::simd::{Group, Kernel, KernelId, Lanes, Task, available, run};

    /// Small, with a hole in its codes.
    #[derive(Clone, Copy)]
    struct Signs;

    impl Alphabet for Signs {
        const CODES: [u8; 128] = {
            let mut codes = [0; 128];
            codes[b'(' as usize] = 0b1000;
            codes[b')' as usize] = 0b1001;
            codes[b'\n' as usize] = 0b0011;
            codes[b'"' as usize] = 0b0100;
            codes
        };
    }

    struct Ask<'a>(&'a [u8]);

    impl Task for Ask<'_> {
        type Output = Vec<[u64; 3]>;

        #[inline(always)]
        fn run<K: Kernel>(self, kernel: K) -> Self::Output {
            let mut out = Vec::new();
            for bytes in self.0.chunks_exact(K::GROUP_BYTES) {
                let group = kernel.load_coded::<Signs>(bytes);
                let mut lanes = [[0; 8]; 3];
                group.matching::<b'(', 0xFE>().store(&mut lanes[0]);
                group.matching::<b'\n', 0xFF>().store(&mut lanes[1]);
                group.matching::<b'"', 0xFF>().store(&mut lanes[2]);
                out.extend((0..K::Lanes::COUNT).map(|i| [lanes[0][i], lanes[1][i], lanes[2][i]]));
            }
            out
        }
    }

    #[test]
    fn codes_find_what_bytes_find_at_every_place() {
        // 257 is odd against all block sizes: every byte comes by at every place of a group.
        let text: Vec<u8> = (0..512 * 257).map(|i| (i % 257 % 256) as u8).collect();
        let plain = run(KernelId::Scalar, Ask(&text));
        for kernel in available() {
            assert_eq!(run(kernel, Ask(&text)), plain, "{}", kernel.name());
        }
        let (mask, byte) = (plain[3][0], |i: usize| text[3 * 64 + i]);
        for i in 0..64 {
            assert_eq!(mask >> i & 1 == 1, matches!(byte(i), b'(' | b')'));
        }
    }

    /// What AVX-512 is asked of JSON's words, on any processor: the codes answer as the bytes do.
    #[test]
    fn codes_of_json_s_words_tell_what_bytes_tell() {
        use crate::simd::Spelled;
        let asked = [
            (0x00, 0xE0),
            (0x0C, 0xFF),
            (b'0', 0xFF),
            (b'0', 0xF0),
            (b':', 0xFE),
            (b'<', 0xFC),
            (b'.', 0xFF),
            (b'-', 0xFF),
            (b'+', 0xFF),
            (b'E', 0xDF),
        ];
        for (value, care) in asked {
            let pattern = code_pattern::<Spelled>(value, care);
            for byte in 0..=255u8 {
                let code = Spelled::CODES.get(usize::from(byte)).copied().unwrap_or(0);
                let by_code = (code ^ pattern.value) & pattern.care == 0;
                assert_eq!(
                    by_code,
                    (byte ^ value) & care == 0,
                    "{byte:#x} by {value:#x} {care:#x}"
                );
            }
        }
    }

    #[test]
    fn a_pattern_has_as_few_bits_as_the_codes_allow() {
        let picked = |value, care| {
            let pattern = code_pattern::<Signs>(value, care);
            let codes = [0b0000, 0b0011, 0b0100, 0b1000, 0b1001];
            let found: Vec<u8> = codes
                .into_iter()
                .filter(|code| (code ^ pattern.value) & pattern.care == 0)
                .collect();
            (found, pattern.care.count_ones())
        };
        assert_eq!(picked(b'(', 0xFE), (vec![0b1000, 0b1001], 1));
        assert_eq!(picked(b'"', 0xFF), (vec![0b0100], 1));
        assert_eq!(picked(b')', 0xFF), (vec![0b1001], 2));
    }
}
