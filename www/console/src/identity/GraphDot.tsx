import type { KeyboardEvent } from 'react'
import type { Device } from '../profile/devices'
import { Link, profilePath } from '../router/router'
import { Icon, type IconName } from '../ui/Icon'
import type { Dot } from './drawing'
import classes from './Graph.module.css'
import type { Point } from './layout'
import { notUsed, shortValue, typeColour, typeIcon, typeName, typeNames } from './words'

interface Props {
  dot: Dot
  at: Point
  device: Device | undefined
  /** 0 for the first that was picked, 1 for the second, -1 for none */
  turn: number
  isDim: boolean
  onHover: (over: boolean) => void
  onPick: () => void
}

const radii = [21, 19, 17, 15]

export function radiusOf({ node, members }: Dot): number {
  if (members.length > 1) return 22
  if (!node.is_member) return 11
  return node.is_representative ? 26 : (radii[node.rank] ?? 15)
}

export function labelOf({ node, members }: Dot, device: Device | undefined): string {
  if (members.length > 1) return `${members.length} ${typeNames(node.type)}`
  return device?.name ?? shortValue(node, node.is_member ? 24 : 18)
}

export function GraphDot({ dot, at, device, turn, isDim, onHover, onPick }: Props) {
  const { node, members } = dot
  const [radius, label] = [radiusOf(dot), labelOf(dot, device)]
  const isBundle = members.length > 1
  const isOutside = !node.is_member
  const key = (event: KeyboardEvent) => {
    if (event.key !== 'Enter' && event.key !== ' ') return
    event.preventDefault()
    onPick()
  }
  const name = isBundle ? `${label}: show each` : `${typeName(node.type)} ${node.value}${isOutside ? ', of another profile' : ''}. ${notUsed(node) ?? ''}`
  return (
    <g
      className={classes.dot}
      transform={`translate(${at.x.toFixed(1)} ${at.y.toFixed(1)})`}
      style={{ '--own': `var(--${device?.colour ?? typeColour(node.type)})` } as React.CSSProperties}
      data-dim={isDim || undefined}
      data-outside={isOutside || undefined}
      data-state={node.state}
      data-main={node.is_representative || undefined}
      data-testid="identity-node"
      data-value={isBundle ? undefined : node.value}
      onPointerEnter={() => onHover(true)}
      onPointerLeave={() => onHover(false)}
    >
      <circle className={classes.base} r={radius} />
      <g role="button" tabIndex={0} aria-label={name} aria-pressed={isBundle ? undefined : turn >= 0} onClick={onPick} onKeyDown={key} onFocus={() => onHover(true)} onBlur={() => onHover(false)}>
        {isBundle && <circle className={classes.behind} r={radius} cx={4} cy={-3} />}
        {turn >= 0 && <circle className={classes.halo} r={radius + 5} />}
        <circle className={classes.disc} r={radius} />
        {isBundle ? <text className={classes.number} dy="0.36em">{members.length}</text> : <Glyph name={node.state === 'blocked' ? 'block' : typeIcon(node.type)} size={isOutside ? 12 : radius} />}
        {turn >= 0 && <Turn turn={turn} radius={radius} />}
      </g>
      {isOutside && !isBundle ? (
        <Link to={`${profilePath(node.profile_id)}?view=identity`} aria-label={`Open the profile of ${node.value}`}>
          <text className={classes.label} y={radius + 15}>{label}</text>
        </Link>
      ) : (
        <text className={classes.label} y={radius + 15} aria-hidden="true" onClick={onPick}>{label}</text>
      )}
    </g>
  )
}

export function Glyph({ name, size }: { name: IconName; size: number }) {
  return <g transform={`translate(${-size / 2} ${-size / 2})`}><Icon name={name} size={size} /></g>
}

function Turn({ turn, radius }: { turn: number; radius: number }) {
  return (
    <g className={classes.turn} transform={`translate(${radius * 0.78} ${-radius * 0.78})`}>
      <circle r={8} />
      <text dy="0.36em">{turn + 1}</text>
    </g>
  )
}
