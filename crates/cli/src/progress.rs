//! Progress bars, on a terminal only.

use duces_model::Observer;
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use std::io::IsTerminal as _;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

/// Set by Ctrl-C: work ends at the next safe point.
static STOP: OnceLock<Arc<AtomicBool>> = OnceLock::new();

/// Makes Ctrl-C end work at the next safe point; a second one ends the process at once, which is
/// safe too, only later resumed from an earlier point.
pub(crate) fn catch_ctrl_c() {
    let stop = STOP.get_or_init(|| Arc::new(AtomicBool::new(false))).clone();
    // Where no handler can be set, Ctrl-C keeps its ordinary meaning.
    let _ = ctrlc::set_handler(move || {
        if stop.swap(true, Ordering::SeqCst) {
            #[allow(clippy::disallowed_methods, reason = "the second Ctrl-C means now")]
            std::process::exit(130);
        }
    });
}

/// Shows each stage as a bar on the standard error, where that is a terminal.
pub(crate) struct Bars {
    bar: Mutex<Option<ProgressBar>>,
    shown: bool,
}

impl Bars {
    pub(crate) fn new() -> Self {
        Self { bar: Mutex::new(None), shown: std::io::stderr().is_terminal() }
    }

    fn finish(&self) {
        if let Some(bar) = self.bar.lock().unwrap_or_else(PoisonError::into_inner).take() {
            bar.finish_and_clear();
        }
    }
}

impl Drop for Bars {
    fn drop(&mut self) {
        self.finish();
    }
}

impl Observer for Bars {
    fn stage(&self, name: &str, unit: &str, total: Option<u64>) {
        self.finish();
        if !self.shown {
            return;
        }
        let bar = ProgressBar::with_draw_target(total, ProgressDrawTarget::stderr_with_hz(10));
        let template = match (total, unit) {
            (Some(_), "bytes") => "{msg} {wide_bar} {bytes}/{total_bytes} {bytes_per_sec} {eta}",
            (Some(_), _) => "{msg} {wide_bar} {human_pos}/{human_len} {eta}",
            (None, _) => "{msg} {spinner} {human_pos}",
        };
        if let Ok(style) = ProgressStyle::with_template(template) {
            bar.set_style(style);
        }
        bar.set_message(name.to_owned());
        *self.bar.lock().unwrap_or_else(PoisonError::into_inner) = Some(bar);
    }

    fn advance(&self, amount: u64) {
        if let Some(bar) = self.bar.lock().unwrap_or_else(PoisonError::into_inner).as_ref() {
            bar.inc(amount);
        }
    }

    fn stop_requested(&self) -> bool {
        STOP.get().is_some_and(|stop| stop.load(Ordering::SeqCst))
    }
}
