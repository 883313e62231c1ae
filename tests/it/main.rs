//! The integration tests in one program: to link it once is what costs most. Three stand by themselves: `growth` and `zeroed`, which
//! have an allocator of their own, and `terminal`, which runs itself inside a pseudo-terminal.

mod canary;
mod catalogue;
mod checks;
mod cli_check;
mod cli_compare;
mod cli_token;
mod corpus;
mod faults;
mod formats_curl;
mod fuzz;
mod hostile;
mod keys;
mod layers;
mod network;
mod output;
mod oversized;
mod readme;
mod secrecy;
mod store;
mod tour;
