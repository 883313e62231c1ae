//! Keys, and the verification of signatures with them: what is asked for outside of this module.

pub use super::key::{Key, KeyFault, KeyFaultKind};
pub use super::key_set::KeySet;
pub use super::material::Material;
pub use super::signature::verify;
pub use super::verification::{Mistake, SignatureFault, SignatureState, Verification};
