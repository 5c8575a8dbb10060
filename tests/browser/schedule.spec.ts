import fc from 'fast-check'
import { Sdk, World, type Module, type Tab } from './support/world.ts'
import { expect, test } from './support/test.ts'

const MODULES: Module[] = ['there', 'forbidden', 'late', 'traps']

/** One thing that happens. Which tab or request is meant is a number, of however many there are by then. */
type Step =
  | { open: Module }
  | { track: number; tab: number; padding: number }
  | { pass: number }
  | { serve: number; status: number; heard: boolean }
  | { hide: number }
  | { show: number }
  | { leave: number }
  | { comeBack: number }
  | { crash: number; arrive: boolean }
  | { online: boolean }

const which = fc.nat(3)
const step: fc.Arbitrary<Step> = fc.oneof(
  fc.record({ open: fc.constantFrom(...MODULES) }),
  { weight: 4, arbitrary: fc.record({ track: fc.integer({ min: 1, max: 60 }), tab: which, padding: fc.constantFrom(0, 0, 300, 9_000) }) },
  { weight: 4, arbitrary: fc.record({ pass: fc.constantFrom(0, 50, 1_000, 40_000) }) },
  { weight: 4, arbitrary: fc.record({ serve: which, status: fc.constantFrom(200, 200, 200, 0, 429, 503), heard: fc.boolean() }) },
  fc.record({ hide: which }),
  fc.record({ show: which }),
  fc.record({ leave: which }),
  fc.record({ comeBack: which }),
  fc.record({ crash: which, arrive: fc.boolean() }),
  fc.record({ online: fc.boolean() }),
)

let calls = 0

async function happen(world: World, step: Step): Promise<void> {
  const tab = (number: number, act: (tab: Tab) => Promise<void>) => (world.tabs.length ? act(world.tabs[number % world.tabs.length]!) : undefined)
  if ('open' in step) await world.open(step.open)
  if ('track' in step) {
    await tab(step.tab, async (tab) => {
      if (tab.state === 'open') for (let at = 0; at < step.track; at++) tab.track(calls++, step.padding)
      await world.settle()
    })
  }
  if ('pass' in step) await world.pass(step.pass)
  if ('serve' in step) await world.serve(step.serve, step.status, step.heard)
  if ('hide' in step) await tab(step.hide, (tab) => tab.show(false))
  if ('show' in step) await tab(step.show, (tab) => tab.show(true))
  if ('leave' in step) await tab(step.leave, (tab) => tab.leave())
  if ('comeBack' in step) await tab(step.comeBack, (tab) => tab.comeBack())
  if ('crash' in step) await tab(step.crash, (tab) => world.crash(tab, step.arrive))
  if ('online' in step) await world.connect(step.online)
}

/** The visitor comes back, and the server answers: in the end nothing waits any more. */
async function end(world: World): Promise<void> {
  for (const tab of world.tabs) await tab.comeBack()
  await world.connect(true)
  await world.open('there')
  for (let round = 0; round < 500 && (world.kept.length || world.requests.length || round < 2); round++) {
    while (world.requests.length) await world.serve(0, 200, true)
    await world.pass(40_000)
  }
}

test('whatever happens to pages and server, each call is stored once, or counted as thrown away', async ({ nora }) => {
  test.setTimeout(300_000)
  const sdk = new Sdk(await (await fetch(`${nora.base}/nora.js`)).text())
  const property = fc.asyncProperty(fc.array(step, { minLength: 5, maxLength: 60 }), async (steps) => {
    const world = new World(sdk)
    const first = calls
    await world.open('there')
    for (const step of steps) await happen(world, step)
    await end(world)

    expect(world.faults).toEqual([])
    expect(world.kept).toEqual([])
    const stored = [...world.stored.values()]
    expect(new Set(stored).size, 'each by one message id').toBe(stored.length)
    expect(stored.length + world.dropped(), 'stored, or counted').toBe(calls - first)
    const gaps = [...world.numbers.values()].reduce((sum, numbers) => sum + Math.max(...numbers) + 1 - numbers.size, 0)
    expect(gaps, 'no number is missing that was not counted').toBeLessThanOrEqual(world.dropped())
  })
  await fc.assert(property, { seed: Number(process.env.SEED ?? 1), numRuns: Number(process.env.RUNS ?? 100) })
})
