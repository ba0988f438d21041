//! Streams from elsewhere: bodies over HTTP from a server that misbehaves as it is told, and what is compressed.

use std::io::{self, Cursor, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use flate2::Compression;
use flate2::write::GzEncoder;
use warp_tui::source::{ByteStream, HttpTimeouts, decompressed, http};

/// What is asked of the server: the path, the first byte of the range, how many requests came before.
struct Asked {
    path: String,
    from: Option<usize>,
    before: usize,
    headers: String,
}

/// A server that answers each connection as `answer` says. It ends with the test's process.
fn server(
    answer: impl Fn(&mut TcpStream, &Asked) -> io::Result<()> + Send + Sync + 'static,
) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port is free");
    let address = listener.local_addr().expect("it has an address");
    let (answer, count) = (Arc::new(answer), Arc::new(AtomicUsize::new(0)));
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let Ok(mut stream) = stream else { return };
            let (answer, before) = (Arc::clone(&answer), count.fetch_add(1, Ordering::SeqCst));
            std::thread::spawn(move || {
                let headers = request(&mut stream);
                let path = headers.split(' ').nth(1).unwrap_or("/").to_owned();
                let lower = headers.to_lowercase();
                let range = lower.split("range: bytes=").nth(1).and_then(|it| it.split('-').next());
                let from = range.and_then(|it| it.parse().ok());
                // One who is gone hears no answer.
                let _ = answer(&mut stream, &Asked { path, from, before, headers });
            });
        }
    });
    format!("http://{address}")
}

fn request(stream: &mut TcpStream) -> String {
    let (mut text, mut byte) = (String::new(), [0]);
    while !text.ends_with("\r\n\r\n") && stream.read(&mut byte).is_ok_and(|n| n == 1) {
        text.push(char::from(byte[0]));
    }
    text
}

fn body() -> Vec<u8> {
    (0..100_000_u32).map(|i| (i % 251) as u8).collect()
}

fn fast() -> HttpTimeouts {
    HttpTimeouts { connect: Duration::from_secs(5), read: Duration::from_millis(300) }
}

/// All that comes, and how it ends.
fn fetch(url: &str) -> (Vec<u8>, Result<(), String>) {
    drain(http(url, fast()))
}

fn drain(mut stream: ByteStream) -> (Vec<u8>, Result<(), String>) {
    let mut found = Vec::new();
    let result = stream.reader.read_to_end(&mut found);
    (found, result.map(|_| ()).map_err(|error| error.to_string()))
}

/// An answer from `from` on, of which `most` bytes are sent.
fn part(
    stream: &mut TcpStream,
    all: &[u8],
    from: Option<usize>,
    etag: &str,
    most: usize,
) -> io::Result<()> {
    let at = from.unwrap_or(0);
    let (status, total) =
        (if from.is_some() { "206 Partial Content" } else { "200 OK" }, all.len());
    write!(stream, "HTTP/1.1 {status}\r\nContent-Length: {}\r\nETag: {etag}\r\n", total - at)?;
    if from.is_some() {
        write!(stream, "Content-Range: bytes {at}-{}/{total}\r\n", total - 1)?;
    }
    write!(stream, "Connection: close\r\n\r\n")?;
    stream.write_all(&all[at..(at + most).min(total)])
}

#[test]
fn a_body_comes_whole() {
    let url = server(|stream, asked| {
        assert!(asked.headers.to_lowercase().contains("accept-encoding: identity"));
        part(stream, &body(), asked.from, "\"a\"", usize::MAX)
    });
    let mut stream = http(&url, fast());
    let mut found = Vec::new();
    stream.reader.read_to_end(&mut found).expect("it comes");
    assert_eq!(stream.bytes_total.get(), Some(&100_000));
    assert_eq!(found, body());
}

#[test]
fn what_breaks_off_goes_on_where_it_did() {
    let url = server(|stream, asked| part(stream, &body(), asked.from, "\"a\"", 30_000));
    assert_eq!(fetch(&url), (body(), Ok(())));
}

/// A reset throws away what was under way; a moment lets the first bytes arrive.
#[test]
fn what_is_reset_goes_on_too() {
    let url = server(|stream, asked| {
        let most = if asked.before < 2 { 30_000 } else { 100_000 };
        part(stream, &body(), asked.from, "\"a\"", most)?;
        if asked.before < 2 {
            std::thread::sleep(Duration::from_millis(100));
            rustix::net::sockopt::set_socket_linger(stream, Some(Duration::ZERO))?;
        }
        Ok(())
    });
    assert_eq!(fetch(&url), (body(), Ok(())));
}

