//! Message ids: every run that is listed is there, sorted, and found by its filter.

use super::super::repeats;
use super::{Check, Mend};
use crate::log::Seq;

impl Check<'_> {
    pub(super) fn message_ids(&mut self, len: Seq) {
        let listed = repeats::listed(self.values);
        let Some((covered, runs)) = self.noted(Mend::Restore, "the list of message ids", listed) else { return };
        if covered > len {
            self.damage(Mend::Restore, format!("message ids are known of {covered} events, and the log has {len}"));
        }
        let mut count = 0;
        for (number, period, ids) in &runs {
            let verified = repeats::verify_run(self.values, *number, *period, *ids);
            if self.noted(Mend::Restore, &format!("message ids, run {number}"), verified).is_some() {
                count += ids;
            }
        }
        self.count("message ids in runs", count);
        self.count("runs of message ids", runs.len() as u64);
    }
}
