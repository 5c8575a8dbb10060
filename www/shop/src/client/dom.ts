export function all<Kind extends HTMLElement = HTMLElement>(selector: string, within: ParentNode = document): Kind[] {
  return [...within.querySelectorAll<Kind>(selector)]
}

export function one<Kind extends HTMLElement = HTMLElement>(selector: string, within: ParentNode = document): Kind {
  const found = within.querySelector<Kind>(selector)
  if (!found) throw new Error(`the page has no ${selector}`)
  return found
}

export function show(selector: string, shown = true, within: ParentNode = document): void {
  for (const element of all(selector, within)) element.hidden = !shown
}

export function say(selector: string, text: string, within: ParentNode = document): void {
  for (const element of all(selector, within)) element.textContent = text
}

/** What was typed into a form, without the fields that were left empty. */
export function typed(form: HTMLFormElement): Record<string, string> {
  const entries = [...new FormData(form)].map(([name, value]) => [name, String(value).trim()] as const)
  return Object.fromEntries(entries.filter(([, value]) => value !== ''))
}

export const lang = document.documentElement.lang === 'nl' ? 'nl' : 'en'
export const home = document.body.dataset.home ?? '/shop/en/'
