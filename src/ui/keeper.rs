//! The keeper: writes settings to the configuration file on a thread of its own, because a disk may take its time, and tells
//! how that went.

use crossbeam_channel::{Receiver, Sender, bounded};

use super::ConfigFile;
use crate::explorer::tune::Tuning;

/// Outcomes that wait for the loop: each is of one key press.
const TOLD_MAX: usize = 16;

/// Where settings are written to.
pub(super) struct Keeper {
    config: Option<ConfigFile>,
    tell: Sender<Result<String, String>>,
    told: Receiver<Result<String, String>>,
}

impl Default for Keeper {
    fn default() -> Self {
        Keeper::of(None)
    }
}

impl Keeper {
    /// One that writes there.
    pub(super) fn of(config: Option<ConfigFile>) -> Keeper {
        let (tell, told) = bounded(TOLD_MAX);
        Keeper { config, tell, told }
    }

    /// Writes a setting. `wake` is told when that is done.
    pub(super) fn keep(&self, tuning: Tuning, wake: &Sender<()>) {
        let (tell, wake) = (self.tell.clone(), wake.clone());
        let Some(ConfigFile { path, keep }) = self.config.clone() else {
            let why = "no directory for a config.toml is known; --config FILE names one";
            let _ = tell.try_send(Err(why.to_owned()));
            let _ = wake.try_send(());
            return;
        };
        let work = move || {
            let shown = path.display().to_string();
            let Tuning { kernel, threads, chunk_bytes } = tuning;
            let kernel = kernel.name();
            let said = format!(
                "kernel {kernel}, threads {threads}, chunk {chunk_bytes} written to {shown}"
            );
            let done = keep(&path, tuning).map(|()| said);
            let _ = tell.try_send(done.map_err(|why| format!("{shown}: {why}")));
            let _ = wake.try_send(());
        };
        let thread = std::thread::Builder::new().name("warp-keep".to_owned()).spawn(work);
        if let Err(error) = thread {
            let _ = self.tell.try_send(Err(error.to_string()));
        }
    }

    /// What was told since.
    pub(super) fn told(&self) -> Vec<Result<String, String>> {
        self.told.try_iter().collect()
    }
}
