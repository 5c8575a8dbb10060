export type Point = readonly [radius: number, y: number]

/** The closed silhouette of a turned profile: down the right side, around the foot, up the left. */
export function outline(profile: readonly Point[], tilt: number): string {
  const right = profile.map(([radius, y]) => [200 + radius, y] as const)
  const left = profile.map(([radius, y]) => [200 - radius, y] as const).reverse()
  const [footRadius, footY] = profile[profile.length - 1]!
  const [rimRadius, rimY] = profile[0]!
  return (
    `M${right[0]![0]} ${rimY} ${curve(right)} A${footRadius} ${round(footRadius * tilt)} 0 0 1 ${200 - footRadius} ${footY} ` +
    `${curve(left)} A${rimRadius} ${round(rimRadius * tilt)} 0 0 1 ${200 + rimRadius} ${rimY} Z`
  )
}

/** A Catmull-Rom spline through the points, as Bézier segments: a curve that a hand could have pulled. */
function curve(points: readonly (readonly [number, number])[]): string {
  const at = (index: number) => points[Math.min(Math.max(index, 0), points.length - 1)]!
  return points
    .slice(1)
    .map((end, index) => {
      const [before, start, after] = [at(index - 1), at(index), at(index + 2)]
      const first = [start[0] + (end[0] - before[0]) / 6, start[1] + (end[1] - before[1]) / 6]
      const second = [end[0] - (after[0] - start[0]) / 6, end[1] - (after[1] - start[1]) / 6]
      return `C${[...first, ...second, ...end].map(round).join(' ')}`
    })
    .join(' ')
}

function round(value: number): number {
  return Math.round(value * 10) / 10
}
