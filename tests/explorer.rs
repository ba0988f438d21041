//! The engine behind the screen, on real files: what is asked is answered, what happens to the file is told.

use std::io::Write;
use std::time::{Duration, Instant};

use warp_tui::cache::{CacheSort, CacheStats};
use warp_tui::explorer::{
    Answer, CopyWhat, Direction, EngineOptions, Kinds, Location, Motion, Phase, Request,
    SeamFilter, SearchOutcome, SourceChange,
};
use warp_tui::lang::{PatternKind, ProblemKind};
use warp_tui::limits::COPY_BYTES_MAX;

#[path = "shared/opened.rs"]
mod opened;

use opened::{Opened, PATIENCE};

impl Opened {
    fn jump(&self, from: u64, motion: Motion) -> Result<u64, String> {
        self.ask(Request::Jump { id: 7, from, motion }, |answer| match answer {
            Answer::Jumped { id: 7, target } => Some(target),
            _ => None,
        })
    }

    fn locate(&self, at: u64) -> Location {
        self.ask(Request::Locate { at }, |answer| match answer {
            Answer::Location(location) => Some(location),
            _ => None,
        })
    }

    /// The names of the definitions around a place, once there are any: they are gathered behind the scan.
    fn definitions_around(&self, at: u64) -> Vec<String> {
        let begin = Instant::now();
        loop {
            let path = self.locate(at).path;
            if !path.is_empty() {
                let names = path.into_iter().filter_map(|step| step.key);
                return names.map(|name| String::from_utf8_lossy(&name).into_owned()).collect();
            }
            assert!(begin.elapsed() < PATIENCE, "no definitions in time");
        }
    }

    fn search(&self, pattern: &[u8], from: u64, direction: Direction) -> SearchOutcome {
        let pattern = pattern.to_vec();
        self.searched(Request::Search { id: 3, pattern, from, past: false, direction })
    }

    fn search_on(&self, pattern: &[u8], from: u64) -> SearchOutcome {
        let (pattern, direction) = (pattern.to_vec(), Direction::Forward);
        self.searched(Request::Search { id: 3, pattern, from, past: true, direction })
    }

    fn searched(&self, search: Request) -> SearchOutcome {
        self.ask(search, |answer| match answer {
            Answer::Searched { id: 3, outcome } => Some(outcome),
            _ => None,
        })
    }
}

fn options() -> EngineOptions {
    EngineOptions { threads: 2, chunk_bytes: 4096, ..EngineOptions::default() }
}

/// An array of records, `n` of them, each on a line of its own.
fn records(n: usize) -> Vec<u8> {
    let mut bytes = b"[\n".to_vec();
    for i in 0..n {
        let comma = if i + 1 < n { "," } else { "" };
        let line =
            format!("{{\"id\": {i}, \"name\": \"no {i}, ]\", \"tags\": [\"a\", \"b\"]}}{comma}\n");
        bytes.extend_from_slice(line.as_bytes());
    }
    bytes.extend_from_slice(b"]\n");
    bytes
}

fn file(bytes: &[u8]) -> tempfile::NamedTempFile {
    let mut file = tempfile::Builder::new().suffix(".json").tempfile().expect("a file can be made");
    file.write_all(bytes).expect("it can be written");
    file
}

