import type { Category } from './types.ts'

export const categories: readonly Category[] = [
  {
    slug: 'mugs',
    name: { en: 'Mugs & cups', nl: 'Mokken & kopjes' },
    line: { en: 'For the first one of the day, and the fourth.', nl: 'Voor de eerste van de dag, en de vierde.' },
  },
  {
    slug: 'bowls',
    name: { en: 'Plates & bowls', nl: 'Borden & kommen' },
    line: { en: 'Stoneware that makes leftovers look planned.', nl: 'Steengoed waarin een restje een gerecht wordt.' },
  },
  {
    slug: 'pots',
    name: { en: 'Pots & jugs', nl: 'Potten & kannen' },
    line: { en: 'They pour without a drip. We checked, a lot.', nl: 'Ze schenken zonder te lekken. Dat is goed getest.' },
  },
  {
    slug: 'vases',
    name: { en: 'Vases', nl: 'Vazen' },
    line: { en: 'Good with flowers. Good without.', nl: 'Mooi met bloemen. Mooi zonder.' },
  },
]
