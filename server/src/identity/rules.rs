//! The rules' configuration: types of identifiers, how strong they are, and how many neighbours are too many.

use std::cmp::Ordering;
use std::collections::{BTreeMap, BTreeSet, HashMap};

use nora_shared::{Identifier, identifier, normalize};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// The rank of types that are not listed: social handles and the ids of other systems.
const UNLISTED: u8 = 2;

/// Ranks above this are refused: levels are small numbers.
const WEAKEST: u8 = 9;

/// What can be configured. The defaults are those of the design.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(default, deny_unknown_fields)]
pub struct RulesConfig {
    /// Types of which a profile has at most one value unless aliased, the strongest first. 1 to 8 of them; their rank is 0.
    pub key_types: Vec<String>,
    /// How strongly a type identifies: 1 is the strongest, 9 the weakest; 2 for types that are not listed.
    pub ranks: BTreeMap<String, u8>,
    /// How many neighbours of a type an identifier may have. No limit where none is listed.
    pub limits: Vec<Limit>,
    /// Values that identify nobody, besides those that never do.
    pub blocked: Vec<Blocked>,
    /// A component with conflicting keys and more identifiers than this is solved identifier by identifier; 10 to 10,000.
    pub large_component: u32,
}

/// One fan-out limit (rule R2).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Limit {
    /// The type of the identifier that is limited.
    pub from: String,
    /// The type of the neighbours that are counted.
    pub to: String,
    /// The greatest number of them that still identifies somebody; 1 or more.
    pub limit: u32,
}

/// A value that identifies nobody.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Blocked {
    /// The type of the identifier.
    #[serde(rename = "type")]
    pub kind: String,
    /// Its value.
    pub value: String,
}

impl Default for RulesConfig {
    fn default() -> RulesConfig {
        let limit = |(from, to, limit): (&str, &str, u32)| Limit { from: from.to_owned(), to: to.to_owned(), limit };
        RulesConfig {
            key_types: identifier::KEY_TYPES.map(str::to_owned).to_vec(),
            ranks: [("email", 1), ("phone", 2), ("device_id", 3), ("anonymous_id", 3)].map(|(kind, rank)| (kind.to_owned(), rank)).into(),
            limits: [
                ("email", "user_id", 3),
                ("email", "crm_id", 5),
                ("phone", "user_id", 3),
                ("phone", "crm_id", 5),
                ("phone", "email", 8),
                ("device_id", "user_id", 5),
                ("anonymous_id", "user_id", 5),
                ("device_id", "email", 8),
                ("anonymous_id", "email", 8),
                ("device_id", "anonymous_id", 50),
                ("anonymous_id", "device_id", 5),
                ("user_id", "anonymous_id", 500),
                ("user_id", "device_id", 100),
                ("user_id", "email", 20),
                ("user_id", "phone", 20),
                ("email", "anonymous_id", 200),
                ("email", "device_id", 100),
            ]
            .map(limit)
            .to_vec(),
            blocked: Vec::new(),
            large_component: 1_000,
        }
    }
}

/// A configuration that cannot be used: what is wrong with it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct InvalidRules(String);

/// A number for a type: the place among those listed, or a hash, for those that are not. Valid for one configuration.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Code(pub u16);

const UNLISTED_BIT: u16 = 0x8000;

/// The configuration, in the form that deciding needs.
#[derive(Debug, Clone)]
pub struct Rules {
    config: RulesConfig,
    codes: HashMap<String, Code>,
    kinds: Vec<KindRules>,
    blocked: BTreeSet<Blocked>,
    keys: usize,
}

#[derive(Debug, Clone)]
struct KindRules {
    rank: u8,
    key: Option<u8>,
    limits: Vec<(Code, u32)>,
}

impl Default for Rules {
    fn default() -> Rules {
        Rules::build(RulesConfig::default())
    }
}

impl Rules {
    /// The rules of a configuration; an error says what is wrong with it.
    pub fn new(config: RulesConfig) -> Result<Rules, InvalidRules> {
        check(&config).map_err(InvalidRules)?;
        Ok(Rules::build(config))
    }