#[test]
fn jumps_and_paths_work_in_a_document_of_many_chunks() {
    let bytes = records(60_000);
    let file = file(&bytes);
    let opened = Opened::new(file.path(), &options());
    let snapshot = opened.indexed();
    assert_eq!(snapshot.scan.bytes_done, bytes.len() as u64);
    let end = bytes.len() as u64;
    assert_eq!(opened.jump(0, Motion::Matching), Ok(end - 2));
    assert_eq!(opened.jump(end - 2, Motion::Matching), Ok(0));
    assert_eq!(opened.jump(5, Motion::End), Ok(end - 2));
    let line = opened.jump(0, Motion::Line(30_001)).expect("there are so many");
    let expected = format!("{{\"id\": {}, ", 30_000);
    assert!(bytes[line as usize..].starts_with(expected.as_bytes()));
    assert_eq!(opened.jump(0, Motion::Line(9_999_999)), Ok(end - 2));
    let name = opened.jump(0, Motion::Path("$[30000].name".to_owned())).expect("there");
    assert!(bytes[name as usize..].starts_with(b"\"name\": \"no 30000"));
    let location = opened.locate(name);
    assert_eq!(location.line, Some(30_001));
    assert_eq!(location.column, Some(name - line));
    let keys: Vec<_> = location.path.iter().map(|step| (step.index, step.key.clone())).collect();
    assert_eq!(keys, [(30_000, None), (1, Some(b"name".to_vec()))]);
    let next = opened.jump(name, Motion::NextSibling).expect("there");
    assert!(bytes[next as usize..].starts_with(b"\"tags\""));
    assert_eq!(opened.jump(next, Motion::NextSibling), Err("this is the last member".to_owned()));
    assert_eq!(opened.jump(next, Motion::PreviousSibling), Ok(name));
    assert_eq!(opened.jump(name, Motion::Parent), Ok(line));
    assert_eq!(bytes[opened.jump(next, Motion::Into).expect("there") as usize + 1], b'a');
}

#[test]
fn the_end_of_a_long_line_is_its_end() {
    for (text, wanted) in [("x".repeat(9000), 8999), ("x".repeat(9000) + "\n", 8999)] {
        let file = file(text.as_bytes());
        let opened = Opened::new(file.path(), &options());
        opened.indexed();
        assert_eq!(opened.jump(0, Motion::End), Ok(wanted));
    }
    let file = file(format!("[1]\n{}\n", "[2]".repeat(100)).as_bytes());
    let opened = Opened::new(file.path(), &options());
    opened.indexed();
    assert_eq!(opened.jump(0, Motion::End), Ok(4));
}

#[test]
fn what_is_copied_is_what_stands_there() {
    let json = b"{\"a\": [1, {\"b\": \"c, d\"}], \"e\" : -1.5e3 ,\r\n \"f\": {}}\n\"last\"";
    let rust = b"fn f() { g(1, [2]) }\n";
    let ruby = b"class A\n  def b\n    [c]\n  end\nend\n";
    let text = b"one\r\ntwo";
    let big =
        [b"[\"".as_slice(), &[b'x'; COPY_BYTES_MAX], b"\", [", &[b' '; COPY_BYTES_MAX], b"]]"];
    let big = big.concat();
    use CopyWhat::{Line, Value};
    let too_long = Err("the value has more than 64 KiB, which are copied at most");
    type Case<'t> = (&'t [u8], &'t str, u64, CopyWhat, Result<&'t str, &'t str>);
    let cases: &[Case<'_>] = &[
        (json, ".json", 6, Value, Ok("[1, {\"b\": \"c, d\"}]")),
        (json, ".json", 2, Value, Ok("[1, {\"b\": \"c, d\"}]")),
        (json, ".json", 7, Value, Ok("1")),
        (json, ".json", 12, Value, Ok("\"c, d\"")),
        (json, ".json", 22, Value, Ok("{\"b\": \"c, d\"}")),
        (json, ".json", 30, Value, Ok("-1.5e3")),
        (json, ".json", 48, Value, Ok("{}")),
        (json, ".json", 55, Value, Ok("\"last\"")),
        (json, ".json", 45, Line, Ok(" \"f\": {}}")),
        (json, ".json", 54, Line, Ok("\"last\"")),
        (rust, ".rs", 9, Value, Ok("{ g(1, [2]) }")),
        (rust, ".rs", 14, Value, Ok("[2]")),
        (rust, ".rs", 12, Value, Ok("(1, [2])")),
        (ruby, ".rb", 10, Value, Ok("def b\n    [c]\n  end")),
        (ruby, ".rb", 0, Value, Ok("class A\n  def b\n    [c]\n  end\nend")),
        (text, ".txt", 1, Line, Ok("one")),
        (text, ".txt", 1, Value, Err("text has no values; lines can be copied")),
        (&big, ".json", 1, Value, too_long),
        (&big, ".json", 0, Value, too_long),
        (&big, ".json", 3, Line, Err("the line has more than 64 KiB, which are copied at most")),
    ];
    for (bytes, suffix, at, what, expected) in cases {
        let mut file = tempfile::Builder::new().suffix(suffix).tempfile().unwrap();
        file.write_all(bytes).unwrap();
        let opened = Opened::new(file.path(), &options());
        opened.indexed();
        let copied = opened.ask(Request::Copy { at: *at, what: *what }, |answer| match answer {
            Answer::Copied(copied) => Some(copied),
            _ => None,
        });
        let copied = copied.map(|bytes| String::from_utf8(bytes).unwrap());
        let copied = copied.as_deref().map_err(String::as_str);
        assert_eq!(copied, *expected, "byte {at} of {suffix}");
    }
}

