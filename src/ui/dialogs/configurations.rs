//! What configurations of servers do to credentials.

use ratatui::text::{Line, Span};
use std::sync::Arc;

use super::frame::keys_line;
use super::page::{Page, PagePosition};
use crate::app::keymap::KeyContext;
use crate::app::model::Model;
use crate::domain::server_config::{ConfigFinding, ServerConfig};
use crate::ui::text::{spans, wrap};
use crate::ui::theme::Styles;

/// The lines at fault as a page.
pub fn page<'a>(model: &Model, configs: &[Arc<ServerConfig>], room: usize, styles: &'a Styles) -> Page<'a> {
    let mut lines = Vec::new();
    for config in configs {
        if !lines.is_empty() {
            lines.push(Line::default());
        }
        lines.push(Line::from(
            [spans(&config.source, styles.title, styles), vec![Span::styled(format!(": {}", config.server), styles.quiet)]].concat(),
        ));
        if config.findings.is_empty() {
            lines.push(Line::styled("✓ Nothing in it costs a request its credential", styles.pass));
        }
        lines.extend(config.findings.iter().flat_map(|finding| of_finding(finding, config, room, styles)));
    }
    lines.push(Line::default());
    lines.extend(wrap(&spans("It counts in the verdict on each request whose path it concerns.", styles.quiet, styles), room, 0));
    let title = "Configuration of the server".into();
    Page { title, keys: keys_line(model, &[KeyContext::Reading]), lines, place: PagePosition::Bottom, styles }
}

fn of_finding(finding: &ConfigFinding, config: &ServerConfig, room: usize, styles: &Styles) -> Vec<Line<'static>> {
    let file = if finding.source == config.source { String::new() } else { format!("{} ", finding.source) };
    let mut text = vec![Span::styled("✗ ", styles.fail)];
    text.extend(spans(&format!("{file}line {}: ", finding.line), styles.quiet, styles));
    text.extend(spans(&finding.message, styles.text, styles));
    text.push(Span::styled(format!("  {}", finding.id), styles.faint));
    let mut lines = wrap(&text, room, 2);
    if !finding.write.is_empty() {
        let write = [vec![Span::styled("  write ", styles.quiet)], spans(&finding.write, styles.pass, styles)].concat();
        lines.extend(wrap(&write, room, 8));
    }
    lines
}
