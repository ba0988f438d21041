//! Bodies over `https://`: what comes from a server that an authority of the test's own vouches for, and from one that nobody
//! vouches for.

use std::io::{self, Read, Write};
use std::net::TcpListener;
use std::path::Path;
use std::sync::Arc;

use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, IsCa, KeyPair};
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::{ServerConfig, ServerConnection, StreamOwned};

use crate::harness::{Ran, command, finish, folder};

const BODY: &[u8] = include_bytes!("../../fixtures/observatories.json");

/// An authority whose certificate lies in `file`, and what a server on this machine shows of it.
fn authority(file: &Path) -> (CertificateDer<'static>, PrivateKeyDer<'static>) {
    let mut params = CertificateParams::new([]).expect("no name is no bad name");
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    let key = KeyPair::generate().expect("there is randomness");
    let issuer = CertifiedIssuer::self_signed(params, key).expect("it signs itself");
    std::fs::write(file, issuer.pem()).expect("the folder takes it");
    let params = CertificateParams::new(["localhost".to_owned()]).expect("the name is good");
    let key = KeyPair::generate().expect("there is randomness");
    let certificate = params.signed_by(&key, &issuer).expect("the authority signs it");
    let key = PrivateKeyDer::try_from(key.serialize_der()).expect("it is a key");
    (certificate.der().clone(), key)
}

/// A server over TLS. Each answer breaks off after a quarter of the body, so that the rest is asked for.
fn server((certificate, key): (CertificateDer<'static>, PrivateKeyDer<'static>)) -> String {
    let config = ServerConfig::builder()
        .with_no_client_auth()
        .with_single_cert(vec![certificate], key)
        .expect("key and certificate fit");
    let config = Arc::new(config);
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port is free");
    let port = listener.local_addr().expect("it has an address").port();
    std::thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            let connection = ServerConnection::new(Arc::clone(&config)).expect("it may begin");
            // One who does not believe us hangs up.
            let _ = answer(&mut StreamOwned::new(connection, stream));
        }
    });
    format!("https://localhost:{port}/a.json")
}

fn answer(stream: &mut (impl Read + Write)) -> io::Result<()> {
    let (mut asked, mut byte) = (Vec::new(), [0]);
    while !asked.ends_with(b"\r\n\r\n") {
        stream.read_exact(&mut byte)?;
        asked.push(byte[0]);
    }
    let asked = String::from_utf8_lossy(&asked).to_lowercase();
    let range = asked.split("range: bytes=").nth(1).and_then(|it| it.split('-').next());
    let at: usize = range.and_then(|it| it.parse().ok()).unwrap_or(0);
    let total = BODY.len();
    let status = if range.is_some() { "206 Partial Content" } else { "200 OK" };
    let end = (at + total / 4 + 1).min(total);
    write!(
        stream,
        "HTTP/1.1 {status}\r\nContent-Length: {}\r\nContent-Range: bytes {at}-{}/{total}\r\nETag: \"a\"\r\nConnection: close\r\n\r\n",
        total - at,
        total - 1
    )?;
    stream.write_all(&BODY[at..end])?;
    stream.flush()
}

fn scan(url: &str, trusted: Option<&Path>) -> Ran {
    let home = folder();
    let mut command = command(home.path());
    command.env_remove("SSL_CERT_FILE").env_remove("SSL_CERT_DIR");
    if let Some(trusted) = trusted {
        command.env("SSL_CERT_FILE", trusted);
    }
    finish(command.args(["scan", "--format=json", url]))
}

#[test]
fn a_body_comes_whole_from_a_server_that_is_trusted() {
    let folder = folder();
    let trusted = folder.path().join("authority.pem");
    let url = server(authority(&trusted));
    let mut found = scan(&url, Some(&trusted)).json();
    let home = crate::harness::folder();
    let file = ["scan", "--format=json", "fixtures/observatories.json"];
    let whole = finish(command(home.path()).args(file)).json();
    assert_eq!(found["path"].as_str(), Some(url.as_str()));
    found["path"] = whole["path"].clone();
    assert_eq!(found, whole);
}

#[test]
fn nothing_is_taken_from_a_server_that_is_not_trusted() {
    let folder = folder();
    let (ours, theirs) = (folder.path().join("ours.pem"), folder.path().join("theirs.pem"));
    let url = server(authority(&ours));
    authority(&theirs);
    for trusted in [None, Some(&*theirs)] {
        scan(&url, trusted).fails(1, "invalid peer certificate");
    }
}

/// A name that its certificate does not vouch for.
#[test]
fn a_certificate_of_another_server_is_not_taken() {
    let folder = folder();
    let trusted = folder.path().join("authority.pem");
    let url = server(authority(&trusted)).replace("localhost", "127.0.0.1");
    scan(&url, Some(&trusted)).fails(1, "invalid peer certificate");
}

#[test]
fn certificates_that_are_not_there_are_told() {
    let folder = folder();
    let absent = folder.path().join("absent.pem");
    let url = server(authority(&folder.path().join("authority.pem")));
    scan(&url, Some(&absent)).fails(1, "no certificate to check the server by");
}
