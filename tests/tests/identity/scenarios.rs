//! The scenarios of the design, each in several orders and partitions, with verified and with unverified evidence.

use std::collections::{BTreeMap, BTreeSet};

use fastrand::Rng;
use nora_tests::{Nora, SECRET_KEY, WRITE_KEY};
use serde_json::Value;

use super::support::{clusters, event, send};

/// What was observed, and who is who then. Identifiers are short: `u1` a user id, `c1`, `l1`, `a1` and `d1` likewise, `p1` a phone number,
/// everything else the name in an e-mail address. An observation that begins with `alias` declares that two user ids are one person; one
/// that ends with `?` is unverified in any case. The first identifier of a cluster represents it.
struct Scenario {
    name: &'static str,
    observations: &'static [&'static str],
    clusters: &'static [&'static str],
}

const SCENARIOS: &[Scenario] = &[
    Scenario { name: "1", observations: &["a1", "a2", "a1 u1", "a2 u1", "a3"], clusters: &["u1 a1 a2", "a3"] },
    Scenario { name: "2", observations: &["d1", "d1 u1", "d1", "d1 u2", "a1 u1"], clusters: &["u1 a1", "u2", "d1"] },
    Scenario { name: "3", observations: &["a1 u1", "a2", "a2 u2"], clusters: &["u1 a1", "u2 a2"] },
    // Verified evidence is placed first: here the table says which is which.
    Scenario { name: "4", observations: &["u1 ann!", "u2 bob!", "u1 bob?"], clusters: &["u1 ann", "u2 bob"] },
    Scenario { name: "4b", observations: &["u1 ann", "u2 bob", "u1 bob"], clusters: &["u1 ann", "u2", "bob"] },
    Scenario { name: "5", observations: &["u1 fam", "u2 fam", "a1 fam", "u1 a9"], clusters: &["u1 a9", "u2", "fam a1"] },
    Scenario { name: "7", observations: &["a1 eve", "a2 u1", "u1 eve"], clusters: &["u1 eve a1 a2"] },
    Scenario {
        name: "8",
        observations: &["alias u1 u2", "alias u2 u3", "alias u3 u1", "u1 a1", "u2 a2", "u3 a3"],
        clusters: &["u1 u2 u3 a1 a2 a3"],
    },
    Scenario {
        name: "9",
        observations: &["u1 info", "u2 info", "u3 info", "u4 info", "u5 info", "u6 info", "a1 info"],
        clusters: &["u1", "u2", "u3", "u4", "u5", "u6", "info", "a1"],
    },
    Scenario { name: "10", observations: &["c1 p1 old", "c2 p1 new", "a1 p1"], clusters: &["c1 old", "c2 new", "p1 a1"] },
    Scenario { name: "11", observations: &["c1 eve", "u1  EVE", "l1 p1", "c1  P1", "a1 u1"], clusters: &["c1 l1 u1 eve p1 a1"] },
    Scenario { name: "12", observations: &["u1 eva", "u2 evb", "c1 eva", "c1 evb"], clusters: &["u1 eva", "u2 evb", "c1"] },
    Scenario { name: "13", observations: &["u1 a1", "u2 a2", "a1 a2"], clusters: &["u1 a1", "u2 a2"] },
];

/// Everything is told to one server, so that each time is one of many: the identifiers of each differ.
struct Time {
    scenario: &'static Scenario,
    number: usize,
    verified: bool,
    rng: Rng,
}

impl Time {
    /// An identifier of this time, as `type:value`. In capitals: as somebody wrote it who is careless.
    fn identifier(&self, short: &str) -> String {
        let number = self.number;
        let digits = || short.get(1..).filter(|rest| !rest.is_empty() && rest.bytes().all(|byte| byte.is_ascii_digit()));
        let kind = match short.as_bytes()[0] {
            b'u' => "user_id",
            b'c' => "crm_id",
            b'l' => "loyalty_id",
            b'a' => "anonymous_id",
            b'd' => "device_id",
            b'p' if digits().is_some() => return format!("phone:0612{number:04}{}", &short[1..]),
            b'P' if digits().is_some() => return format!("phone:+06 (12) {number:04}-{}", &short[1..]),
            _ if short.starts_with(char::is_uppercase) => return format!("email:  T{number}.{short}@Example.org "),
            _ => return format!("email:t{number}.{short}@example.org"),
        };
        match digits() {
            Some(_) => format!("{kind}:t{number}.{short}"),
            None => format!("email:t{number}.{short}@example.org"),
        }
    }

