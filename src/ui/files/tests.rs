//! The list as a person meets it.

use std::time::Duration;

use super::*;

fn files() -> Files {
    let names = ["src/lang/go/mod.rs", "src/lang/mod.rs", "src/main.rs", "tests/cli/main.rs"];
    let (wake, _) = crossbeam_channel::bounded(1);
    Files::named(names.iter().map(PathBuf::from).collect(), wake).expect("a thread")
}

/// Takes a key, and the list that it asks for.
fn press(picker: &mut Picker, files: &mut Files, code: KeyCode, modifiers: KeyModifiers) -> Picked {
    let picked = picker.key(KeyEvent::new(code, modifiers), files);
    while files.is_matching() {
        std::thread::sleep(Duration::from_millis(1));
        files.look();
    }
    picker.listed(files);
    picked
}

fn typed(text: &str) -> Vec<String> {
    let mut files = files();
    let mut picker = Picker::new(&files, 20, None);
    for c in text.chars() {
        press(&mut picker, &mut files, KeyCode::Char(c), KeyModifiers::NONE);
    }
    let list = files.list();
    (0..list.len()).map(|row| list.shown(row)).collect()
}

#[test]
fn what_is_typed_need_not_stand_together() {
    assert_eq!(typed("").len(), 4);
    assert_eq!(typed("gomod"), ["src/lang/go/mod.rs"]);
    assert_eq!(typed("main cli"), ["tests/cli/main.rs"]);
    assert_eq!(typed("zzz"), [""; 0]);
}

#[test]
fn a_key_that_chooses_waits_for_what_was_typed() {
    let mut files = files();
    let mut picker = Picker::new(&files, 20, None);
    let key = |code| KeyEvent::new(code, KeyModifiers::NONE);
    assert!(!Picker::waits(key(KeyCode::Enter), &files));
    picker.key(key(KeyCode::Char('m')), &files);
    assert!(Picker::waits(key(KeyCode::Enter), &files), "the list is still that of nothing");
    assert!(Picker::waits(key(KeyCode::Down), &files));
    assert!(!Picker::waits(key(KeyCode::Char('a')), &files));
    assert!(!Picker::waits(key(KeyCode::Esc), &files));
    press(&mut picker, &mut files, KeyCode::Char('a'), KeyModifiers::NONE);
    assert!(!Picker::waits(key(KeyCode::Enter), &files));
}

#[test]
fn enter_takes_the_chosen_file_and_escape_none() {
    let mut files = files();
    let mut picker = Picker::new(&files, 20, None);
    let mut press = |code| press(&mut picker, &mut files, code, KeyModifiers::NONE);
    assert_eq!(press(KeyCode::Down), Picked::Open);
    let path = PathBuf::from("src/lang/mod.rs");
    assert_eq!(press(KeyCode::Enter), Picked::File(path));
    assert_eq!(press(KeyCode::Esc), Picked::GivenUp);
}

#[test]
fn home_and_end_are_the_list_s_and_what_moves_in_the_text_chooses_nothing() {
    let mut files = files();
    let mut picker = Picker::new(&files, 20, None);
    let mut press = |code, modifiers| {
        press(&mut picker, &mut files, code, modifiers);
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
    for row in 0..files.list().len() {
        let path = files.list().path(row);
        assert_eq!(Picker::new(&files, 20, path).chosen, row);
    }
    assert_eq!(Picker::new(&files, 20, Some(Path::new("other.rs"))).chosen, 0);
}

#[test]
fn what_is_chosen_stays_chosen_while_the_list_changes() {
    let mut files = files();
    let mut picker = Picker::new(&files, 20, None);
    press(&mut picker, &mut files, KeyCode::End, KeyModifiers::NONE);
    picker.keep_chosen(&files);
    files.want("main");
    while files.is_matching() {
        picker.listed(&files);
        assert_eq!(picker.chosen, 3, "this list is the old one");
        std::thread::sleep(Duration::from_millis(1));
        files.look();
    }
    picker.listed(&files);
    assert_eq!(files.list().path(picker.chosen), Some(Path::new("tests/cli/main.rs")));
    assert!(picker.chosen < 3);
}
