//! The built binary, run as a person would run it: in the project's folder, with no configuration of one's own.

use std::ffi::OsStr;
use std::io::Read;
use std::path::Path;
use std::process::{Command, Stdio};

use tempfile::TempDir;

/// What a run printed, and how it ended.
#[derive(Debug)]
pub(crate) struct Ran {
    pub(crate) code: i32,
    pub(crate) out: String,
    pub(crate) err: String,
}

impl Ran {
    /// What it printed, if it ended well.
    #[track_caller]
    pub(crate) fn ok(self) -> String {
        assert_eq!((self.code, self.err.as_str()), (0, ""), "{}", self.out);
        self.out
    }

    /// What it printed as JSON, if it ended well.
    #[track_caller]
    pub(crate) fn json(self) -> serde_json::Value {
        serde_json::from_str(&self.ok()).expect("the report is JSON")
    }

    /// Asserts that it failed with this code and said this, and nothing to standard output.
    #[track_caller]
    pub(crate) fn fails(self, code: i32, said: &str) {
        assert!(self.err.contains(said), "{said:?} is not in {:?}", self.err);
        assert!(self.err.starts_with("warp-tui: "), "{:?}", self.err);
        assert_eq!((self.code, self.out.as_str()), (code, ""));
    }
}

/// The binary, in the project's folder, with an empty home and none of our variables.
pub(crate) fn command(home: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_warp-tui"));
    command.current_dir(env!("CARGO_MANIFEST_DIR"));
    for (name, _) in std::env::vars_os() {
        if name.to_string_lossy().starts_with("WARP_TUI_") {
            command.env_remove(name);
        }
    }
    command
        .env("HOME", home)
        .env_remove("XDG_CONFIG_HOME")
        .env_remove("XDG_CACHE_HOME")
        .env_remove("NO_COLOR");
    command.stdin(Stdio::null());
    command
}

/// Runs it to its end.
pub(crate) fn finish(command: &mut Command) -> Ran {
    let output = command.output().expect("the binary starts");
    let text = |bytes| String::from_utf8(bytes).expect("all that is printed is UTF-8");
    Ran {
        code: output.status.code().unwrap_or(-1),
        out: text(output.stdout),
        err: text(output.stderr),
    }
}

/// Runs it to its end with `out` as its standard output.
pub(crate) fn finish_into(command: &mut Command, out: impl Into<Stdio>) -> Ran {
    let child = command.stdout(out).stderr(Stdio::piped()).spawn().expect("the binary starts");
    let ended = child.wait_with_output().expect("it ends");
    let err = String::from_utf8(ended.stderr).expect("all that is printed is UTF-8");
    Ran { code: ended.status.code().unwrap_or(-1), out: String::new(), err }
}

/// Runs it with these arguments.
pub(crate) fn run<I: AsRef<OsStr>>(args: impl IntoIterator<Item = I>) -> Ran {
    let home = folder();
    finish(command(home.path()).args(args))
}

/// Runs it with these arguments, reads the first bytes that it prints and then listens no more; its exit code.
pub(crate) fn stop_listening<I: AsRef<OsStr>>(args: impl IntoIterator<Item = I>) -> Ran {
    let home = folder();
    let mut child = command(home.path())
        .args(args)
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the binary starts");
    let mut first = [0; 16];
    let mut out = child.stdout.take().expect("its output is a pipe");
    out.read_exact(&mut first).expect("it prints something");
    drop(out);
    let ended = child.wait_with_output().expect("it ends");
    Ran {
        code: ended.status.code().unwrap_or(-1),
        out: String::from_utf8_lossy(&first).into_owned(),
        err: String::from_utf8_lossy(&ended.stderr).into_owned(),
    }
}

/// A folder that goes away with the test.
pub(crate) fn folder() -> TempDir {
    tempfile::tempdir().expect("a temporary folder can be made")
}

/// A file in `folder` with this content; its path.
pub(crate) fn file(folder: &TempDir, name: &str, content: impl AsRef<[u8]>) -> String {
    let path = folder.path().join(name);
    std::fs::write(&path, content).expect("a temporary file can be written");
    path.to_str().expect("temporary paths are text").to_owned()
}
