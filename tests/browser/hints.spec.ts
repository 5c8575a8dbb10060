import { createHash } from 'node:crypto'
import type { Page } from '@playwright/test'
import { arrived, more, posted, stay, tracked } from './support/capture.ts'
import { valuesOf, type Query } from './support/query.ts'
import { expect, test } from './support/test.ts'
import { anonymousId, visitor } from './support/visitor.ts'

const email = 'ann@example.org'
const form = `${stay}
  <form>
    <input aria-label="mail" data-nora-identify="email"><input aria-label="phone" data-nora-identify="phone">
    <input aria-label="name" data-nora-identify="first_name"><input aria-label="other">
    <input aria-label="password" type="password" data-nora-identify="password">
    <span data-nora-ignore><input aria-label="ignored" data-nora-identify="nickname"></span>
    <button>Send</button>
  </form>`

test('marked fields identify, others do not', async ({ nora, query, site, device }) => {
  const page = await device()
  const bodies = posted(page)
  await page.goto(site.page('/', nora.tag('data-auto="click,form" data-hints="form"') + form))
  await more(page)
  await fill(page, { mail: 'not an address', phone: '12', other: 'nobody@example.org', password: 'correct horse', ignored: 'Annie' })
  await page.getByText('Send').click()
  await fill(page, { mail: ` ${email} ` })
  await page.getByLabel('name', { exact: true }).evaluate((field: HTMLInputElement) => (field.value = 'Ann')) // As a browser fills it in: without a word.
  await page.getByText('Send').click()
  await page.getByText('Send').click()

  await arrived(() => traits(page, query), [{ email }, { first_name: 'Ann' }])
  expect(valuesOf(await query.profile('email', email), 'anonymous_id')).toEqual([await anonymousId(page)])
  for (const never of ['not an address', 'nobody@', 'correct horse', 'Annie']) expect(bodies.join(), never).not.toContain(never)
})

for (const [name, attributes] of [['the option', 'data-auto="form"'], ['consent', 'data-hints="form,login" data-consent="required"']] as const) {
  test(`without ${name} there are no hints`, async ({ nora, query, site, device }) => {
    const page = await device()
    const bodies = posted(page)
    await page.goto(site.page('/', `<meta name="nora:user-id" content="u-1">${nora.tag(attributes)}${form}`))
    await more(page)
    await fill(page, { mail: email })
    await page.getByText('Send').click()
    await page.evaluate(() => window.nora!.track('Last'))
    if (name === 'consent') {
      expect(bodies).toEqual([])
      await page.evaluate(() => window.nora!.consent({ Analytics: true }))
      // From now on, and who is logged in now.
      await expect.poll(async () => (await visitor(page)).userId).toBe('u-1')
      await expect.poll(() => query.profile('user_id', 'u-1')).toBeTruthy()
    } else {
      await expect.poll(async () => (await tracked(page, query)).map(({ event }) => event)).toContain('Last')
      expect((await visitor(page)).userId).toBeNull()
    }
    expect(bodies.join()).not.toContain(email)
  })
}

test('hashed before it leaves the page', async ({ nora, query, site, device }) => {
  const page = await device()
  const bodies = posted(page)
  await page.goto(site.page('/', `<meta name="nora:trait-plan" content="pro"><meta name="nora:trait-email" content="${email}"><meta name="nora:user-id" content="u-1">${nora.tag('data-hints="form,login" data-hash="true"')}${form}`))
  await more(page)
  await fill(page, { mail: ' Ann@Example.ORG', phone: '0470 12 34 56' })
  await fill(page, { phone: '+32 (470) 12-34-56' })
  const [email_sha256, phone_sha256] = [email, '+32470123456'].map((value) => createHash('sha256').update(value).digest('hex'))
  await arrived(() => traits(page, query), [{ plan: 'pro', email_sha256 }, { email_sha256 }, { phone_sha256 }])
  const profile = await query.profile('user_id', 'u-1')
  expect(valuesOf(profile, 'email_sha256')).toEqual([email_sha256])
  expect(valuesOf(profile, 'phone_sha256')).toEqual([phone_sha256])
  expect(bodies.join()).not.toMatch(/example\.org|470[) ]*12[ -]?34/i)
})

test('who is logged in, by a meta tag, is told once', async ({ nora, query, site, device }) => {
  const page = await device()
  const address = site.page('/', `<meta name="nora:user-id" content="u-1"><meta name="nora:trait-first-name" content="Ann">${nora.tag('data-hints="login"')}`)
  for (let visit = 0; visit < 2; visit++) {
    await page.goto(address)
    await more(page)
  }
  expect(await visitor(page)).toMatchObject({ userId: 'u-1' })
  await page.evaluate(() => window.nora!.track('Last'))
  await expect.poll(async () => (await query.events('user_id', 'u-1')).map(({ event }) => event)).toContain('Last')
  expect(await traits(page, query)).toEqual([{ first_name: 'Ann' }])

  // In another session, with what is new by then.
  await page.evaluate(() => localStorage.removeItem('nora_session'))
  await page.goto(site.page('/later', `<meta name="nora:user-id" content="u-1"><meta name="nora:trait-plan" content="pro">${nora.tag('data-hints="login"')}`))
  await more(page)
  await arrived(() => traits(page, query), [{ first_name: 'Ann' }, { plan: 'pro' }])

  await page.goto(site.page('/guest', `<meta name="nora:user-id" content="null">${nora.tag('data-hints="login"')}`))
  await more(page)
  expect(await visitor(page)).toMatchObject({ userId: 'u-1' })
})

test('who is logged in, by the data layer', async ({ nora, query, site, device }) => {
  const page = await device()
  await page.goto(site.page('/', `<script>dataLayer = [{ userId: null }]</script>${nora.tag('data-hints="login"')}`))
  await more(page)
  expect((await visitor(page)).userId).toBeNull()
  await page.evaluate(() => (window as any).dataLayer.push({ event: 'login', user_id: 42 }))
  expect((await visitor(page)).userId).toBe('42')
  // After a log-out it is not the old one again.
  await page.evaluate(() => {
    window.nora!.reset()
    history.pushState({}, '', '/bye')
    return new Promise((done) => setTimeout(done))
  })
  expect((await visitor(page)).userId).toBeNull()
  await page.evaluate(() => window.nora!.flush())
  await expect.poll(() => query.profile('user_id', '42')).toMatchObject({ computed: { event_counts: { identify: 1 } } })
})

async function fill(page: Page, values: Record<string, string>): Promise<void> {
  for (const [label, value] of Object.entries(values)) {
    await page.getByLabel(label, { exact: true }).fill(value)
    await page.getByLabel(label, { exact: true }).blur()
  }
}

/** Of every identify. */
async function traits(page: Page, query: Query) {
  await page.evaluate(() => window.nora!.flush())
  const events = await query.events('anonymous_id', await anonymousId(page))
  return events.filter(({ type }) => type === 'identify').map(({ traits }) => traits)
}
