import type { Product } from './types.ts'

export const bowls: readonly Product[] = [
  {
    id: 'AD-2001', sku: 'BWL-BRKF-OCH', slug: 'breakfast-bowl', category: 'bowls', glaze: 'ochre', price: 26,
    name: { en: 'Breakfast bowl', nl: 'Ontbijtkom' },
    size: { en: '15 cm wide', nl: '15 cm breed' },
    line: { en: 'Steep sides, so nothing escapes.', nl: 'Steile wanden: er ontsnapt niets.' },
    story: {
      en: 'The curve inside is the curve of a spoon. Ochre glaze, fired twice, warm even in November.',
      nl: 'De ronding binnenin is die van een lepel. Okerglazuur, twee keer gestookt, warm tot in november.',
    },
  },
  {
    id: 'AD-2002', sku: 'BWL-RAMN-BRK', slug: 'ramen-bowl', category: 'bowls', glaze: 'brick', price: 34,
    name: { en: 'Ramen bowl', nl: 'Ramenkom' },
    size: { en: '19 cm wide · 1 litre', nl: '19 cm breed · 1 liter' },
    line: { en: 'A litre of broth and two hands to lift it.', nl: 'Een liter bouillon en twee handen om te tillen.' },
    story: {
      en: 'A tall foot keeps fingers away from the heat, a turned-out lip is kind to drink from.',
      nl: 'Een hoge voet houdt de vingers van de hitte, een omgeslagen lip drinkt prettig.',
    },
  },
  {
    id: 'AD-2003', sku: 'PLT-DINN-FOG', slug: 'dinner-plate', category: 'bowls', glaze: 'fog', price: 30,
    name: { en: 'Dinner plate', nl: 'Dinerbord' },
    size: { en: '27 cm wide', nl: '27 cm breed' },
    line: { en: 'Stacks well, chips badly, which is good.', nl: 'Stapelt goed, breekt slecht. Zo hoort het.' },
    story: {
      en: 'A flat plate with a raised edge, in a grey that lets food be the colour. Oven, microwave and dishwasher are all fine.',
      nl: 'Een vlak bord met een opstaande rand, in een grijs dat het eten de kleur laat zijn. Kan in oven, magnetron en vaatwasser.',
    },
  },
  {
    id: 'AD-2004', sku: 'BWL-SERV-SAG', slug: 'serving-bowl', category: 'bowls', glaze: 'sage', price: 58,
    name: { en: 'Serving bowl', nl: 'Serveerschaal' },
    size: { en: '28 cm wide · 3 litres', nl: '28 cm breed · 3 liter' },
    line: { en: 'For the middle of a long table.', nl: 'Voor het midden van een lange tafel.' },
    story: {
      en: 'Wide and shallow, thrown in one piece from four kilos of clay. Salad for eight, or oranges for no reason.',
      nl: 'Wijd en ondiep, in één stuk gedraaid uit vier kilo klei. Salade voor acht, of zomaar sinaasappels.',
    },
  },
]
