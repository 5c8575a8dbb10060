import { pieces } from './pieces.ts'
import { drawVessel } from './vessel.ts'

interface Scene {
  name: string
  width: number
  height: number
  drawing: string
}

/** The foot of every piece is near y = 330 in its own picture; a scene puts it on its shelf. */
function place(slug: string, x: number, shelf: number, scale: number): string {
  return `<g transform="translate(${x - 200 * scale} ${shelf - 330 * scale}) scale(${scale})">${drawVessel(`s-${slug}`, pieces[slug]!)}</g>`
}

const shelf = (y: number, from: number, to: number) =>
  `<rect x="${from}" y="${y}" width="${to - from}" height="16" rx="3" fill="#8f6243"/><rect x="${from}" y="${y}" width="${to - from}" height="5" rx="2.5" fill="#b08058"/><rect x="${from + 14}" y="${y + 16}" width="${to - from - 28}" height="10" fill="#1d120a" fill-opacity=".10"/>`

/** The picture on the home page: a shelf in the studio. */
const studio: Scene = {
  name: 'studio',
  width: 760,
  height: 620,
  drawing: [
    '<circle cx="500" cy="190" r="118" fill="#e9b56b" fill-opacity=".55"/>',
    shelf(556, 30, 730),
    place('bottle-vase', 128, 556, 1.16),
    place('moon-jar', 348, 556, 1.2),
    place('round-teapot', 588, 556, 0.86),
    place('espresso-cup', 232, 562, 0.56),
  ].join(''),
}

/** The picture beside the maker's story: the wheel. */
const wheel: Scene = {
  name: 'wheel',
  width: 520,
  height: 420,
  drawing: [
    '<defs><linearGradient id="wheel-disc" x1="0" x2="1"><stop offset="0" stop-color="#6d5a4b"/><stop offset=".4" stop-color="#a58f7c"/><stop offset="1" stop-color="#574638"/></linearGradient></defs>',
    '<ellipse cx="260" cy="372" rx="220" ry="26" fill="#1d120a" fill-opacity=".14"/>',
    '<path d="M236 318 h48 l10 54 h-68 Z" fill="#4d3d31"/>',
    '<path d="M70 296 a190 46 0 0 0 380 0 v14 a190 46 0 0 1 -380 0 Z" fill="#4d3d31"/><ellipse cx="260" cy="296" rx="190" ry="46" fill="url(#wheel-disc)"/>',
    '<g fill="none" stroke="#fff8ea" stroke-opacity=".16" stroke-width="2"><ellipse cx="260" cy="296" rx="150" ry="36"/><ellipse cx="260" cy="296" rx="112" ry="26"/></g>',
    `<g transform="translate(60 -28)">${drawVessel('on-the-wheel', {
      coat: '#b98c66', tilt: 0.2, profile: [[58, 138], [52, 156], [66, 206], [88, 256], [80, 304], [64, 326]],
    })}</g>`,
    '<g fill="none" stroke="#fff8ea" stroke-opacity=".2" stroke-width="2"><path d="M196 196 q64 20 132 2"/><path d="M182 222 q78 24 158 2"/><path d="M176 250 q84 24 168 0"/></g>',
  ].join(''),
}

const icon: Scene = {
  name: 'icon',
  width: 32,
  height: 32,
  drawing:
    '<rect width="32" height="32" rx="8" fill="#a9512f"/><path d="M8 12 h16 c0 8 -3 12 -8 12 s-8 -4 -8 -12 Z" fill="#fbf4ea"/><ellipse cx="16" cy="12" rx="8" ry="2.4" fill="#e3c9ae"/>',
}

export const scenes: readonly Scene[] = [studio, wheel, icon]
