//! Streams as a person sees them: what flows is shown while it flows, files are followed, seams are listed.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::time::Duration;

use tempfile::TempDir;

use crate::harness::{Session, Start};

/// A named pipe that the test writes into, as the program's standard input.
struct Fed {
    folder: TempDir,
    session: Session,
    input: Option<std::fs::File>,
}

impl Fed {
    fn start(arguments: &str) -> Fed {
        let folder = tempfile::tempdir().unwrap();
        let pipe = folder.path().join("pipe");
        let kind = (rustix::fs::FileType::Fifo, rustix::fs::Mode::from_raw_mode(0o600));
        rustix::fs::mknodat(rustix::fs::CWD, &pipe, kind.0, kind.1, 0).unwrap();
        let session = Start::fed(&pipe, arguments).size(120, 40).start();
        // Waits until the shell has the other end.
        let input = std::fs::File::options().write(true).open(&pipe).unwrap();
        Fed { folder, session, input: Some(input) }
    }

    fn write(&mut self, text: impl AsRef<[u8]>) {
        self.input.as_mut().unwrap().write_all(text.as_ref()).unwrap();
    }
}

#[test]
fn what_comes_is_shown_before_the_end_and_a_line_that_is_not_whole_too() {
    let mut fed = Fed::start("");
    fed.session.until_text("reading");
    fed.write("{\"first\": 1}\n{\"sec");
    fed.session.until_text("{\"first\": 1}").until_text("{\"sec");
    fed.write("ond\": [2, 3]}\n");
    fed.session.until_text("\"second\": [2, 3]").until_text("reading");
    fed.input = None;
    fed.session.until_text("indexed in");
    fed.session.type_keys("G").until_text("$[1]").until_text("line 2 ");
    fed.session.type_keys("q");
    assert_eq!(fed.session.exit_code(), 0);
    fed.session.assert_restored();
    drop(fed.folder);
}

#[test]
fn the_cursor_stays_put_while_more_comes_until_it_is_to_follow() {
    let mut fed = Fed::start("");
    fed.write("[1]\n".repeat(100));
    fed.session.until_text("[1]");
    fed.session.type_keys("5G").until_text("line 5 ");
    fed.write("[2]\n".repeat(100));
    fed.session.type_keys("F").until_text("line 200 ").until_text("following");
    fed.write("[3]\n".repeat(50));
    fed.session.until_text("line 250 ");
    fed.session.type_keys("k").until_text("line 249 ");
    fed.write("[4]\n".repeat(50));
    fed.session.until_text("1.17 KiB");
    fed.session.type_keys(":300\r").until_text("line 300 ");
}

#[test]
fn a_stream_that_has_ended_is_not_said_to_be_followed() {
    let mut fed = Fed::start("");
    fed.write("[1]\n".repeat(100));
    fed.session.until_text("[1]");
    fed.session.type_keys("F").until_text("line 100 ").until_text("following");
    fed.write("[2]\n");
    fed.input = None;
    fed.session.until_text("at the end; the stream has ended").until_text("line 101 ");
    fed.session.until("nothing followed", |screen| !screen.contents().contains("following"));
    fed.session.type_keys("k").until_text("line 100 ");
    fed.session.type_keys("q");
    assert_eq!(fed.session.exit_code(), 0);
}

#[test]
fn a_pause_loses_nothing_and_ctrl_c_ends_the_reading_and_keeps_the_view() {
    let mut fed = Fed::start("");
    fed.write("{\"a\": 1}\n");
    fed.session.until_text("\"a\"");
    fed.session.type_keys("p").until_text("paused");
    fed.write("{\"b\": 2}\n{\"c\": 3}\n");
    fed.session.type_keys("p").until_text("\"c\": 3").until_text("\"b\": 2");
    fed.session.type_keys("\x03").until_text("indexed in").until_text("what has come stays");
    fed.session.type_keys("3G").until_text("line 3 ");
    fed.session.type_keys("q");
    assert_eq!(fed.session.exit_code(), 0);
}

#[test]
fn an_endless_stream_leaves_the_keys_alive_and_a_window_to_look_at() {
    let mut session = Start::by_line("yes '{\"endless\": [true, null]}' | \"$0\" --spill off")
        .size(120, 40)
        .start();
    session.until_text("endless").until_text("only the newest");
    session.type_keys("j").type_keys("\x1bOP").until_text("one row down");
    session.type_keys("q").type_keys("g").type_keys("\x03").until_text("indexed in");
    session.type_keys("G").until_text("{\"endless\"");
    session.type_keys("q");
    assert_eq!(session.exit_code(), 0);
    session.assert_restored();
}

