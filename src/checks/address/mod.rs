//! Is it the right address?

pub mod host;
pub mod misread;
pub mod path;
pub mod plain_http;
pub mod suspicious;