#[test]
fn what_stalls_goes_on_too() {
    let url = server(|stream, asked| {
        part(stream, &body(), asked.from, "\"a\"", 40_000)?;
        std::thread::sleep(Duration::from_secs(2));
        Ok(())
    });
    assert_eq!(fetch(&url), (body(), Ok(())));
}

#[test]
fn a_body_that_drips_byte_by_byte_comes_whole() {
    let url = server(|stream, _| {
        write!(stream, "HTTP/1.1 200 OK\r\nContent-Length: 50\r\n\r\n")?;
        for byte in &body()[..50] {
            stream.write_all(&[*byte])?;
            stream.flush()?;
            std::thread::sleep(Duration::from_millis(1));
        }
        Ok(())
    });
    assert_eq!(fetch(&url), (body()[..50].to_vec(), Ok(())));
}

#[test]
fn chunks_are_put_together() {
    let url = server(|stream, _| {
        write!(stream, "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")?;
        write!(stream, "3\r\n[1,\r\n2\r\n2]\r\n0\r\n\r\n")
    });
    assert_eq!(fetch(&url), (b"[1,2]".to_vec(), Ok(())));
}

#[test]
fn a_server_that_knows_no_ranges_is_named() {
    let url = server(|stream, asked| part(stream, &body(), None, "\"a\"", 10_000 + asked.before));
    let (found, result) = fetch(&url);
    assert_eq!(found, body()[..10_000]);
    assert_eq!(result, Err("the body changed while it was read, at byte 10000".to_owned()));
    let url = server(|stream, _| {
        write!(stream, "HTTP/1.1 200 OK\r\nContent-Length: 9\r\nConnection: close\r\n\r\nabc")
    });
    assert_eq!(
        fetch(&url),
        (b"abc".to_vec(), Err("the server cannot go on from byte 3".to_owned()))
    );
}

#[test]
fn a_body_that_changes_between_ranges_is_noticed() {
    let url = server(|stream, asked| {
        let etag = if asked.before == 0 { "\"a\"" } else { "\"b\"" };
        part(stream, &body(), asked.from, etag, 30_000)
    });
    let (found, result) = fetch(&url);
    assert_eq!(found, body()[..30_000]);
    assert_eq!(result, Err("the body changed while it was read, at byte 30000".to_owned()));
}

#[test]
fn another_range_than_asked_for_is_refused() {
    let url = server(|stream, asked| {
        part(stream, &body(), asked.from.map(|from| from - 1), "\"a\"", 30_000)
    });
    let (found, result) = fetch(&url);
    assert_eq!(found, body()[..30_000]);
    assert_eq!(result, Err("the server answered another range than from byte 30000".to_owned()));
}

#[test]
fn a_length_that_promises_too_much_ends_with_how_much_came() {
    let url = server(|stream, asked| match asked.from {
        None => part(stream, &body(), None, "\"a\"", 500),
        Some(_) => Ok(()),
    });
    let (found, result) = fetch(&url);
    assert_eq!(found, body()[..500]);
    let why = result.expect_err("it never ends well");
    assert!(why.contains("500 of 100000 bytes came, and 5 tries to go on did not help"), "{why}");
}

#[test]
fn bytes_beyond_the_length_are_not_the_body() {
    let url = server(|stream, _| {
        write!(stream, "HTTP/1.1 200 OK\r\nContent-Length: 3\r\nConnection: close\r\n\r\nabcdef")
    });
    assert_eq!(fetch(&url), (b"abc".to_vec(), Ok(())));
}

#[test]
fn redirects_are_followed_and_circles_are_named() {
    let url = server(|stream, asked| match asked.path.as_str() {
        "/here" => part(stream, b"[1]", None, "\"a\"", 9),
        "/away" => {
            write!(
                stream,
                "HTTP/1.1 302 Found\r\nLocation: /here\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
            )
        }
        _ => write!(
            stream,
            "HTTP/1.1 302 Found\r\nLocation: /circle\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
        ),
    });
    assert_eq!(fetch(&format!("{url}/away")), (b"[1]".to_vec(), Ok(())));
    let (_, result) = fetch(&format!("{url}/circle"));
    assert_eq!(result, Err("redirected more than 5 times, perhaps in circles".to_owned()));
}

#[test]
fn what_is_not_there_is_told_by_its_status() {
    let url = server(|stream, _| {
        write!(stream, "HTTP/1.1 404 Not Found\r\nContent-Length: 4\r\n\r\nnope")
    });
    assert_eq!(fetch(&url), (Vec::new(), Err("HTTP status 404: nothing to read here".to_owned())));
}

