import { readFile } from 'node:fs/promises'
import { complaintsOf } from './support/complaints.ts'
import { arrived, more, posted, stay, tracked } from './support/capture.ts'
import { expect, test } from './support/test.ts'
import { anonymousId, ready } from './support/visitor.ts'

const everything = 'data-auto="page,click,form,link,engagement,vitals,error,datalayer"'

test('what the site marked is tracked, and needs no other file', async ({ nora, query, site, device }) => {
  const page = await device()
  const complaints = complaintsOf(page)
  const other: string[] = []
  page.on('request', (request) => /\/nora\/\w+\.js$/.test(request.url()) && other.push(request.url()))
  await page.goto(
    site.page(
      '/',
      `${nora.tag()}${stay}
      <button data-nora-event="Plan Chosen" data-nora-prop-plan="pro" data-nora-prop-product-id="007"><b>Take <i>it</i></b></button>
      <form data-nora-event="Wish Made" data-nora-prop-kind="letter"><input name="wish"><button>Send</button></form>
      <div data-nora-ignore><a href="#" data-nora-event="Never">never</a></div>`,
    ),
  )
  await ready(page)
  await page.locator('i').click()
  await page.getByText('Send').click()
  await page.getByText('never').click()
  // Added later, in a shadow tree, by a page that keeps its events to itself.
  await page.evaluate(() => {
    const host = document.body.appendChild(document.createElement('section'))
    host.addEventListener('click', (event) => event.stopPropagation())
    host.attachShadow({ mode: 'open' }).innerHTML = `
      <button data-nora-event="Shadow Clicked"><span>Deep</span></button>
      <form data-nora-event="Shadow Sent"><input aria-label="field"></form>`
    host.shadowRoot!.addEventListener('submit', (event) => event.preventDefault())
  })
  await page.getByText('Deep').click()
  await page.getByLabel('field').press('Enter')

  const found = async () => (await tracked(page, query)).map(({ event, properties }) => [event, properties])
  await arrived(found, [
    ['Plan Chosen', { plan: 'pro', product_id: '007' }],
    ['Wish Made', { kind: 'letter' }],
    ['Shadow Clicked', {}],
    ['Shadow Sent', {}],
  ])
  expect(other).toEqual([])
  expect(complaints).toEqual([])
})

test('clicks and forms, if the site asks for them', async ({ nora, query, site, device }) => {
  const page = await device()
  await page.goto(
    site.page(
      '/',
      `${nora.tag('data-auto="click,form"')}${stay}
      <button id="buy" class="big red"><b>Buy</b>\n   now</button>
      <a href="/offers?who=ann#top" role="button">${'Offers '.repeat(20)}</a>
      <div onclick="">no text of this</div>
      <p>not this</p>
      <form id="news" action="/subscribe?x=1" method="post"><input name="id" value="secret"><input name="town"><fieldset data-nora-ignore><input name="hidden"></fieldset><button>Go</button></form>
      <form name="login"><input type="password" name="p"><button>Log in</button></form>
      <div contenteditable><button>typed here</button></div>
      <section data-nora-ignore><button>ignored</button></section>`,
    ),
  )
  await more(page)
  for (const text of ['Buy', 'Offers', 'no text of this', 'not this', 'Log in', 'ignored', 'typed here']) await page.getByText(text).first().click()
  await page.getByText('Go', { exact: true }).click()
  const found = async () => (await tracked(page, query)).map(({ event, properties }) => [event, properties])
  await arrived(found, [
    ['Element Clicked', { tag: 'button', id: 'buy', class: 'big red', text: 'Buy now' }],
    ['Element Clicked', { tag: 'a', role: 'button', href: `${site.origin}/offers`, text: 'Offers '.repeat(20).slice(0, 64) }],
    ['Element Clicked', { tag: 'div' }],
    ['Element Clicked', { tag: 'button' }],
    ['Element Clicked', { tag: 'button', text: 'Go' }],
    ['Form Submitted', { tag: 'form', id: 'news', action: `${site.origin}/subscribe`, method: 'post', fields: ['id', 'town'] }],
  ])
})

