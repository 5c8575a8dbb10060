import { outline, type Point } from './outline.ts'

/** A piece thrown on the wheel: half a profile, turned around the axis at x = 200 in a picture of 400 × 400. */
export interface Vessel {
  /** from rim to foot: [distance from the axis, height on the picture] */
  profile: readonly Point[]
  coat: string
  clay?: string
  /** where the glaze ends and bare clay begins; the whole piece is glazed without it */
  dip?: number
  /** glaze above the line (dipped upside down, the usual way) or below it */
  bare?: 'foot' | 'shoulder'
  /** how much one looks down on it: height of the rim's ellipse by its width */
  tilt?: number
  /** paths in the picture, drawn behind the body: thick strokes in the piece's own glaze */
  handles?: readonly string[]
  handleWidth?: number
  /** a filled path in the piece's own glaze, behind the body */
  spout?: string
  /** stems and leaves, standing in it */
  stems?: string
  /** what one sees when looking into it */
  inside?: string
  /** half a profile that closes it */
  lid?: readonly Point[]
}

const buff = '#c7a27d'

/** The inside of a picture. `id` keeps the names of its gradients apart from those of others in the same scene. */
export function drawVessel(id: string, vessel: Vessel): string {
  const { profile, coat, clay = buff, tilt = 0.16, handleWidth = 17 } = vessel
  const [rim, foot] = [profile[0]!, profile[profile.length - 1]!]
  const body = outline(profile, tilt)
  const widest = Math.max(...profile.map(([radius]) => radius))
  const handles = (vessel.handles ?? []).map((path) => drawHandle(path, coat, handleWidth)).join('')
  const spout = vessel.spout ? `<path d="${vessel.spout}" fill="${coat}"/><path d="${vessel.spout}" fill="url(#${id}-side)" opacity=".7"/>` : ''

  return `
<defs>
  <linearGradient id="${id}-side" gradientUnits="userSpaceOnUse" x1="${200 - widest}" x2="${200 + widest}" y1="0" y2="0">
    <stop offset="0" stop-color="#1d120a" stop-opacity=".20"/><stop offset=".16" stop-color="#1d120a" stop-opacity=".04"/>
    <stop offset=".32" stop-color="#fff8ea" stop-opacity=".26"/><stop offset=".5" stop-color="#fff8ea" stop-opacity=".02"/>
    <stop offset=".74" stop-color="#1d120a" stop-opacity=".12"/><stop offset="1" stop-color="#1d120a" stop-opacity=".36"/>
  </linearGradient>
  <linearGradient id="${id}-in" x1="0" x2="1" y1="0" y2=".35">
    <stop offset="0" stop-color="#1d120a" stop-opacity=".62"/><stop offset=".55" stop-color="#1d120a" stop-opacity=".34"/>
    <stop offset="1" stop-color="#1d120a" stop-opacity=".08"/>
  </linearGradient>
  <radialGradient id="${id}-ground"><stop offset="0" stop-color="#1d120a" stop-opacity=".42"/><stop offset=".55" stop-color="#1d120a" stop-opacity=".16"/><stop offset="1" stop-color="#1d120a" stop-opacity="0"/></radialGradient>
  <clipPath id="${id}-body"><path d="${body}"/></clipPath>
</defs>
<ellipse cx="${200 + widest * 0.16}" cy="${foot[1] + 5}" rx="${Math.max(foot[0] * 1.35, widest * 1.02)}" ry="${9 + widest * 0.1}" fill="url(#${id}-ground)"/>
${vessel.stems ?? ''}${handles}${spout}
<g clip-path="url(#${id}-body)">
  <path d="${body}" fill="${coat}"/>
  ${vessel.dip === undefined ? '' : drawBare(vessel.dip, vessel.bare ?? 'foot', clay, widest, tilt)}
  ${speckles(id, widest, rim[1], foot[1])}
  <path d="${body}" fill="url(#${id}-side)"/>
</g>
${vessel.lid ? drawLid(id, vessel.lid, coat, tilt) : drawRim(id, rim, coat, tilt)}
${vessel.inside ?? ''}${vessel.stems ? frontOfRim(rim, coat, tilt) : ''}`
}

