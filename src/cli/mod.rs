//! The command line: arguments, settings, and one file for each headless command.
