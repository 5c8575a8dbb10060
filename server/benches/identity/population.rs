//! A population as shops see it: several devices each, family addresses, re-used phones, hubs and kiosks. The same one every time.

use nora_server::identity::Observation;
use nora_server::time::Millis;
use nora_shared::Identifier;

/// Hubs, and what they are seen with: some identify nobody, some join everybody.
pub(crate) const HUBS: [(&str, &str); 4] =
    [("email", "user_id"), ("phone", "anonymous_id"), ("user_id", "anonymous_id"), ("device_id", "crm_id")];

/// Numbers that look random (SplitMix64).
struct Dice(u64);

impl Dice {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ mixed >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ mixed >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ mixed >> 31
    }

    fn below(&mut self, limit: usize) -> usize {
        (self.next() % limit as u64) as usize
    }

    fn percent(&mut self, percent: usize) -> bool {
        self.below(100) < percent
    }
}

/// What events of the population say, in a mixed order.
pub(crate) fn observations(count: usize) -> Vec<Observation> {
    let mut dice = Dice(7);
    let people = count / 4;
    (0..count).map(|at| observation(&mut dice, people, at)).collect()
}

fn observation(dice: &mut Dice, people: usize, at: usize) -> Observation {
    let person = dice.below(people);
    let device = dice.below(1 + person % 3);
    let browser = ("anonymous_id", uuid(person * 4 + device));
    let user = ("user_id", format!("{}", 1_000_000 + person));
    // One in fifty shares the address of a family of four.
    let family = if person % 50 < 4 { person / 50 * 50 } else { person };
    let mail = ("email", format!("person.{family}@example{}.com", family % 100));
    // One number in a hundred has had another owner.
    let phone = ("phone", format!("316{:08}", if person.is_multiple_of(100) { person + 1 } else { person }));
    let crm = ("crm_id", format!("C{person:07}"));
    let logs_in = person % 5 < 2;
    let identifiers = match dice.below(100) {
        // A shop's tablet, and an address that everybody uses.
        0 => vec![("device_id", format!("kiosk-{}", person % 20)), browser],
        1 if logs_in => vec![user, ("email", format!("info@corp{}.com", person % 30))],
        2..=5 if dice.percent(50) => vec![crm, mail, phone],
        2..=9 if logs_in => vec![user, browser, mail],
        10..=34 if logs_in => vec![user, browser],
        35..=44 => vec![browser, ("device_id", uuid(900_000_000 + person * 4 + device))],
        45..=47 => vec![browser, mail],
        _ => vec![browser],
    };
    make(identifiers, at)
}

/// Two identifiers that are seen together.
pub(crate) fn pair(a: (&str, String), b: (&str, String), at: usize) -> Observation {
    make(vec![a, b], at)
}

fn make(identifiers: Vec<(&str, String)>, at: usize) -> Observation {
    let mut identifiers: Vec<Identifier> = identifiers.into_iter().map(|(kind, value)| Identifier::from_normalized(kind, value)).collect();
    identifiers.sort();
    Observation {
        identifiers,
        alias: None,
        at: Millis(1_760_000_000_000 + at as i64 * 10),
        source: 0,
        verified: at.is_multiple_of(4),
        message_id: uuid(at + 5_000_000_000),
    }
}

fn uuid(number: usize) -> String {
    let mut dice = Dice(number as u64);
    let (high, low) = (dice.next(), dice.next());
    format!("{:08x}-{:04x}-4{:03x}-a{:03x}-{:012x}", high >> 32, high >> 16 & 0xffff, high & 0xfff, low >> 52, low & 0xffff_ffff_ffff)
}
