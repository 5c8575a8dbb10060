//! Whether an id may be in a set: a split block Bloom filter, as [Parquet specifies it](https://parquet.apache.org/docs/file-format/bloomfilter/).

use super::Id;

/// Bits for each id. With 16, about 1 of 1,000 ids that are not there is taken for one that may be.
const BITS: u64 = 16;

const SALTS: [u32; 8] = [0x47b6_137b, 0x4497_4d91, 0x8824_ad5b, 0xa2b7_289d, 0x7054_95c7, 0x2df1_424b, 0x9efc_4947, 0x5c6b_fb31];

type Block = [u32; 8];

/// A set that answers "no" or "perhaps".
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Filter(Vec<Block>);

impl Filter {
    /// An empty one for so many ids.
    pub(super) fn for_ids(count: u64) -> Filter {
        Filter(vec![Block::default(); (count * BITS).div_ceil(256).max(1) as usize])
    }

    pub(super) fn insert(&mut self, id: Id) {
        let (place, mask) = self.place(id);
        self.0[place].iter_mut().zip(mask).for_each(|(word, bit)| *word |= bit);
    }

    /// `false` only where it was never inserted.
    pub(super) fn may_contain(&self, id: Id) -> bool {
        let (place, mask) = self.place(id);
        self.0[place].iter().zip(mask).all(|(word, bit)| word & bit != 0)
    }

    /// In memory, in bytes.
    pub(super) fn bytes(&self) -> usize {
        self.0.len() * size_of::<Block>()
    }

    pub(super) fn to_bytes(&self) -> Vec<u8> {
        self.0.iter().flatten().flat_map(|word| word.to_le_bytes()).collect()
    }

    /// `None` where these are not the bytes of one.
    pub(super) fn from_bytes(bytes: &[u8]) -> Option<Filter> {
        let (blocks, rest) = bytes.as_chunks::<32>();
        let block = |bytes: &[u8; 32]| {
            let (words, _) = bytes.as_chunks::<4>();
            std::array::from_fn(|word| u32::from_le_bytes(words[word]))
        };
        (rest.is_empty() && !blocks.is_empty()).then(|| Filter(blocks.iter().map(block).collect()))
    }

    fn place(&self, id: Id) -> (usize, Block) {
        // An id is a hash: any of its bits are as good as any others.
        let (high, low) = ((id >> 64) as u32, (id >> 32) as u32);
        let place = (u64::from(high) * self.0.len() as u64) >> 32;
        (place as usize, SALTS.map(|salt| 1 << (low.wrapping_mul(salt) >> 27)))
    }
}

#[cfg(test)]
mod tests {
    use super::Filter;
    use crate::storage::sled::keys::message;

    #[test]
    fn never_denies_what_is_there_and_rarely_takes_what_is_not() {
        let id = |number: u32| message("web", &number.to_string());
        let mut filter = Filter::for_ids(10_000);
        (0..10_000).for_each(|number| filter.insert(id(number)));
        let filter = Filter::from_bytes(&filter.to_bytes()).unwrap();
        assert!((0..10_000).all(|number| filter.may_contain(id(number))));
        let wrong = (10_000..110_000).filter(|number| filter.may_contain(id(*number))).count();
        assert!(wrong < 300, "{wrong} of 100,000");
        assert_eq!(Filter::from_bytes(&[0; 33]), None);
    }
}
