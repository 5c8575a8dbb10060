import { tangled } from './tangled'

/**
 * Where the dots of a graph go: springs along the lines, dots that push each other away, and the strong ones nearer to the middle. Nothing is
 * left to chance, so the same graph looks the same whenever it is opened.
 */

export interface Body {
  key: string
  /** half of the room it takes, its label included */
  halfWidth: number
  halfHeight: number
  /** 0 pulls it to the middle the most */
  rank: number
}

export interface Spring {
  a: string
  b: string
  length: number
}

export interface Point {
  x: number
  y: number
}

interface Pull {
  from: Moving
  to: Moving
  length: number
}

interface Moving extends Body, Point {
  dx: number
  dy: number
}

const push = 7_500
const stiffness = 0.09
const gravity = [0.05, 0.028, 0.02, 0.014]
/** How far a small graph is drawn out to fill its picture. */
const mostStretch = 1.7
/** A small picture is drawn this often, to keep the best; a large one less often, since each takes longer. */
const mostTries = 12
const triedDots = 180
const mostSteps = 300
/** Pairs looked at in all: a graph of a thousand may hold up the page for a moment, and not longer. */
const mostWork = 8_000_000

/** Of a few beginnings, the one that ends with the fewest lines across each other and below dots. */
export function layout(bodies: readonly Body[], springs: readonly Spring[], width: number, height: number): Map<string, Point> {
  const tries = Math.min(mostTries, Math.ceil(triedDots / bodies.length))
  let [best, fewest] = [new Map<string, Point>(), Infinity]
  for (let attempt = 0; attempt < tries && fewest > 0; attempt++) {
    const places = settle(start(bodies, springs, attempt), springs, width, height)
    const tangles = tangled(springs, bodies, places)
    if (tangles < fewest) [best, fewest] = [places, tangles]
  }
  return best
}

function settle(all: readonly Moving[], springs: readonly Spring[], width: number, height: number): Map<string, Point> {
  const byKey = new Map(all.map((body) => [body.key, body]))
  const pulls = springs.flatMap(({ a, b, length }): Pull[] => {
    const [from, to] = [byKey.get(a), byKey.get(b)]
    return from && to && from !== to ? [{ from, to, length }] : []
  })
  // A wide picture is filled in its width: what pulls to the middle is weaker that way.
  const stretch = Math.sqrt(width / height)
  const steps = Math.min(mostSteps, Math.ceil(mostWork / Math.max(1, all.length ** 2 + all.length * pulls.length)))
  for (let step = 0; step < steps; step++) {
    const heat = 1 - step / steps
    repel(all)
    for (const pull of pulls) contract(pull)
    if (heat < 0.5) for (const pull of pulls) clear(pull, all)
    for (const body of all) {
      const weight = gravity[Math.min(body.rank, gravity.length - 1)] ?? 0
      body.dx -= (body.x * weight) / stretch
      body.dy -= body.y * weight * stretch
      const speed = Math.sqrt(body.dx * body.dx + body.dy * body.dy)
      const slow = Math.min(1, (4 + 36 * heat) / (speed || 1))
      body.x += body.dx * slow
      body.y += body.dy * slow
      body.dx = body.dy = 0
    }
    separate(all)
    within(all, width, height)
  }
  fill(all, width, height)
  return new Map(all.map(({ key, x, y }) => [key, { x: x + width / 2, y: y + height / 2 }]))
}

/** The first in the middle, and each around the one that it hangs on; every attempt deals them out in another order. */
function start(bodies: readonly Body[], springs: readonly Spring[], attempt: number): Moving[] {
  const neighbours = new Map<string, string[]>()
  for (const { a, b } of springs) {
    neighbours.set(a, [...(neighbours.get(a) ?? []), b])
    neighbours.set(b, [...(neighbours.get(b) ?? []), a])
  }
  const rest = new Map(bodies.map((body) => [body.key, body]))
  const placed = new Map<string, Moving>()
  const place = (body: Body, x: number, y: number) => {
    rest.delete(body.key)
    placed.set(body.key, { ...body, x, y, dx: 0, dy: 0 })
  }
  for (const body of bodies) {
    if (!rest.has(body.key)) continue
    place(body, placed.size * 40, placed.size * 23)
    const queue = [body.key]
    for (const key of queue) {
      const centre = placed.get(key)
      const dealt = (neighbours.get(key) ?? []).flatMap((child) => rest.get(child) ?? [])
      const children = [...dealt.slice(attempt % (dealt.length || 1)), ...dealt.slice(0, attempt % (dealt.length || 1))]
      if (attempt % 2 === 1) children.reverse()
      if (!centre) continue
      const outward = Math.atan2(centre.y, centre.x)
      children.forEach((child, index) => {
        if (!rest.has(child.key)) return
        const fan = key === body.key ? 2 * Math.PI : Math.PI
        const angle = outward + attempt * 0.9 + fan * ((index + 0.5) / children.length - 0.5)
        place(child, centre.x + 120 * Math.cos(angle), centre.y + 120 * Math.sin(angle))
        queue.push(child.key)
      })
    }
  }
  return [...placed.values()]
}

