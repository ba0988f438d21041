//! The directory that stored indexes live in: finding, putting in, listing, clearing.
//!
//! Many processes may use it at once and none waits for another. An entry comes into being by a rename, so it is whole or
//! not there; one that is read stays readable when it is taken away or replaced. Nothing is synced to the disk: what a crash
//! leaves half written is refused by its checksum, and costs a pass. Only files that we own are read, and no links followed.

use std::fs::{self, File};
use std::io::{self, Read, Write};
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::{DirBuilderExt, MetadataExt};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use rustix::fs::{Mode, OFlags};
use xxhash_rust::xxh3::Xxh3;

use super::format::{FRONT_BYTES, decode_file};
use super::{Header, Identity, Key, Learned, Refusal, content_hash, encode, header};
use crate::lang::LanguageId;
use crate::limits::{
    LEFT_OVER_SECONDS, STORED_BYTES_MAX, STORED_FILE_BYTES_MIN, STORED_HEADER_BYTES_MAX,
    STORED_INDEX_BYTES_MAX, STORED_INDEXES_MAX,
};
use crate::source::ReadAt;

/// What the names of entries end in. In front of it stand 32 hexadecimal digits.
const SUFFIX: &str = ".warpidx";

/// What the names of entries begin with while they are written.
const UNFINISHED: &str = ".warpidx-new-";

/// A directory of stored indexes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Store {
    /// The directory. It is made when something is put into it.
    pub directory: PathBuf,
    /// Bytes of a file from which on its index is stored.
    pub file_bytes_min: u64,
    /// Bytes of all entries.
    pub bytes_max: u64,
}

/// Whose index is asked for, or stored.
#[derive(Clone, Copy, Debug)]
pub struct Subject<'s> {
    /// Where its bytes come from.
    pub source: &'s dyn ReadAt,
    /// What the file is now.
    pub file: Identity,
    /// The language it is scanned as.
    pub language: LanguageId,
    /// Bytes of a chunk that the scan begins with.
    pub chunk_bytes: u64,
}

/// A stored index that was found and believed.
#[derive(Debug)]
pub struct Recalled {
    /// What was learned of the file.
    pub learned: Learned,
    /// Bytes of the file then, if it has grown since.
    pub grown_from: Option<u64>,
    /// Bytes of the entry.
    pub entry_bytes: u64,
}

/// What the store holds.
#[derive(Clone, Debug)]
pub struct Listing {
    /// Used last first.
    pub entries: Vec<Entry>,
    /// Bytes of all of them.
    pub bytes: u64,
}

/// One entry.
#[derive(Clone, Debug)]
pub struct Entry {
    /// Its file.
    pub file: PathBuf,
    /// Bytes of that.
    pub bytes: u64,
    /// When it was stored or found last.
    pub used: SystemTime,
    /// What stands in front, or why it is not believed.
    pub header: Result<Header, Refusal>,
    /// Whether it is of any use.
    pub standing: Standing,
}

/// What becomes of an entry when its document is opened. The document's content is not looked at for this.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// It is used.
    Fresh,
    /// It is used, and extended by what the document has grown.
    Grown,
    /// It is refused: the document was written, or is another file now.
    Changed,
    /// It is never asked for: nothing is there under the document's name.
    Gone,
    /// It is refused for what it is.
    Refused(Refusal),
}

impl Standing {
    /// Whether it is of no use any more.
    #[must_use]
    pub fn is_stale(self) -> bool {
        !matches!(self, Standing::Fresh | Standing::Grown)
    }
}

impl Store {
    /// The store in `directory`, with the usual bounds.
    #[must_use]
    pub fn new(directory: PathBuf) -> Store {
        Store { directory, file_bytes_min: STORED_FILE_BYTES_MIN, bytes_max: STORED_BYTES_MAX }
    }

    /// The entry of a subject: one for each file, language and chunk size.
    fn entry(&self, subject: &Subject<'_>) -> PathBuf {
        let mut hash = Xxh3::new();
        for number in [subject.file.device, subject.file.inode, subject.chunk_bytes] {
            hash.update(&number.to_le_bytes());
        }
        hash.update(subject.language.info().name.as_bytes());
        self.directory.join(format!("{:032x}{SUFFIX}", hash.digest128()))
    }

    /// What was learned of the subject, if that is stored and believed. What is refused for what it is goes.
    pub fn load(&self, subject: &Subject<'_>) -> Option<Recalled> {
        let path = self.entry(subject);
        let recalled = match self.read(&path, subject) {
            Ok(recalled) => recalled,
            Err(Unread::Missing) => return None,
            Err(Unread::Io(error)) => {
                tracing::warn!(?path, %error, "a stored index cannot be read");
                return None;
            }
            Err(Unread::Refused(why)) => {
                tracing::warn!(?path, %why, "a stored index is not believed");
                let is_of_no_use = !matches!(why, Refusal::OtherFile | Refusal::OtherContent);
                if is_of_no_use && let Err(error) = fs::remove_file(&path) {
                    tracing::warn!(?path, %error, "it cannot be removed");
                }
                return None;
            }
        };
        Some(recalled)
    }

