//! The README is true: its files are there, its commands are the ones that are checked, its keys are bound.

use std::path::Path;

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn readme() -> String {
    std::fs::read_to_string(root().join("README.md")).expect("there is a README")
}

#[test]
fn what_the_readme_links_to_is_there() {
    let text = readme();
    for link in text.split("](").skip(1).filter_map(|rest| rest.split(')').next()) {
        if !link.starts_with("http") {
            assert!(root().join(link).exists(), "{link}");
        }
    }
}

#[test]
fn the_sample_that_the_readme_opens_is_shipped() {
    let text = readme();
    let line = text.lines().find(|line| line.starts_with("cargo run --release -- "));
    let path = line.and_then(|line| line.split_whitespace().last()).expect("one command opens it");
    assert!(root().join(path).is_file(), "{path}");
}

#[test]
fn there_is_one_test_command_and_the_check_script_takes_it() {
    let text = readme();
    let (_, rest) = text.split_once("<!-- test command -->\n```sh\n").expect("it is marked");
    assert_eq!(rest.lines().take(2).collect::<Vec<_>>(), ["cargo test --locked", "```"]);
}

#[cfg(feature = "tui")]
#[test]
fn the_keys_of_the_readme_are_bound() {
    use warp_tui::ui::action::ACTIONS;

    let text = readme();
    let (_, keys) = text.split_once("## Keys\n").expect("there is a list of keys");
    let rows = keys.lines().take_while(|line| !line.starts_with("## "));
    let rows = rows.filter(|line| line.starts_with("| `"));
    // Two keys one behind the other are written together.
    let is_it = |bound: &str, key: &str| bound == key || bound.replace(' ', "") == key;
    let is_bound = |key: &str| {
        let mut bound = ACTIONS.iter().flat_map(|info| info.keys);
        bound.any(|bound| is_it(bound, key))
    };
    let mut n_keys = 0;
    for row in rows {
        let cell = row.split('|').nth(1).unwrap_or("");
        let quoted = cell.split('`').skip(1).step_by(2);
        for key in quoted.flat_map(str::split_whitespace) {
            // `^f` is how a person writes it.
            let key = match key.strip_prefix('^') {
                Some(letter) if !letter.is_empty() => format!("ctrl-{letter}"),
                _ => key.to_owned(),
            };
            assert!(is_bound(&key), "{key}");
            n_keys += 1;
        }
    }
    assert!(n_keys > 15, "there are keys to look up");
}
