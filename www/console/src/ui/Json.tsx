import type { ReactNode } from 'react'
import { CopyButton } from './CopyButton'
import classes from './Json.module.css'

/** A value as indented JSON, with colours. What it holds came from outside: it is shown as text, never as markup. */
export function Json({ value }: { value: unknown }) {
  const text = JSON.stringify(value, null, 2)
  return (
    <div className={classes.box}>
      <pre tabIndex={0} aria-label="JSON">{highlight(text)}</pre>
      <span className={classes.copy}>
        <CopyButton value={text} label="Copy JSON" />
      </span>
    </div>
  )
}

const token = /("(?:\\.|[^"\\])*")(\s*:)?|\b(?:true|false|null)\b|-?\d+(?:\.\d+)?(?:e[+-]?\d+)?/gi

function highlight(text: string): ReactNode[] {
  const parts: ReactNode[] = []
  let end = 0
  for (const match of text.matchAll(token)) {
    parts.push(text.slice(end, match.index))
    const [whole, string, colon] = match
    const kind = colon ? classes.key : string ? classes.string : classes.literal
    parts.push(<span key={match.index} className={kind}>{colon ? string : whole}</span>, colon)
    end = match.index + whole.length
  }
  return [...parts, text.slice(end)]
}
