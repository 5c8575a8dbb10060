import { Html } from './html.ts'

function icon(paths: string): Html {
  return new Html(
    `<svg class="icon" viewBox="0 0 24 24" width="22" height="22" fill="none" stroke="currentColor" stroke-width="1.6" stroke-linecap="round" stroke-linejoin="round" aria-hidden="true">${paths}</svg>`,
  )
}

export const icons = {
  search: icon('<circle cx="11" cy="11" r="6.5"/><path d="m16 16 4.5 4.5"/>'),
  person: icon('<circle cx="12" cy="8" r="4"/><path d="M4.5 20.5c.6-4 3.6-6 7.5-6s6.9 2 7.5 6"/>'),
  basket: icon('<path d="M4 10h16l-1.6 9.2a1.5 1.5 0 0 1-1.5 1.3H7.1a1.5 1.5 0 0 1-1.5-1.3Z"/><path d="M8.5 10c0-4 1.5-6.5 3.5-6.5s3.5 2.5 3.5 6.5"/>'),
  arrow: icon('<path d="M4 12h16m-6-6 6 6-6 6"/>'),
}
