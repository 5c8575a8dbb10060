import classes from './Avatar.module.css'

interface Props {
  name: string | null
  /** decides the colour, so that one person keeps theirs everywhere */
  id: string
  size?: number
}

export function Avatar({ name, id, size = 32 }: Props) {
  const hue = [...id].reduce((sum, letter) => (sum * 31 + letter.charCodeAt(0)) % 360, 0)
  return (
    <span className={classes.avatar} data-unknown={name === null || undefined} style={{ width: size, height: size, fontSize: size * 0.38, '--hue': hue } as React.CSSProperties} aria-hidden="true">
      {name === null ? '?' : initials(name)}
    </span>
  )
}

function initials(name: string): string {
  const words = name.split(/[\s@._-]+/).filter(Boolean)
  const [first, last] = [words[0], words.length > 1 && !name.includes('@') ? words[words.length - 1] : undefined]
  return [first, last].map((word) => [...(word ?? '')][0]?.toUpperCase() ?? '').join('')
}