#[test]
fn expressions_are_found_over_window_edges_both_ways() {
    // One that lies across the end of each window of 64 KiB.
    let mut text = "0123456789abcde\n".repeat(20_000).into_bytes();
    let edges = [65_536, 131_072, 196_608];
    for edge in edges {
        text[edge - 3..edge + 4].copy_from_slice(b"Id = 42");
    }
    let file = file(&text);
    let opened = Opened::new(file.path(), &options());
    let begins = edges.map(|edge| edge as u64 - 3);
    let [first, second, third] = begins.map(SearchOutcome::Found);
    for pattern in [&br"\c\vid\s*= \d+"[..], br"\cID = 42"] {
        let search = |from, direction| opened.search(pattern, from, direction);
        assert_eq!(search(0, Direction::Forward), first);
        assert_eq!(search(begins[0] + 1, Direction::Forward), second);
        assert_eq!(search(begins[2] + 1, Direction::Forward), first, "from the start again");
        assert_eq!(search(begins[2], Direction::Backward), second);
        assert_eq!(search(0, Direction::Backward), third);
    }
    let starts = opened.search(br"\v^0", 5, Direction::Forward);
    assert_eq!(starts, SearchOutcome::Found(16), "lines begin where they do, whatever the window");
    assert_eq!(opened.search(br"\vid =", 0, Direction::Forward), SearchOutcome::NotFound);
    let failed = SearchOutcome::Failed("unclosed group".to_owned());
    assert_eq!(opened.search(br"\v(", 0, Direction::Forward), failed);
}

#[test]
fn a_search_finds_over_window_edges_both_ways_and_wraps() {
    let mut bytes = vec![b' '; 3 << 20];
    let places = [10usize, (1 << 20) - 3, (2 << 20) - 1, (3 << 20) - 20];
    for place in places {
        bytes[place..place + 6].copy_from_slice(b"needle");
    }
    let file = file(&bytes);
    let opened = Opened::new(file.path(), &options());
    let find = |from: u64, direction| match opened.search(b"needle", from, direction) {
        SearchOutcome::Found(at) => at as usize,
        other => panic!("{other:?}"),
    };
    for (i, place) in places.iter().enumerate() {
        let next = places[(i + 1) % places.len()];
        let before = places[(i + places.len() - 1) % places.len()];
        assert_eq!(find(*place as u64, Direction::Forward), *place);
        assert_eq!(find(*place as u64 + 1, Direction::Forward), next);
        assert_eq!(find(*place as u64, Direction::Backward), before);
    }
    assert_eq!(opened.search(b"haystack", 0, Direction::Forward), SearchOutcome::NotFound);
    let progress = opened.explorer.snapshot().search.clone().expect("a search was made");
    assert_eq!((progress.bytes_done, progress.wrapped), (3 << 20, true));
}

#[test]
fn nobody_waits_for_a_small_file_that_takes_long() {
    // Each `<` is looked at for 2 KiB ahead, and never answered.
    let file =
        tempfile::Builder::new().suffix(".ts").tempfile().expect("temporary files can be made");
    std::fs::write(file.path(), "a<".repeat(100_000)).expect("it can be written");
    let opened = Opened::new(file.path(), &options());
    assert_eq!(opened.explorer.snapshot().scan.phase, Phase::Running);
    let snapshot = opened.indexed();
    assert_eq!(snapshot.scan.bytes_done, 200_000);
}

