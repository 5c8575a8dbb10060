import type { Body, Point, Spring } from './layout'

/** How hard a picture is to read: lines across each other, and dots on lines that are not theirs. */
export function tangled(springs: readonly Spring[], bodies: readonly Body[], places: ReadonlyMap<string, Point>): number {
  return crossings(springs, places) + beneath(springs, bodies, places)
}

/** How many pairs of lines cross. */
function crossings(springs: readonly Spring[], places: ReadonlyMap<string, Point>): number {
  let crossed = 0
  for (let i = 0; i < springs.length; i++) {
    for (let j = i + 1; j < springs.length; j++) {
      const [one, other] = [springs[i] as Spring, springs[j] as Spring]
      if (one.a === other.a || one.a === other.b || one.b === other.a || one.b === other.b) continue
      const [p, q, r, s] = [one.a, one.b, other.a, other.b].map((key) => places.get(key))
      if (p && q && r && s && side(p, q, r) !== side(p, q, s) && side(r, s, p) !== side(r, s, q)) crossed++
    }
  }
  return crossed
}

/** How many dots lie on a line that is not theirs. */
function beneath(springs: readonly Spring[], bodies: readonly Body[], places: ReadonlyMap<string, Point>): number {
  let covered = 0
  for (const { a, b } of springs) {
    const [from, to] = [places.get(a), places.get(b)]
    if (!from || !to) continue
    const [x, y] = [to.x - from.x, to.y - from.y]
    for (const { key, halfHeight } of bodies) {
      const at = places.get(key)
      if (!at || key === a || key === b) continue
      const along = Math.min(1, Math.max(0, ((at.x - from.x) * x + (at.y - from.y) * y) / (x * x + y * y || 1)))
      if (Math.hypot(at.x - from.x - along * x, at.y - from.y - along * y) < halfHeight) covered++
    }
  }
  return covered
}

/** Whether a point lies left of a line. */
const side = (from: Point, to: Point, point: Point): boolean => (to.x - from.x) * (point.y - from.y) > (to.y - from.y) * (point.x - from.x)