/// What comes first on the wire is the handshake, and whoever answers it with plain text is not believed.
#[test]
fn an_https_address_speaks_tls_and_takes_no_plain_answer() {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port is free");
    let address = listener.local_addr().expect("it has an address");
    let (told, heard) = std::sync::mpsc::channel();
    std::thread::spawn(move || {
        for mut stream in listener.incoming().flatten() {
            let mut first = [0];
            let _ = stream.read_exact(&mut first);
            let _ = told.send(first[0]);
            let _ = stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n[]");
        }
    });
    let (bytes, ended) = fetch(&format!("https://{address}/a.json"));
    // A record of TLS that holds a handshake.
    assert_eq!(heard.recv(), Ok(0x16));
    assert!(bytes.is_empty() && ended.is_err(), "{ended:?}");
    // Asked again, it would say the same.
    assert!(heard.try_recv().is_err(), "{ended:?}");
}

#[test]
fn a_password_is_sent_and_never_shown() {
    let stream = http("http://me:secret@localhost:1/a.json?q=1@2", fast());
    assert_eq!(stream.name, PathBuf::from("http://localhost:1/a.json?q=1@2"));
    let (_, result) = drain(stream);
    assert!(!result.expect_err("nobody listens").contains("secret"));
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(bytes).expect("memory takes it");
    encoder.finish().expect("memory takes it")
}

fn zstd(bytes: &[u8]) -> Vec<u8> {
    zstd::encode_all(bytes, 3).expect("memory takes it")
}

/// A reader that gives one byte at a time at first.
fn slow(bytes: Vec<u8>) -> Box<dyn Read + Send> {
    let (head, rest) = bytes.split_at(bytes.len().min(6));
    let singles =
        head.iter().fold(Box::new(io::empty()) as Box<dyn Read + Send>, |before, byte| {
            Box::new(before.chain(Cursor::new(vec![*byte])))
        });
    Box::new(singles.chain(Cursor::new(rest.to_vec())))
}

fn unpacked(bytes: Vec<u8>) -> (Vec<u8>, Result<(), String>) {
    let reader = slow(bytes);
    let (name, bytes_total) = (PathBuf::from("x"), Arc::default());
    drain(decompressed(ByteStream { name, kind: "test", bytes_total, reader }))
}

#[test]
fn what_is_compressed_is_unpacked_and_what_is_not_is_left_alone() {
    for text in [&b""[..], b"[", b"\x1f", b"(", b"PKP", b"P*M", b"{\"a\": 1}"] {
        assert_eq!(unpacked(text.to_vec()), (text.to_vec(), Ok(())));
    }
    for text in [&b""[..], b"[1, 2]", &body()] {
        assert_eq!(unpacked(gzip(text)), (text.to_vec(), Ok(())));
        assert_eq!(unpacked(zstd(text)), (text.to_vec(), Ok(())));
    }
}

#[test]
fn members_and_frames_follow_one_another() {
    let (one, two) = (&body()[..700], &b"and more"[..]);
    let both = [one, two].concat();
    assert_eq!(unpacked([gzip(one), gzip(b""), gzip(two)].concat()), (both.clone(), Ok(())));
    let skipped = b"\x52\x2a\x4d\x18\x03\0\0\0xyz".to_vec();
    assert_eq!(unpacked([skipped.clone(), zstd(one), skipped, zstd(two)].concat()), (both, Ok(())));
}

#[test]
fn what_ends_early_says_where() {
    for (name, packed) in [("gzip", gzip(&body())), ("zstd", zstd(&body()))] {
        let cut = packed[..packed.len() - 9].to_vec();
        let (found, result) = unpacked(cut);
        assert_eq!(found, body()[..found.len()]);
        let why = result.expect_err("it is cut");
        assert!(why.starts_with(&format!("the {name} data ends early, after ")), "{why}");
    }
}

#[test]
fn garbage_behind_gzip_is_passed_over_and_behind_zstd_told() {
    let (found, result) = unpacked([gzip(b"[1]"), b"garbage that is long".to_vec()].concat());
    assert_eq!((found, result), (b"[1]".to_vec(), Ok(())));
    let (found, result) = unpacked([zstd(b"[1]"), b"garbage that is long".to_vec()].concat());
    assert_eq!(found, b"[1]");
    assert!(result.expect_err("it is no zstd").contains("the zstd data is broken after 3 bytes"));
}

#[test]
fn a_bomb_is_stopped() {
    let zeros = vec![0; 150 << 20];
    for packed in [gzip(&zeros), zstd(&zeros)] {
        let (found, result) = unpacked(packed);
        assert!(found.len() < 70 << 20);
        let why = result.expect_err("nobody keeps such data");
        assert!(why.starts_with("expands more than 1000 times: stopped after "), "{why}");
    }
}
