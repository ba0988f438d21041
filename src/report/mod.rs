//! Reports: serialisable twins of engine types, and the writers for text, JSON, JSON Lines and CSV.
