//! The form for what the API expects. Every key re-runs the checks.

use crate::app::editor::Editor;
use crate::app::workspace::expectations::Field;
use crate::domain::context::Context;

/// The open form.
#[derive(Clone, Debug)]
pub struct Form {
    /// The fields and their text.
    pub fields: Vec<(Field, Editor)>,
    /// Index of the focused field.
    pub chosen: usize,
    /// When the undo step of what is typed here was made.
    pub step: Option<u64>,
}

impl Form {
    /// A form filled from the context.
    pub fn new(context: &Context) -> Self {
        Self { fields: Field::ALL.iter().map(|f| (*f, Editor::line(f.read(context)))).collect(), chosen: 0, step: None }
    }

    /// The focused field.
    pub fn field_mut(&mut self) -> Option<&mut Editor> {
        self.fields.get_mut(self.chosen).map(|(_, editor)| editor)
    }

    /// True if the focused field is for a path.
    pub fn is_at_path(&self) -> bool {
        self.fields.get(self.chosen).is_some_and(|(field, _)| matches!(field, Field::Keys | Field::ConfigFile))
    }

    /// Moves the focus, wrapping at both ends.
    pub fn step(&mut self, by: isize) {
        let count = self.fields.len().max(1) as isize;
        self.chosen = (self.chosen as isize + by).rem_euclid(count) as usize;
    }

    /// Writes changed fields into the context and returns them.
    pub fn write(&self, context: &mut Context) -> Vec<Field> {
        let mut changed = Vec::new();
        for (field, editor) in &self.fields {
            if field.read(context) != editor.text() && normal(&field.read(context)) != normal(editor.text()) {
                field.write(context, editor.text());
                changed.push(*field);
            }
        }
        changed
    }
}

/// Ignores spaces and commas that make no difference while typing.
fn normal(text: &str) -> String {
    text.split([',', ' ']).filter(|s| !s.is_empty()).collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::context::Origin;

    #[test]
    fn what_is_typed_becomes_an_expectation_and_says_so() {
        let mut context = Context::default();
        let mut form = Form::new(&context);
        form.field_mut().unwrap().insert("orders, billing");
        assert_eq!(form.write(&mut context), [Field::Audience]);
        assert_eq!(context.audience, ["orders", "billing"]);
        assert_eq!(context.origins.get("expect_audience"), Some(&Origin::Session));
        assert_eq!(form.write(&mut context), []);
    }

    #[test]
    fn emptying_a_field_takes_the_expectation_back() {
        let mut context = Context { scope: vec!["a".into()], ..Context::default() };
        let mut form = Form::new(&context);
        form.step(2);
        form.field_mut().unwrap().backspace();
        form.write(&mut context);
        assert!(context.scope.is_empty() && context.origins.is_empty());
    }
}