    /// Without a check: tests use limits that nobody would.
    pub(super) fn build(config: RulesConfig) -> Rules {
        let ends = config.limits.iter().flat_map(|limit| [&limit.from, &limit.to]);
        let names: BTreeSet<&String> = config.key_types.iter().chain(config.ranks.keys()).chain(ends).collect();
        let codes: HashMap<String, Code> = names.iter().enumerate().map(|(place, name)| ((*name).clone(), Code(place as u16))).collect();
        let kinds = names.iter().map(|name| {
            let key = config.key_types.iter().position(|key| key == *name).map(|place| place as u8);
            KindRules {
                rank: if key.is_some() { 0 } else { config.ranks.get(*name).copied().unwrap_or(UNLISTED) },
                key,
                limits: config.limits.iter().filter(|limit| limit.from == **name).map(|limit| (codes[&limit.to], limit.limit)).collect(),
            }
        });
        let kinds = kinds.collect();
        let blocked = config.blocked.iter().map(|blocked| Blocked {
            value: normalize::identifier(&blocked.kind, &blocked.value).unwrap_or_else(|| blocked.value.clone()),
            kind: blocked.kind.clone(),
        });
        Rules { blocked: blocked.collect(), keys: config.key_types.len(), codes, kinds, config }
    }

    /// What was configured.
    pub fn config(&self) -> &RulesConfig {
        &self.config
    }

    /// The identifier for a raw value, or `None` where it identifies nobody (rule R0).
    pub fn identifier(&self, kind: &str, raw: &str) -> Option<Identifier> {
        let identifier = Identifier::new(kind, raw)?;
        (!self.is_blocked(&identifier)).then_some(identifier)
    }

    fn is_blocked(&self, identifier: &Identifier) -> bool {
        !self.blocked.is_empty()
            && self.blocked.contains(&Blocked { kind: identifier.kind().to_owned(), value: identifier.value().to_owned() })
    }

    /// The number of a type.
    pub fn code(&self, kind: &str) -> Code {
        self.codes.get(kind).copied().unwrap_or_else(|| {
            // Types that are not listed have no limits and no rank of their own: two that share a number differ in nothing.
            let hash = kind.bytes().fold(0x811c_9dc5_u32, |hash, byte| (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193));
            Code(UNLISTED_BIT | (hash ^ hash >> 16) as u16 & 0x3fff)
        })
    }

    /// The type that is listed under a number.
    pub fn kind(&self, code: Code) -> Option<&str> {
        self.codes.iter().find(|(_, known)| **known == code).map(|(kind, _)| kind.as_str())
    }

    /// How strongly a type identifies: 0 is the strongest.
    pub fn rank(&self, code: Code) -> u8 {
        self.kinds.get(usize::from(code.0)).map_or(UNLISTED, |kind| kind.rank)
    }

    /// The place of a type among the key types, the strongest first.
    pub fn key(&self, code: Code) -> Option<usize> {
        self.kinds.get(usize::from(code.0))?.key.map(usize::from)
    }

    /// The numbers of the key types, the strongest first.
    pub fn keys(&self) -> impl Iterator<Item = Code> + '_ {
        self.config.key_types.iter().map(|kind| self.code(kind))
    }

    /// How many key types there are.
    pub fn key_count(&self) -> usize {
        self.keys
    }

    /// How many neighbours of the type `to` an identifier of the type `from` may have.
    pub fn limit(&self, from: Code, to: Code) -> Option<u32> {
        let limits = &self.kinds.get(usize::from(from.0))?.limits;
        limits.iter().find(|(kind, _)| *kind == to).map(|(_, limit)| *limit)
    }

    /// Above how many identifiers a conflicted component is large (rule R6).
    pub fn large(&self) -> u32 {
        self.config.large_component
    }

    /// The level of an edge (rule R1): 0 is the strongest evidence.
    pub fn level(&self, a: Code, b: Code, verified: bool) -> u8 {
        2 * self.rank(a).max(self.rank(b)) + u8::from(!verified)
    }

    /// The order among identifiers: by rank, type and value. The least of a set is the strongest.
    pub fn order(&self, a: &Identifier, b: &Identifier) -> Ordering {
        let rank = |identifier: &Identifier| self.rank(self.code(identifier.kind()));
        rank(a).cmp(&rank(b)).then_with(|| a.kind().cmp(b.kind())).then_with(|| a.value().cmp(b.value()))
    }
}

