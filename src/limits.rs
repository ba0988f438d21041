//! Every bound of the engine in one place: value, unit, reason.

/// Bytes in a chunk when a document is young. Small enough that its detail is made in a few microseconds and its
/// bytes stay in the second-level cache; large enough that a checkpoint costs nothing beside it.
pub const CHUNK_BYTES: usize = 64 << 10;

/// Bytes of code before a batch in which a worker looks for a line at the top level, to guess the batch's start state.
/// Longer than nearly all functions; an eighth of a batch when all chunks are young.
pub const RUN_UP_BYTES: usize = 64 << 10;

/// Bytes of code behind a wrong guess in which such a line is looked for, to learn what surrounds it.
pub const LEARN_BYTES: usize = 8 << 10;

/// Chunks in one unit of parallel work. One read call and one hand-over for this many chunks.
pub const CHUNKS_PER_BATCH: usize = 8;

/// The same in documents of code of [`LARGE_CODE_BYTES`] and more: a state is guessed at the beginning of each batch.
pub const CHUNKS_PER_LARGE_BATCH: usize = 16;

/// Bytes from which on a document of code is parted into large batches. So many of them that who is through first waits a
/// fiftieth of the time for the others.
pub const LARGE_CODE_BYTES: u64 = 32 << 20;

/// Parts of a chunk of code between which a scan from a guessed state keeps where it is, so that where the guess was wrong less is
/// scanned again. Each costs 0.2 us and a KB while the batch waits for its turn.
pub const STOPS_PER_CHUNK: usize = 8;

/// Levels of nesting in code that a state keeps apart from the innermost ones, for each of its stacks: beyond, what lies
/// between the innermost and the outermost is forgotten. No compiler takes a tenth of it; 1.3 MiB at 80 bytes a level, and each worker that
/// guesses may have some of its own.
#[cfg(not(test))]
pub const LEVELS_KEPT: usize = 1 << 14;
/// As few as tests need to reach what comes beyond.
#[cfg(test)]
pub const LEVELS_KEPT: usize = 256;

/// Problems told one by one of what is scanned in one go: 16 MiB. A document of nothing but openers has as many as bytes.
pub const PROBLEMS_MAX: usize = 1 << 20;

/// Levels outwards in which a closer without an opener looks for one.
pub const LEVELS_LOOKED_AT: usize = 1 << 10;

/// Heredocs announced on one line whose bodies are looked for. A state holds all that wait, and so does each checkpoint; nobody
/// announces a tenth of it.
pub const HEREDOCS_WAITING_MAX: usize = 64;

/// Strings around the interpolation in a macro's text that is innermost: the outermost are forgotten beyond. Each tag in the text holds
/// all of them.
pub const MACRO_STRINGS_MAX: usize = 16;

/// Checkpoints kept for a document, whatever its size: above this, neighbours merge and the chunk size doubles.
pub const CHECKPOINTS_MAX: usize = 1 << 18;

/// Checkpoints kept for a stream: 1.2 MiB, and no more from the first GiB on, however long it flows.
pub const STREAM_CHECKPOINTS_MAX: usize = 1 << 14;

/// The newest checkpoints of a stream that are kept as they came, at least a part from one another: where only a window of the stream
/// is kept, the chunk that its start lies in is known from the middle on. 16 MiB and more, twice the window in memory.
pub const STREAM_NEWEST_MAX: usize = 256;

/// Bytes that are laid open at once, unless chunks are smaller; a power of two. Chunks double with the document, this does not, and neither
/// does the memory that a view takes.
pub const PART_BYTES: u64 = 64 << 10;

/// Chunks whose parts are known. One of 8 MiB has 128, of some 100 bytes each.
pub const CHUNKS_PARTED_MAX: usize = 8;

/// Batches handed out and not yet stitched, for each worker; half as many where they are large. Two keep a worker busy while
/// one result waits its turn; more only grows the memory that buffers take.
pub const BATCHES_PER_WORKER: usize = 4;

/// Worker threads that may be asked for. More than any machine that will run this has cores.
pub const THREADS_MAX: usize = 256;

/// Requests that wait for the query thread. The screen has a handful under way; a full queue drops the newest.
pub const REQUESTS_MAX: usize = 64;

/// Answers that wait for the screen. It drains them at each turn of its loop.
pub const ANSWERS_MAX: usize = 256;

/// Bytes of one page: what the screen may scroll over without asking again.
pub const PAGE_BYTES: usize = 256 << 10;

/// In a line that has gone on for this many bytes a row never runs over a multiple of it, so that the rows of one endless
/// line can be laid out from anywhere without knowing where the line began.
pub const ROW_SEGMENT_BYTES: u64 = 16 << 10;

/// Keys of JSON's open objects that are remembered, so that those which come twice are found: some 40 MiB of them. Of objects with
/// more, what comes later is held against these.
pub const JSON_KEYS_MAX: usize = 1 << 20;

