//! What the shell knows of the program: completions and the manual page, from the same definitions as `--help`.

use clap::CommandFactory as _;
use clap_complete::Shell;

use super::args::Cli;
use super::output::StandardOutput;
use super::{EXIT_BAD_INPUT, EXIT_FINE};

/// `authtui completions SHELL`: the script that completes commands, options and their values.
pub fn completions(shell: Shell, out: &mut StandardOutput) -> u8 {
    let mut command = Cli::command();
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut command, "authtui", &mut script);
    out.text(&String::from_utf8_lossy(&script));
    EXIT_FINE
}

/// `authtui man`: the manual page in roff, with a section for each subcommand.
pub fn manual(out: &mut StandardOutput) -> u8 {
    let mut page = Vec::new();
    match render(&mut page) {
        Ok(()) => {
            out.text(&String::from_utf8_lossy(&page));
            EXIT_FINE
        }
        // Writing to memory cannot fail.
        Err(_) => EXIT_BAD_INPUT,
    }
}

fn render(page: &mut Vec<u8>) -> std::io::Result<()> {
    let mut command = Cli::command();
    command.build();
    let manual = clap_mangen::Man::new(command.clone());
    manual.render_title(page)?;
    manual.render_name_section(page)?;
    manual.render_synopsis_section(page)?;
    manual.render_description_section(page)?;
    manual.render_options_section(page)?;
    for subcommand in command.get_subcommands().filter(|c| c.get_name() != "help") {
        let manual = clap_mangen::Man::new(subcommand.clone());
        page.extend_from_slice(format!(".SH {}\n", subcommand.get_bin_name().unwrap_or_default().to_uppercase()).as_bytes());
        let mut section = Vec::new();
        manual.render_synopsis_section(&mut section)?;
        manual.render_description_section(&mut section)?;
        manual.render_options_section(&mut section)?;
        // They are parts of this section.
        page.extend_from_slice(String::from_utf8_lossy(&section).replace(".SH ", ".SS ").as_bytes());
    }
    manual.render_version_section(page)
}
