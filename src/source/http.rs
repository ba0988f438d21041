//! Bodies over HTTP, read from front to end. Where a connection breaks off, the rest is asked for with a range, as long as it
//! is the same body.
//!
//! Nothing is asked before somebody reads, so that opening never waits. Names and passwords in a URL are sent, and never
//! shown.

use std::fmt::Display;
use std::io::{self, Read};
use std::path::PathBuf;
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use ureq::http::HeaderMap;
use ureq::tls::TlsConfig;
use ureq::{Agent, BodyReader};

use super::{ByteStream, trust};

/// Redirects that are followed.
const REDIRECTS_MAX: u32 = 5;

/// Tries to go on without a byte between them.
const TRIES_MAX: u32 = 5;

/// Time before the first try to go on; twice as long before each further one.
const FIRST_PAUSE: Duration = Duration::from_millis(100);

/// How long the other side may take.
#[derive(Clone, Copy, Debug)]
pub struct HttpTimeouts {
    /// To take a connection.
    pub connect: Duration,
    /// To answer, and between two reads.
    pub read: Duration,
}

impl Default for HttpTimeouts {
    fn default() -> Self {
        HttpTimeouts { connect: Duration::from_secs(10), read: Duration::from_secs(15) }
    }
}

/// Whether a name is one for [`http`].
#[must_use]
pub(super) fn is_url(name: &str) -> bool {
    ["http://", "https://"].iter().any(|scheme| {
        name.get(..scheme.len()).is_some_and(|begin| begin.eq_ignore_ascii_case(scheme))
    })
}

/// The body that a URL names. It is asked for by the first read.
#[must_use]
pub fn http(url: &str, timeouts: HttpTimeouts) -> ByteStream {
    let bytes_total = Arc::new(OnceLock::new());
    let reader = Reader {
        agent: None,
        timeouts,
        url: url.to_owned(),
        body: None,
        at: 0,
        total: None,
        validator: None,
        tries: 0,
        has_ended: false,
        bytes_total: Arc::clone(&bytes_total),
    };
    let name = PathBuf::from(without_credentials(url));
    ByteStream { name, kind: "http", bytes_total, reader: Box::new(reader) }
}

/// A name as it may be shown: of a URL, without the name and password in it.
#[must_use]
pub fn without_credentials(url: &str) -> String {
    let Some((scheme, rest)) = url.split_once("://").filter(|_| is_url(url)) else {
        return url.to_owned();
    };
    let end = rest.find(['/', '?', '#']).unwrap_or(rest.len());
    let host = rest[..end].rfind('@').map_or(0, |at| at + 1);
    format!("{scheme}://{}", &rest[host..])
}

/// The body as far as it was read.
struct Reader {
    /// Made by the first request, which is when certificates are read.
    agent: Option<Agent>,
    timeouts: HttpTimeouts,
    url: String,
    body: Option<BodyReader<'static>>,
    at: u64,
    total: Option<u64>,
    /// What tells this body from another: a strong ETag, or the time it was changed.
    validator: Option<String>,
    /// Tries to go on since the last byte.
    tries: u32,
    has_ended: bool,
    bytes_total: Arc<OnceLock<u64>>,
}

impl Read for Reader {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        while !self.has_ended {
            let read = match &mut self.body {
                Some(body) => body.read(buffer),
                None => match self.ask() {
                    Ok(body) => {
                        self.body = Some(body);
                        continue;
                    }
                    Err(Refused::ForGood(error)) => {
                        self.has_ended = true;
                        return Err(error);
                    }
                    Err(Refused::ForNow(error)) => Err(error),
                },
            };
            match read {
                Ok(0) if buffer.is_empty() => return Ok(0),
                Ok(0) if self.total.is_none_or(|total| self.at >= total) => self.has_ended = true,
                Ok(0) => self.pause("the connection was closed")?,
                Ok(n) => {
                    self.at += n as u64;
                    self.tries = 0;
                    return Ok(n);
                }
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => self.pause(&error)?,
            }
        }
        Ok(0)
    }
}

/// Why there is no body.
enum Refused {
    /// It may be there soon.
    ForNow(io::Error),
    ForGood(io::Error),
}

impl Reader {
    /// Waits before the next try, unless there were enough.
    fn pause(&mut self, why: impl Display) -> io::Result<()> {
        self.body = None;
        self.tries += 1;
        if self.tries > TRIES_MAX {
            self.has_ended = true;
            let of = self.total.map_or(String::new(), |total| format!(" of {total}"));
            let at = self.at;
            let text =
                format!("{why}; {at}{of} bytes came, and {TRIES_MAX} tries to go on did not help");
            return Err(io::Error::other(text));
        }
        tracing::warn!(at = self.at, tries = self.tries, %why, "asking for the rest");
        std::thread::sleep(FIRST_PAUSE * (1 << (self.tries - 1)));
        Ok(())
    }

