//! Paths: from a place to the members around it, and from `$.a[3]["b c"]` to a place.

use super::super::request::PathStep;
use super::{Container, Navigator};
use crate::error::Error;
use crate::limits::{PATH_STEPS_MAX, PREVIEW_BYTES};
use crate::units::{ByteOffset, MemberIndex};

/// One step of a path as typed.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Step {
    Key(String),
    Index(i64),
}

impl Navigator<'_> {
    /// The members around a place, outermost first. Of more than [`PATH_STEPS_MAX`] the innermost are given: the first one
    /// then has levels around it that are not told. The top level is a step only if several values stand in it.
    ///
    /// # Errors
    /// If the document cannot be read.
    pub fn path(&self, at: ByteOffset) -> Result<Vec<PathStep>, Error> {
        let mut steps = Vec::new();
        let mut at = at;
        while steps.len() < PATH_STEPS_MAX {
            let container = self.container_at(at)?;
            if container.open.is_none() && !self.is_sequence()? {
                break;
            }
            let index = self.member_index(container, at)?;
            let member = self.nth_member(container, index)?;
            if let Some(member) = member {
                let key = self.key_at(container, member)?;
                let definition = None;
                steps.push(PathStep { open: container.open, index, key, member, definition });
            }
            let Some(open) = container.open else { break };
            at = open;
        }
        steps.reverse();
        Ok(steps)
    }

    /// The place of the value that a path names: `$`, then `.name`, `["name"]` or `[number]` (from the end if negative).
    /// The inner error is a sentence that says which step leads nowhere and what is there instead.
    ///
    /// # Errors
    /// If the document cannot be read.
    pub fn resolve(
        &self,
        path: &str,
        cancelled: &dyn Fn() -> bool,
    ) -> Result<Result<ByteOffset, String>, Error> {
        let steps = match parse(path) {
            Ok(steps) => steps,
            Err(sentence) => return Ok(Err(sentence)),
        };
        // With several values at the top level, `$` is the sequence of them; the first may have gone.
        let (mut at, mut container) =
            if matches!(steps.first(), Some(Step::Index(_))) && self.is_sequence()? {
                (0, Some(Container::TOP))
            } else {
                let Some(at) = self.nth_member(Container::TOP, 0)? else {
                    return Ok(Err("no value stands at the top level".to_owned()));
                };
                (at, self.container_of(Some(at))?)
            };
        let mut told = String::from("$");
        for step in steps {
            let Some(inner) = container else {
                return Ok(Err(format!("{told} is a plain value, it has no members")));
            };
            let found = match &step {
                Step::Index(index) => self.by_index(inner, *index)?,
                Step::Key(key) => self.by_key(inner, key, cancelled)?,
            };
            at = match found {
                Ok(at) => at,
                Err(why) => return Ok(Err(format!("{told} {why}"))),
            };
            match &step {
                Step::Index(index) => told.push_str(&format!("[{index}]")),
                Step::Key(key) => told.push_str(&format!(".{key}")),
            }
            container = self.container_of(Some(self.value_at(inner, at)?))?;
        }
        Ok(Ok(at))
    }

    fn by_index(
        &self,
        container: Container,
        index: i64,
    ) -> Result<Result<ByteOffset, String>, Error> {
        let (total, complete) = self.members(container)?;
        let place = match MemberIndex::try_from(index) {
            Ok(place) => Some(place),
            Err(_) => total.checked_sub(index.unsigned_abs()),
        };
        if let Some(place) = place
            && let Some(at) = self.nth_member(container, place)?
        {
            return Ok(Ok(at));
        }
        let so_far = if complete { "" } else { " so far" };
        Ok(Err(format!("has {total} members{so_far}, there is no [{index}]")))
    }

    fn by_key(
        &self,
        container: Container,
        key: &str,
        cancelled: &dyn Fn() -> bool,
    ) -> Result<Result<ByteOffset, String>, Error> {
        let is_object = match container.open {
            Some(open) => self.reader.bytes(open..open + 1)? == b"{",
            None => false,
        };
        if !is_object {
            return Ok(Err(format!("is no object, it has no key {key:?}")));
        }
        let mut next = self.nth_member(container, 0)?;
        while let Some(at) = next {
            if cancelled() {
                return Ok(Err("was not searched to the end".to_owned()));
            }
            if self.key_at(container, at)?.is_some_and(|found| is_key(&found, key)) {
                return Ok(Ok(at));
            }
            next = self.next_member(container, at)?;
        }
        Ok(Err(format!("has no key {key:?}")))
    }
}

/// Whether a key as written is the one typed: as it stands, or after unescaping.
fn is_key(written: &[u8], typed: &str) -> bool {
    if written == typed.as_bytes() {
        return true;
    }
    if written.len() == PREVIEW_BYTES && typed.len() > PREVIEW_BYTES {
        return typed.as_bytes().starts_with(written);
    }
    if !written.contains(&b'\\') {
        return false;
    }
    let quoted = [b"\"", written, b"\""].concat();
    serde_json::from_slice::<String>(&quoted).is_ok_and(|key| key == typed)
}

fn parse(path: &str) -> Result<Vec<Step>, String> {
    let trimmed = path.trim();
    let mut rest = trimmed.strip_prefix('$').unwrap_or(trimmed);
    let mut steps = Vec::new();
    while !rest.is_empty() {
        if let Some(name) = rest.strip_prefix('.') {
            let end = name.find(['.', '[']).unwrap_or(name.len());
            if end == 0 {
                return Err(format!("a name must follow the dot before {name:?}"));
            }
            steps.push(Step::Key(name[..end].to_owned()));
            rest = &name[end..];
        } else if let Some(inner) = rest.strip_prefix('[') {
            let (step, after) = bracketed(inner)?;
            steps.push(step);
            rest = after;
        } else {
            return Err(format!("expected . or [ at {rest:?}, as in $.a[3][\"b c\"]"));
        }
    }
    Ok(steps)
}

/// What stands in brackets, and what follows the closing one.
fn bracketed(inner: &str) -> Result<(Step, &str), String> {
    if inner.starts_with('"') {
        let mut keys = serde_json::Deserializer::from_str(inner).into_iter::<String>();
        if let Some(Ok(key)) = keys.next()
            && let Some(after) = inner[keys.byte_offset()..].strip_prefix(']')
        {
            return Ok((Step::Key(key), after));
        }
        return Err(format!("a quoted name must end with \"] in [{inner}"));
    }
    if let Some(quoted) = inner.strip_prefix('\'') {
        return match quoted.split_once("']") {
            Some((key, after)) => Ok((Step::Key(key.to_owned()), after)),
            None => Err(format!("a quoted name must end with '] in [{inner}")),
        };
    }
    let Some((number, after)) = inner.split_once(']') else {
        return Err(format!("a ] is missing after [{inner}"));
    };
    match number.trim().parse() {
        Ok(index) => Ok((Step::Index(index), after)),
        Err(_) => Err(format!("[{number}] is neither a number nor a quoted name")),
    }
}