    fn read(&self, path: &Path, subject: &Subject<'_>) -> Result<Recalled, Unread> {
        let (file, bytes) = open_entry(path)?;
        if bytes > STORED_INDEX_BYTES_MAX {
            return Err(Unread::Refused(Refusal::Damaged("it is too long")));
        }
        let (header, header_bytes) = read_header(&file)?;
        let (then, now) = (header.file, subject.file);
        let has_grown = (then.device, then.inode) == (now.device, now.inode)
            && then.bytes < now.bytes
            && then.bytes > 0;
        if then != now && !has_grown {
            return Err(Unread::Refused(Refusal::OtherFile));
        }
        let content = content_hash(subject.source, then.bytes)?;
        let Subject { language, chunk_bytes, .. } = *subject;
        let key = Key { file: then, content, language, chunk_bytes };
        let file = Arc::new(file);
        let learned = decode_file(&file, bytes, &header, header_bytes, &key)?;
        // Those used last longest ago go first; a file system that refuses the time has them go in order of storing.
        let _ = file.set_modified(SystemTime::now());
        let grown_from = has_grown.then_some(then.bytes);
        Ok(Recalled { learned, grown_from, entry_bytes: bytes })
    }

    /// Stores what was learned of the subject, which is opened as `path`; bytes of the entry, or none if it is too large to
    /// be kept. What has no room any more goes.
    ///
    /// # Errors
    /// What writing gives.
    pub fn save(
        &self,
        subject: &Subject<'_>,
        path: &Path,
        learned: Learned,
    ) -> io::Result<Option<u64>> {
        let Subject { file, language, chunk_bytes, source } = *subject;
        let content = content_hash(source, file.bytes)?;
        let key = Key { file, content, language, chunk_bytes };
        let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
        let entry = encode(&key, path.as_os_str().as_bytes(), now.as_secs(), learned);
        let bytes_max = STORED_INDEX_BYTES_MAX.min(self.bytes_max);
        let Some(entry) = entry.filter(|entry| entry.len() as u64 <= bytes_max) else {
            return Ok(None);
        };
        fs::DirBuilder::new().recursive(true).mode(0o700).create(&self.directory)?;
        // Readable by nobody else: that is how temporary files are made.
        let mut file = tempfile::Builder::new().prefix(UNFINISHED).tempfile_in(&self.directory)?;
        file.write_all(&entry)?;
        let name = self.entry(subject);
        file.persist(&name).map_err(|error| error.error)?;
        self.make_room(&name);
        Ok(Some(entry.len() as u64))
    }

    /// Takes away what was used last longest ago until all bounds hold, but not `kept`, and what others left unfinished.
    fn make_room(&self, kept: &Path) {
        let Ok(mut all) = self.files() else { return };
        all.sort_by_key(|(_, _, used)| std::cmp::Reverse(*used));
        all.sort_by_key(|(path, ..)| path != kept);
        let mut bytes = 0;
        for (i, (path, own_bytes, _)) in all.iter().enumerate() {
            bytes += own_bytes;
            if bytes > self.bytes_max || i >= STORED_INDEXES_MAX {
                bytes -= own_bytes;
                // Another process may have taken it away already.
                let _ = fs::remove_file(path);
            }
        }
        self.sweep(Duration::from_secs(LEFT_OVER_SECONDS));
    }

    /// Takes away what was left unfinished for longer than `age`.
    fn sweep(&self, age: Duration) {
        let Ok(all) = fs::read_dir(&self.directory) else { return };
        for entry in all.flatten() {
            let is_old = || {
                let modified = entry.metadata().and_then(|it| it.modified()).ok()?;
                SystemTime::now().duration_since(modified).ok().filter(|it| *it >= age)
            };
            if entry.file_name().as_bytes().starts_with(UNFINISHED.as_bytes()) && is_old().is_some()
            {
                let _ = fs::remove_file(entry.path());
            }
        }
    }