    fn event(&self, observation: &str) -> Value {
        let all: Vec<String> = observation.trim_end_matches(['!', '?']).split_whitespace().map(|short| self.identifier(short)).collect();
        if let [_, user, previous] = &all[..]
            && observation.starts_with("alias")
        {
            let value = |identifier: &String| identifier.split_once(':').unwrap().1.to_owned();
            return serde_json::json!({"type": "alias", "userId": value(user), "previousId": value(previous)});
        }
        event(&all)
    }

    fn send(&mut self, nora: &Nora) {
        let mut observations = self.scenario.observations.to_vec();
        match self.number % 4 {
            0 => {}
            1 => observations.reverse(),
            _ => self.rng.shuffle(&mut observations),
        }
        // What is in one batch is taken in at once.
        let at_once = self.rng.usize(1..=observations.len());
        for part in observations.chunks(at_once) {
            for (key, is_verified) in [(WRITE_KEY, false), (SECRET_KEY, true)] {
                let with_key = |observation: &&&str| match observation.as_bytes().last() {
                    Some(b'!') => is_verified,
                    Some(b'?') => !is_verified,
                    _ => is_verified == self.verified,
                };
                let events: Vec<Value> = part.iter().filter(with_key).map(|observation| self.event(observation)).collect();
                if !events.is_empty() {
                    send(nora, key, &events);
                }
            }
        }
    }

    fn assert(&self, found: &BTreeMap<String, Vec<String>>) {
        let mine = format!("t{}.", self.number);
        let phone = format!("phone:0612{:04}", self.number);
        let is_mine = |identifier: &String| identifier.contains(&mine) || identifier.starts_with(&phone);
        let found: BTreeMap<_, BTreeSet<_>> = found
            .iter()
            .filter(|(representative, _)| is_mine(representative))
            .map(|(representative, members)| (representative.clone(), members.iter().cloned().collect()))
            .collect();
        let cluster = |cluster: &&str| {
            let members: Vec<String> = cluster.split(' ').map(|short| self.identifier(short)).collect();
            (members[0].clone(), members.into_iter().collect())
        };
        let expected: BTreeMap<_, BTreeSet<_>> = self.scenario.clusters.iter().map(cluster).collect();
        assert_eq!(found, expected, "scenario {}, verified: {}, time {}", self.scenario.name, self.verified, self.number);
    }
}

#[test]
fn every_scenario_ends_the_same_in_whatever_order() {
    const TIMES: usize = 8;
    let mut rng = Rng::with_seed(0x5CE_AA10);
    let times = SCENARIOS.iter().flat_map(|scenario| (0..2 * TIMES).map(move |time| (scenario, time < TIMES)));
    let mut times: Vec<Time> =
        times.enumerate().map(|(number, (scenario, verified))| Time { scenario, number, verified, rng: rng.fork() }).collect();
    let nora = Nora::start();
    times.iter_mut().for_each(|time| time.send(&nora));
    let before = clusters(&nora);
    times.iter().for_each(|time| time.assert(&before));
    // What was kept is what was answered.
    let nora = nora.kill_and_restart();
    assert_eq!(clusters(&nora), before);
}

/// Scenario 6: such values never enter the graph.
#[test]
fn values_that_identify_nobody_join_nobody() {
    let nora = Nora::start();
    let test = "email: Test@Test.com";
    send(&nora, WRITE_KEY, &[event(&["user_id:undefined", "anonymous_id:v1", test]), event(&["user_id: NULL ", "anonymous_id:v2", test])]);
    let alone = |id: &str| (id.to_owned(), vec![id.to_owned()]);
    assert_eq!(clusters(&nora), ["anonymous_id:v1", "anonymous_id:v2"].map(alone).into());
    assert_eq!(nora.get("/v1/profiles/email:test@test.com").status, 404);
}

/// Scenario 14: of what has too many neighbours of a weaker type, only the edges to these go.
#[test]
fn a_bot_is_no_customer_with_five_hundred_browsers() {
    let nora = Nora::start();
    for verified in [true, false] {
        let bot = format!("user_id:bot-{verified}");
        let email = format!("email:bot-{verified}@example.org");
        let browser = |number: usize| format!("anonymous_id:browser-{verified}-{number}");
        let mut events: Vec<Value> = (0..500).map(|number| event(&[&bot, &browser(number)])).collect();
        events.push(event(&[&bot, &email]));
        Rng::with_seed(14).shuffle(&mut events);
        let key = if verified { SECRET_KEY } else { WRITE_KEY };
        send(&nora, key, &events);
        assert_eq!(clusters(&nora)[&bot].len(), 502, "500 are not too many");
        send(&nora, key, &[event(&[&bot, &browser(500)])]);
        let clusters = clusters(&nora);
        assert_eq!(clusters[&bot], [email, bot.clone()]);
        for number in 0..=500 {
            assert_eq!(clusters[&browser(number)], [browser(number)]);
        }
    }
}
