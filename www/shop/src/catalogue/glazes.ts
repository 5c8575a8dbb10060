import type { GlazeName, InBoth } from './types.ts'

/** `coat` colours the piece, `tone` the card that it stands on. */
export interface Glaze {
  name: InBoth
  coat: string
  tone: string
}

export const glazes: Record<GlazeName, Glaze> = {
  oat: { name: { en: 'Oat', nl: 'Haver' }, coat: '#e9dec8', tone: '#dcc9ab' },
  brick: { name: { en: 'Brick', nl: 'Baksteen' }, coat: '#bf6440', tone: '#e6b193' },
  sage: { name: { en: 'Sage', nl: 'Salie' }, coat: '#93a489', tone: '#c5d0b8' },
  ink: { name: { en: 'Ink', nl: 'Inkt' }, coat: '#36475a', tone: '#b4c1cf' },
  ochre: { name: { en: 'Ochre', nl: 'Oker' }, coat: '#d39f43', tone: '#efd597' },
  blush: { name: { en: 'Blush', nl: 'Blos' }, coat: '#dfae99', tone: '#f0cfc2' },
  fog: { name: { en: 'Fog', nl: 'Mist' }, coat: '#c8cecd', tone: '#d3d9d8' },
  sea: { name: { en: 'Sea', nl: 'Zee' }, coat: '#5c8c93', tone: '#b3d0d2' },
}
