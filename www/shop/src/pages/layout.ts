import { categories } from '../catalogue/categories.ts'
import { langs } from '../catalogue/types.ts'
import { words as allWords } from '../words/index.ts'
import type { Context } from './context.ts'
import { footer } from './footer.ts'
import { html, type Html } from './html.ts'
import { icons } from './icons.ts'

export interface Page {
  /** below /shop/{lang}/ */
  path: string
  /** tells the script which page it is on */
  kind: string
  title: string
  body: (context: Context) => Html
}

export function layout(page: Page, context: Context): string {
  const { lang, words, assets, link } = context
  return html`<!doctype html>
<html lang="${lang}">
<head>
  <meta charset="utf-8">
  <meta name="viewport" content="width=device-width, initial-scale=1">
  <meta name="color-scheme" content="light dark">
  <title>${page.title === '' ? `Aardig · ${words.slogan}` : `${page.title} · Aardig`}</title>
  <meta name="description" content="${words.heroText}">
  ${langs.map((other) => html`<link rel="alternate" hreflang="${other}" href="/shop/${other}/${page.path}">`)}
  <link rel="icon" href="${assets.art('icon')}" type="image/svg+xml">
  <link rel="stylesheet" href="${assets.style}">
  <script async src="/nora.js" data-write-key="__NORA_WRITE_KEY__"></script>
  <script type="module" src="${assets.script}"></script>
</head>
<body data-page="${page.kind}" data-home="${link('')}">
  <a class="skip" href="#main">${words.skip}</a>
  <p class="notice">${words.notice}</p>
  ${header(page, context)}
  <main id="main">${page.body(context)}</main>
  ${footer(context)}
  <p class="toast" role="status" data-toast></p>
</body>
</html>`.text
}

function header(page: Page, { lang, words, link }: Context): Html {
  return html`<header class="top">
    <a class="brand" href="${link('')}">aardig</a>
    <nav class="top-nav" aria-label="${words.menu}">
      ${categories.map((category) => {
        const path = `category/${category.slug}/`
        return html`<a href="${link(path)}" data-testid="nav-${category.slug}"${page.path === path && html` aria-current="page"`}>${category.name[lang]}</a>`
      })}
    </nav>
    <div class="top-tools">
      <form class="search" action="${link('search/')}" role="search">
        <label><span class="sr">${words.search}</span><input type="search" name="q" placeholder="${words.searchHint}" data-testid="search"></label>
        ${icons.search}
      </form>
      <span class="langs">${langs.map(
        (other) => html`<a href="/shop/${other}/${page.path}" lang="${other}" hreflang="${other}" title="${allWords[other].languageName}" data-testid="lang-${other}" data-keep-query${other === lang && html` aria-current="true"`}>${other}</a>`,
      )}</span>
      <a class="tool" href="${link('login/')}" data-account-link data-account-href="${link('account/')}" data-testid="account-link" aria-label="${words.account}" title="${words.account}">${icons.person}<span data-initial></span></a>
      <a class="tool" href="${link('cart/')}" data-testid="cart-link" aria-label="${words.cart}" title="${words.cart}">${icons.basket}<span class="count" data-cart-count data-testid="cart-count" hidden>0</span></a>
    </div>
  </header>`
}
