/** A branch of eucalyptus: round leaves in pairs along a bent stem. */
export function eucalyptus(fromX: number, fromY: number, toX: number, toY: number, bend: number, leaf = '#7f9478'): string {
  const [midX, midY] = [(fromX + toX) / 2 + bend, (fromY + toY) / 2]
  const at = (t: number) => {
    const u = 1 - t
    return [u * u * fromX + 2 * u * t * midX + t * t * toX, u * u * fromY + 2 * u * t * midY + t * t * toY] as const
  }
  const pairs = [0.42, 0.54, 0.66, 0.78, 0.89].map((t) => {
    const [x, y] = at(t)
    const [nextX, nextY] = at(t + 0.02)
    const angle = (Math.atan2(nextY - y, nextX - x) * 180) / Math.PI
    const size = 17 - t * 9
    return [-1, 1].map((side) => leafAt(x, y, angle + side * 62, size, side < 0 ? leaf : shade(leaf))).join('')
  })
  const [tipX, tipY] = at(1)
  return (
    `<path d="M${fromX} ${fromY} Q${midX} ${midY} ${tipX} ${tipY}" fill="none" stroke="#6d6a4c" stroke-width="3" stroke-linecap="round"/>` +
    pairs.join('') +
    leafAt(tipX, tipY, -90 + bend, 8, leaf)
  )
}

/** A seed head on a straight stalk: poppies after the summer. */
export function poppy(fromX: number, fromY: number, toX: number, toY: number, colour = '#b98d5c'): string {
  return (
    `<path d="M${fromX} ${fromY} Q${fromX} ${(fromY + toY) / 2} ${toX} ${toY}" fill="none" stroke="#8c8358" stroke-width="2.5" stroke-linecap="round"/>` +
    `<ellipse cx="${toX}" cy="${toY - 9}" rx="10" ry="12" fill="${colour}"/>` +
    `<path d="M${toX - 7} ${toY - 20} q7 -7 14 0 l-2.5 3.5 h-9 Z" fill="${shade(colour)}"/>` +
    `<path d="M${toX - 4} ${toY - 14} q-3 7 1 13" fill="none" stroke="#fff8ea" stroke-opacity=".4" stroke-width="2" stroke-linecap="round"/>`
  )
}

/** A bare twig with catkins. */
export function twig(fromX: number, fromY: number): string {
  const bud = (x: number, y: number, turn: number) =>
    `<ellipse cx="${x}" cy="${y}" rx="4.5" ry="8.5" fill="#d8cdb9" transform="rotate(${turn} ${x} ${y})"/>`
  return (
    `<g fill="none" stroke="#6b4d38" stroke-linecap="round"><path stroke-width="4" d="M${fromX} ${fromY} C${fromX} ${fromY - 50} ${fromX + 16} ${fromY - 70} ${fromX + 12} ${fromY - 118}"/>` +
    `<path stroke-width="2.6" d="M${fromX + 5} ${fromY - 46} C${fromX + 22} ${fromY - 66} ${fromX + 34} ${fromY - 74} ${fromX + 40} ${fromY - 96}"/><path stroke-width="2.6" d="M${fromX + 12} ${fromY - 74} C${fromX - 2} ${fromY - 88} ${fromX - 18} ${fromY - 92} ${fromX - 24} ${fromY - 112}"/></g>` +
    bud(fromX + 12, fromY - 126, 4) + bud(fromX + 43, fromY - 103, 20) + bud(fromX - 27, fromY - 118, -22) + bud(fromX + 29, fromY - 80, -24) +
    bud(fromX + 20, fromY - 92, 28) + bud(fromX - 12, fromY - 94, -48) + bud(fromX + 4, fromY - 100, -20)
  )
}

function leafAt(x: number, y: number, turn: number, size: number, fill: string): string {
  return `<ellipse cx="${round(x + size)}" cy="${round(y)}" rx="${round(size)}" ry="${round(size * 0.78)}" fill="${fill}" transform="rotate(${round(turn)} ${round(x)} ${round(y)})"/>`
}

/** The side that faces away from the light. */
function shade(hex: string): string {
  const channel = (from: number) => Math.round(parseInt(hex.slice(from, from + 2), 16) * 0.84).toString(16).padStart(2, '0')
  return `#${channel(1)}${channel(3)}${channel(5)}`
}

function round(value: number): number {
  return Math.round(value * 10) / 10
}
