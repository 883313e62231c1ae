//! Is it the right address?

pub mod host;
pub mod misread;
mod of_model;
pub mod path;
pub mod plain_http;
pub mod suspicious;
