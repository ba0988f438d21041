//! The screen: drain events, update the state, draw once.