function drawHandle(path: string, coat: string, width: number): string {
  const stroke = (colour: string, opacity: number, by: number, shift: number) =>
    `<path d="${path}" fill="none" stroke="${colour}" stroke-opacity="${opacity}" stroke-width="${by}" stroke-linecap="round" transform="translate(${shift} ${shift})"/>`
  return stroke(coat, 1, width, 0) + stroke('#1d120a', 0.2, width, 0) + stroke(coat, 1, width - 5, -1.5) + stroke('#fff8ea', 0.3, width / 5, -width / 6)
}

/** Bare clay, with the wavering edge of a pot held by the foot and dipped by hand. */
function drawBare(dip: number, side: 'foot' | 'shoulder', clay: string, widest: number, tilt: number): string {
  const [left, right] = [200 - widest - 4, 200 + widest + 4]
  const sag = widest * tilt * 0.9
  const edge = `M${left} ${dip} C${200 - widest * 0.5} ${dip + sag + 6} ${200 - widest * 0.1} ${dip + sag - 5} 200 ${dip + sag} S${200 + widest * 0.6} ${dip + sag * 0.8 + 4} ${right} ${dip - 2}`
  const end = side === 'foot' ? 400 : 0
  return `<path d="${edge} V${end} H${left} Z" fill="${clay}"/><path d="${edge}" fill="none" stroke="#1d120a" stroke-opacity=".18" stroke-width="3"/>`
}

function drawRim(id: string, [radius, y]: Point, coat: string, tilt: number): string {
  const thick = Math.min(6, 2.5 + radius * 0.03)
  const ring = (r: number, fill: string) => `<ellipse cx="200" cy="${y}" rx="${r}" ry="${r * tilt}" fill="${fill}"/>`
  const inner = radius - thick
  return (
    ring(radius, coat) + ring(radius, '#fff8ea2e') +
    `<ellipse cx="200" cy="${y + thick * 0.25}" rx="${inner}" ry="${Math.max(1, inner * tilt - thick * 0.25)}" fill="${coat}"/>` +
    `<ellipse cx="200" cy="${y + thick * 0.25}" rx="${inner}" ry="${Math.max(1, inner * tilt - thick * 0.25)}" fill="url(#${id}-in)"/>`
  )
}

/** Stems come out of the opening: the near half of the rim goes over them again. */
function frontOfRim([radius, y]: Point, coat: string, tilt: number): string {
  return `<path d="M${200 - radius + 1.5} ${y} A${radius - 1.5} ${(radius - 1.5) * tilt} 0 0 0 ${200 + radius - 1.5} ${y}" fill="none" stroke="${coat}" stroke-width="3.5" stroke-linecap="round"/>`
}

function drawLid(id: string, lid: readonly Point[], coat: string, tilt: number): string {
  const path = outline(lid, tilt)
  const [radius, y] = lid[lid.length - 1]!
  return `<ellipse cx="200" cy="${y + 3}" rx="${radius + 2}" ry="${(radius + 2) * tilt}" fill="#1d120a" fill-opacity=".28"/><path d="${path}" fill="${coat}"/><path d="${path}" fill="url(#${id}-side)"/>`
}

/** Iron in the clay burns through the glaze. The places follow from the piece's name, so that every build draws the same. */
function speckles(id: string, widest: number, top: number, bottom: number): string {
  let seed = [...id].reduce((sum, letter) => (sum * 31 + letter.charCodeAt(0)) % 65_521, 7)
  const next = () => (seed = (seed * 4_391 + 1_013) % 65_521) / 65_521
  const count = Math.round(((bottom - top) * widest) / 330)
  return Array.from({ length: count }, () => {
    const [x, y, r] = [200 - widest + next() * widest * 2, top + next() * (bottom - top), 0.5 + next() * 1.1]
    return `<circle cx="${x.toFixed(1)}" cy="${y.toFixed(1)}" r="${r.toFixed(1)}" fill="#3b2416" fill-opacity="${(0.18 + next() * 0.3).toFixed(2)}"/>`
  }).join('')
}