#[test]
fn what_happens_to_the_file_is_told_and_a_rescan_sees_it() {
    let file = file(&records(1000));
    let path = file.path().to_owned();
    let opened = Opened::new(&path, &options());
    opened.indexed();
    let mut writer = std::fs::OpenOptions::new().append(true).open(&path).expect("it opens");
    writer.write_all(b"[1]\n").expect("it can be written");
    opened.until(|s| matches!(s.source_change, Some(SourceChange::Grown { .. })));
    writer.set_len(20).expect("it can be cut");
    opened.until(|s| s.source_change == Some(SourceChange::Truncated { bytes: 20 }));
    assert!(opened.explorer.request(Request::Rescan));
    let snapshot = opened.until(|s| s.scan.bytes_total == 20 && s.scan.phase == Phase::Done);
    assert_eq!(snapshot.totals.bytes, 20);
    std::fs::remove_file(&path).expect("it can be removed");
    opened.until(|s| s.source_change == Some(SourceChange::Removed));
}

#[test]
fn the_first_problem_is_found_after_the_scan() {
    let mut bytes = records(60_000);
    let place = bytes.len() / 2;
    let place = place + memchr::memchr(b'{', &bytes[place..]).expect("records have braces");
    let close = place + memchr::memchr(b'}', &bytes[place..]).expect("records have braces");
    bytes[close] = b']';
    let file = file(&bytes);
    let opened = Opened::new(file.path(), &options());
    let snapshot = opened.until(|s| s.first_problem.is_some());
    let problem = snapshot.first_problem.clone().expect("there is one");
    assert_eq!((problem.at, problem.kind), (close as u64, ProblemKind::MismatchedBracket));
}

#[test]
fn the_next_match_is_not_the_rest_of_this_one() {
    let file = file(b"foo bar\nbaz aaaa");
    let opened = Opened::new(file.path(), &options());
    for (pattern, starts) in
        [(&br"\v\w+"[..], [0, 4, 8, 12]), (br"\v^\w", [0, 8, 0, 8]), (b"aa", [12, 14, 12, 14])]
    {
        let mut at = 15;
        for start in starts {
            assert_eq!(opened.search_on(pattern, at), SearchOutcome::Found(start), "from {at}");
            at = start;
        }
    }
}

/// What a scanner of code tells, and what the check of bytes finds: whichever comes first.
#[test]
fn the_first_problem_of_code_is_told() {
    let problem = |bytes: &[u8]| {
        let file = tempfile::Builder::new().suffix(".rs").tempfile().expect("it can be made");
        std::fs::write(file.path(), bytes).expect("it can be written");
        let opened = Opened::new(file.path(), &options());
        let snapshot = opened.until(|s| s.first_problem.is_some());
        snapshot.first_problem.as_ref().map(|problem| (problem.at, problem.kind))
    };
    let escape = Some((7, ProblemKind::BadEscape));
    let code = b"A(\"b c \\q\"); // \xff\n";
    assert_eq!(problem(code), escape);
    assert_eq!(problem(&[&code[..], &b"fn a() {}\n".repeat(500_000)].concat()), escape);
    assert_eq!(problem(b"// \xff\nA(\"\\q\");\n"), Some((3, ProblemKind::InvalidUtf8)));
    assert_eq!(problem(b"fn a() {\n"), Some((7, ProblemKind::UnclosedBracket)));
}