fn check(config: &RulesConfig) -> Result<(), String> {
    let keys = &config.key_types;
    if keys.is_empty() || keys.len() > 8 || keys.iter().collect::<BTreeSet<_>>().len() != keys.len() {
        return Err("key_types: 1 to 8 different types".to_owned());
    }
    if let Some((kind, _)) = config.ranks.iter().find(|(_, rank)| !(1..=WEAKEST).contains(*rank)) {
        return Err(format!("ranks.{kind}: 1 to {WEAKEST}"));
    }
    if let Some(kind) = config.ranks.keys().find(|kind| keys.contains(kind)) {
        return Err(format!("ranks.{kind}: a key type has rank 0"));
    }
    let mut pairs = BTreeSet::new();
    for Limit { from, to, limit } in &config.limits {
        if *limit == 0 || !pairs.insert((from, to)) {
            return Err(format!("limits: {from} to {to}: once, and at least 1"));
        }
    }
    let ends = config.limits.iter().flat_map(|limit| [&limit.from, &limit.to]);
    let names: BTreeSet<&String> = keys.iter().chain(config.ranks.keys()).chain(ends).collect();
    if names.len() > 1_000 {
        return Err("more than 1,000 types".to_owned());
    }
    if let Some(name) = names.into_iter().find(|name| !normalize::is_kind(name)) {
        return Err(format!("{name:?}: a type has 1 to 64 bytes, and no colon"));
    }
    if !(10..=10_000).contains(&config.large_component) {
        return Err("large_component: 10 to 10,000".to_owned());
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::{Blocked, Limit, Rules, RulesConfig};

    #[test]
    fn the_defaults_are_valid_and_agree_with_the_schema() {
        let rules = Rules::new(RulesConfig::default()).unwrap();
        for kind in ["user_id", "crm_id", "loyalty_id", "email", "phone", "device_id", "anonymous_id", "twitter"] {
            assert_eq!(rules.rank(rules.code(kind)), nora_shared::identifier::rank(kind), "{kind}");
        }
        let [user, email, twitter] = ["user_id", "email", "twitter"].map(|kind| rules.code(kind));
        assert_eq!((rules.key(user), rules.key(email), rules.key(twitter)), (Some(0), None, None));
        assert_eq!((rules.limit(email, user), rules.limit(user, email), rules.limit(twitter, user)), (Some(3), Some(20), None));
        assert_eq!((rules.level(user, email, true), rules.level(twitter, email, false)), (2, 5));
    }

    #[test]
    fn what_cannot_be_used_is_refused_with_its_place() {
        let refused = |change: &dyn Fn(&mut RulesConfig)| {
            let mut config = RulesConfig::default();
            change(&mut config);
            Rules::new(config).unwrap_err().to_string()
        };
        assert!(refused(&|config| config.key_types.clear()).starts_with("key_types"));
        assert!(refused(&|config| config.ranks.extend([("email".into(), 0)])).starts_with("ranks.email"));
        assert!(refused(&|config| config.ranks.extend([("user_id".into(), 1)])).starts_with("ranks.user_id"));
        assert!(
            refused(&|config| config.limits.push(Limit { from: "email".into(), to: "user_id".into(), limit: 4 })).starts_with("limits")
        );
        assert!(refused(&|config| config.key_types.push("a:b".into())).contains("a:b"));
        assert!(refused(&|config| config.large_component = 5).starts_with("large_component"));
    }

    #[test]
    fn blocked_values_identify_nobody() {
        let blocked = vec![Blocked { kind: "email".into(), value: " Info@Corp.com".into() }];
        let rules = Rules::new(RulesConfig { blocked, ..RulesConfig::default() }).unwrap();
        assert_eq!(rules.identifier("email", "info@corp.com"), None);
        assert!(rules.identifier("email", "ann@corp.com").is_some());
    }
}
