import { all, one, show, typed } from './dom.ts'
import { consent, identify, track } from './nora.ts'
import { read, write } from './store.ts'

export function newsletter(): void {
  const form = one<HTMLFormElement>('[data-newsletter]')
  form.addEventListener('submit', (event) => {
    event.preventDefault()
    const { email = '' } = typed(form)
    identify(null, { email })
    track('Newsletter Subscribed', { email, list: 'firings' })
    form.hidden = true
    show('[data-newsletter-thanks]')
  })
}

export function privacy(): void {
  const dialog = one<HTMLDialogElement>('[data-privacy]')
  const boxes = all<HTMLInputElement>('input[type=checkbox]', dialog)
  one('[data-privacy-open]').addEventListener('click', () => {
    const choices = read<Record<string, boolean>>('consent', {})
    for (const box of boxes) box.checked = choices[box.name] ?? true
    dialog.showModal()
  })
  dialog.addEventListener('close', () => {
    if (dialog.returnValue !== 'save') return
    const choices = Object.fromEntries(boxes.map((box) => [box.name, box.checked]))
    write('consent', choices)
    consent(choices)
  })
}