#[test]
fn utf_16_is_called_so() {
    let problem = |bytes: &[u8]| {
        let file = file(bytes);
        let opened = Opened::new(file.path(), &options());
        let snapshot = opened.until(|s| s.first_problem.is_some());
        snapshot.first_problem.as_ref().map(|problem| (problem.at, problem.kind))
    };
    assert_eq!(problem(b"\xff\xfe{\0}\0"), Some((0, ProblemKind::Utf16)));
    assert_eq!(problem(b"\xfe\xff\0{\0}"), Some((0, ProblemKind::Utf16)));
    assert_eq!(problem(b"\xff\xfe\0\0{\0\0\0"), Some((0, ProblemKind::InvalidUtf8)), "UTF-32");
    assert_eq!(problem(b" \xff\xfe{\0}\0"), Some((1, ProblemKind::InvalidUtf8)));
}

#[test]
fn a_page_is_there_before_the_scan_and_exact_after_it() {
    let bytes = records(60_000);
    let file = file(&bytes);
    let opened = Opened::new(file.path(), &options());
    let page = |around| {
        opened.ask(Request::Page { around }, |answer| match answer {
            Answer::Page(page) => Some(page),
            _ => None,
        })
    };
    let first = page(0);
    assert!(first.exact && first.starts_line && first.range.start == 0);
    assert_eq!(first.bytes, &bytes[..first.bytes.len()]);
    opened.indexed();
    let middle = page(bytes.len() as u64 / 2);
    assert!(middle.exact);
    let start = middle.range.start as usize;
    assert_eq!(middle.bytes, &bytes[start..start + middle.bytes.len()]);
    assert!(bytes[start - 1] == b'\n' && middle.starts_line, "usual lines are not broken");
    for mark in &middle.marks {
        assert_eq!(middle.bytes[mark.at as usize], mark.class.byte());
    }
    let keys = middle.spans.iter().filter(|span| span.key).count();
    let colons = middle.marks.iter().filter(|mark| mark.class.byte() == b':').count();
    assert!(keys.abs_diff(colons) <= 1, "{keys} keys, {colons} colons");
}

#[test]
fn the_number_of_workers_changes_while_it_scans() {
    let file = file(&records(100_000));
    let opened = Opened::new(file.path(), &options());
    for threads in [1, 5, 3] {
        assert!(opened.explorer.request(Request::SetThreads(threads)));
    }
    let snapshot = opened.until(|s| s.scan.phase == Phase::Done && s.document.threads == 3);
    assert_eq!(snapshot.scan.bytes_done, snapshot.scan.bytes_total);
}

#[test]
fn looking_twice_at_a_place_hits_the_cache() {
    let file = file(&records(60_000));
    let opened = Opened::new(file.path(), &options());
    opened.indexed();
    // The last few chunks are kept laid open beside the cache: go over more than those.
    for round in 0..2 {
        for chunk in 0..20 {
            opened.locate(chunk * 4096 + 100);
        }
        let hits = opened.until(|s| s.cache.entries >= 20).cache.hits;
        assert!(round == 0 || hits >= 10, "{hits} hits");
    }
    assert!(opened.explorer.request(Request::ClearCache));
    opened.until(|s| s.cache.entries == 0);
}

/// Back and forth over many screens: what was made once serves nearly always.
#[test]
fn fifty_screens_there_and_back_are_answered_from_the_cache() {
    let file = file(&records(200_000));
    let opened = Opened::new(file.path(), &EngineOptions::default());
    opened.indexed();
    let before = opened.explorer.snapshot().cache;
    for screen in (0..50).chain((0..50).rev()) {
        // 40 lines of a hundred bytes each, in a page that the screen scrolls over, and the cursor's place.
        let around = 4_000_000 + screen * 4_000;
        opened.ask(Request::Page { around }, |it| matches!(it, Answer::Page(_)).then_some(()));
        opened.locate(around);
    }
    let rows = |sort| {
        opened.ask(Request::CacheRows { sort, first: 0 }, |answer| match answer {
            Answer::CacheRows(rows) => Some(rows),
            _ => None,
        })
    };
    let most_used = rows(CacheSort::Hits);
    // While the check goes on a snapshot is made now and then only.
    let hits: u64 = most_used.history.iter().map(|it| u64::from(it.hits)).sum();
    let misses: u64 = most_used.history.iter().map(|it| u64::from(it.misses)).sum();
    let is_told = |cache: &CacheStats| (cache.hits, cache.misses) == (hits, misses);
    let after = opened.until(|snapshot| is_told(&snapshot.cache)).cache;
    let (hits, misses) = (after.hits - before.hits, after.misses - before.misses);
    assert!(hits >= 4 * misses, "{hits} hits, {misses} misses");
    assert_eq!(most_used.total, after.entries);
    assert!(most_used.items.is_sorted_by_key(|entry| std::cmp::Reverse(entry.hits)));
    assert!(most_used.items[0].hits > 0 && most_used.items[0].cost > Duration::ZERO);
    // One dropped, the others evicted but for two.
    assert!(opened.explorer.request(Request::DropCached(most_used.items[0].id)));
    opened.until(|snapshot| snapshot.cache.entries + 1 == after.entries);
    assert!(opened.explorer.request(Request::ResizeCache { entries: Some(2), bytes: None }));
    opened.until(|snapshot| snapshot.cache.entries == 2 && snapshot.cache.entries_max == 2);
    assert!(rows(CacheSort::Used).items.iter().all(|it| it.id != most_used.items[0].id));
}

