//! A session: the program in a pseudo-terminal of which every byte is kept and drawn on a model of a terminal.
//!
//! Nothing here sleeps: each wait is for a condition, woken by what the program writes, and has a limit.

use std::io::{Read, Write};
use std::num::NonZeroU16;
use std::path::Path;
use std::sync::{Arc, Condvar, Mutex};
use std::thread;
use std::time::{Duration, Instant};

use portable_pty::{Child, CommandBuilder, MasterPty, PtySize, SlavePty, native_pty_system};
use rustix::process::{Pid, Signal, kill_process};

/// Everything that is waited for happens within this time, on a busy machine too.
pub(crate) const LIMIT: Duration = Duration::from_secs(20);

/// So long a process that rests takes no processor time, which is told in hundredths of a second.
const REST: Duration = Duration::from_millis(150);

/// Between two looks at what tells of itself only when looked at: a process's state.
const LOOK_INTERVAL: Duration = Duration::from_millis(5);

struct Seen {
    terminal: vt100::Parser,
    raw: Vec<u8>,
}

/// The program in its terminal.
pub(crate) struct Session {
    master: Box<dyn MasterPty + Send>,
    /// Kept open so that the terminal outlives the program.
    _slave: Box<dyn SlavePty + Send>,
    writer: Box<dyn Write + Send>,
    child: Box<dyn Child + Send + Sync>,
    seen: Arc<(Mutex<Seen>, Condvar)>,
    before: String,
}

/// How to start the program.
pub(crate) struct Start {
    command: CommandBuilder,
    size: (u16, u16),
}

impl Start {
    /// The program with these arguments, at 80 by 24, on a dark terminal of 24-bit colours.
    pub(crate) fn new(arguments: &[&Path]) -> Start {
        let mut command = CommandBuilder::new(program());
        for argument in arguments {
            command.arg(argument);
        }
        Start::of(command)
    }

    /// The program run by a shell, after it has done `first`.
    pub(crate) fn by_shell(first: &str, file: &Path) -> Start {
        let mut command = CommandBuilder::new("sh");
        command.args(["-c", &format!("{first} exec \"$0\" \"$1\"")]);
        command.arg(program());
        command.arg(file);
        Start::of(command)
    }

    /// The program as a job of a shell that says `back` when the job stops, and then continues it.
    pub(crate) fn as_job(file: &Path) -> Start {
        let mut command = CommandBuilder::new("sh");
        command.args(["-c", "set -m; \"$0\" \"$1\"; echo back; fg"]);
        command.arg(program());
        command.arg(file);
        Start::of(command)
    }

    fn of(mut command: CommandBuilder) -> Start {
        for name in ["NO_COLOR", "SSH_TTY", "SSH_CONNECTION", "LC_ALL", "LC_CTYPE"] {
            command.env_remove(name);
        }
        for (name, value) in [
            ("TERM", "xterm-256color"),
            ("COLORTERM", "truecolor"),
            ("COLORFGBG", "15;0"),
            ("LANG", "C.UTF-8"),
        ] {
            command.env(name, value);
        }
        Start { command, size: (80, 24) }
    }

    /// The program with a pipe for its standard input, and more arguments.
    pub(crate) fn fed(pipe: &Path, arguments: &str) -> Start {
        let mut command = CommandBuilder::new("sh");
        command.args(["-c", &format!("exec \"$0\" {arguments} < \"$1\"")]);
        command.arg(program());
        command.arg(pipe);
        Start::of(command)
    }

    /// A line for the shell, in which `$0` is the program.
    pub(crate) fn by_line(line: &str) -> Start {
        let mut command = CommandBuilder::new("sh");
        command.args(["-c", line]);
        command.arg(program());
        Start::of(command)
    }

    pub(crate) fn env(mut self, name: &str, value: &str) -> Start {
        self.command.env(name, value);
        self
    }

    pub(crate) fn without(mut self, name: &str) -> Start {
        self.command.env_remove(name);
        self
    }

    pub(crate) fn size(mut self, columns: u16, rows: u16) -> Start {
        self.size = (columns, rows);
        self
    }

