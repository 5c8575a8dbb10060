import { glazes } from '../catalogue/glazes.ts'
import { inCategory, products, relatedTo } from '../catalogue/products.ts'
import type { Category, Product } from '../catalogue/types.ts'
import { euros } from '../money.ts'
import type { Context } from './context.ts'
import { html, type Html } from './html.ts'
import { picture, productData, shelf } from './parts.ts'

export function categoryPage(category: Category, context: Context): Html {
  const { lang, words } = context
  const shown = inCategory(category.slug)
  return html`<section class="band band-first">
    <header class="head"><h1>${category.name[lang]}</h1><p class="lead">${category.line[lang]}</p><p class="head-count">${words.pieces(shown.length)}</p></header>
    ${shelf(category.slug, category.name.en, shown, context)}
  </section>`
}

export function productPage(category: Category, product: Product, context: Context): Html {
  const { lang, words, link } = context
  const facts: [string, string][] = [
    [words.glaze, glazes[product.glaze].name[lang]],
    [words.size, product.size[lang]],
    [words.delivery, words.deliveryText],
    [words.care, words.careText],
  ]
  return html`<article class="product" data-product-page data-product="${productData(product, context)}" data-name="${product.name[lang]}">
    ${picture(product, context, true)}
    <div class="product-text">
      <nav class="crumbs"><a href="${link('')}">Aardig</a><a href="${link(`category/${category.slug}/`)}">${category.name[lang]}</a></nav>
      <h1>${product.name[lang]}</h1>
      <p class="lead">${product.line[lang]}</p>
      <p class="price">${euros(product.price, lang)}</p>
      <form class="buy" data-buy data-added="${words.added}">
        <label class="field"><span>${words.quantity}</span><select name="quantity" data-testid="quantity">${[1, 2, 3, 4, 5, 6].map((count) => html`<option>${count}</option>`)}</select></label>
        <button class="button button-wide" data-testid="add-to-cart">${words.addToCart}</button>
      </form>
      <p>${product.story[lang]}</p>
      <dl class="facts">${facts.map(([term, text]) => html`<div><dt>${term}</dt><dd>${text}</dd></div>`)}</dl>
    </div>
  </article>
  <section class="band"><h2>${words.related}</h2>${shelf(`related-${product.slug}`, 'Related', relatedTo(product), context)}</section>`
}

/** All of the shop is on the page; the script hides what was not asked for. */
export function searchPage(context: Context): Html {
  const { words } = context
  return html`<section class="band band-first">
    <header class="head"><h1>${words.search}</h1><p class="lead" data-search-title="${words.searchResults}"></p></header>
    ${shelf('search', 'Search', products, context)}
    <p data-search-none hidden>${words.searchNone}</p>
  </section>`
}