/// Ruby classes, `n` of them, each with one method.
fn classes(n: usize) -> String {
    let class = |i| format!("class C{i}\n  def m{i}(a)\n    a[0] if a\n  end\nend\n");
    (0..n).map(class).collect()
}

fn ruby_file(text: &str) -> tempfile::NamedTempFile {
    let mut file = tempfile::Builder::new().suffix(".rb").tempfile().expect("a file can be made");
    file.write_all(text.as_bytes()).expect("it can be written");
    file
}

#[test]
fn the_path_in_code_is_the_definitions_around_a_place() {
    let text = classes(2000);
    let file = ruby_file(&text);
    let opened = Opened::new(file.path(), &options());
    opened.indexed();
    let at = text.find("m1500").expect("it is there") as u64;
    assert_eq!(opened.definitions_around(at), ["C1500", "m1500"]);
}

#[test]
fn matching_goes_from_a_class_to_its_end() {
    let text = classes(2000);
    let file = ruby_file(&text);
    let opened = Opened::new(file.path(), &options());
    opened.indexed();
    let class = text.find("class C1500").expect("it is there");
    let end = class + text[class..].find("\nend").expect("it is there") + 1;
    assert_eq!(opened.jump(class as u64, Motion::Matching), Ok(end as u64));
}

#[test]
fn matching_goes_from_a_keyword_to_its_end() {
    let text = classes(2000);
    let file = ruby_file(&text);
    let opened = Opened::new(file.path(), &options());
    opened.indexed();
    let def = text.find("def m1500").expect("it is there");
    let end = def + text[def..].find("end").expect("it is there");
    assert_eq!(opened.jump(def as u64, Motion::Matching), Ok(end as u64));
}

/// A module with so many classes in it that not all are gathered at once.
fn big_module(n: usize) -> String {
    format!("module Outer\n{}end\n", classes(n))
}

#[test]
fn where_there_are_too_many_definitions_those_around_the_cursor_are_known() {
    let text = big_module(60_000);
    let file = ruby_file(&text);
    let opened = Opened::new(file.path(), &options());
    opened.indexed();
    for i in [100, 59_990, 30_000, 30_001, 5] {
        let at = text.find(&format!("m{i}(")).expect("it is there") as u64;
        let names = opened.definitions_around(at);
        assert_eq!(names, ["Outer", &format!("C{i}"), &format!("m{i}")]);
        opened.until(|it| it.gathered_part.as_ref().is_some_and(|part| part.contains(&at)));
    }
}

