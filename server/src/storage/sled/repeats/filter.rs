//! Whether an id may be in a set: a split block Bloom filter, as [Parquet specifies it](https://parquet.apache.org/docs/file-format/bloomfilter/).

use super::Id;

/// Bits for each id. With 24, about 1 of 10,000 ids that are not there is taken for one that may be; with 12, where it was folded, 1 of 100.
const BITS: u64 = 24;

const SALTS: [u32; 8] = [0x47b6_137b, 0x4497_4d91, 0x8824_ad5b, 0xa2b7_289d, 0x7054_95c7, 0x2df1_424b, 0x9efc_4947, 0x5c6b_fb31];

type Block = [u32; 8];

/// A set that answers "no" or "perhaps".
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Filter {
    blocks: Vec<Block>,
    /// How many blocks it began with.
    begun: u64,
    /// How often it was folded since.
    folds: u32,
}

/// What of an id is looked for in every filter.
pub(super) struct Probe {
    place: u64,
    mask: Block,
}

impl Filter {
    /// An empty one for so many ids.
    pub(super) fn for_ids(count: u64) -> Filter {
        Filter::of(vec![Block::default(); (count * BITS).div_ceil(256).max(1) as usize])
    }

    fn of(blocks: Vec<Block>) -> Filter {
        Filter { begun: blocks.len() as u64, blocks, folds: 0 }
    }

    pub(super) fn insert(&mut self, id: Id) {
        let probe = Probe::of(id);
        let place = self.place(&probe);
        self.blocks[place].iter_mut().zip(probe.mask).for_each(|(word, bit)| *word |= bit);
    }

    /// `false` only where it was never inserted.
    pub(super) fn may_contain(&self, probe: &Probe) -> bool {
        let block = &self.blocks[self.place(probe)];
        // All words, whatever the first is: no branch that cannot be foretold.
        block.iter().zip(probe.mask).fold(0, |missing, (word, bit)| missing | (bit & !word)) == 0
    }

    /// Takes half of the memory, and answers "perhaps" more often. `false` where it cannot be made smaller.
    pub(super) fn fold(&mut self) -> bool {
        if self.blocks.len() == 1 {
            return false;
        }
        let both = |pair: &[Block]| pair.iter().fold(Block::default(), |both, block| std::array::from_fn(|word| both[word] | block[word]));
        self.blocks = self.blocks.chunks(2).map(both).collect();
        self.folds += 1;
        true
    }

    /// In memory, in bytes.
    pub(super) fn bytes(&self) -> usize {
        self.blocks.len() * size_of::<Block>()
    }

    /// Of one that was not folded.
    pub(super) fn to_bytes(&self) -> Vec<u8> {
        self.blocks.iter().flatten().flat_map(|word| word.to_le_bytes()).collect()
    }

    /// `None` where these are not the bytes of one.
    pub(super) fn from_bytes(bytes: &[u8]) -> Option<Filter> {
        let (blocks, rest) = bytes.as_chunks::<32>();
        let block = |bytes: &[u8; 32]| {
            let (words, _) = bytes.as_chunks::<4>();
            std::array::from_fn(|word| u32::from_le_bytes(words[word]))
        };
        (rest.is_empty() && !blocks.is_empty()).then(|| Filter::of(blocks.iter().map(block).collect()))
    }

    fn place(&self, probe: &Probe) -> usize {
        ((probe.place * self.begun) >> 32 >> self.folds) as usize
    }
}

impl Probe {
    pub(super) fn of(id: Id) -> Probe {
        // An id is a hash: any of its bits are as good as any others.
        let (high, low) = ((id >> 64) as u32, (id >> 32) as u32);
        Probe { place: u64::from(high), mask: SALTS.map(|salt| 1 << (low.wrapping_mul(salt) >> 27)) }
    }
}

#[cfg(test)]
mod tests {
    use super::{Filter, Probe};
    use crate::storage::sled::keys::message;

    fn wrong(filter: &Filter) -> usize {
        let may_contain = |number: u32| filter.may_contain(&Probe::of(message("web", &number.to_string())));
        assert!((0..10_000).all(may_contain), "denies what is there");
        (10_000..110_000).filter(|number| may_contain(*number)).count()
    }

    #[test]
    fn never_denies_what_is_there_and_rarely_takes_what_is_not() {
        let mut filter = Filter::for_ids(10_000);
        (0..10_000).for_each(|number| filter.insert(message("web", &number.to_string())));
        let mut filter = Filter::from_bytes(&filter.to_bytes()).unwrap();
        let whole = wrong(&filter);
        assert!(whole < 50, "{whole} of 100,000");
        let bytes = filter.bytes();
        assert!(filter.fold());
        assert!(filter.bytes() <= bytes / 2 + 32);
        let folded = wrong(&filter);
        assert!((whole..3_000).contains(&folded), "{folded} of 100,000");
        while filter.fold() {}
        assert_eq!((filter.bytes(), wrong(&filter)), (32, 100_000));
        assert_eq!(Filter::from_bytes(&[0; 33]), None);
    }
}