test('nothing that somebody types is sent, wherever they type it', async ({ nora, query, site, device }) => {
  const page = await device()
  const bodies = posted(page)
  const secrets = ['ann.peeters@example.org', '+32 470 12 34 56', '0470/1234567', '4111 1111 1111 1111', 'correct horse']
  const fields = ['input', 'input type="email"', 'input type="tel"', 'input type="search"', 'textarea', 'div contenteditable', 'input autocomplete="cc-number"']
  const field = (tag: string, at: number) => `<${tag} name="f${at}" data-testid="f${at}"></${tag.split(' ')[0]}>`
  await page.goto(
    site.page(
      '/',
      `${nora.tag(everything)}${stay}
      <form>${fields.slice(0, -1).map(field).join('')}<button>Send</button></form>${field(fields.at(-1)!, fields.length - 1)}
      <form><input name="p" type="password"><button>Enter</button></form>
      ${secrets.map((secret) => `<button class="said">${secret}</button><a class="said" title="${secret}" href="/of/${secret}">${secret}</a>`).join('')}
      <a class="said" href="mailto:${secrets[0]}">write</a><a class="said" href="tel:${secrets[1]}">call</a>
      <button class="said" id="${secrets[0]}" name="${secrets[0]}">me</button>`,
    ),
  )
  await more(page)
  for (const secret of secrets) {
    for (const at of fields.keys()) {
      await page.getByTestId(`f${at}`).fill(secret)
      await page.getByTestId(`f${at}`).click()
    }
    await page.locator('[type=password]').fill(secret)
    for (const button of ['Send', 'Enter']) await page.getByText(button).click()
    await page.evaluate((secret) => (window as any).dataLayer.push({ event: 'lead', email: secret, user_data: { any: secret }, phone_number: secret }), secret)
  }
  const said = page.locator('.said')
  for (let at = 0; at < (await said.count()); at++) await said.nth(at).click()
  await page.evaluate(() => window.nora!.track('Last'))
  const names = async () => (await tracked(page, query)).map(({ event }) => event)
  await expect.poll(names).toContain('Last')
  expect(await names()).toEqual(expect.arrayContaining(['Element Clicked', 'Form Submitted', 'lead']))
  const id = await anonymousId(page)
  await page.goto('about:blank')
  await expect.poll(async () => (await query.events('anonymous_id', id)).map(({ event }) => event)).toContain('Web Vitals')

  // Of what a page posts while it goes, only the server tells.
  const sent = bodies.join('\n') + JSON.stringify(await query.events('anonymous_id', id))
  expect(sent).toContain('Page Engaged')
  // A button that says a password in plain text is the site's own, and no test of ours.
  for (const secret of secrets.slice(0, -1)) {
    for (const form of [secret, encodeURIComponent(secret), secret.replace(/\D/g, '') || secret]) expect(sent, form).not.toContain(form)
  }
  expect(sent.split('correct horse').length - 1, 'only of the button and the link').toBeLessThanOrEqual(4)
})

test('time counts while somebody is there, and how far they scroll', async ({ nora, query, site, device }) => {
  const page = await device()
  await page.clock.install({ time: '2026-01-01T10:00:00Z' })
  await page.clock.pauseAt('2026-01-01T10:00:01Z')
  await page.goto(site.page('/long', `${nora.tag('data-auto="engagement"')}<div style="height: 10000px">A long page</div>`))
  await more(page)
  const id = await anonymousId(page)
  await page.evaluate(() => window.nora!.track('Start'))
  await page.clock.runFor(10_000)
  await page.mouse.move(10, 10)
  // Gone for a walk: 30 seconds of it count.
  await page.clock.runFor(300_000)
  await page.mouse.move(20, 20)
  await page.clock.runFor(5_000)
  const scrolled = (y: number) => page.evaluate((y) => new Promise((done) => { addEventListener('scroll', done, { once: true }); scrollTo(0, y) }), y)
  await scrolled(4_280)
  await page.clock.runFor(1_000)
  await scrolled(0)
  await page.goto(site.page('/next', ''))
  const found = async () => (await query.events('anonymous_id', id)).filter(({ event }) => event === 'Page Engaged')
  await expect.poll(found).toMatchObject([{ context: { page: { path: '/long' } } }])
  const [{ properties } = { properties: {} }] = await found()
  const height = page.viewportSize()!.height
  expect(properties).toEqual({ active_ms: 46_000, scroll_depth: Math.round(((4_280 + height) / 10_016) * 100) })
})