/// A writer that gives single bytes, then much at once, then dies in the middle: what was unfolded stays so all the while.
#[test]
fn folds_stay_while_more_comes_slowly_in_bursts_and_breaks_off() {
    let mut fed = Fed::start("");
    fed.write("{\"first\": {\"inner\": [1, 2]}, \"second\": {\"hidden\": 3},\n");
    // The outline's own rows: keys move among those that are there.
    fed.session.until_text("first {").until_text("second {");
    fed.session.type_keys("\tjl").until_text("inner [");
    for byte in b"\"third\": 4,\n" {
        fed.write([*byte]);
        std::thread::sleep(Duration::from_millis(3));
    }
    fed.session.until_text("third: 4");
    fed.write("\"fourth\": {\"hidden\": 5},\n".repeat(50_000));
    fed.write("\"fifth\": [6, \"cut");
    fed.input = None;
    fed.session.until_text("indexed in").until_text("inner [").until_text("third: 4");
    let folded = |screen: &vt100::Screen| !screen.contents().contains("hidden: 3");
    fed.session.until("the others are folded", folded);
    fed.session.type_keys("q");
    assert_eq!(fed.session.exit_code(), 0);
}

/// The line and the depth are told although the array that all this stands in began before the window.
#[test]
fn where_one_is_in_a_window_is_told_as_far_as_it_is_known() {
    let mut session =
        Start::by_line("(echo [; yes '{\"a\": [1]},' | head -1000000) | \"$0\" --spill off")
            .size(120, 40)
            .start();
    session.until_text("only the newest").until_text("indexed in");
    session.type_keys("G").until_text("line 1,000,001").until_text("depth 1").until_text("$…");
    session.type_keys("q");
    assert_eq!(session.exit_code(), 0);
}

/// What is said to be kept can be gone to, and its first seam is the first of the list: while the stream flows without what may
/// go at any moment, and from its end on without what scanners look back on.
#[test]
fn what_is_said_to_be_kept_of_a_window_can_be_gone_to_and_has_its_seams() {
    let mut fed = Fed::start("--spill off --lang json");
    fed.write("{\"a\": [1]}\n".repeat(9_500_000 / 11));
    let first_row = |at: &'static str| {
        move |screen: &vt100::Screen| {
            let text = screen.contents();
            let mut rows = text.lines().skip_while(|row| !row.contains("carried"));
            rows.nth(1).is_some_and(|row| row.contains(at))
        }
    };
    fed.session.until_text("from byte 2,162,688 on");
    fed.session.type_keys("Gg").until_text("   byte 2,162,688");
    fed.session.type_keys("\x1b[17~");
    fed.session.until("the first seam", first_row("2,162,688"));
    fed.input = None;
    fed.session.until_text("indexed in").until_text("from byte 1,179,648 on");
    // From the list, in which the chosen seam stays in sight, and by its number.
    fed.session.type_keys("g").until("the first seam", first_row("1,179,648"));
    fed.session.type_keys("\r").until_text("   byte 1,179,648");
    fed.session.type_keys(":@9000000\r").until_text("   byte 9,000,000");
    fed.session.type_keys(":@1179648\r").until_text("   byte 1,179,648");
    fed.session.type_keys("q");
    assert_eq!(fed.session.exit_code(), 0);
}

/// Which value of many this is, is known although the first ones have gone.
#[test]
fn values_in_a_window_have_their_numbers_and_are_found_by_them() {
    let mut session =
        Start::by_line("yes '{\"a\": [1]}' | head -1000000 | \"$0\" --spill off --chunk 4096")
            .size(120, 40)
            .start();
    session.until_text("only the newest").until_text("indexed in");
    session.type_keys("G").until_text("line 1,000,000").until_text("$[999999]");
    session.type_keys(":$[876543].a[0]\r").until_text("line 876,544").until_text("$[876543].a[0]");
    session.type_keys("q");
    assert_eq!(session.exit_code(), 0);
}

/// Before its first bytes a stream is taken for text, which has no members: that is not to be said, nor to be the last word.
#[test]
fn the_outline_of_a_stream_that_begins_late_is_filled() {
    let mut fed = Fed::start("");
    fed.session.until_text("no bytes yet").until_text("nothing yet");
    fed.session.until_quiet(Duration::from_millis(300));
    fed.write("{\"first\": 1,\n");
    fed.session.until_text("first: 1");
    fed.input = None;
    fed.session.type_keys("q");
    assert_eq!(fed.session.exit_code(), 0);
}

