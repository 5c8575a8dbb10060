import type { Line } from './drawing'
import { Glyph } from './GraphDot'
import classes from './Graph.module.css'
import type { Point } from './layout'
import { stateIcon } from './words'

interface Props {
  line: Line
  from: Point
  to: Point
  isDim: boolean
  isOnPath: boolean
  onHover: (over: boolean) => void
  onPick: () => void
}

/** The strongest evidence is the thickest line. */
const widths = [3.2, 2.8, 2.5, 2, 2, 1.6, 1.6, 1.4]

/** Solid where it joins; dashed, with the reason as a small sign, where it does not. For keyboards the list says the same. */
export function GraphLine({ line: { evidence, turn }, from, to, isDim, isOnPath, onHover, onPick }: Props) {
  const { d, middle } = curve(from, to, turn)
  const { state, level, verified, kind } = evidence
  return (
    <g className={classes.line} data-state={state} data-verified={verified || kind === 'alias'} data-dim={isDim || undefined} data-path={isOnPath || undefined} data-testid="identity-edge" onClick={onPick} onPointerEnter={() => onHover(true)} onPointerLeave={() => onHover(false)}>
      <path className={classes.touch} d={d} />
      <path className={classes.stroke} d={d} strokeWidth={widths[level] ?? 1.4} />
      {state !== 'joins' && (
        <g className={classes.sign} transform={`translate(${middle.x.toFixed(1)} ${middle.y.toFixed(1)})`}>
          <circle r={8.5} />
          <Glyph name={stateIcon[state]} size={10} />
        </g>
      )}
      {kind === 'alias' && state === 'joins' && (
        <g className={classes.sign} transform={`translate(${middle.x.toFixed(1)} ${middle.y.toFixed(1)})`}>
          <circle r={8.5} />
          <Glyph name="join" size={11} />
        </g>
      )}
    </g>
  )
}

/** Straight, and bent out of the way where there is another between the same two. */
function curve(from: Point, to: Point, turn: number): { d: string; middle: Point } {
  const middle = { x: (from.x + to.x) / 2, y: (from.y + to.y) / 2 }
  if (turn === 0) return { d: `M${from.x} ${from.y}L${to.x} ${to.y}`, middle }
  const length = Math.hypot(to.x - from.x, to.y - from.y) || 1
  const bend = 26 * Math.ceil(turn / 2) * (turn % 2 === 0 ? -1 : 1)
  const [x, y] = [(-(to.y - from.y) / length) * bend, ((to.x - from.x) / length) * bend]
  return { d: `M${from.x} ${from.y}Q${middle.x + 2 * x} ${middle.y + 2 * y} ${to.x} ${to.y}`, middle: { x: middle.x + x, y: middle.y + y } }
}