test('whoever comes back to a page that was hidden adds to its time', async ({ nora, query, site, device }) => {
  const page = await device()
  await page.clock.install({ time: '2026-01-01T10:00:00Z' })
  await page.clock.pauseAt('2026-01-01T10:00:01Z')
  await page.goto(site.page('/', nora.tag('data-auto="engagement,vitals"')))
  await more(page)
  const id = await anonymousId(page)
  const show = (state: string) => page.evaluate((state) => {
    Object.defineProperty(document, 'visibilityState', { value: state, configurable: true })
    Object.defineProperty(document, 'hidden', { value: state === 'hidden', configurable: true })
    document.dispatchEvent(new Event('visibilitychange', { bubbles: true }))
  }, state)
  await page.clock.runFor(5_000)
  await show('hidden')
  await page.clock.runFor(20_000)
  await show('visible')
  await page.clock.runFor(3_000)
  await page.goto('about:blank')
  const found = async () => (await query.events('anonymous_id', id)).filter(({ type }) => type === 'track').map(({ event, properties }) => [event, properties?.active_ms])
  await arrived(found, [['Page Engaged', 5_000], ['Web Vitals', undefined], ['Page Engaged', 3_000]])
})

test('a navigation within the page ends a page view, and tells of the one that ended', async ({ nora, query, site, device }) => {
  const page = await device()
  await page.goto(site.page('/', `${nora.tag('data-auto="page,engagement"')}<p>One</p>`))
  await more(page)
  const id = await anonymousId(page)
  await page.mouse.move(10, 10)
  await page.evaluate(() => history.pushState({}, '', '/second'))
  const found = async () => (await query.events('anonymous_id', id)).filter(({ event, type }) => event === 'Page Engaged' || type === 'page').map(({ type, context }) => [type, context.page?.path])
  await arrived(found, [['page', '/'], ['track', '/'], ['page', '/second']])
  await page.goto('about:blank')
  await arrived(found, [['page', '/'], ['track', '/'], ['page', '/second'], ['track', '/second']])
})

test('links that lead away, and files', async ({ nora, query, site, device }) => {
  const page = await device()
  await page.goto(
    site.page(
      '/',
      `${nora.tag('data-auto="link"')}${stay}
      <a href="https://other.example/a/b?token=1#x">Partner</a> <a href="/inside">inside</a> <a href="mailto:ann@example.org">mail</a>
      <a href="/files/Price%20list.PDF?v=2">Prices</a> <a href="/export" download>Export</a> <button>no link</button>`,
    ),
  )
  await more(page)
  for (const text of ['Partner', 'inside', 'mail', 'Prices', 'Export', 'no link']) await page.getByText(text, { exact: true }).click()
  await page.getByText('Partner').click({ button: 'middle' })
  await page.getByText('Partner').click({ button: 'right' })
  const { host } = new URL(site.origin)
  const partner = ['Link Clicked', { tag: 'a', href: 'https://other.example/a/b', text: 'Partner', host: 'other.example' }]
  const found = async () => (await tracked(page, query)).map(({ event, properties }) => [event, properties])
  await arrived(found, [
    partner,
    ['File Downloaded', { tag: 'a', href: `${site.origin}/files/Price%20list.PDF`, text: 'Prices', host, file_extension: 'pdf' }],
    ['File Downloaded', { tag: 'a', href: `${site.origin}/export`, text: 'Export', host }],
    partner,
  ])
})