/// White space, a byte order mark and half a `#!` line tell no language: they are shown as text, until more comes.
#[test]
fn the_language_of_a_stream_is_told_by_more_than_its_first_write() {
    let mut fed = Fed::start("");
    fed.write("\u{feff}\n");
    fed.session.until_text("text has no members");
    fed.write("{\"first\": 1,\n");
    fed.session.until_text("JSON").until_text("first: 1");
    fed.input = None;
    fed.session.until_text("indexed in");
    fed.session.type_keys("q");
    assert_eq!(fed.session.exit_code(), 0);
    let mut fed = Fed::start("");
    fed.write("#!/usr/bin/env ru");
    fed.session.until_text("#!/usr/bin/env ru").until_text("Text");
    fed.write("by\n");
    fed.session.until_text("Ruby");
    fed.write("def hello\nend\n");
    fed.session.until_text("method hello");
    fed.session.type_keys("q");
    assert_eq!(fed.session.exit_code(), 0);
}

#[test]
fn a_stream_that_ends_without_bytes_is_empty() {
    let mut fed = Fed::start("");
    fed.session.until_text("no bytes yet");
    fed.input = None;
    fed.session.until_text("empty: no bytes");
    fed.session.type_keys("q");
    assert_eq!(fed.session.exit_code(), 0);
}

#[test]
fn nothing_moves_while_a_stream_is_quiet() {
    let mut fed = Fed::start("");
    fed.write("[1, 2]\n");
    fed.session.until_text("[1, 2]");
    fed.session.until_quiet(Duration::from_millis(700));
    assert!(fed.session.is_quiet_for(Duration::from_millis(1500)));
}

#[test]
fn a_file_is_followed_through_growth_truncation_and_rotation() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("log.jsonl");
    let append = |text: &str| {
        let mut file = std::fs::File::options().create(true).append(true).open(&path).unwrap();
        file.write_all(text.as_bytes()).unwrap();
    };
    append(&"{\"old\": 1}\n".repeat(100));
    let mut session = Start::new(&[&path]).size(120, 40).start();
    session.until_text("\"old\"");
    session.type_keys("F").until_text("line 100 ").until_text("following");
    append("{\"grown\": 2}\n");
    session.until_text("\"grown\"").until_text("line 101 ");
    std::fs::write(&path, "{\"cut\": 3}\n").unwrap();
    session.until_text("\"cut\"").until_text("the file was cut: followed on from its start");
    std::fs::rename(&path, folder.path().join("log.1")).unwrap();
    append("{\"rotated\": 4}\n");
    session.until_text("\"rotated\"").until_text("another file has its name now");
    append("{\"again\": 5}\n");
    session.until_text("\"again\"").until_text("line 2 ");
    let gone = |screen: &vt100::Screen| !screen.contents().contains("\"old\"");
    session.until("nothing stale", gone);
    session.type_keys("q");
    assert_eq!(session.exit_code(), 0);
}

/// What was wrong because the file ended there is so no longer, and what the outline showed of it neither.
#[test]
fn half_a_line_that_is_followed_becomes_a_whole_one() {
    let mut file = tempfile::Builder::new().suffix(".jsonl").tempfile().unwrap();
    file.write_all(b"{\"a\":1}\n{\"re").unwrap();
    let mut session = Start::new(&[file.path()]).size(120, 40).start();
    session.until_text("string never ends");
    session.type_keys("F").until_text("following");
    file.write_all(b"\":2,\"b\":3}\n").unwrap();
    session.until_text("1 {2} \"re\":2");
    session.type_keys("k");
    let gone = |screen: &vt100::Screen| !screen.contents().contains("never ends");
    session.until("nothing is wrong", gone);
    session.type_keys("q");
    assert_eq!(session.exit_code(), 0);
}

#[test]
fn seams_are_listed_filtered_gone_to_and_verified() {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("fixtures/ruby/heredocs.rb");
    let mut session = Start::new(&[Path::new(&path)]).size(140, 40).start();
    session.until_text("heredocs.rb");
    session.type_keys("\x1b[17~").until_text("one block holds all");
    session.type_keys("b37\r").until_text("Boundaries each 37 B").until_text("592");
    session.type_keys("jj\r").until_text("byte 111");
    session.type_keys("]b").until_text("byte 148");
    session.type_keys("[b").until_text("byte 111");
    session.type_keys("v").until_text("0 differences over 16 seams");
    session.type_keys("fff").until_text("in heredocs");
    session.type_keys("z").until_text("4 heredocs to come");
    session.type_keys("q");
    assert_eq!(session.exit_code(), 0);
}

/// Behind closers of nothing the depth is that of the document, as the status line tells it.
#[test]
fn no_seam_has_a_depth_below_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("closers.json");
    std::fs::write(&path, "]]] {\"a\": \"bbbbbbbb\"} ]\n\n[1, 2, 3]").unwrap();
    let mut session = Start::new(&[&path]).size(140, 40).start();
    session.until_text("closers.json");
    session.type_keys("\x1b[17~b7\r").until_text("Boundaries each 7 B").until_text("string 2|1");
    let depths = |screen: &vt100::Screen| {
        let text = screen.contents();
        let row = |at: &str| text.lines().any(|row| row.contains(at));
        row("7  string         0  ") && row("28  code           0  ")
    };
    session.until("depths of nothing", depths);
    session.type_keys("q");
    assert_eq!(session.exit_code(), 0);
}

