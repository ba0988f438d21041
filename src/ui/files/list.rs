//! The list that the picker shows: sorted and matched by a thread of its own, because a directory may hold a million files and
//! the screen waits for none of them.
//!
//! Matching is fuzzy, as in editors (nucleo): the best matches stand first, and without a text the paths in order. A newer
//! text ends the work on an older one. Each new list is told by a wake, and taken when the screen's thread looks.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use arc_swap::ArcSwap;
use crossbeam_channel::{Receiver, Select, Sender, TryRecvError, at, bounded, never, unbounded};
use nucleo_matcher::pattern::{CaseMatching, Normalization, Pattern};
use nucleo_matcher::{Config, Matcher, Utf32Str};
use rayon::iter::{IndexedParallelIterator, IntoParallelIterator, ParallelIterator};

use crate::explorer::files_below;
use crate::ui::safe_text::safe;

/// How long the first file of a directory is waited for.
const PATIENCE: Duration = Duration::from_secs(20);

/// Before the first list of a directory: a small one is whole by then.
const FIRST_PAUSE: Duration = Duration::from_millis(4);

/// Between two lists that differ by newly found files alone.
const GROWTH_PAUSE: Duration = Duration::from_millis(50);

/// Files kept; a directory with more is too large to choose from by name.
const FILES_MAX: u64 = 1 << 20;

/// Files that are worth a thread of their own when they are matched.
const FILES_EACH_MIN: usize = 4 << 10;

/// Files to choose from.
#[derive(Debug)]
pub(in crate::ui) struct Files {
    /// The newest list as of the last look.
    list: Arc<List>,
    newest: Arc<ArcSwap<List>>,
    asked: Arc<AtomicU64>,
    questions: Sender<Question>,
}

/// What matches a text.
#[derive(Clone, Debug, Default)]
pub(super) struct List {
    /// What stands before each path and need not be shown.
    root: PathBuf,
    /// All files. Sorted, but for those that a person named, in their order.
    paths: Arc<Vec<Arc<Path>>>,
    /// Whether no more will be found.
    pub(super) is_whole: bool,
    /// What was typed.
    question: Question,
    /// Numbers of the files that match, the best first; all in order if nothing was typed.
    matched: Option<Vec<usize>>,
}

/// A text to match, and its number.
#[derive(Clone, Debug, Default)]
struct Question {
    number: u64,
    text: String,
}

impl Files {
    /// The files that were named. `None` if there can be no thread.
    pub(in crate::ui) fn named(mut paths: Vec<PathBuf>, wake: Sender<()>) -> Option<Files> {
        paths.dedup();
        let list = List { is_whole: true, ..List::of(PathBuf::new(), paths) };
        Files::start(list, never(), wake, None)
    }

    /// The files of directories, and those that were `named` beside them. Returns when the first one is found; `None` if there
    /// is none. The walk goes on in the background and tells `wake` from time to time.
    pub(in crate::ui) fn below(
        directories: Vec<PathBuf>,
        named: Vec<PathBuf>,
        wake: Sender<()>,
    ) -> Option<Files> {
        let root = match &directories[..] {
            [only] if named.is_empty() => only.clone(),
            _ => PathBuf::new(),
        };
        let waits = named.is_empty();
        let (find, found) = unbounded();
        let (first, began) = bounded(1);
        let mut files = Files::start(List::of(root, named), found, wake, Some(first))?;
        let walk = move || {
            let n_found = AtomicU64::new(0);
            for directory in &directories {
                files_below(directory, |path| {
                    let is_wanted = find.send(path).is_ok();
                    is_wanted && n_found.fetch_add(1, Ordering::Relaxed) + 1 < FILES_MAX
                });
            }
        };
        std::thread::Builder::new().name("warp-files".to_owned()).spawn(walk).ok()?;
        if waits {
            began.recv_deadline(Instant::now() + PATIENCE).ok()?;
            files.look();
        }
        Some(files)
    }