test('web vitals are those of the web-vitals package', async ({ nora, query, site, device }) => {
  const page = await device()
  site.script('/web-vitals.js', await readFile(new URL('../../node_modules/web-vitals/dist/web-vitals.iife.js', import.meta.url), 'utf8'))
  await page.goto(
    site.page(
      '/',
      `${nora.tag('data-auto="vitals"')}<script src="/web-vitals.js"></script>
      <script>for (const name of ["LCP", "CLS", "INP", "FCP", "TTFB"]) webVitals["on" + name](({ value }) => localStorage.setItem("vital " + name, value), { reportAllChanges: true })</script>
      <h1>Small</h1><div id="gap"></div><p style="font-size: 60px">The largest text of this page</p><button>Slow</button>`,
    ),
  )
  await more(page)
  const id = await anonymousId(page)
  // Two bursts of shifts, of which the second is larger.
  const shift = (height: number) => page.evaluate((height) => new Promise<void>((done) => {
    new PerformanceObserver((_, observer) => { observer.disconnect(); done() }).observe({ type: 'layout-shift' })
    document.getElementById('gap')!.style.height = `${height}px`
  }), height)
  await shift(50)
  await page.evaluate(() => new Promise((done) => setTimeout(done, 1_100)))
  await shift(150)
  await shift(300)
  await page.evaluate(() => {
    document.querySelector('button')!.addEventListener('click', () => {
      for (const end = performance.now() + 120; performance.now() < end; );
    })
  })
  const timed = page.evaluate(() => new Promise<void>((done) => new PerformanceObserver((list) => list.getEntries().some(({ name }) => name === 'click') && done()).observe({ type: 'event', durationThreshold: 40 } as PerformanceObserverInit)))
  await page.getByText('Slow').click()
  await timed
  await expect.poll(() => page.evaluate(() => localStorage.getItem('vital INP'))).toBeTruthy()
  await page.goto(site.page('/next', ''))

  const vital = (name: string) => page.evaluate((name) => Number(localStorage.getItem(`vital ${name}`)), name)
  const [lcp, cls, inp, fcp, ttfb] = [await vital('LCP'), await vital('CLS'), await vital('INP'), await vital('FCP'), await vital('TTFB')]
  expect(cls).toBeGreaterThan(0)
  expect(inp).toBeGreaterThanOrEqual(120)
  const found = async () => (await query.events('anonymous_id', id)).filter(({ event }) => event === 'Web Vitals').map(({ properties }) => properties)
  await arrived(found, [{ lcp: Math.round(lcp), cls: Number(cls.toFixed(4)), inp, fcp: Math.round(fcp), ttfb: Math.round(ttfb) }])
})

test('errors, a few of them, without what is private in them', async ({ nora, query, site, browser }) => {
  const context = await browser.newContext()
  const page = await context.newPage()
  await page.goto(site.page('/', `${nora.tag('data-auto="error"')}<script src="/page.js?key=1"></script>`))
  site.script('/page.js', '')
  site.script('/throws.js', '\n  throw new TypeError("no such user ann@example.org at +32 470 12 34 56")')
  await more(page)
  const run = (code: string) => page.evaluate((code) => void setTimeout(code), code)
  await page.addScriptTag({ url: '/throws.js?secret=1' })
  await run('Promise.reject(new Error("rejected"))')
  for (let at = 0; at < 3; at++) await run('throw new Error("again and again")')
  await run('document.body.append(Object.assign(new Image(), { src: "/none.png", onerror: () => { for (const n of "abcd") setTimeout(() => { throw new Error(n) }) } }))')
  const found = async () => (await tracked(page, query)).map(({ event, properties }) => [event, properties?.message])
  await arrived(found, [
    'Uncaught TypeError: no such user * at *', 'Error: rejected', 'Uncaught Error: again and again', 'Uncaught Error: a', 'Uncaught Error: b',
  ].map((message) => ['Error Occurred', message]))
  const [first] = (await tracked(page, query)).filter(({ properties }) => String(properties?.message).includes('TypeError'))
  expect(first?.properties).toMatchObject({ source: `${site.origin}/throws.js`, line: 2, column: 9 })
  await context.close()
})

