import type { Product } from './types.ts'

export const pots: readonly Product[] = [
  {
    id: 'AD-3001', sku: 'POT-ROUN-SEA', slug: 'round-teapot', category: 'pots', glaze: 'sea', price: 84,
    name: { en: 'Round teapot', nl: 'Ronde theepot' },
    size: { en: '900 ml · four cups', nl: '900 ml · vier koppen' },
    line: { en: 'Four cups and not one drip.', nl: 'Vier koppen en geen druppel ernaast.' },
    story: {
      en: 'Body, spout, lid and handle are thrown apart and joined while the clay is still soft. It takes two days. The strainer is pierced by hand.',
      nl: 'Buik, tuit, deksel en oor worden apart gedraaid en verbonden terwijl de klei nog zacht is. Dat kost twee dagen. De zeef is met de hand geprikt.',
    },
  },
  {
    id: 'AD-3002', sku: 'JUG-MILK-OAT', slug: 'milk-jug', category: 'pots', glaze: 'oat', price: 32,
    name: { en: 'Milk jug', nl: 'Melkkan' },
    size: { en: '300 ml · 11 cm tall', nl: '300 ml · 11 cm hoog' },
    line: { en: 'Milk now, gravy on Sunday.', nl: 'Nu melk, zondag jus.' },
    story: {
      en: 'The lip is pulled with a wet finger in one go. If it does not cut the stream clean, it goes back in the bucket.',
      nl: 'De lip wordt in één keer met een natte vinger getrokken. Snijdt hij de straal niet schoon af, dan gaat hij terug in de emmer.',
    },
  },
  {
    id: 'AD-3003', sku: 'POT-CARA-SAG', slug: 'carafe', category: 'pots', glaze: 'sage', price: 46,
    name: { en: 'Carafe', nl: 'Karaf' },
    size: { en: '1.1 litres · 26 cm tall', nl: '1,1 liter · 26 cm hoog' },
    line: { en: 'Keeps water cool on a hot table.', nl: 'Houdt water koel op een warme tafel.' },
    story: {
      en: 'A narrow neck and a broad, steady foot. Unglazed at the shoulder, so that it sweats a little and stays cool, as water jugs always did.',
      nl: 'Een smalle hals en een brede, vaste voet. Aan de schouder ongeglazuurd, zodat hij een beetje zweet en koel blijft, zoals waterkruiken altijd deden.',
    },
  },
  {
    id: 'AD-3004', sku: 'POT-STOR-BRK', slug: 'storage-jar', category: 'pots', glaze: 'brick', price: 42,
    name: { en: 'Storage jar', nl: 'Voorraadpot' },
    size: { en: '700 ml · 15 cm tall', nl: '700 ml · 15 cm hoog' },
    line: { en: 'For coffee, sugar or secrets.', nl: 'Voor koffie, suiker of geheimen.' },
    story: {
      en: 'The lid drops in with a soft sound that you will do again for no reason. Bare clay outside, glaze within.',
      nl: 'Het deksel valt dicht met een zacht geluid dat je nog een keer wilt horen. Buiten kale klei, binnen glazuur.',
    },
  },
]
