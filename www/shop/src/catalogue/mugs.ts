import type { Product } from './types.ts'

export const mugs: readonly Product[] = [
  {
    id: 'AD-1001', sku: 'MUG-MORN-OAT', slug: 'morning-mug', category: 'mugs', glaze: 'oat', price: 24,
    name: { en: 'Morning mug', nl: 'Ochtendmok' },
    size: { en: '320 ml · 9 cm tall', nl: '320 ml · 9 cm hoog' },
    line: { en: 'A handle for a whole hand.', nl: 'Een oor voor een hele hand.' },
    story: {
      en: 'Thrown a little thicker at the foot, so it keeps its warmth and stays where you put it. The lower edge is left bare: that is where you feel the clay.',
      nl: 'Aan de voet iets dikker gedraaid, zodat hij warm blijft en blijft staan waar je hem neerzet. De onderrand is kaal gelaten: daar voel je de klei.',
    },
  },
  {
    id: 'AD-1002', sku: 'CUP-ESPR-INK', slug: 'espresso-cup', category: 'mugs', glaze: 'ink', price: 16,
    name: { en: 'Espresso cup', nl: 'Espressokopje' },
    size: { en: '80 ml · 6 cm tall', nl: '80 ml · 6 cm hoog' },
    line: { en: 'Small, dark and to the point.', nl: 'Klein, donker en to the point.' },
    story: {
      en: 'No handle: two fingers and a thumb are enough. The ink glaze breaks to rust on the rim, a little differently every time.',
      nl: 'Geen oor: twee vingers en een duim zijn genoeg. Het inktglazuur breekt op de rand naar roest, elke keer net anders.',
    },
  },
  {
    id: 'AD-1003', sku: 'CUP-LATT-SEA', slug: 'latte-cup', category: 'mugs', glaze: 'sea', price: 28,
    name: { en: 'Latte cup', nl: 'Lattekop' },
    size: { en: '280 ml · 11 cm wide', nl: '280 ml · 11 cm breed' },
    line: { en: 'Wide enough for a tulip.', nl: 'Breed genoeg voor een tulp.' },
    story: {
      en: 'A round, open cup with room for milk to move. Made with a barista in Utrecht who broke eleven others first.',
      nl: 'Een ronde, open kop waarin melk de ruimte heeft. Gemaakt met een barista in Utrecht die er eerst elf brak.',
    },
  },
  {
    id: 'AD-1004', sku: 'CUP-TUMB-BLU', slug: 'tumbler', category: 'mugs', glaze: 'blush', price: 19,
    name: { en: 'Tumbler', nl: 'Beker' },
    size: { en: '250 ml · 10 cm tall', nl: '250 ml · 10 cm hoog' },
    line: { en: 'Water, wine, toothbrush.', nl: 'Water, wijn, tandenborstel.' },
    story: {
      en: 'The piece we make most and keep most of ourselves. Slightly waisted, so a wet hand holds it.',
      nl: 'Wat we het meest maken en zelf het meest houden. Licht getailleerd, zodat een natte hand hem vasthoudt.',
    },
  },
]
