//! The 256 indexed colors of xterm, of which all but the first 16 are the same on every terminal.

/// The red, green and blue of an indexed color; `None` for the first 16.
pub fn channels(index: u8) -> Option<[u8; 3]> {
    let cube = |step: u8| if step == 0 { 0 } else { 55 + 40 * step };
    match index {
        0..16 => None,
        16..232 => Some([(index - 16) / 36, (index - 16) / 6 % 6, (index - 16) % 6].map(cube)),
        232.. => Some([8 + 10 * (index - 232); 3]),
    }
}

/// The indexed color that is nearest to one.
pub fn nearest(rgb: u32) -> u8 {
    let [_, wanted @ ..] = rgb.to_be_bytes();
    let distance = |index: &u8| -> u32 {
        let Some(found) = channels(*index) else { return u32::MAX };
        found.into_iter().zip(wanted).map(|(a, b)| u32::from(a.abs_diff(b)).pow(2)).sum()
    };
    (16..=255).min_by_key(distance).unwrap_or(16)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_indexed_color_is_nearest_to_itself() {
        for index in 16..=255 {
            let channels = channels(index).expect("a color");
            let [r, g, b] = channels;
            let found = nearest(u32::from_be_bytes([0, r, g, b]));
            // Some grays are in the cube too.
            assert_eq!(super::channels(found), Some(channels), "{index}");
        }
    }
}