#[test]
fn code_that_flows_is_outlined_whenever_it_is_quiet_and_can_be_scanned_as_another_language() {
    let mut fed = Fed::start("--lang python");
    fed.write("def first():\n    pass\n\n");
    fed.session.until_text("def first():").until_text("Python");
    // In the source, in the outline, and in the path to the cursor.
    let is_outlined = |screen: &vt100::Screen| screen.contents().matches("first").count() == 3;
    fed.session.until("the definition in the outline", is_outlined);
    fed.write("class Second:\n    pass\n");
    let has_second = |screen: &vt100::Screen| screen.contents().matches("Second").count() == 2;
    fed.session.until("the next definition in the outline", has_second);
    fed.session.type_keys(":lang ruby\r").until_text("Ruby");
    fed.input = None;
    fed.session.until_text("indexed in");
    fed.session.type_keys("q");
    assert_eq!(fed.session.exit_code(), 0);
}

/// A disk of 12 MiB, in a name space of the test's own. Where none can be made, the test after this one has to do.
#[test]
fn a_small_disk_that_fills_up_leaves_a_window_to_look_at() {
    let can = std::process::Command::new("unshare")
        .args(["-rm", "mount", "-t", "tmpfs", "tmpfs", "/mnt"])
        .output()
        .is_ok_and(|tried| tried.status.success());
    if !can {
        eprintln!("no file system can be mounted here: nothing was tried");
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let line = format!(
        "yes '[1, 2]' | head -c 40000000 | unshare -rm sh -c \
         'mount -t tmpfs -o size=12M tmpfs {0} && exec \"$0\" --spill {0} --spill-limit 1000000000' \"$0\"",
        folder.path().display()
    );
    let mut session = Start::by_line(&line).size(120, 40).start();
    session.until_text("indexed in").until_text("only the newest").until_text("No space left");
    session.type_keys("G").until_text("99 %").until_text("[1, 2]");
    session.type_keys("g").until_text("[1, 2]");
    session.type_keys("q");
    assert_eq!(session.exit_code(), 0);
    session.assert_restored();
}

/// A disk that takes no more, played by a limit on the size of files.
#[test]
fn where_the_disk_is_full_the_view_goes_on_over_a_window_and_says_so() {
    let folder = tempfile::tempdir().unwrap();
    let line = format!(
        "trap '' XFSZ; ulimit -f 20480; yes '[1, 2]' | head -c 40000000 | \
         \"$0\" --spill {} --spill-limit 1000000000",
        folder.path().display()
    );
    let mut session = Start::by_line(&line).size(120, 40).start();
    session.until_text("indexed in").until_text("only the newest").until_text("File too large");
    session.type_keys("G").until_text("99 %").until_text("[1, 2]");
    session.type_keys("g").until_text("[1, 2]");
    session.type_keys("q");
    assert_eq!(session.exit_code(), 0);
    session.assert_restored();
}

/// A server whose one answer comes byte by byte and never ends.
fn dripping() -> String {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    std::thread::spawn(move || {
        for connection in listener.incoming().flatten() {
            std::thread::spawn(move || {
                let mut connection = connection;
                let head = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n\r\n";
                let drops = "{\"drop\": 1}\n".as_bytes().chunks(1).cycle();
                let _ = connection.write_all(head.as_bytes());
                // It ends with whoever listens.
                for drop in drops {
                    if connection.write_all(drop).is_err() {
                        return;
                    }
                    std::thread::sleep(Duration::from_millis(2));
                }
            });
        }
    });
    format!("http://{address}/drip.json")
}

#[test]
fn a_body_that_drips_for_ever_is_followed_and_left_when_one_likes() {
    let mut session = Start::new(&[Path::new(&dripping())]).size(120, 40).start();
    session.until_text("{\"drop\": 1}").until_text("reading");
    session.type_keys("F").until_text("following").until_text("line 12 ");
    session.type_keys("\x1bOP").until_text("one row down");
    session.type_keys("q");
    session.type_keys("gl").until_text("$[0].drop");
    session.type_keys("\x03").until_text("indexed in").until_text("what has come stays");
    session.type_keys("q");
    assert_eq!(session.exit_code(), 0);
    session.assert_restored();
    // Whoever leaves while it still drips does not wait for more.
    let mut session = Start::new(&[Path::new(&dripping())]).size(80, 24).start();
    session.until_text("{\"drop\": 1}");
    session.type_keys("q");
    assert_eq!(session.exit_code(), 0);
    session.assert_restored();
}
