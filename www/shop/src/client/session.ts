import { all, home, typed } from './dom.ts'
import { identify, reset, track } from './nora.ts'
import { forget, read, write } from './store.ts'

export interface Person {
  userId: string
  email: string
  firstName?: string
  lastName?: string
}

export function person(): Person | null {
  return read<Person | null>('person', null)
}

export function fullName({ firstName, lastName, email }: Person): string {
  return [firstName, lastName].filter(Boolean).join(' ') || email
}

/** The same person on every device, without a server to ask: the id follows from the e-mail (FNV-1a, 64 bits). */
export function userIdFor(email: string): string {
  const bytes = new TextEncoder().encode(email.trim().toLowerCase())
  const hash = bytes.reduce((sum, byte) => ((sum ^ BigInt(byte)) * 0x100000001b3n) & 0xffffffffffffffffn, 0xcbf29ce484222325n)
  return `cust_${hash.toString(16).padStart(16, '0').slice(0, 12)}`
}

/** Tells Nora who this is: the one call that turns a visitor into a customer. */
export function enter(form: HTMLFormElement): void {
  const { email = '', firstName, lastName } = typed(form)
  const known = read<Record<string, Person>>('people', {})
  const userId = userIdFor(email)
  remember({ ...known[userId], userId, email, ...(firstName && { firstName }), ...(lastName && { lastName }) })
  track(form.dataset.enter === 'register' ? 'Signed Up' : 'Signed In', { method: 'email' })
  location.assign(`${home}account/`)
}

export function remember(who: Person): void {
  write('person', who)
  // On the next log-in in this browser the name is known, as it would be on a server.
  write('people', { ...read<Record<string, Person>>('people', {}), [who.userId]: who })
  const { userId, ...traits } = who
  identify(userId, traits)
}

export function leave(): void {
  track('Signed Out')
  forget('person')
  reset()
  location.assign(home)
}

/** The header knows who is logged in. */
export function showPerson(): void {
  const who = person()
  if (!who) return
  for (const link of all<HTMLAnchorElement>('[data-account-link]')) {
    link.href = link.dataset.accountHref ?? link.href
    link.classList.add('known')
    link.title = who.email
    const initial = link.querySelector('[data-initial]')
    if (initial) initial.textContent = fullName(who).slice(0, 1).toUpperCase()
  }
}