    /// The files of all entries, with their bytes and when they were used.
    fn files(&self) -> io::Result<Vec<(PathBuf, u64, SystemTime)>> {
        let all = match fs::read_dir(&self.directory) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
            all => all?,
        };
        let mut files = Vec::new();
        for entry in all {
            let entry = entry?;
            let name = entry.file_name();
            let digits = name.to_str().and_then(|name| name.strip_suffix(SUFFIX));
            let is_ours = |it: &str| it.len() == 32 && it.bytes().all(|b| b.is_ascii_hexdigit());
            // What is gone meanwhile is no entry.
            if digits.is_some_and(is_ours)
                && let Ok(metadata) = entry.metadata()
            {
                let used = metadata.modified().unwrap_or(SystemTime::UNIX_EPOCH);
                files.push((entry.path(), metadata.len(), used));
            }
        }
        Ok(files)
    }

    /// What the store holds. A directory that is not there holds nothing.
    ///
    /// # Errors
    /// If the directory cannot be listed.
    pub fn list(&self) -> io::Result<Listing> {
        let mut files = self.files()?;
        files.sort_by_key(|(_, _, used)| std::cmp::Reverse(*used));
        let bytes = files.iter().map(|(_, bytes, _)| bytes).sum();
        let entries = files.into_iter().map(|(file, bytes, used)| {
            let header = head_of(&file);
            let standing = header.as_ref().map_or_else(|why| Standing::Refused(*why), standing);
            Entry { file, bytes, used, header, standing }
        });
        Ok(Listing { entries: entries.collect(), bytes })
    }

    /// Takes away all entries, or those that are of no use; how many, and their bytes.
    ///
    /// # Errors
    /// If the directory cannot be listed, or an entry cannot be removed.
    pub fn clear(&self, only_stale: bool) -> io::Result<(u64, u64)> {
        let (mut n, mut bytes) = (0, 0);
        for entry in self.list()?.entries {
            if only_stale && !entry.standing.is_stale() {
                continue;
            }
            match fs::remove_file(&entry.file) {
                // Another process was faster.
                Err(error) if error.kind() == io::ErrorKind::NotFound => continue,
                removed => removed?,
            }
            (n, bytes) = (n + 1, bytes + entry.bytes);
        }
        self.sweep(Duration::from_secs(if only_stale { LEFT_OVER_SECONDS } else { 0 }));
        Ok((n, bytes))
    }
}

/// Why there is nothing to be had of an entry.
enum Unread {
    Missing,
    Io(io::Error),
    Refused(Refusal),
}

impl From<io::Error> for Unread {
    fn from(error: io::Error) -> Self {
        match error.kind() {
            io::ErrorKind::NotFound => Unread::Missing,
            // The document is shorter than its index.
            io::ErrorKind::UnexpectedEof => Unread::Refused(Refusal::OtherContent),
            _ => Unread::Io(error),
        }
    }
}

impl From<Refusal> for Unread {
    fn from(why: Refusal) -> Self {
        Unread::Refused(why)
    }
}

/// Opens an entry that is a plain file of ours; with its bytes.
fn open_entry(path: &Path) -> Result<(File, u64), Unread> {
    let flags = OFlags::RDONLY | OFlags::CLOEXEC | OFlags::NONBLOCK | OFlags::NOFOLLOW;
    let opened = rustix::fs::open(path, flags, Mode::empty());
    let file = File::from(opened.map_err(|errno| match errno {
        rustix::io::Errno::LOOP => Unread::Refused(Refusal::NotOne),
        errno => Unread::from(io::Error::from(errno)),
    })?);
    let metadata = file.metadata()?;
    let is_ours = metadata.uid() == rustix::process::geteuid().as_raw();
    if !metadata.is_file() || !is_ours {
        return Err(Unread::Refused(Refusal::NotOne));
    }
    Ok((file, metadata.len()))
}

/// The header of an entry, and how many bytes it takes.
fn read_header(file: &File) -> Result<(Header, usize), Unread> {
    let mut head = Vec::new();
    let most = FRONT_BYTES + STORED_HEADER_BYTES_MAX;
    file.take(most as u64).read_to_end(&mut head)?;
    Ok(header(&head)?)
}

/// What stands in front of an entry.
fn head_of(path: &Path) -> Result<Header, Refusal> {
    let unread = |why| match why {
        Unread::Refused(why) => why,
        Unread::Missing | Unread::Io(_) => Refusal::Damaged("it cannot be read"),
    };
    let (file, bytes) = open_entry(path).map_err(unread)?;
    let (header, header_bytes) = read_header(&file).map_err(unread)?;
    match header.entry_bytes(header_bytes) {
        _ if !header.is_ours() => Err(Refusal::OtherScanners),
        Some(said) if said == bytes => Ok(header),
        _ => Err(Refusal::Damaged("its length is not what it says")),
    }
}

/// What becomes of an entry, by what is there under its document's name now.
fn standing(header: &Header) -> Standing {
    let then = header.file;
    let path = Path::new(std::ffi::OsStr::from_bytes(&header.path));
    let Ok(stat) = rustix::fs::stat(path) else { return Standing::Gone };
    let now = Identity::from(crate::source::Identity::of(&stat));
    let is_same_file = (then.device, then.inode) == (now.device, now.inode);
    match () {
        () if then == now => Standing::Fresh,
        () if is_same_file && now.bytes > then.bytes => Standing::Grown,
        () => Standing::Changed,
    }
}