// The two loops over all pairs are where the time goes: they make nothing anew.
function repel(all: readonly Moving[]): void {
  for (let i = 0; i < all.length; i++) {
    const one = all[i] as Moving
    for (let j = i + 1; j < all.length; j++) {
      const other = all[j] as Moving
      const x = one.x - other.x || 0.1 * (i - j)
      const y = one.y - other.y || 0.1
      const squared = x * x + y * y
      const force = push / Math.max(400, squared) / Math.sqrt(squared)
      one.dx += x * force
      one.dy += y * force
      other.dx -= x * force
      other.dy -= y * force
    }
  }
}

function contract({ from, to, length }: Pull): void {
  const x = to.x - from.x
  const y = to.y - from.y
  const distance = Math.sqrt(x * x + y * y) || 1
  const force = ((distance - length) / distance) * stiffness
  from.dx += x * force
  from.dy += y * force
  to.dx -= x * force
  to.dy -= y * force
}

/** A line that passes below a dot would seem to end there: the dot goes aside, and the line the other way. */
function clear({ from, to }: Pull, all: readonly Moving[]): void {
  const x = to.x - from.x
  const y = to.y - from.y
  const length = Math.sqrt(x * x + y * y) || 1
  for (const body of all) {
    if (body === from || body === to) continue
    const along = ((body.x - from.x) * x + (body.y - from.y) * y) / length
    if (along < 0 || along > length) continue
    const beside = ((body.y - from.y) * x - (body.x - from.x) * y) / length
    const missing = body.halfHeight + 4 - Math.abs(beside)
    if (missing <= 0) continue
    const force = missing * 0.35 * (beside < 0 ? -1 : 1)
    const across = (-y / length) * force
    const up = (x / length) * force
    body.dx += across
    body.dy += up
    from.dx -= across / 2
    from.dy -= up / 2
    to.dx -= across / 2
    to.dy -= up / 2
  }
}

/** No label may lie over another: overlapping boxes go apart the shorter way. */
function separate(all: readonly Moving[]): void {
  for (let i = 0; i < all.length; i++) {
    const one = all[i] as Moving
    for (let j = i + 1; j < all.length; j++) {
      const other = all[j] as Moving
      const x = one.halfWidth + other.halfWidth - Math.abs(one.x - other.x)
      const y = one.halfHeight + other.halfHeight - Math.abs(one.y - other.y)
      if (x <= 0 || y <= 0) continue
      if (x < y) {
        const shift = (x / 2) * (one.x < other.x ? -1 : 1)
        one.x += shift
        other.x -= shift
      } else {
        const shift = (y / 2) * (one.y < other.y ? -1 : 1)
        one.y += shift
        other.y -= shift
      }
    }
  }
}

/** Centres the whole and draws it out to the edges. */
function fill(all: readonly Moving[], width: number, height: number): void {
  const axes = [['x', 'halfWidth', width], ['y', 'halfHeight', height]] as const
  for (const [axis, half, room] of axes) {
    const [low, high] = [Math.min(...all.map((body) => body[axis] - body[half])), Math.max(...all.map((body) => body[axis] + body[half]))]
    const scale = Math.min(mostStretch, Math.max(1, (room - 24) / (high - low)))
    for (const body of all) body[axis] = (body[axis] - (low + high) / 2) * scale
  }
  for (let again = 0; again < 12; again++) {
    separate(all)
    within(all, width, height)
  }
}

function within(all: readonly Moving[], width: number, height: number): void {
  for (const body of all) {
    const x = Math.max(0, width / 2 - body.halfWidth)
    const y = Math.max(0, height / 2 - body.halfHeight)
    body.x = Math.min(x, Math.max(-x, body.x))
    body.y = Math.min(y, Math.max(-y, body.y))
  }
}
