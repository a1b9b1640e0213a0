//! What left the firm: on which day a sealed volume went to whom, and how.

use crate::columns::{day_number, day_of_number, instant, instant_text, must_say, word};
use crate::error::{Outcome, no_such};
use crate::{Act, Ledger};
use chrono::{DateTime, NaiveDate, Utc};
use duces_model::VolumeName;
use rusqlite::params;
use serde_json::json;

/// A volume that went out. It may go out more than once.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Delivery {
    /// Which volume.
    pub volume: VolumeName,
    /// The day on which it went out.
    pub delivered_on: NaiveDate,
    /// To whom.
    pub recipient: String,
    /// How: a portal, a courier with the number of the medium.
    pub means: String,
}

/// A delivery on record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeliveryRecord {
    /// What went out.
    pub delivery: Delivery,
    /// When it was recorded.
    pub at: DateTime<Utc>,
    /// By whom.
    pub by: String,
}

impl Ledger {
    /// Records that a sealed volume went out.
    ///
    /// # Errors
    /// [`crate::LedgerError::NoSuch`] where no such volume is sealed; [`crate::LedgerError::Conflict`] where the recipient or
    /// the means is missing.
    pub fn deliver(&mut self, act: &Act, delivery: &Delivery) -> Outcome<()> {
        self.act(act, "record a delivery", |transaction| {
            must_say("recipient", &delivery.recipient)?;
            must_say("means of delivery", &delivery.means)?;
            let sealed = transaction.execute(
                "INSERT INTO delivery (reservation, delivered_on, recipient, means, at, by)
                 SELECT s.reservation, ?2, ?3, ?4, ?5, ?6 FROM volume_sealed s
                 JOIN reservation r ON r.key = s.reservation WHERE r.volume = ?1",
                params![
                    delivery.volume.as_str(),
                    day_number(delivery.delivered_on),
                    delivery.recipient,
                    delivery.means,
                    instant_text(act.at),
                    act.by,
                ],
            )?;
            if sealed == 0 {
                return Err(no_such(format!("sealed volume {}", delivery.volume)));
            }
            let detail = json!({
                "volume": delivery.volume, "delivered_on": delivery.delivered_on, "recipient": delivery.recipient,
                "means": delivery.means,
            });
            Ok(((), detail))
        })
    }

    /// Everything that went out, in the order in which it was recorded.
    pub fn deliveries(&self) -> Outcome<Vec<DeliveryRecord>> {
        self.read("list deliveries", |connection| {
            let mut statement = connection.prepare_cached(
                "SELECT r.volume, d.delivered_on, d.recipient, d.means, d.at, d.by FROM delivery d
                 JOIN reservation r ON r.key = d.reservation ORDER BY d.key",
            )?;
            let mut rows = statement.query([])?;
            let mut found = Vec::new();
            while let Some(row) = rows.next()? {
                let delivery = Delivery {
                    volume: word(row, 0)?,
                    delivered_on: day_of_number(row.get(1)?)?,
                    recipient: row.get(2)?,
                    means: row.get(3)?,
                };
                found.push(DeliveryRecord { delivery, at: instant(row, 4)?, by: row.get(5)? });
            }
            Ok(found)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::LedgerError;
    use crate::fixture::{Production, act, ledger, request};
    use duces_model::BatesPrefix;

    #[test]
    fn only_a_sealed_volume_goes_out_and_it_names_to_whom() {
        let (_folder, mut ledger) = ledger();
        let production = Production::frozen(&mut ledger, 1);
        let volume: VolumeName = "V1".parse().unwrap();
        let prefix = BatesPrefix::new("ECP").unwrap();
        let range = ledger.reserve(&act(), &prefix, 4, 2, &volume, &request()).unwrap();
        let delivery = Delivery {
            volume: volume.clone(),
            delivered_on: "2024-09-30".parse().unwrap(),
            recipient: "S. Staff, SEC".into(),
            means: "portal".into(),
        };
        assert!(matches!(ledger.deliver(&act(), &delivery), Err(LedgerError::NoSuch { .. })));
        ledger.seal(&act(), &volume, &production.record(&range)).unwrap();
        let nobody = Delivery { recipient: String::new(), ..delivery.clone() };
        assert!(matches!(ledger.deliver(&act(), &nobody), Err(LedgerError::Conflict { .. })));
        ledger.deliver(&act(), &delivery).unwrap();
        ledger.deliver(&act(), &delivery).unwrap();
        let found: Vec<_> = ledger.deliveries().unwrap().into_iter().map(|one| one.delivery).collect();
        assert_eq!(found, [delivery.clone(), delivery]);
        assert!(ledger.connection.execute("UPDATE delivery SET means = 'x'", []).is_err());
    }
}
