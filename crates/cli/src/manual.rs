//! Completions and the manual page, made from the command line's own definition.

use crate::args::Args;
use clap::CommandFactory as _;
use std::io;

/// Completions for a shell.
pub(crate) fn completions(shell: clap_complete::Shell) -> Vec<u8> {
    let mut bytes = Vec::new();
    clap_complete::generate(shell, &mut Args::command(), "duces", &mut bytes);
    bytes
}

/// The manual page: the command as a whole, then each subcommand.
pub(crate) fn page() -> io::Result<Vec<u8>> {
    let mut command = Args::command();
    command.build();
    let mut bytes = Vec::new();
    clap_mangen::Man::new(command.clone()).render(&mut bytes)?;
    for sub in command.get_subcommands().filter(|sub| is_for_people(sub)) {
        let man = clap_mangen::Man::new(sub.clone());
        man.render_synopsis_section(&mut bytes)?;
        man.render_description_section(&mut bytes)?;
        man.render_options_section(&mut bytes)?;
    }
    Ok(bytes)
}

/// Whether a subcommand is told to people: not the help itself, nor one that the program starts by itself.
fn is_for_people(command: &clap::Command) -> bool {
    command.get_name() != "help" && !command.is_hide_set()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_command_says_its_exit_codes_at_the_end_of_its_help() {
        let mut command = Args::command();
        command.build();
        for sub in command.get_subcommands_mut().filter(|sub| is_for_people(sub)) {
            let help = sub.render_long_help().to_string();
            assert!(help.contains("Exit codes:"), "{} has no exit codes", sub.get_name());
        }
    }

    #[test]
    fn the_manual_names_no_command_that_the_program_starts_by_itself() {
        let page = String::from_utf8(page().unwrap()).unwrap().replace('\\', "");
        assert!(page.contains("--as-known-on"), "hyphens are written with a backslash, taken off here");
        assert!(!page.contains("read-files"), "read-files is for the program itself");
    }

    #[test]
    fn the_command_line_is_well_defined() {
        Args::command().debug_assert();
    }
}
