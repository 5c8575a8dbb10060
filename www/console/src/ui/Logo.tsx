import classes from './Logo.module.css'

/** An N that is a small graph: what is known at one end and at the other is one. */
export function Logo() {
  return (
    <span className={classes.logo}>
      <svg viewBox="0 0 32 32" width="28" height="28" aria-hidden="true">
        <rect width="32" height="32" rx="9" fill="#14594b" />
        <path d="M10 22V10l12 12V10" fill="none" stroke="#fff" strokeWidth="2.6" strokeLinejoin="round" strokeLinecap="round" />
        <circle cx="10" cy="22" r="3.4" fill="#8fe0c4" />
        <circle cx="22" cy="10" r="3.4" fill="#8fe0c4" />
      </svg>
      Nora
    </span>
  )
}