    /// Starts it.
    pub(crate) fn start(self) -> Session {
        let (cols, rows) = self.size;
        let size = PtySize { rows, cols, pixel_width: 0, pixel_height: 0 };
        let pair = native_pty_system().openpty(size).unwrap();
        let before = settings(pair.master.as_ref());
        let child = pair.slave.spawn_command(self.command).unwrap();
        let terminal = vt100::Parser::new(some(rows), some(cols), 0);
        let seen = Arc::new((Mutex::new(Seen { terminal, raw: Vec::new() }), Condvar::new()));
        let reader = pair.master.try_clone_reader().unwrap();
        let writer = pair.master.take_writer().unwrap();
        thread::spawn({
            let seen = Arc::clone(&seen);
            move || read_all(reader, &seen)
        });
        Session { master: pair.master, _slave: pair.slave, writer, child, seen, before }
    }

    /// Starts it, waits until `text` is written, and closes the terminal. Returns the process.
    pub(crate) fn start_and_vanish(self, text: &str) -> Box<dyn Child + Send + Sync> {
        let (cols, rows) = self.size;
        let size = PtySize { rows, cols, pixel_width: 0, pixel_height: 0 };
        let pair = native_pty_system().openpty(size).unwrap();
        let child = pair.slave.spawn_command(self.command).unwrap();
        drop(pair.slave);
        let mut reader = pair.master.try_clone_reader().unwrap();
        let mut terminal = vt100::Parser::new(some(rows), some(cols), 0);
        let mut piece = [0; 4096];
        while !terminal.screen().contents().contains(text) {
            let n = reader.read(&mut piece).unwrap();
            assert!(n > 0, "the program ended before it showed {text:?}");
            terminal.process(&piece[..n]);
        }
        // All that holds the terminal open goes with the end of this function.
        child
    }
}

/// The program under test. `WARP_TUI_BIN` names another one.
fn program() -> std::ffi::OsString {
    std::env::var_os("WARP_TUI_BIN").unwrap_or_else(|| env!("CARGO_BIN_EXE_warp-tui").into())
}

/// A terminal has at least one row and column.
fn some(n: u16) -> NonZeroU16 {
    NonZeroU16::new(n).unwrap_or(NonZeroU16::MIN)
}

fn read_all(mut reader: Box<dyn Read + Send>, seen: &(Mutex<Seen>, Condvar)) {
    let mut piece = [0; 64 << 10];
    while let Ok(n @ 1..) = reader.read(&mut piece) {
        // A test that has failed has poisoned the lock and looks no more.
        let Ok(mut guard) = seen.0.lock() else { return };
        guard.terminal.process(&piece[..n]);
        guard.raw.extend_from_slice(&piece[..n]);
        seen.1.notify_all();
    }
}

/// The terminal's settings as text, to be compared.
fn settings(master: &(dyn MasterPty + Send)) -> String {
    format!("{:?}", master.get_termios().unwrap())
}

impl Session {
    pub(crate) fn type_keys(&mut self, keys: &str) -> &mut Session {
        self.writer.write_all(keys.as_bytes()).unwrap();
        self.writer.flush().unwrap();
        self
    }

    pub(crate) fn resize(&mut self, columns: u16, rows: u16) -> &mut Session {
        self.seen.0.lock().unwrap().terminal.screen_mut().set_size(some(rows), some(columns));
        let size = PtySize { rows, cols: columns, pixel_width: 0, pixel_height: 0 };
        self.master.resize(size).unwrap();
        self
    }

    /// Waits until the screen is as `is_so` wants it.
    #[track_caller]
    pub(crate) fn until(&self, what: &str, is_so: impl Fn(&vt100::Screen) -> bool) -> &Session {
        let guard = self.seen.0.lock().unwrap();
        let waits = |seen: &mut Seen| !is_so(seen.terminal.screen());
        let (guard, timeout) = self.seen.1.wait_timeout_while(guard, LIMIT, waits).unwrap();
        let screen = guard.terminal.screen().contents();
        assert!(!timeout.timed_out(), "waited in vain for {what}; the screen:\n{screen}");
        self
    }

    /// Waits until `text` is on the screen.
    #[track_caller]
    pub(crate) fn until_text(&self, text: &str) -> &Session {
        self.until(text, |screen| screen.contents().contains(text))
    }

