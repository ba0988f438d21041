//! The engine as the loop sees it: four calls, none of which waits.

use std::sync::Arc;

use crate::explorer::{Answer, Explorer, Request, Snapshot};
use crate::scan::GiveWay;

/// What the loop needs of an opened document.
pub(super) trait Engine {
    /// The newest picture.
    fn snapshot(&self) -> Arc<Snapshot>;

    /// Asks for something; false if too much is waiting already.
    fn request(&self, request: Request) -> bool;

    /// The next answer, if one is there.
    fn try_answer(&self) -> Option<Answer>;

    /// Where to tell that somebody waits.
    fn give_way(&self) -> Arc<GiveWay>;
}

impl Engine for Explorer {
    fn snapshot(&self) -> Arc<Snapshot> {
        Explorer::snapshot(self)
    }

    fn request(&self, request: Request) -> bool {
        Explorer::request(self, request)
    }

    fn try_answer(&self) -> Option<Answer> {
        Explorer::try_answer(self)
    }

    fn give_way(&self) -> Arc<GiveWay> {
        Explorer::give_way(self)
    }
}
