import { useElementSize } from '@mantine/hooks'
import { useMemo, useState } from 'react'
import type { Evidence, Ref } from '../api/types'
import { deviceFor, type Device } from '../profile/devices'
import type { Dot, Drawing, Line } from './drawing'
import { GraphDot, labelOf, radiusOf } from './GraphDot'
import { GraphLine } from './GraphLine'
import classes from './Graph.module.css'
import { layout, type Point } from './layout'
import { DotPeek, LinePeek } from './Peek'

interface Props {
  drawing: Drawing
  devices: Map<string, Device>
  /** what was picked to ask about */
  picked: readonly string[]
  /** the lines and dots that the answer is about */
  lit: ReadonlySet<string>
  onPick: (ref: Ref) => void
  onPickBoth: (evidence: Evidence) => void
  onOpen: (bundle: string) => void
}

type Hovered = { dot: Dot } | { line: Line } | null

/** Room for the label below a dot. */
const labelHeight = 18
/** Between two dots that are tied: a line that can be pointed at, with a sign on it. */
const spacing = 64
/** Half of the widest peek, which stays within the picture. */
const peekReach = 136
/** While a window is drawn wider, it is not laid out again for every pixel. */
const widthStep = 24

export function Graph({ drawing, devices, picked, lit, onPick, onPickBoth, onOpen }: Props) {
  const { ref, width } = useElementSize<HTMLDivElement>()
  const [hovered, setHovered] = useState<Hovered>(null)
  const used = width - (width % widthStep)
  const height = heightFor(drawing.dots.length, used)
  const places = usePlaces(drawing, devices, used, height)
  const near = useMemo(() => nearTo(hovered, drawing), [hovered, drawing])
  const isLit = (key: string) => lit.has(key) || picked.includes(key)
  const isDim = (key: string) => (near.size > 0 ? !near.has(key) : lit.size > 0 && !isLit(key))
  // What keeps two apart is told by its ends: the cut line between them belongs to it.
  const isBarrier = ({ evidence, a, b }: Line) => near.size === 0 && evidence.state !== 'joins' && isLit(a) && isLit(b)
  const hoveredAt = hovered && ('dot' in hovered ? places.get(hovered.dot.key) : middle(places.get(hovered.line.a), places.get(hovered.line.b)))

  return (
    <div ref={ref} className={classes.graph} style={{ height }} data-testid="identity-graph">
      {width > 0 && (
        <svg width={width} height={height} role="group" aria-label={`How ${drawing.dots.length} identifiers hang together. The same can be read as a list.`}>
          <g>
            {drawing.lines.map((line) => {
              const [from, to] = [places.get(line.a), places.get(line.b)]
              if (!from || !to) return null
              return (
                <GraphLine
                  key={line.key}
                  line={line}
                  from={from}
                  to={to}
                  isDim={isDim(line.key) && !isBarrier(line)}
                  isOnPath={lit.has(line.key)}
                  onHover={(over) => setHovered(over ? hoveredOf(line, drawing) : null)}
                  onPick={() => (line.bundle ? onOpen(line.bundle) : onPickBoth(line.evidence))}
                />
              )
            })}
          </g>
          <g>
            {drawing.dots.map((dot) => {
              const at = places.get(dot.key)
              if (!at) return null
              return (
                <GraphDot
                  key={dot.key}
                  dot={dot}
                  at={at}
                  device={deviceFor(dot.node, devices)}
                  turn={picked.indexOf(dot.key)}
                  isDim={isDim(dot.key)}
                  onHover={(over) => setHovered(over ? { dot } : null)}
                  onPick={() => (dot.members.length > 1 ? onOpen(dot.key) : onPick(dot.node))}
                />
              )
            })}
          </g>
        </svg>
      )}
      {hovered && hoveredAt && (
        <div className={classes.peek} style={{ left: Math.min(Math.max(hoveredAt.x, peekReach), Math.max(peekReach, width - peekReach)), top: hoveredAt.y }} data-below={hoveredAt.y < 150 || undefined} aria-hidden="true">
          {'dot' in hovered ? <DotPeek dot={hovered.dot} device={deviceFor(hovered.dot.node, devices)} /> : <LinePeek evidence={hovered.line.evidence} devices={devices} />}
        </div>
      )}
    </div>
  )
}

/** Enough for what there is; a picture with a lot on it is tall rather than crowded. */
function heightFor(dots: number, width: number): number {
  const needed = (dots * 15_500) / Math.max(width, 300) + 120
  return Math.round(Math.min(1_600, Math.max(dots === 1 ? 220 : width < 480 ? 340 : 400, needed)))
}

function usePlaces({ dots, lines }: Drawing, devices: Map<string, Device>, width: number, height: number): Map<string, Point> {
  // Every arrival brings new counts and times; what stands where depends on none of them.
  const shape = JSON.stringify([width, height, dots.map(({ key, members }) => [key, members.length]), lines.map(({ key }) => key)])
  return useMemo(() => {
    const bodies = dots.map((dot) => {
      const radius = radiusOf(dot)
      return { key: dot.key, halfWidth: Math.max(radius, labelOf(dot, deviceFor(dot.node, devices)).length * 3.4) + 7, halfHeight: radius + labelHeight / 2 + 5, rank: dot.node.is_member ? dot.node.rank : 3 }
    })
    const reach = new Map(dots.map((dot) => [dot.key, radiusOf(dot) + 4 * dot.node.rank]))
    const springs = lines.map(({ a, b }) => ({ a, b, length: spacing + (reach.get(a) ?? 0) + (reach.get(b) ?? 0) }))
    const places = layout(bodies, springs, width, height)
    for (const place of places.values()) place.y -= labelHeight / 2
    return places
  }, [shape])
}

function nearTo(hovered: Hovered, { lines }: Drawing): Set<string> {
  if (!hovered) return new Set()
  if ('line' in hovered) return new Set([hovered.line.key, hovered.line.a, hovered.line.b])
  const touching = lines.filter(({ a, b }) => a === hovered.dot.key || b === hovered.dot.key)
  return new Set([hovered.dot.key, ...touching.flatMap(({ key, a, b }) => [key, a, b])])
}

/** The line of a bundle says what the bundle says. */
function hoveredOf(line: Line, { dots }: Drawing): Hovered {
  const dot = line.bundle === null ? undefined : dots.find(({ key }) => key === line.bundle)
  return dot ? { dot } : { line }
}

const middle = (from?: Point, to?: Point): Point | undefined => from && to && { x: (from.x + to.x) / 2, y: (from.y + to.y) / 2 }
