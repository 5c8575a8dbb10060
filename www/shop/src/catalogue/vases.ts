import type { Product } from './types.ts'

export const vases: readonly Product[] = [
  {
    id: 'AD-4001', sku: 'VAS-MOON-OAT', slug: 'moon-jar', category: 'vases', glaze: 'oat', price: 96,
    name: { en: 'Moon jar', nl: 'Maanvaas' },
    size: { en: '24 cm tall', nl: '24 cm hoog' },
    line: { en: 'Two halves that met in the middle.', nl: 'Twee helften die elkaar in het midden vonden.' },
    story: {
      en: 'Thrown as two bowls and joined at the belly. You can see where, if you look for it. Nothing about it is quite round, which is the point.',
      nl: 'Gedraaid als twee kommen en op de buik verbonden. Je ziet waar, als je goed kijkt. Niets is er helemaal rond aan, en daar gaat het om.',
    },
  },
  {
    id: 'AD-4002', sku: 'VAS-BOTL-INK', slug: 'bottle-vase', category: 'vases', glaze: 'ink', price: 54,
    name: { en: 'Bottle vase', nl: 'Flesvaas' },
    size: { en: '28 cm tall', nl: '28 cm hoog' },
    line: { en: 'One branch is enough.', nl: 'Eén tak is genoeg.' },
    story: {
      en: 'A long neck holds a single branch upright without any help. Poured with ink glaze to the shoulder and no further.',
      nl: 'Een lange hals houdt één tak vanzelf rechtop. Overgoten met inktglazuur, tot de schouder en niet verder.',
    },
  },
  {
    id: 'AD-4003', sku: 'VAS-BUD-BLU', slug: 'bud-vase', category: 'vases', glaze: 'blush', price: 28,
    name: { en: 'Bud vase', nl: 'Knopvaasje' },
    size: { en: '12 cm tall', nl: '12 cm hoog' },
    line: { en: 'For what the garden gives today.', nl: 'Voor wat de tuin vandaag geeft.' },
    story: {
      en: 'Small enough for a window sill, heavy enough for a cat. Comes alone, looks best in threes.',
      nl: 'Klein genoeg voor een vensterbank, zwaar genoeg voor een kat. Komt alleen, staat het mooist met z’n drieën.',
    },
  },
  {
    id: 'AD-4004', sku: 'VAS-AMPH-OCH', slug: 'two-handled-vase', category: 'vases', glaze: 'ochre', price: 88,
    name: { en: 'Two-handled vase', nl: 'Vaas met twee oren' },
    size: { en: '22 cm tall', nl: '22 cm hoog' },
    line: { en: 'An old shape with its ears pricked.', nl: 'Een oude vorm met gespitste oren.' },
    story: {
      en: 'After the jars that came up the rivers two thousand years ago. The handles carry; the waist is for both hands.',
      nl: 'Naar de kruiken die tweeduizend jaar geleden over de rivieren kwamen. De oren dragen; de taille is voor beide handen.',
    },
  },
]
