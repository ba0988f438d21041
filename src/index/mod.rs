//! The structural index: checkpoints, summaries, and the range-min-max tree over depth.
