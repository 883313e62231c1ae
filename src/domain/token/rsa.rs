//! What makes an RSA public key unfit by its numbers alone.

/// Bits of a big-endian number.
pub(super) fn bits(number: &[u8]) -> usize {
    let significant = trimmed(number);
    significant.first().map_or(0, |top| significant.len() * 8 - top.leading_zeros() as usize)
}

/// A big-endian number without leading zeros.
pub(super) fn trimmed(number: &[u8]) -> &[u8] {
    let zeros = number.iter().take_while(|b| **b == 0).count();
    number.get(zeros..).unwrap_or_default()
}

/// Primes of the fingerprint of CVE-2017-15361 (ROCA).
const ROCA_PRIMES: [u32; 38] = [
    3, 5, 7, 11, 13, 17, 19, 23, 29, 31, 37, 41, 43, 47, 53, 59, 61, 67, 71, 73, 79, 83, 89, 97, 101, 103, 107, 109, 113, 127, 131, 137,
    139, 149, 151, 157, 163, 167,
];

/// True when the modulus was made by the Infineon library of CVE-2017-15361: then, modulo every small prime, it is a
/// power of 65537. A modulus from elsewhere passes by chance once in 2^27.
pub(super) fn is_roca(modulus: &[u8]) -> bool {
    ROCA_PRIMES.iter().all(|&prime| {
        let residue = modulus.iter().fold(0u32, |r, b| (r << 8 | u32::from(*b)) % prime);
        let mut power = 1;
        (0..prime).any(|_| {
            let found = power == residue;
            power = power * (65_537 % prime) % prime;
            found
        })
    })
}

/// What is wrong with the numbers, in words.
pub(super) fn fault(modulus: &[u8], exponent: &[u8]) -> Option<String> {
    let size = bits(modulus);
    let exponent_is_odd = exponent.last().is_some_and(|b| b & 1 == 1);
    if size < 2048 {
        Some(format!("its modulus has {size} bits; RS and PS algorithms need 2048 or more (RFC 7518 section 3.3)"))
    } else if size > 8192 {
        Some(format!("its modulus has {size} bits; more than 8192 are not verified"))
    } else if bits(exponent) < 2 || !exponent_is_odd {
        Some("its public exponent is even or 1: anyone could sign".into())
    } else if is_roca(modulus) {
        Some("its modulus is of the kind that CVE-2017-15361 (ROCA) breaks".into())
    } else {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_count_without_leading_zeros() {
        assert_eq!(bits(&[0, 0, 1, 0]), 9);
        assert_eq!(bits(&[0]), 0);
    }

    #[test]
    fn a_power_of_65537_bears_the_fingerprint_and_an_ordinary_number_does_not() {
        assert!(is_roca(&[1, 0, 1]));
        assert!(!is_roca(&[0xff; 256]));
    }
}
