import { glazes } from '../catalogue/glazes.ts'
import type { Point } from './outline.ts'
import { eucalyptus, poppy, twig } from './stems.ts'
import type { Vessel } from './vessel.ts'

const coat = Object.fromEntries(Object.entries(glazes).map(([name, glaze]) => [name, glaze.coat])) as Record<keyof typeof glazes, string>

/** A plate is a very low bowl that one looks down on. */
const plate: readonly Point[] = [[150, 258], [144, 274], [104, 300], [70, 308]]

/** The flat of the plate, within its raised edge. */
const plateFlat =
  '<ellipse cx="200" cy="267" rx="118" ry="45" fill="#fff8ea" fill-opacity=".34"/><ellipse cx="200" cy="267" rx="118" ry="45" fill="none" stroke="#1d120a" stroke-opacity=".16" stroke-width="2"/>'

/** Every product's piece, by slug. */
export const pieces: Record<string, Vessel> = {
  'morning-mug': {
    coat: coat.oat, dip: 286, handles: ['M250 190 C322 176 330 288 252 284'],
    profile: [[70, 148], [72, 200], [73, 260], [68, 305], [58, 322]],
  },
  'espresso-cup': {
    coat: coat.ink, clay: '#a4653f', dip: 296, tilt: 0.2,
    profile: [[62, 206], [64, 250], [58, 296], [44, 320], [42, 326]],
  },
  'latte-cup': {
    coat: coat.sea, dip: 300, tilt: 0.2, handleWidth: 14, handles: ['M286 226 C344 214 340 282 268 282'],
    profile: [[98, 202], [97, 232], [84, 278], [56, 309], [46, 314], [48, 324]],
  },
  tumbler: {
    coat: coat.blush, dip: 276,
    profile: [[60, 134], [56, 180], [53, 230], [55, 284], [52, 324]],
  },
  'breakfast-bowl': {
    coat: coat.ochre, dip: 282, tilt: 0.22,
    profile: [[112, 198], [110, 240], [92, 290], [58, 316], [50, 318], [51, 328]],
  },
  'ramen-bowl': {
    coat: coat.brick, clay: '#8f5b40', dip: 288, tilt: 0.22,
    profile: [[142, 184], [130, 200], [114, 246], [78, 292], [56, 306], [52, 312], [56, 330]],
  },
  'dinner-plate': {
    coat: coat.fog, tilt: 0.42, profile: plate, inside: plateFlat,
  },
  'serving-bowl': {
    coat: coat.sage, tilt: 0.27, dip: 300,
    profile: [[158, 222], [152, 246], [118, 292], [74, 314], [66, 318], [68, 328]],
  },
  'round-teapot': {
    coat: coat.sea, handleWidth: 15,
    handles: ['M286 216 C366 196 362 296 282 286'],
    spout: 'M116 300 C88 290 84 246 66 224 C62 218 54 214 48 212 L60 200 C84 202 96 220 108 228 L128 236 Z',
    profile: [[54, 180], [88, 198], [110, 244], [98, 296], [66, 322], [60, 328]],
    lid: [[3, 138], [12, 142], [13, 150], [7, 158], [30, 164], [54, 180]],
  },
  'milk-jug': {
    coat: coat.oat, dip: 288, handleWidth: 15, handles: ['M250 184 C318 166 324 272 258 280'],
    spout: 'M168 143 C150 142 136 140 122 134 C126 152 134 168 148 192 L168 176 Z',
    profile: [[56, 148], [54, 172], [62, 226], [72, 276], [62, 316], [54, 324]],
  },
  carafe: {
    coat: coat.sage, dip: 196, bare: 'shoulder', tilt: 0.2,
    profile: [[38, 74], [30, 92], [28, 140], [44, 184], [78, 236], [84, 290], [72, 326]],
  },
  'storage-jar': {
    coat: coat.brick, clay: '#d8b48c', dip: 236,
    profile: [[74, 174], [80, 188], [84, 244], [80, 306], [72, 328]],
    lid: [[4, 122], [16, 126], [17, 136], [9, 144], [44, 152], [74, 164], [76, 174]],
  },
  'moon-jar': {
    coat: coat.oat, tilt: 0.2,
    stems: poppy(192, 132, 160, 62) + poppy(204, 132, 216, 36, '#a97c4f') + poppy(210, 132, 258, 78),
    profile: [[42, 128], [40, 140], [84, 162], [122, 226], [102, 292], [58, 322], [52, 328]],
  },
  'bottle-vase': {
    coat: coat.ink, clay: '#b98a62', dip: 268, stems: twig(200, 152), tilt: 0.2,
    profile: [[20, 146], [17, 160], [18, 196], [44, 232], [72, 272], [70, 308], [54, 330]],
  },
  'bud-vase': {
    coat: coat.blush, dip: 292, stems: eucalyptus(198, 222, 150, 76, -2) + eucalyptus(203, 222, 252, 116, 8, '#8aa07f'), tilt: 0.2,
    profile: [[22, 214], [18, 226], [38, 252], [58, 286], [50, 320], [42, 328]],
  },
  'two-handled-vase': {
    coat: coat.ochre, clay: '#9d6a45', dip: 276, handleWidth: 14,
    handles: ['M164 132 C98 120 92 198 116 216', 'M236 132 C302 120 308 198 284 216'],
    profile: [[44, 108], [36, 122], [38, 156], [80, 196], [98, 238], [78, 294], [54, 318], [58, 330]],
  },
}