/// Bytes of a key that is compared with others; a longer one is not.
pub const JSON_KEY_BYTES_MAX: usize = 64 << 10;

/// Bytes of JSON in which the explorer looks for patterns: they are gathered from the begin on, at some hundred MB a second.
pub const JSON_GATHERED_BYTES_MAX: u64 = 1 << 30;

/// The same of what flows or grows, in which they are looked for again and again.
pub const JSON_FLOWING_BYTES_MAX: u64 = 16 << 20;

/// Columns of a row where lines are cut at the pane's edge: what is longer goes on in another row. A screen of 60 such rows of ASCII
/// is less than half of a page.
pub const CUT_ROW_COLUMNS: u16 = 2 << 10;

/// Bytes that a file whose size is not known beforehand (/proc, /sys) may have: it is read once, into memory.
pub const UNSIZED_FILE_BYTES_MAX: usize = 64 << 20;

/// Throughput samples kept for the graph: one every [`SAMPLE_INTERVAL_MS`].
pub const THROUGHPUT_SAMPLES: usize = 600;

/// Milliseconds between two throughput samples and between two progress snapshots.
pub const SAMPLE_INTERVAL_MS: u64 = 50;

/// Milliseconds that workers pause at most while a key waits for its frame: a frame takes two to four.
pub const PAUSE_MAX_MS: u64 = 10;

/// Children of a container sent in one answer: they take one to three milliseconds, and a page asked for meanwhile waits.
pub const CHILDREN_PER_ANSWER: usize = 32;

/// Windows of children that wait for the query thread: what is in sight on a screen where many containers are unfolded.
pub const CHILDREN_WAITING_MAX: usize = 32;

/// Bytes of a key or of a value's preview that an answer carries.
pub const PREVIEW_BYTES: usize = 160;

/// Bytes that are copied at once: terminals take no more, many of them less.
pub const COPY_BYTES_MAX: usize = 64 << 10;

/// Bytes of a literal search pattern.
pub const SEARCH_PATTERN_BYTES_MAX: usize = 4 << 10;

/// Entries of the detail cache by default.
pub const CACHE_ENTRIES: usize = 100;

/// Bytes of the detail cache by default.
pub const CACHE_BYTES: usize = 16 << 20;

/// Bytes of the detail cache that may be asked for.
pub const CACHE_BYTES_MAX: usize = 1 << 40;

/// Samples kept of each worker: as many as the widest column drawn of them.
pub const WORKER_SAMPLES: usize = 48;

/// Wrong guesses told to the monitor: as many as a line holds.
pub const MISSES_TOLD: usize = 6;

/// Seconds of the detail cache's history: two minutes are a graph of 60 columns, and a few KiB.
pub const CACHE_HISTORY_SECONDS: usize = 120;

/// Entries of the detail cache told at once: more than a screen has rows.
pub const CACHE_ROWS_MAX: usize = 512;

/// Seconds that a cached detail lives by default.
pub const CACHE_TTL_SECONDS: u64 = 300;

/// Levels whose bracket kind the checking pass remembers: 8 MiB of bits. Deeper ones are taken to match.
pub const CHECKED_LEVELS_MAX: u64 = 1 << 26;

/// Levels whose place the checking pass remembers, to say which bracket was never closed: 8 MiB.
pub const LOCATED_LEVELS_MAX: u64 = 1 << 20;

/// Steps of a path that are told, the innermost ones.
pub const PATH_STEPS_MAX: usize = 256;

/// Bytes of white space and comments that are skipped in search of a value before giving up.
pub const SKIPPED_BYTES_MAX: u64 = 16 << 20;

/// Bytes of a file that `tune` measures on: it holds them in memory.
pub const TUNED_BYTES_MAX: u64 = 512 << 20;

/// Bytes of a document that the tune view measures on, held in memory while it is open: twice what a core complex has of
/// third-level cache, and so few that a round over all settings takes seconds with the slowest scanner.
pub const TUNED_WINDOW_BYTES: u64 = 64 << 20;

/// Rounds of a measurement that count: the fewest of which a middle one says something beside the lowest and the highest.
pub const TUNE_ROUNDS: usize = 5;

/// Bytes up to which a document is scanned at once on one thread: starting a pool takes longer.
pub const INLINE_BYTES_MAX: u64 = 2 << 20;

/// Bytes up to which a document is checked along with that.
pub const INLINE_CHECK_BYTES_MAX: u64 = 256 << 10;

/// Bytes of a configuration file: far more than any has, and few enough to be read before the first screen.
pub const CONFIG_BYTES_MAX: u64 = 1 << 20;

/// Brackets that `scan --emit tokens` keeps in memory because their chunk leaves them open: 8 MiB. More go to a temporary
/// file.
pub const CLOSERS_IN_MEMORY_MAX: u64 = 1 << 20;

