//! The command line: arguments, settings, and one file for each headless command.

mod config;
pub mod settings;
pub mod table;