    /// Asks for the body from where it broke off.
    fn ask(&mut self) -> Result<BodyReader<'static>, Refused> {
        let agent = match &self.agent {
            Some(agent) => agent,
            None => self.agent.insert(agent(&self.url, self.timeouts).map_err(Refused::ForGood)?),
        };
        let mut request = agent.get(&self.url);
        if self.at > 0 {
            request = request.header("Range", format!("bytes={}-", self.at));
            if let Some(validator) = &self.validator {
                request = request.header("If-Range", validator);
            }
        }
        let response = request.call().map_err(refused)?;
        match response.status().as_u16() {
            200 if self.at == 0 => self.take(response.headers()),
            206 if self.at > 0 => self.check(response.headers()).map_err(Refused::ForGood)?,
            200 if self.validator.is_some() => return Err(self.changed()),
            200 => {
                let text = format!("the server cannot go on from byte {}", self.at);
                return Err(Refused::ForGood(io::Error::other(text)));
            }
            status @ (408 | 429 | 500..=599) => {
                return Err(Refused::ForNow(io::Error::other(format!("HTTP status {status}"))));
            }
            416 => return Err(self.changed()),
            status => {
                let text = format!("HTTP status {status}: nothing to read here");
                return Err(Refused::ForGood(io::Error::other(text)));
            }
        }
        Ok(response.into_body().into_reader())
    }

    /// Takes what the first answer says of the body.
    fn take(&mut self, headers: &HeaderMap) {
        let text = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
        let is_plain =
            text("content-encoding").is_none_or(|it| it.eq_ignore_ascii_case("identity"));
        self.total = text("content-length").and_then(|it| it.parse().ok()).filter(|_| is_plain);
        let etag = text("etag").filter(|etag| !etag.starts_with("W/"));
        self.validator = etag.or(text("last-modified")).map(str::to_owned);
        if let Some(total) = self.total {
            let _ = self.bytes_total.set(total);
        }
    }

    /// Whether an answer to a range is the rest of the same body.
    fn check(&self, headers: &HeaderMap) -> io::Result<()> {
        let text = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
        let range = text("content-range").and_then(|it| it.strip_prefix("bytes "));
        let (start, total) = match range.and_then(|it| it.split_once('/')) {
            Some((range, total)) => {
                let start = range.split('-').next().and_then(|it| it.trim().parse::<u64>().ok());
                (start, total.trim().parse::<u64>().ok())
            }
            None => (None, None),
        };
        if start != Some(self.at) {
            let text = format!("the server answered another range than from byte {}", self.at);
            return Err(io::Error::other(text));
        }
        let is_other_total = self.total.is_some() && total.is_some() && total != self.total;
        let etag = text("etag").filter(|etag| !etag.starts_with("W/"));
        let is_other_etag = match (&self.validator, etag) {
            (Some(known), Some(etag)) if known.starts_with('"') => known != etag,
            _ => false,
        };
        if is_other_total || is_other_etag {
            let Refused::ForGood(error) = self.changed() else { return Ok(()) };
            return Err(error);
        }
        Ok(())
    }

    fn changed(&self) -> Refused {
        let text = format!("the body changed while it was read, at byte {}", self.at);
        Refused::ForGood(io::Error::other(text))
    }
}

/// What asks, and what it insists on.
fn agent(url: &str, timeouts: HttpTimeouts) -> io::Result<Agent> {
    let is_https = url.get(..6).is_some_and(|begin| begin.eq_ignore_ascii_case("https:"));
    let tls = match trust::tls() {
        // Without TLS nobody asks for a certificate, until a redirect does: then none is believed.
        Err(_) if !is_https => TlsConfig::builder().root_certs(Vec::new().into()).build(),
        tls => tls?,
    };
    let config = Agent::config_builder()
        .user_agent(concat!("warp-tui/", env!("CARGO_PKG_VERSION")))
        // What is packed on the way would count other bytes than a range does.
        .accept_encoding("identity")
        .max_redirects(REDIRECTS_MAX)
        .http_status_as_error(false)
        .tls_config(tls)
        .timeout_connect(Some(timeouts.connect))
        .timeout_recv_response(Some(timeouts.read))
        .timeout_per_read(Some(timeouts.read))
        .build();
    Ok(config.into())
}

/// Why a request got no answer, without the URL.
fn refused(error: ureq::Error) -> Refused {
    match error {
        // A certificate that is not trusted, or no TLS at all: asked again, it would be the same.
        ureq::Error::Io(error) if error.kind() == io::ErrorKind::InvalidData => {
            Refused::ForGood(error)
        }
        ureq::Error::Io(error) => Refused::ForNow(error),
        ureq::Error::Timeout(what) => Refused::ForNow(io::Error::new(
            io::ErrorKind::TimedOut,
            format!("no answer in time ({what})"),
        )),
        ureq::Error::ConnectionFailed => Refused::ForNow(io::Error::other("no connection")),
        ureq::Error::TooManyRedirects => {
            let text = format!("redirected more than {REDIRECTS_MAX} times, perhaps in circles");
            Refused::ForGood(io::Error::other(text))
        }
        ureq::Error::BadUri(_) => Refused::ForGood(io::Error::other("this is no URL to ask for")),
        ureq::Error::HostNotFound => Refused::ForGood(io::Error::other("no such host")),
        error => Refused::ForGood(io::Error::other(error.to_string())),
    }
}
