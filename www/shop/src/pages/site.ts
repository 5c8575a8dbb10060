import { categories } from '../catalogue/categories.ts'
import { inCategory } from '../catalogue/products.ts'
import { langs, type Lang } from '../catalogue/types.ts'
import { words as allWords } from '../words/index.ts'
import { categoryPage, productPage, searchPage } from './browse.ts'
import { cartPage, checkoutPage, thanksPage } from './buying.ts'
import type { Assets } from './context.ts'
import { home } from './home.ts'
import { layout, type Page } from './layout.ts'
import { accountPage, loginPage } from './person.ts'

export type { Assets }

/** Every page by its folder below /shop/. */
export function renderSite(assets: Assets): Map<string, string> {
  const site = new Map<string, string>([['', toEnglish(assets)]])
  for (const lang of langs) {
    const context = { lang, words: allWords[lang], assets, link: (path: string) => `/shop/${lang}/${path}` }
    for (const page of pages(lang)) site.set(`${lang}/${page.path}`, layout(page, context))
  }
  return site
}

function pages(lang: Lang): Page[] {
  const words = allWords[lang]
  return [
    { path: '', kind: 'home', title: '', body: home },
    { path: 'search/', kind: 'search', title: words.search, body: searchPage },
    { path: 'cart/', kind: 'cart', title: words.cartTitle, body: cartPage },
    { path: 'checkout/', kind: 'checkout', title: words.checkoutTitle, body: checkoutPage },
    { path: 'thanks/', kind: 'thanks', title: words.yourOrder, body: thanksPage },
    { path: 'login/', kind: 'login', title: words.login, body: loginPage },
    { path: 'account/', kind: 'account', title: words.accountTitle, body: accountPage },
    ...categories.flatMap((category): Page[] => [
      { path: `category/${category.slug}/`, kind: 'category', title: category.name[lang], body: (context) => categoryPage(category, context) },
      ...inCategory(category.slug).map(
        (product): Page => ({
          path: `product/${product.slug}/`,
          kind: 'product',
          title: product.name[lang],
          body: (context) => productPage(category, product, context),
        }),
      ),
    ]),
  ]
}

/** A door, not a page: without the tag, so that a visit does not begin with a page nobody saw. */
const toEnglish = ({ art }: Assets) => `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta http-equiv="refresh" content="0; url=/shop/en/"><title>Aardig</title><link rel="icon" href="${art('icon')}"></head>
<body><a href="/shop/en/">English</a> <a href="/shop/nl/">Nederlands</a></body></html>`
