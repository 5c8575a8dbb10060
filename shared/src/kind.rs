//! Which of the six calls an event is.

/// The six calls of the [Segment spec](https://segment.com/docs/connections/spec/).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Kind {
    /// Who somebody is: a user id and traits.
    Identify,
    /// What somebody did.
    Track,
    /// A page of a website was seen.
    Page,
    /// A screen of an app was seen.
    Screen,
    /// Which account or company somebody belongs to.
    Group,
    /// Two ids of one person.
    Alias,
}

impl Kind {
    /// All kinds, in the order of the spec.
    pub const ALL: [Kind; 6] = [Kind::Identify, Kind::Track, Kind::Page, Kind::Screen, Kind::Group, Kind::Alias];

    /// The name on the wire: `track`.
    pub const fn name(self) -> &'static str {
        match self {
            Kind::Identify => "identify",
            Kind::Track => "track",
            Kind::Page => "page",
            Kind::Screen => "screen",
            Kind::Group => "group",
            Kind::Alias => "alias",
        }
    }

    /// The kind with this wire name, or its first letter (analytics.js posts to `/v1/t`).
    pub fn from_name(name: &str) -> Option<Kind> {
        Kind::ALL.into_iter().find(|kind| kind.name() == name || (name.len() == 1 && kind.name().starts_with(name)))
    }

    /// One byte for storage. Never renumbered.
    pub const fn code(self) -> u8 {
        match self {
            Kind::Identify => 1,
            Kind::Track => 2,
            Kind::Page => 3,
            Kind::Screen => 4,
            Kind::Group => 5,
            Kind::Alias => 6,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Kind;

    #[test]
    fn every_kind_is_found_by_its_name_and_its_letter() {
        for kind in Kind::ALL {
            assert_eq!(Kind::from_name(kind.name()), Some(kind));
            assert_eq!(Kind::from_name(&kind.name()[..1]), Some(kind));
        }
        assert_eq!(Kind::from_name("purchase"), None);
        assert_eq!(Kind::from_name(""), None);
    }
}