#[test]
fn patterns_are_gone_to_beyond_those_that_are_gathered() {
    let text = big_module(60_000);
    let file = ruby_file(&text);
    let opened = Opened::new(file.path(), &options());
    opened.indexed();
    opened.until(|snapshot| snapshot.gathered > 0);
    let (modules, methods) = (Kinds::only(PatternKind::Module), Kinds::only(PatternKind::Method));
    let at = |what: &str| text.find(what).expect("it is there") as u64;
    let last = at("def m59999");
    // Nobody has looked there: what is gathered is the beginning.
    assert_eq!(opened.jump(last - 1, Motion::NextPattern(methods)), Ok(last));
    assert_eq!(opened.jump(last, Motion::PreviousPattern(methods)), Ok(at("def m59998")));
    assert_eq!(opened.jump(last, Motion::PreviousPattern(modules)), Ok(0));
    assert_eq!(
        opened.jump(at("def m40000"), Motion::NextPattern(Kinds::ALL)),
        Ok(at("class C40001"))
    );
    let none = Err("this is the last pattern".to_owned());
    assert_eq!(opened.jump(last, Motion::NextPattern(Kinds::ALL)), none);
    assert_eq!(opened.jump(5, Motion::NextPattern(modules)), none);
}

#[test]
fn patterns_of_json_are_gathered_from_its_begin() {
    let mut text = String::from_utf8(records(30_000)).expect("it is text");
    text.truncate(text.trim_end().trim_end_matches(']').len());
    text += ",{\"id\": 9007199254740993, \"name\": 1, \"id\": 2}]";
    let file = file(text.as_bytes());
    let opened = Opened::new(file.path(), &options());
    opened.indexed();
    opened.until(|snapshot| snapshot.gathered > 0);
    let snapshot = opened.explorer.snapshot();
    let count = |kind: PatternKind| snapshot.totals.patterns[kind as usize];
    assert_eq!((count(PatternKind::LossyNumber), count(PatternKind::DuplicateKey)), (1, 1));
    let (number, key) = (text.find("9007199254740993"), text.rfind("\"id\""));
    let (number, key) = (number.expect("there") as u64, key.expect("there") as u64);
    assert_eq!(opened.jump(0, Motion::NextPattern(Kinds::ALL)), Ok(number));
    assert_eq!(opened.jump(number, Motion::NextPattern(Kinds::ALL)), Ok(key));
    let last = Err("this is the last pattern".to_owned());
    assert_eq!(opened.jump(key, Motion::NextPattern(Kinds::ALL)), last);
    let here = opened.locate(key + 1).pattern;
    assert_eq!(here, Some((key, key + 4, PatternKind::DuplicateKey)));
}

#[test]
fn siblings_are_gone_to_beyond_the_definitions_that_are_gathered() {
    let class = |i| format!("class C{i}\n  def a{i}\n    a[0]\n  end\n  def b{i}; end\nend\n");
    let classes: String = (0..40_000).map(class).collect();
    let text = format!("# before\nclass Outer\n{classes}end\n\nclass Last\nend\n");
    siblings_are_gone_to(&text, ".rb");
    let class = |i| {
        format!("  class C{i}:\n    def a{i}():\n      a[0]\n\n    # a\n    def b{i}(): pass\n")
    };
    let classes: String = (0..40_000).map(class).collect();
    let text = format!("# before\nclass Outer:\n{classes}\nclass Last:\n  pass\n");
    siblings_are_gone_to(&text, ".py");
}

