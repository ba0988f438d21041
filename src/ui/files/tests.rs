//! The list as a person meets it.

use super::*;

fn files() -> Files {
    let names = ["src/lang/go/mod.rs", "src/lang/mod.rs", "src/main.rs", "tests/cli/main.rs"];
    Files::named(names.iter().map(PathBuf::from).collect())
}

fn typed(text: &str) -> Vec<String> {
    let files = files();
    let mut picker = Picker::new(&files, 20, None);
    for c in text.chars() {
        picker.key(KeyEvent::new(KeyCode::Char(c), KeyModifiers::NONE), &files);
    }
    picker.matched.iter().map(|i| files.name(*i)).collect()
}

#[test]
fn what_is_typed_need_not_stand_together() {
    assert_eq!(typed("").len(), 4);
    assert_eq!(typed("gomod"), ["src/lang/go/mod.rs"]);
    assert_eq!(typed("main cli"), ["tests/cli/main.rs"]);
    assert_eq!(typed("zzz"), [""; 0]);
}

#[test]
fn enter_takes_the_chosen_file_and_escape_none() {
    let files = files();
    let mut picker = Picker::new(&files, 20, None);
    let press = |code| KeyEvent::new(code, KeyModifiers::NONE);
    assert_eq!(picker.key(press(KeyCode::Down), &files), Picked::Open);
    let path = PathBuf::from("src/lang/mod.rs");
    assert_eq!(picker.key(press(KeyCode::Enter), &files), Picked::File(path));
    assert_eq!(picker.key(press(KeyCode::Esc), &files), Picked::GivenUp);
}

#[test]
fn home_and_end_are_the_list_s_and_what_moves_in_the_text_chooses_nothing() {
    let files = files();
    let mut picker = Picker::new(&files, 20, None);
    let mut press = |code, modifiers| {
        picker.key(KeyEvent::new(code, modifiers), &files);
        picker.chosen
    };
    let (none, ctrl) = (KeyModifiers::NONE, KeyModifiers::CONTROL);
    assert_eq!(press(KeyCode::End, none), 3);
    assert_eq!(press(KeyCode::Home, none), 0);
    press(KeyCode::Down, none);
    for key in ['a', 'e'] {
        assert_eq!(press(KeyCode::Char(key), ctrl), 1, "ctrl-{key}");
    }
    assert_eq!(press(KeyCode::Left, none), 1);
    assert_eq!(press(KeyCode::Char('m'), none), 0, "the best match");
}

#[test]
fn the_file_that_is_open_is_chosen() {
    let files = files();
    for (i, path) in files.paths.iter().enumerate() {
        assert_eq!(Picker::new(&files, 20, Some(path)).chosen, i);
    }
    assert_eq!(Picker::new(&files, 20, Some(Path::new("other.rs"))).chosen, 0);
}

#[test]
fn what_is_chosen_stays_chosen_while_the_list_grows() {
    let mut files = files();
    let mut picker = Picker::new(&files, 20, None);
    picker.key(KeyEvent::new(KeyCode::Down, KeyModifiers::NONE), &files);
    let chosen = picker.chosen_path(&files);
    assert_eq!(chosen.as_deref(), Some(Path::new("src/lang/mod.rs")));
    files.found.new.lock().expect("nobody panics").push(PathBuf::from("a/first.rs"));
    assert!(files.look());
    picker.refresh(&files, chosen.as_deref());
    assert_eq!(picker.chosen_path(&files), chosen);
    assert_eq!(picker.chosen, 2);
}

#[test]
fn a_directory_is_listed_by_what_has_a_language() {
    let folder = tempfile::tempdir().expect("a directory");
    for name in ["b.py", "a.rs", "c.txt", "d.bin"] {
        std::fs::write(folder.path().join(name), "x").expect("a file");
    }
    let (wake, woken) = crossbeam_channel::bounded(1);
    let walked = vec![folder.path().to_owned()];
    let mut files = Files::below(walked, Vec::new(), wake).expect("there are files");
    while !files.found.is_done.load(Ordering::Relaxed) {
        assert!(woken.recv_timeout(Duration::from_secs(10)).is_ok(), "the walk never ends");
    }
    files.look();
    assert_eq!((files.name(0), files.name(1)), ("a.rs".to_owned(), "b.py".to_owned()));
    assert_eq!(files.paths.len(), 2);
    let empty = tempfile::tempdir().expect("a directory");
    let below = |named| {
        let walked = vec![empty.path().to_owned()];
        Files::below(walked, named, crossbeam_channel::bounded(1).0)
    };
    assert!(below(Vec::new()).is_none());
    let named = vec![PathBuf::from("a.rs")];
    assert_eq!(below(named.clone()).map(|files| files.paths.clone()), Some(named));
}

#[test]
fn a_name_that_is_matched_without_a_copy_is_the_one_that_is_shown() {
    let paths =
        ["/a/b/c.rs", "/a/b/d e.rs", "/a/b/\u{e9}.rs", "/a/b/\u{7}.rs", "/a/bc/d.rs", "x.rs"];
    for root in ["/a/b", "/a/b/", "", "/"] {
        let mut files = Files::named(paths.iter().map(PathBuf::from).collect());
        files.root = PathBuf::from(root);
        for (i, path) in paths.iter().enumerate() {
            let plain = files.plain_name(i).map(|name| String::from_utf8_lossy(name).into_owned());
            let is_plain = plain.is_some();
            assert_eq!(plain.unwrap_or(files.name(i)), files.name(i), "{path} below {root}");
            assert!(is_plain || i > 1, "{path} below {root} can be shown as it is");
        }
    }
}
