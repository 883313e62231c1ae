//! Texts that are the same but for a letter or two: of a pair, and found among many without comparing with each.

/// Edit distance with transpositions, for near misses of short names; texts that cannot be near are not compared.
pub fn distance(a: &str, b: &str) -> usize {
    let (long, short) = (a.len().max(b.len()), a.len().min(b.len()));
    // Bytes bound characters from above: what differs by more than this is far away, and long texts cost the square.
    if long - short > 32 || long > 1024 { long } else { strsim::osa_distance(a, b) }
}

/// Paths in alphabetical order, to be searched for similar ones.
///
/// A pair is compared by `strsim`. Among the 100,000 paths of a long recording that would be done for each pair, and every
/// edit distance of a crate starts over with each text: here the part that neighbours share is computed once.
#[derive(Clone, Debug, Default)]
pub struct SimilarPaths {
    /// Each text with its number.
    sorted: Vec<(String, usize)>,
}

impl SimilarPaths {
    /// Takes ASCII texts (a parsed address has no others); each has the number of its place.
    pub fn new(texts: &[String]) -> Self {
        let mut sorted: Vec<(String, usize)> = texts.iter().cloned().zip(0..).collect();
        sorted.sort();
        Self { sorted }
    }

    /// The numbers, in order, of the texts that become `wanted` by at most `most` letters put in, left out, changed or
    /// swapped with their neighbour.
    ///
    /// Neighbours in the alphabet share their begin, so that the table of the edit distance is computed once for it; where
    /// all of a line of the table is too far off, everything with that begin is passed over by one step.
    pub fn find(&self, wanted: &str, most: usize) -> Vec<usize> {
        // One byte for each character: no ASCII text has this one.
        let wanted: Vec<u8> = wanted.chars().map(|c| u8::try_from(c).ok().filter(u8::is_ascii).unwrap_or(u8::MAX)).collect();
        let mut table = Table::new(&wanted, most);
        let (mut found, mut at) = (Vec::new(), 0);
        while let Some((text, number)) = self.sorted.get(at) {
            match table.extend(text.as_bytes()) {
                Ok(()) => {
                    found.extend((table.distance() <= most).then_some(*number));
                    at += 1;
                }
                Err(begin) => {
                    let begin = text.get(..begin).unwrap_or(text);
                    // Mostly only some texts begin so: their end is looked for from here on, in growing steps.
                    let rest = self.sorted.get(at..).unwrap_or_default();
                    let is_so = |i: usize| rest.get(i).is_some_and(|(t, _)| t.starts_with(begin));
                    let reach = (0..usize::BITS).map(|bits| 1 << bits).find(|step| !is_so(*step)).unwrap_or(usize::MAX);
                    at += rest.get(..reach.min(rest.len())).unwrap_or_default().partition_point(|(t, _)| t.starts_with(begin));
                }
            }
        }
        found.sort_unstable();
        found
    }
}

/// Lines of the edit distance (optimal string alignment): one for each byte of the text that was looked at last.
struct Table<'a> {
    wanted: &'a [u8],
    most: usize,
    text: Vec<u8>,
    lines: Vec<Vec<usize>>,
}

impl<'a> Table<'a> {
    fn new(wanted: &'a [u8], most: usize) -> Self {
        Self { wanted, most, text: Vec::new(), lines: vec![(0..=wanted.len()).collect()] }
    }

    /// Looks at a text. Where its begin is too far off already, gives the length of that begin.
    fn extend(&mut self, text: &[u8]) -> Result<(), usize> {
        let common = self.text.iter().zip(text).take_while(|(a, b)| a == b).count();
        self.text.truncate(common);
        self.lines.truncate(common + 1);
        for byte in text.iter().skip(common) {
            self.text.push(*byte);
            let line = self.next_line();
            let is_far = line.iter().all(|d| *d > self.most);
            self.lines.push(line);
            if is_far {
                return Err(self.text.len());
            }
        }
        Ok(())
    }

    /// The line for the last byte. Further than `most` from the diagonal every distance is greater than `most`.
    fn next_line(&self) -> Vec<usize> {
        let (length, far) = (self.text.len(), self.most + 1);
        let cell = |line: usize, column: usize| self.lines.get(line).and_then(|l| l.get(column)).copied().unwrap_or(far);
        let byte = |back: usize| length.checked_sub(back).and_then(|i| self.text.get(i));
        let mut line = vec![far; self.wanted.len() + 1];
        for column in length.saturating_sub(self.most)..=(length + self.most).min(self.wanted.len()) {
            let left = column.checked_sub(1).and_then(|c| line.get(c)).map_or(far, |d| d + 1);
            let above = cell(length - 1, column) + 1;
            let wanted = |back: usize| column.checked_sub(back).and_then(|i| self.wanted.get(i));
            let aside = column.checked_sub(1).map_or(far, |c| cell(length - 1, c) + usize::from(byte(1) != wanted(1)));
            let swapped = length >= 2 && column >= 2 && byte(1) == wanted(2) && byte(2) == wanted(1);
            let swap = if swapped { cell(length - 2, column - 2) + 1 } else { far };
            if let Some(place) = line.get_mut(column) {
                *place = left.min(above).min(aside).min(swap).min(far);
            }
        }
        line
    }

    fn distance(&self) -> usize {
        self.lines.last().and_then(|line| line.get(self.wanted.len())).copied().unwrap_or(usize::MAX)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_slip_is_found_and_another_word_is_not() {
        let paths: Vec<String> = ["/v1/orders", "/v1/users", "/v1/order", "/v2/orders", "/"].map(String::from).into();
        let near = SimilarPaths::new(&paths);
        assert_eq!(near.find("/v1/oders", 2), [0, 1, 2, 3]);
        assert_eq!(near.find("/v1/usres", 2), [1]);
        assert_eq!(near.find("/v1/örders", 2), [0, 2, 3]);
        assert_eq!(near.find("/elsewhere", 2), [0; 0]);
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(128))]

        #[test]
        fn it_finds_what_comparing_with_each_finds(texts in prop::collection::vec("[ab/]{0,7}", 0..12), wanted in "[abé/]{0,7}") {
            let each: Vec<usize> = (0..texts.len()).filter(|i| strsim::osa_distance(&texts[*i], &wanted) <= 2).collect();
            prop_assert_eq!(SimilarPaths::new(&texts).find(&wanted, 2), each);
        }
    }
}
