import { useId, type ReactNode } from 'react'
import classes from './Card.module.css'

interface Props {
  title?: string
  /** beside the title */
  aside?: ReactNode
  /** the content goes up to the edges */
  flush?: boolean
  children: ReactNode
}

export function Card({ title, aside, flush = false, children }: Props) {
  const id = useId()
  return (
    <section className={classes.card} aria-labelledby={title ? id : undefined}>
      {title && (
        <header className={classes.head}>
          <h2 id={id}>{title}</h2>
          {aside}
        </header>
      )}
      <div className={flush ? undefined : classes.body}>{children}</div>
    </section>
  )
}