    /// Waits until nothing was written for `quiet`.
    #[track_caller]
    pub(crate) fn until_quiet(&self, quiet: Duration) {
        let deadline = Instant::now() + LIMIT;
        let mut n_bytes = self.raw().len();
        while !self.is_quiet_for(quiet) {
            assert!(Instant::now() < deadline, "it never stops to write");
            assert!(self.raw().len() > n_bytes, "it woke without a byte");
            n_bytes = self.raw().len();
        }
    }

    /// Whether nothing is written for so long.
    pub(crate) fn is_quiet_for(&self, quiet: Duration) -> bool {
        let guard = self.seen.0.lock().unwrap();
        let n_bytes = guard.raw.len();
        let waits = |seen: &mut Seen| seen.raw.len() == n_bytes;
        self.seen.1.wait_timeout_while(guard, quiet, waits).unwrap().1.timed_out()
    }

    /// Every byte written so far.
    pub(crate) fn raw(&self) -> Vec<u8> {
        self.seen.0.lock().unwrap().raw.clone()
    }

    pub(crate) fn signal(&self, signal: Signal) -> &Session {
        kill_process(self.pid(), signal).unwrap();
        self
    }

    pub(crate) fn pid(&self) -> Pid {
        Pid::from_raw(self.child.process_id().unwrap().try_into().unwrap()).unwrap()
    }

    /// Waits until the kernel says that the process is in this state: `T` for stopped.
    #[track_caller]
    pub(crate) fn until_state(&self, state: char) -> &Session {
        wait_for("the process's state", || self.stat().starts_with(state).then_some(()));
        self
    }

    /// Waits until the process takes no processor time any more, whatever it did before: what asks itself without end never
    /// comes to that, however busy the machine is.
    #[track_caller]
    pub(crate) fn until_at_rest(&self) -> &Session {
        let mut taken = None;
        wait_for("the process to rest", || {
            std::thread::sleep(REST);
            // The 14th and 15th field of all: in user mode, and in the kernel.
            let stat = self.stat();
            let now: Vec<String> = stat.split(' ').skip(11).take(2).map(str::to_owned).collect();
            let before = taken.replace(now.clone());
            (before == Some(now)).then_some(())
        });
        self
    }

    /// What the kernel tells of the process, from its state on.
    fn stat(&self) -> String {
        let path = format!("/proc/{}/stat", self.pid().as_raw_nonzero());
        let stat = std::fs::read_to_string(path).unwrap_or_default();
        stat.rsplit(") ").next().unwrap_or_default().to_owned()
    }

    /// Whether the program has not ended.
    pub(crate) fn is_running(&mut self) -> bool {
        matches!(self.child.try_wait(), Ok(None))
    }

    /// Waits until the program has ended; its exit code.
    #[track_caller]
    pub(crate) fn exit_code(&mut self) -> u32 {
        ended(self.child.as_mut())
    }

    /// The terminal is as it was: settings, screen, cursor, modes.
    #[track_caller]
    pub(crate) fn assert_restored(&self) {
        self.until("the terminal given back", |screen| {
            let is_plain = !screen.alternate_screen() && !screen.hide_cursor();
            let mouse = screen.mouse_protocol_mode();
            is_plain && !screen.bracketed_paste() && mouse == vt100::MouseProtocolMode::None
        });
        assert_eq!(settings(self.master.as_ref()), self.before);
    }

    /// The terminal's settings are the program's own.
    #[track_caller]
    pub(crate) fn assert_claimed(&self) {
        self.until("the alternate screen", |screen| screen.alternate_screen());
        wait_for("raw mode", || (settings(self.master.as_ref()) != self.before).then_some(()));
    }
}

impl Drop for Session {
    fn drop(&mut self) {
        // Only what this session started, and only if it still runs.
        if matches!(self.child.try_wait(), Ok(None)) {
            let _ = self.child.kill();
        }
    }
}

/// Waits until a process has ended; its exit code.
#[track_caller]
pub(crate) fn ended(child: &mut (dyn Child + Send + Sync)) -> u32 {
    wait_for("the program's end", || child.try_wait().unwrap()).exit_code()
}

#[track_caller]
fn wait_for<T>(what: &str, mut look: impl FnMut() -> Option<T>) -> T {
    let deadline = Instant::now() + LIMIT;
    loop {
        if let Some(found) = look() {
            return found;
        }
        assert!(Instant::now() < deadline, "waited in vain for {what}");
        thread::park_timeout(LOOK_INTERVAL);
    }
}