    /// Starts the thread that makes lists, which tells `first` of the first one that has a file.
    fn start(
        list: List,
        found: Receiver<PathBuf>,
        wake: Sender<()>,
        first: Option<Sender<()>>,
    ) -> Option<Files> {
        let list = Arc::new(list);
        let newest = Arc::new(ArcSwap::new(Arc::clone(&list)));
        let asked = Arc::new(AtomicU64::new(0));
        let (questions, asks) = unbounded();
        let maker = Maker {
            list: Arc::clone(&list),
            newest: Arc::clone(&newest),
            asked: Arc::clone(&asked),
            asks,
            found,
            wake,
            first,
        };
        let work = move || maker.work();
        std::thread::Builder::new().name("warp-list".to_owned()).spawn(work).ok()?;
        Some(Files { list, newest, asked, questions })
    }

    /// Asks for what matches `text`.
    pub(super) fn want(&self, text: &str) {
        let number = self.asked.fetch_add(1, Ordering::Relaxed) + 1;
        // The thread ends no sooner than this does.
        let _ = self.questions.send(Question { number, text: text.to_owned() });
    }

    /// Whether a newer list waits to be looked at.
    pub(in crate::ui) fn has_news(&self) -> bool {
        !Arc::ptr_eq(&self.newest.load(), &self.list)
    }

    /// Takes the newest list.
    pub(in crate::ui) fn look(&mut self) {
        self.list = self.newest.load_full();
    }

    /// The newest list as of the last look.
    pub(super) fn list(&self) -> &List {
        &self.list
    }

    /// Whether the list for what was typed last is still to come.
    pub(in crate::ui) fn is_matching(&self) -> bool {
        self.list.question.number != self.asked.load(Ordering::Relaxed)
    }

    /// Those that are known, in order.
    pub(in crate::ui) fn so_far(&self) -> impl Iterator<Item = &Path> {
        self.list.paths.iter().map(AsRef::as_ref)
    }
}

impl Drop for Files {
    fn drop(&mut self) {
        // Ends the work on what was asked last.
        self.asked.fetch_add(1, Ordering::Relaxed);
    }
}

/// What makes lists.
struct Maker {
    /// The last one, published or not.
    list: Arc<List>,
    newest: Arc<ArcSwap<List>>,
    /// The number of the newest question.
    asked: Arc<AtomicU64>,
    asks: Receiver<Question>,
    found: Receiver<PathBuf>,
    wake: Sender<()>,
    first: Option<Sender<()>>,
}

impl Maker {
    /// Makes lists until nobody can ask for one.
    fn work(mut self) {
        let mut due = Instant::now() + FIRST_PAUSE;
        while let Some(mut next) = self.wait(due) {
            let is_done = next.match_all(&self.asked);
            self.list = Arc::new(next);
            if !is_done {
                continue;
            }
            self.newest.store(Arc::clone(&self.list));
            let _ = self.wake.try_send(());
            due = Instant::now() + GROWTH_PAUSE;
            if !self.list.paths.is_empty()
                && let Some(first) = self.first.take()
            {
                let _ = first.try_send(());
            }
            self.first.take_if(|_| self.list.is_whole);
        }
    }

