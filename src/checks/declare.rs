//! How a check is declared: its doc comment is the text that `authtui explain`, the detail pane and the README show.

/// Declares a check: doc comment, the constant, the id, the family and the function that looks.
macro_rules! check {
    ($(#[doc = $line:literal])+ $name:ident = $id:literal, $family:ident, $run:expr) => {
        $(#[doc = $line])+
        pub static $name: $crate::checks::Check = $crate::checks::Check {
            id: $id,
            family: $crate::checks::Family::$family,
            doc: concat!($($line, "\n"),+),
            run: $run,
        };
    };
}

pub(crate) use check;