fn siblings_are_gone_to(text: &str, suffix: &str) {
    let mut file = tempfile::Builder::new().suffix(suffix).tempfile().expect("a file can be made");
    file.write_all(text.as_bytes()).expect("it can be written");
    let opened = Opened::new(file.path(), &options());
    opened.indexed();
    opened.until(|snapshot| snapshot.gathered > 0);
    let at = |what: &str| {
        let found = text
            .match_indices(what)
            .find(|(i, _)| !text[i + what.len()..].starts_with(|next: char| next.is_ascii_digit()));
        found.expect("it is there").0 as u64
    };
    // From, the one before, the one behind; nobody looks there, so what is gathered stays the beginning.
    let places = [
        ("class Outer", None, Some("class Last")),
        ("class Last", Some("class Outer"), None),
        ("class C39999", Some("class C39998"), None),
        ("class C25000", Some("class C24999"), Some("class C25001")),
        ("def a39999", None, Some("def b39999")),
        ("def b39999", Some("def a39999"), None),
        ("def a25000", None, Some("def b25000")),
        ("class C0", None, Some("class C1")),
    ];
    for (from, before, behind) in places {
        for (motion, to, which) in
            [(Motion::PreviousSibling, before, "first"), (Motion::NextSibling, behind, "last")]
        {
            let to = to.map(at).ok_or(format!("this is the {which} definition here"));
            assert_eq!(opened.jump(at(from) + 1, motion), to, "{from} in {suffix}");
        }
    }
    // Before one on its line, and on the line before.
    let (first, second) = (at("def a25000"), at("def b25000"));
    assert_eq!(opened.jump(second - 1, Motion::PreviousSibling), Ok(first));
    assert_eq!(opened.jump(first - 1, Motion::NextSibling), Ok(second));
    assert!(opened.jump(second - 1, Motion::NextSibling).is_err());
    let line_break = text[..second as usize].rfind('\n').expect("it is not the first line") as u64;
    assert_eq!(opened.jump(line_break, Motion::NextSibling), Ok(second));
    assert_eq!(opened.jump(line_break, Motion::PreviousSibling), Ok(first));
    // Between definitions.
    assert_eq!(opened.jump(1, Motion::NextSibling), Ok(at("class Outer")));
    let between = at("class Last") - 1;
    assert_eq!(opened.jump(between, Motion::PreviousSibling), Ok(at("class Outer")));
}

#[test]
fn what_ended_before_a_part_is_not_around_it() {
    // Most cuts fall into the comments, behind a body of which nothing said yet that it has ended.
    let comment = "# nothing but a comment\n".repeat(20);
    let class = |i| format!("class C{i}:\n    def m{i}(self):\n        pass\n{comment}");
    let text: String = (0..40_000).map(class).collect();
    let file = tempfile::Builder::new().suffix(".py").tempfile().expect("a file can be made");
    std::fs::write(file.path(), &text).expect("it can be written");
    let opened = Opened::new(file.path(), &options());
    opened.indexed();
    for i in [39_000, 20_000, 30_000, 100] {
        let at = text.find(&format!("m{i}(")).expect("it is there") as u64;
        let names = opened.definitions_around(at);
        assert_eq!(names, [format!("C{i}"), format!("m{i}")]);
    }
}

/// Seams of blocks of one byte: what lies across each.
fn across_each_byte(text: &str, suffix: &str) -> Vec<&'static str> {
    let mut file = tempfile::Builder::new().suffix(suffix).tempfile().expect("a file");
    file.write_all(text.as_bytes()).expect("it can be written");
    let opened = Opened::new(file.path(), &options());
    opened.indexed();
    let request = Request::Seams { block: 1, filter: SeamFilter::All, first: 1, count: text.len() };
    let seams = opened.ask(request, |answer| match answer {
        Answer::Seams(seams) => Some(seams),
        _ => None,
    });
    seams.items.iter().map(|seam| seam.token.map_or("", |token| token.kind)).collect()
}

#[test]
fn a_seam_at_the_end_of_a_token_has_nothing_across() {
    let told = across_each_byte("{ // é\n\"\\n\": 1\r\n}", ".jsonc");
    let mut wanted = vec![""; 2];
    wanted.extend(["line_comment", "line_comment", "line_comment", "utf8", "", "", "string"]);
    wanted.extend(["escape", "string", "", "", "", "", "", ""]);
    assert_eq!(told, wanted);
    // All of an escape, up to its last digit.
    let told = across_each_byte("\"\\u00e9\"", ".json");
    assert_eq!(told, ["string", "escape", "escape", "escape", "escape", "escape", "string"]);
    // A backslash means nothing in a raw string.
    let told = across_each_byte("r\"\\a\"", ".rs");
    assert_eq!(told, ["string"; 4]);
    let told = across_each_byte("# a\nb\"\\\"\"", ".py");
    assert_eq!(told, ["comment", "comment", "", "", "bytes", "bytes", "escape", "bytes"]);
}
