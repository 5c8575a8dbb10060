import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { nameOf } from './support/query.ts'
import { expect, test } from './support/test.ts'

const kept = 'Object.keys(localStorage).filter((key) => key.startsWith("nora_q_")).length'

/** The start page prerenders the next one, and goes there once that has loaded all it has. */
const prerender = (next: string) => `
  nora = [["ready", async () => {
    const until = async (is) => { while (!is()) await new Promise((then) => setTimeout(then, 20)) };
    await until(() => nora.counts().delivered && !${kept});
    const rules = document.createElement("script");
    rules.type = "speculationrules";
    rules.text = '{"prerender":[{"source":"list","eagerness":"immediate","urls":["${next}"]}]}';
    document.head.append(rules);
    await until(() => localStorage.loaded);
    location.href = "${next}";
  }]]`

test('a page that is prerendered is seen once somebody looks at it', async ({ nora, query, site }) => {
  // What is called before the script is there, by a page that nobody looks at; and what was kept of it.
  const early = '<script>nora = [["identify", "u-1"], ["track", "Early"]]</script>'
  const next = site.page('/next', early + nora.tag(`data-auto="page" onload='localStorage.loaded = document.prerendering; nora.track("Loaded", { prerendered: localStorage.loaded, kept: ${kept} })'`))
  const start = site.page('/', `<script>${prerender(next)}</script>${nora.tag('data-auto="page"')}`)

  // Without Playwright, whose debugger keeps Chromium from prerendering.
  const { executablePath, args, chromiumSandbox } = test.info().project.use.launchOptions!
  const profile = await mkdtemp(join(tmpdir(), 'nora-prerender-'))
  const browser = spawn(executablePath!, ['--headless', '--no-first-run', `--user-data-dir=${profile}`, ...args!, ...(chromiumSandbox ? [] : ['--no-sandbox']), start], { detached: true, stdio: 'ignore' })
  const gone = once(browser, 'exit')
  try {
    await expect.poll(async () => (await query.events('user_id', 'u-1')).map((event) => [nameOf(event), event.context.page?.path]).sort()).toEqual([
      ['Early', '/next'],
      ['Loaded', '/next'],
      ['identify', '/next'],
      ['page', '/'],
      ['page', '/next'],
    ])
    const loaded = (await query.events('user_id', 'u-1')).find((event) => event.event === 'Loaded')
    expect(loaded?.properties).toEqual({ prerendered: 'true', kept: 0 })
  } finally {
    process.kill(-browser.pid!)
    await gone
    await rm(profile, { recursive: true, maxRetries: 5 })
  }
})
