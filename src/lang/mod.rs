//! Languages: what is structural, which spans there are, and how a scanner moves between modes.

pub mod code;
mod crystal;
mod go;
mod javascript;
pub(crate) mod json;
mod kinds;
mod openings;
mod pattern;
mod python;
mod registry;
mod ruby;
mod rust;

pub use kinds::{Class, ProblemKind, SpanKind};
pub use pattern::PatternKind;
pub use registry::{
    LanguageId, LanguageInfo, detect, detect_by_name, detect_early, language_names, languages,
};
