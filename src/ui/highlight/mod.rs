//! Syntax colours for words, which scanners of ours do not look at: in our languages by lists (`words`), in all others by
//! syntect, in the background.
//!
//! The pane says which rows are in sight; one worker colours them and nothing else. Nobody waits: the pane draws with the
//! colours that are there, and is woken when better ones come. The worker starts, and loads its grammars, only when there is
//! something for it to do. If a grammar makes it panic, colours end and the text stays.

mod scopes;
mod words;
mod worker;

use std::ops::Range;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use arc_swap::ArcSwap;
use crossbeam_channel::{Receiver, Sender, bounded};

pub use self::words::role_of_word;
use self::worker::Worker;
use super::theme::Role;
use crate::explorer::Page;
use crate::units::ByteOffset;

/// Bytes of one meaning.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Painted {
    /// The bytes, as offsets in the document.
    pub range: Range<ByteOffset>,
    /// What they mean.
    pub role: Role,
}

/// Rows to be coloured.
#[derive(Clone, Debug)]
struct Job {
    path: PathBuf,
    page: Arc<Page>,
    seen: Range<ByteOffset>,
    /// Rises when the document is scanned anew: what was remembered of it no longer holds.
    epoch: u64,
}

/// The worker's post box: one job, the newest.
#[derive(Debug)]
struct Post {
    jobs: Sender<Job>,
    /// The same channel's other end, to take out a job that a newer one replaces.
    waiting: Receiver<Job>,
}

/// Has text coloured.
#[derive(Debug)]
pub struct Highlighter {
    wake: Sender<()>,
    post: Option<Post>,
    painted: Arc<ArcSwap<Vec<Painted>>>,
    last: Option<(Arc<Page>, Range<ByteOffset>)>,
    epoch: u64,
    /// Whether the worker could not be started; it is not tried again.
    failed: bool,
}

impl Highlighter {
    /// A highlighter at rest. `wake` is told, and never waited for, when there are new colours.
    #[must_use]
    pub fn new(wake: Sender<()>) -> Highlighter {
        let painted = Arc::new(ArcSwap::from_pointee(Vec::new()));
        Highlighter { wake, post: None, painted, last: None, epoch: 0, failed: false }
    }

    /// The newest colours, ascending. They may be those of rows that are out of sight by now.
    #[must_use]
    pub fn painted(&self) -> Arc<Vec<Painted>> {
        self.painted.load_full()
    }

    /// Asks for the colours of the rows `seen` of `page`. Returns at once.
    pub fn want(&mut self, path: &Path, page: &Arc<Page>, seen: Range<ByteOffset>) {
        if self.failed || !may_have_grammar(path) {
            return;
        }
        let job = (Arc::clone(page), seen);
        let is_known = |(page, seen): &(Arc<Page>, _)| Arc::ptr_eq(page, &job.0) && *seen == job.1;
        if self.last.as_ref().is_some_and(is_known) {
            return;
        }
        let (page, seen) = job.clone();
        self.last = Some(job);
        let job = Job { path: path.to_owned(), page, seen, epoch: self.epoch };
        self.post(job);
    }

    /// Drops all colours: the document is no longer the one they were made for.
    pub fn forget(&mut self) {
        self.epoch += 1;
        self.last = None;
        self.painted.store(Arc::new(Vec::new()));
    }

    fn post(&mut self, job: Job) {
        let Some(post) = self.post.take().or_else(|| self.start()) else { return };
        if let Err(full) = post.jobs.try_send(job) {
            // A job that nobody has begun is older than this one.
            let _ = post.waiting.try_recv();
            let _ = post.jobs.try_send(full.into_inner());
        }
        self.post = Some(post);
    }

    fn start(&mut self) -> Option<Post> {
        let (jobs, waiting) = bounded(1);
        // The worker ends when the sender is gone, with the highlighter. Nobody waits for that.
        let worker = Worker::new(waiting.clone(), Arc::clone(&self.painted), self.wake.clone());
        let thread = std::thread::Builder::new().name("highlight".to_owned());
        match thread.spawn(move || worker.run()) {
            Ok(_) => Some(Post { jobs, waiting }),
            Err(error) => {
                tracing::warn!(%error, "cannot start the highlighter");
                self.failed = true;
                None
            }
        }
    }
}

/// Plain text has no grammar, and most nameless files have none: for those the worker is never started.
fn may_have_grammar(path: &Path) -> bool {
    let extension = path.extension().and_then(|extension| extension.to_str());
    match extension.map(str::to_ascii_lowercase).as_deref() {
        Some("txt" | "log" | "csv" | "tsv") => false,
        Some(_) => true,
        None => path.file_name().is_some_and(|name| name.to_string_lossy().ends_with("file")),
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::ui::panes::testing;

    /// The role of a byte once it has one. Colours come in parts; waits at most ten seconds for each.
    fn role_of(at: u64, highlighter: &Highlighter, woken: &Receiver<()>) -> Role {
        loop {
            let painted = highlighter.painted();
            if let Some(found) = painted.iter().find(|painted| painted.range.contains(&at)) {
                return found.role;
            }
            assert!(woken.recv_timeout(Duration::from_secs(10)).is_ok(), "no colours came");
        }
    }

    fn page(text: &str) -> Arc<Page> {
        let mut page = testing::page(text.as_bytes());
        page.marks.clear();
        page.spans.clear();
        Arc::new(page)
    }

    #[test]
    fn rust_is_coloured_in_the_background() {
        let (wake, woken) = bounded(1);
        let mut highlighter = Highlighter::new(wake);
        let text = "// note\nfn main() { let x = \"hi\"; }\n";
        highlighter.want(Path::new("a.rs"), &page(text), 0..text.len() as u64);
        let role = |word: &str| {
            let at = text.find(word).map_or(0, |at| at as u64);
            role_of(at, &highlighter, &woken)
        };
        assert_eq!(role("note"), Role::Comment);
        assert_eq!(role("hi"), Role::String);
        assert_eq!(role("fn"), Role::Constant);
    }

    #[test]
    fn a_comment_that_began_above_is_still_one() {
        let (wake, woken) = bounded(1);
        let mut highlighter = Highlighter::new(wake);
        let text = format!("/*\n{}*/\nfn main() {{}}\n", "words\n".repeat(100));
        let seen = 300..310;
        highlighter.want(Path::new("a.rs"), &page(&text), seen);
        assert_eq!(role_of(305, &highlighter, &woken), Role::Comment);
    }

    #[test]
    fn plain_text_starts_no_worker() {
        let (wake, _woken) = bounded(1);
        let mut highlighter = Highlighter::new(wake);
        highlighter.want(Path::new("a.log"), &page("x\n"), 0..2);
        assert!(highlighter.post.is_none());
    }
}