    /// Waits until there is a question, or files were found and the time is `due` to tell of them: what the next list is of. `None`
    /// if nobody can ask any more.
    fn wait(&mut self, due: Instant) -> Option<List> {
        let mut question = None;
        let (mut new, mut is_whole) = (Vec::new(), self.list.is_whole);
        loop {
            loop {
                match self.asks.try_recv() {
                    Ok(newer) => question = Some(newer),
                    Err(TryRecvError::Empty) => break,
                    Err(TryRecvError::Disconnected) => return None,
                }
            }
            loop {
                match self.found.try_recv() {
                    Ok(path) => new.push(Arc::from(path)),
                    Err(TryRecvError::Empty) => break,
                    Err(TryRecvError::Disconnected) => (self.found, is_whole) = (never(), true),
                }
            }
            let has_news = !new.is_empty() || is_whole != self.list.is_whole;
            let may_tell = is_whole || Instant::now() >= due;
            if question.is_some() || has_news && may_tell {
                break;
            }
            let timer = if has_news { at(due) } else { never() };
            let mut select = Select::new();
            select.recv(&self.asks);
            select.recv(&self.found);
            select.recv(&timer);
            let _ = select.ready();
        }
        let mut paths = Arc::clone(&self.list.paths);
        if !new.is_empty() {
            let paths = Arc::make_mut(&mut paths);
            // Mostly sorted already: the stable sort takes what is as it is. What was named may lie in a directory that was, too.
            paths.append(&mut new);
            paths.sort();
            paths.dedup();
        }
        let question = question.unwrap_or_else(|| self.list.question.clone());
        Some(List { root: self.list.root.clone(), paths, is_whole, question, matched: None })
    }
}

impl List {
    fn of(root: PathBuf, paths: Vec<PathBuf>) -> List {
        let paths = Arc::new(paths.into_iter().map(Arc::from).collect());
        List { root, paths, ..List::default() }
    }

    /// Finds what matches. Nothing and false if something else was asked meanwhile.
    fn match_all(&mut self, asked: &AtomicU64) -> bool {
        let number = self.question.number;
        let is_wanted = || asked.load(Ordering::Relaxed) == number;
        if let Some((matcher, pattern)) = self.pattern() {
            let score = |(matcher, buffer): &mut (Matcher, Vec<char>), i: usize| {
                let score = match self.plain_name(i) {
                    _ if !is_wanted() => return None,
                    Some(name) => pattern.score(Utf32Str::Ascii(name), matcher)?,
                    None => pattern.score(Utf32Str::new(&self.name(i), buffer), matcher)?,
                };
                Some((score, i))
            };
            // Where there are few files a pool costs more than it saves.
            let mut scored: Vec<(u32, usize)> = (0..self.paths.len())
                .into_par_iter()
                .with_min_len(FILES_EACH_MIN)
                .map_init(|| (matcher.clone(), Vec::new()), score)
                .flatten_iter()
                .collect();
            scored.sort_unstable_by_key(|(score, i)| (std::cmp::Reverse(*score), *i));
            self.matched = Some(scored.into_iter().map(|(_, i)| i).collect());
        }
        is_wanted()
    }

    /// What matches what was typed; none if nothing was.
    pub(super) fn pattern(&self) -> Option<(Matcher, Pattern)> {
        let text = self.question.text.as_str();
        let matcher = || Matcher::new(Config::DEFAULT.match_paths());
        let pattern = || Pattern::parse(text, CaseMatching::Smart, Normalization::Smart);
        (!text.trim().is_empty()).then(|| (matcher(), pattern()))
    }

    /// How many files match.
    pub(super) fn len(&self) -> usize {
        self.matched.as_ref().map_or(self.paths.len(), Vec::len)
    }

    /// How many files there are.
    pub(super) fn n_all(&self) -> usize {
        self.paths.len()
    }

    /// The number of the file in a row.
    fn number(&self, row: usize) -> Option<usize> {
        match &self.matched {
            Some(matched) => matched.get(row).copied(),
            None => Some(row),
        }
    }

    /// The file in a row.
    pub(super) fn path(&self, row: usize) -> Option<&Path> {
        self.paths.get(self.number(row)?).map(AsRef::as_ref)
    }

    /// The file in a row, as it is shown.
    pub(super) fn shown(&self, row: usize) -> String {
        self.number(row).map_or(String::new(), |i| self.name(i))
    }

    /// Whether it is of this text.
    pub(super) fn is_of(&self, text: &str) -> bool {
        self.question.text == text
    }

