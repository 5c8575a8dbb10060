/** What the shop remembers in this browser. A real one would ask its server. */
export function read<Value>(name: string, otherwise: Value): Value {
  try {
    return JSON.parse(localStorage.getItem(`aardig.${name}`) ?? 'null') ?? otherwise
  } catch {
    return otherwise
  }
}

export function write(name: string, value: unknown): void {
  localStorage.setItem(`aardig.${name}`, JSON.stringify(value))
}

export function forget(name: string): void {
  localStorage.removeItem(`aardig.${name}`)
}