test('the data layer, in the words of Segment', async ({ nora, query, site, device }) => {
  const page = await device()
  const item = { item_id: 'a1', item_name: 'Moon jar', item_brand: 'Nora', item_category: 'Jars', price: 40, quantity: 1, index: 3 }
  const product = { product_id: 'a1', name: 'Moon jar', brand: 'Nora', category: 'Jars', price: 40, quantity: 1, position: 3 }
  await page.goto(
    site.page(
      '/',
      `<script>
        dataLayer = [{ "gtm.start": 1, event: "gtm.js" }, { event: "view_item", ecommerce: { currency: "EUR", value: 40, items: [${JSON.stringify(item)}] } }];
        function gtag() { dataLayer.push(arguments) }
        gtag("js", new Date()); gtag("config", "G-1");
      </script>${nora.tag('data-auto="datalayer"')}`,
    ),
  )
  await more(page)
  await page.evaluate((item) => {
    const { dataLayer, gtag } = window as any
    dataLayer.push({ ecommerce: null })
    gtag('event', 'add_to_cart', { currency: 'EUR', items: [item, { ...item, item_id: 'a2' }] })
    gtag('event', 'page_view')
    gtag('event', 'search', { search_term: 'jar' })
    dataLayer.push({ event: 'view_item_list', ecommerce: { item_list_id: 'l', item_list_name: 'Jars', items: [item] } })
    dataLayer.push({ event: 'purchase', ecommerce: { transaction_id: '1234567', value: 80, tax: 8, shipping: 5, currency: 'EUR', items: [item] }, eventCallback() {} })
    const loop: Record<string, unknown> = { event: 'loops' }
    loop.self = loop
    dataLayer.push(loop, { event: 'Quiz Done', score: 7, 'gtm.uniqueEventId': 3, contact: 'ann@example.org', user_data: { a: 1 } })
  }, item)
  const found = async () => (await tracked(page, query)).map(({ event, properties }) => [event, properties])
  await arrived(found, [
    ['Product Viewed', { currency: 'EUR', value: 40, ...product }],
    ['Product Added', { currency: 'EUR', ...product }],
    ['Product Added', { currency: 'EUR', ...product, product_id: 'a2' }],
    ['Products Searched', { query: 'jar' }],
    ['Product List Viewed', { list_id: 'l', list_name: 'Jars', products: [product] }],
    ['Order Completed', { order_id: '1234567', revenue: 80, tax: 8, shipping: 5, currency: 'EUR', products: [product] }],
    ['Quiz Done', { score: 7 }],
  ])
  expect(await page.evaluate(() => (window as any).dataLayer.length), 'the page has its layer to itself').toBe(12)
})

test('first-party cookies of ad platforms, if the visitor allows them', async ({ nora, query, site, device }) => {
  const page = await device()
  const address = site.page('/', nora.tag('data-auto="none"'))
  await page.context().addCookies([{ name: '_fbp', value: 'fb.1.2.3', url: site.origin }, { name: '_ga', value: 'GA1.1.7.8', url: site.origin }])
  await page.goto(address)
  await ready(page)
  await page.evaluate(() => window.nora!.track('Before'))
  await page.evaluate(() => window.nora!.consent({ Analytics: true, Advertising: false }))
  await page.evaluate(() => window.nora!.track('After'))
  const cookies = async () => Object.fromEntries((await tracked(page, query)).map(({ event, context }) => [event, context.cookies]))
  await expect.poll(cookies).toMatchObject({ Before: { _fbp: 'fb.1.2.3', _ga: 'GA1.1.7.8' }, After: undefined })
})