    /// The row of a file.
    pub(super) fn row(&self, path: &Path) -> Option<usize> {
        // By bytes: to compare paths part by part would take ten times as long.
        let wanted = path.as_os_str();
        (0..self.len()).find(|row| self.path(*row).is_some_and(|path| path.as_os_str() == wanted))
    }

    /// A path as it is shown, if its bytes can be shown as they are: most can, and need not be copied.
    fn plain_name(&self, i: usize) -> Option<&[u8]> {
        let path = self.paths.get(i)?.as_os_str().as_encoded_bytes();
        let root = self.root.as_os_str().as_encoded_bytes();
        let name = match path.strip_prefix(root.strip_suffix(b"/").unwrap_or(root))? {
            name if root.is_empty() => name,
            [b'/', name @ ..] => name,
            _ => return None,
        };
        name.iter().all(|byte| matches!(byte, b' '..=b'~')).then_some(name)
    }

    /// A path as it is shown.
    fn name(&self, i: usize) -> String {
        let path = self.paths.get(i).map_or(Path::new(""), AsRef::as_ref);
        let path = path.strip_prefix(&self.root).unwrap_or(path);
        safe(path.as_os_str().as_encoded_bytes())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_directory_is_listed_by_what_has_a_language() {
        let folder = tempfile::tempdir().expect("a directory");
        for name in ["b.py", "a.rs", "c.txt", "d.bin"] {
            std::fs::write(folder.path().join(name), "x").expect("a file");
        }
        let (wake, woken) = bounded(1);
        let walked = vec![folder.path().to_owned()];
        let mut files = Files::below(walked, Vec::new(), wake).expect("there are files");
        while !files.list().is_whole {
            assert!(woken.recv_timeout(Duration::from_secs(10)).is_ok(), "the walk never ends");
            files.look();
        }
        let shown = |row| files.list().shown(row);
        assert_eq!([shown(0), shown(1)], ["a.rs", "b.py"]);
        assert_eq!(files.list().n_all(), 2);
        let empty = tempfile::tempdir().expect("a directory");
        let below = |named| {
            let walked = vec![empty.path().to_owned()];
            Files::below(walked, named, bounded(1).0)
        };
        assert!(below(Vec::new()).is_none());
        let named = below(vec![PathBuf::from("a.rs")]).expect("one was named");
        assert_eq!(named.so_far().collect::<Vec<_>>(), [Path::new("a.rs")]);
    }

    #[test]
    fn a_newer_question_ends_the_work_on_an_older_one() {
        let paths = (0..100_000).map(|i| PathBuf::from(format!("src/file{i}.rs"))).collect();
        let question = Question { number: 3, text: "file".to_owned() };
        let mut list = List { question, ..List::of(PathBuf::new(), paths) };
        assert!(!list.match_all(&AtomicU64::new(4)));
        assert_eq!(list.len(), 0, "nothing was matched in vain");
        assert!(list.match_all(&AtomicU64::new(3)));
        assert_eq!(list.len(), 100_000);
    }

    #[test]
    fn a_name_that_is_matched_without_a_copy_is_the_one_that_is_shown() {
        let paths =
            ["/a/b/c.rs", "/a/b/d e.rs", "/a/b/\u{e9}.rs", "/a/b/\u{7}.rs", "/a/bc/d.rs", "x.rs"];
        for root in ["/a/b", "/a/b/", "", "/"] {
            let list = List::of(PathBuf::from(root), paths.iter().map(PathBuf::from).collect());
            for (i, path) in paths.iter().enumerate() {
                let plain =
                    list.plain_name(i).map(|name| String::from_utf8_lossy(name).into_owned());
                let is_plain = plain.is_some();
                assert_eq!(plain.unwrap_or(list.name(i)), list.name(i), "{path} below {root}");
                assert!(is_plain || i > 1, "{path} below {root} can be shown as it is");
            }
        }
    }
}
