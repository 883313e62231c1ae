//! Walks through the blocks of a tree, each with those around it.

use std::collections::HashMap;

use super::directive::Directive;
use crate::domain::server_config::ConfigFinding;

/// Directives of one name that are looked up in a block; few blocks have more, and no file may cost the square of its length.
const MOST_OF_ONE_NAME: usize = 256;

/// What is in a block.
#[derive(Debug)]
pub struct Block<'t> {
    pub own: &'t [Directive],
    /// The path of a location.
    location: Option<&'t str>,
    by_name: HashMap<&'t str, Vec<&'t Directive>>,
}

impl<'t> Block<'t> {
    fn of(own: &'t [Directive], location: Option<&'t str>) -> Self {
        let mut block = Self { own, location, by_name: HashMap::new() };
        block.add(own);
        block
    }

    fn add(&mut self, directives: &'t [Directive]) {
        for directive in directives {
            // All matchers of Caddy are one name.
            let name = if directive.name.starts_with('@') { "@" } else { directive.name.as_str() };
            let known = self.by_name.entry(name).or_default();
            if known.len() < MOST_OF_ONE_NAME {
                known.push(directive);
            }
            // A section of Apache that only asks for a module is no block of its own.
            let is_condition = directive.name.starts_with("ifmodule") || directive.name.starts_with("ifdefine");
            if let Some(inner) = directive.block.as_deref().filter(|_| is_condition) {
                self.add(inner);
            }
        }
    }

    /// The directives of a name, in their order.
    pub fn named(&self, name: &str) -> &[&'t Directive] {
        self.by_name.get(name).map_or(&[], Vec::as_slice)
    }
}

/// The path of a location, unless it is a regular expression or has a name.
pub fn location(head: &Directive) -> Option<&str> {
    match head.args.as_slice() {
        _ if head.name != "location" => None,
        [modifier, path] if modifier == "=" || modifier == "^~" => Some(path),
        [path] if !path.starts_with(['@', '~']) => Some(path.strip_prefix('=').unwrap_or(path)),
        _ => None,
    }
}

/// The paths of all locations of a tree.
pub fn locations(tree: &[Directive]) -> Vec<String> {
    let mut found = Vec::new();
    for directive in tree {
        found.extend(location(directive).map(String::from));
        found.extend(directive.block.as_deref().map(locations).unwrap_or_default());
    }
    found
}

/// Says of findings of a block that they count in its location.
pub fn count_within(found: &mut [ConfigFinding], around: &[Block]) {
    let Some(path) = around.iter().rev().find_map(|block| block.location) else { return };
    found.iter_mut().for_each(|finding| finding.within = vec![path.to_string()]);
}

/// What looks at a block: its head and the blocks around and with it, the outermost first.
pub type See<'s, 't> = &'s mut dyn FnMut(&'t Directive, &[Block<'t>]);

/// Looks at the file itself, whose head is given, and then at each block in it. A file that is only included has no block around its
/// directives.
pub fn each_block<'t>(file: &'t Directive, tree: &'t [Directive], see: See<'_, 't>) {
    fn inside<'t>(tree: &'t [Directive], around: &mut Vec<Block<'t>>, see: See<'_, 't>) {
        for directive in tree {
            if let Some(inner) = &directive.block {
                around.push(Block::of(inner, location(directive)));
                see(directive, around);
                inside(inner, around, see);
                around.pop();
            }
        }
    }
    let mut around = vec![Block::of(tree, None)];
    see(file, &around);
    inside(tree, &mut around, see);
}
