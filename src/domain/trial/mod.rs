//! Variants of a request that are sent beside it, to find what makes the difference: without the credential, with another scheme,
//! with a slash at the end. And what their answers prove.

pub mod outcome;
pub mod tried;
pub mod variants;
