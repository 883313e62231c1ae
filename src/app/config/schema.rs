//! The JSON Schema of a configuration, for editors.

use schemars::generate::SchemaSettings;

use super::Config;

/// The schema, as JSON.
pub fn schema() -> String {
    let schema = SchemaSettings::draft2020_12().into_generator().into_root_schema_for::<Config>();
    format!("{:#}\n", schema.as_value())
}