/// Definitions of code that are gathered around a place, at 60 bytes each.
pub const DEFINITIONS_MAX: usize = 1 << 15;

/// Patterns of code that are gathered around a place, at 48 bytes each. Of what most files are made of that is 5 to 15 MB, and takes
/// some 20 ms.
pub const PATTERNS_MAX: usize = 1 << 16;

/// Definitions around a place that are told, the innermost ones: nobody writes a hundredth.
pub const DEFINITIONS_AROUND_MAX: usize = 1 << 10;

/// Newest bytes of a stream that stay in memory: many screens, and a few milliseconds of the fastest stream.
pub const SPOOL_MEMORY_BYTES: usize = 8 << 20;

/// Bytes at the start of a window over a stream that flows that count as gone: they may fall out while they are read. A page
/// and what is looked at around it are some 400 KiB, and the fastest stream is held back by its scan for as long as they take.
pub const WINDOW_MARGIN_BYTES: u64 = 1 << 20;

/// Bytes of a stream written to its temporary file in one go.
pub const SPOOL_PIECE_BYTES: usize = 256 << 10;

/// Bytes of a block of a stream by default: what one read takes at most. The kernel's pipes hold as much.
pub const BLOCK_BYTES: usize = 64 << 10;

/// Blocks of a stream read and not yet scanned. Together they fit into the second-level cache.
pub const BLOCKS_WAITING_MAX: usize = 8;

/// Bytes at a document's beginning that tell its language where its name does not; of a stream as few of them as decide. More
/// white space in front than that, or a longer `#!` line, is text.
pub const HEAD_BYTES: u64 = 4 << 10;

/// Bytes of a file that is cut into blocks from which on a second thread is worth its start.
pub const SECOND_THREAD_BYTES_MIN: u64 = 256 << 10;

/// Bytes of the blocks that stand for the whole when a cut stream is compared with it.
pub const WHOLE_BYTES_MAX: usize = 16 << 20;

/// Bytes of a piece of the side of a comparison that is scanned as a whole: what is found in it is held at once. A prime, so
/// that it shares hardly a seam with the blocks of the other side.
pub const COMPARED_PIECE_BYTES: usize = 1_048_573;

/// Differences of a comparison that are kept with their places, at 32 bytes each; all are counted.
pub const DIFFERENCES_KEPT_MAX: usize = 1 << 16;

/// Differences told with their lines in one answer: more than any screen has rows.
pub const COMPARE_ROWS_MAX: usize = 512;

/// Things of one sort that one side of a comparison has told and the other may still tell, at about 50 bytes each.
pub const UNMATCHED_MAX: usize = 1 << 16;

/// Wrong guesses of a scan that are remembered one by one, at 16 bytes each.
pub const WRONG_GUESSES_MAX: usize = 1 << 16;

/// Bytes that a compressed stream may unpack to whatever its size.
pub const EXPANSION_FREE_BYTES: u64 = 64 << 20;

/// Bytes that a byte of a compressed stream may unpack to beyond that. What people keep unpacks to a hundred times its size at
/// most; gzip cannot do more than 1,032, and reaches that on nothing but one byte repeated.
pub const EXPANSION_MAX: u64 = 1000;

/// The window that unpacking zstd may need, as a power of two: 32 MiB. `zstd -19` needs 8.
pub const ZSTD_WINDOW_LOG_MAX: u32 = 25;

/// Bytes of a file from which on its index is kept on disk. The pass over fewer takes no longer than a person notices.
pub const STORED_FILE_BYTES_MIN: u64 = 64 << 20;

/// Bytes of one index on disk: the most checkpoints with states of 150 bytes, and all findings. A larger one is not kept.
pub const STORED_INDEX_BYTES_MAX: u64 = 64 << 20;

/// Bytes of all indexes on disk. Those that were used last longest ago go first.
pub const STORED_BYTES_MAX: u64 = 512 << 20;

/// Indexes on disk: as many as a directory lists in a few milliseconds.
pub const STORED_INDEXES_MAX: usize = 1 << 10;

/// Bytes of what stands in front of a stored index: a path of the longest that systems take, and some numbers.
pub const STORED_HEADER_BYTES_MAX: usize = 16 << 10;

/// Samples of a file's content that must be what they were when its index was stored, each of [`SAMPLE_BYTES`]. From a cold
/// disk they take a few milliseconds.
pub const SAMPLES: u64 = 32;

/// Bytes of a sample: a page of the system's cache. Head and tail are as long as four.
pub const SAMPLE_BYTES: u64 = 4 << 10;

/// Nanoseconds that a file must not have been written for before it was opened, if its index is to be stored: a file system
/// may tell the same time of two writes within its clock's tick. FAT's is two seconds, no other's longer.
pub const SETTLED_NS: i128 = 2_000_000_000;

/// Seconds after which what another process left half written is taken away.
pub const LEFT_OVER_SECONDS: u64 = 3600;
