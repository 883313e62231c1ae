//! What the loop makes of what waits for it.

use crate::io::terminal::Input;

/// The same inputs with only the last of several sizes.
pub fn with_last_size(mut batch: Vec<Input>) -> Vec<Input> {
    let last = batch.iter().rposition(|input| matches!(input, Input::Resize(..)));
    let mut at = 0;
    batch.retain(|input| {
        at += 1;
        !matches!(input, Input::Resize(..)) || Some(at - 1) == last
    });
    batch
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::app::key::Key;

    #[test]
    fn of_many_sizes_only_the_last_counts() {
        let batch = vec![Input::Resize(1, 1), Input::Key(Key::char('j')), Input::Resize(80, 24)];
        assert_eq!(with_last_size(batch), [Input::Key(Key::char('j')), Input::Resize(80, 24)]);
    }
}
