import { categories } from '../catalogue/categories.ts'
import { glazes } from '../catalogue/glazes.ts'
import type { Product } from '../catalogue/types.ts'
import { euros } from '../money.ts'
import type { Context } from './context.ts'
import { html, type Html } from './html.ts'

/**
 * The product as the analytics specification names it, carried by the markup so that the script needs no catalogue.
 * One name for both languages: a report must not fall apart into two halves of the same product.
 */
export function productData(product: Product, { assets, link }: Context): string {
  return JSON.stringify({
    product_id: product.id,
    sku: product.sku,
    category: categories.find((category) => category.slug === product.category)?.name.en,
    name: product.name.en,
    brand: 'Aardig',
    variant: glazes[product.glaze].name.en,
    price: product.price,
    currency: 'EUR',
    url: link(`product/${product.slug}/`),
    image_url: assets.art(product.slug),
  })
}

export function picture(product: Product, { assets, lang }: Context, eager = false): Html {
  return html`<span class="picture" style="--tone:${glazes[product.glaze].tone}"><img src="${assets.art(product.slug)}" alt="${product.name[lang]}, ${glazes[product.glaze].name[lang].toLowerCase()}" width="400" height="400"${eager ? '' : html` loading="lazy"`}></span>`
}

export function card(product: Product, context: Context): Html {
  const { lang, link } = context
  return html`<li class="card" data-card data-product="${productData(product, context)}">
    <a href="${link(`product/${product.slug}/`)}" data-testid="product-${product.slug}">
      ${picture(product, context)}
      <span class="card-text"><span class="card-name">${product.name[lang]}</span><span class="card-price">${euros(product.price, lang)}</span></span>
      <span class="card-glaze">${glazes[product.glaze].name[lang]}</span>
    </a>
  </li>`
}

/** `id` names the list in what is tracked. */
export function shelf(id: string, category: string, products: readonly Product[], context: Context): Html {
  return html`<ul class="shelf" data-list="${id}" data-list-category="${category}">${products.map((product) => card(product, context))}</ul>`
}

interface Field {
  label: string
  name: string
  type?: string
  autocomplete: string
  testid?: string
  optional?: boolean
}

export function field({ label, name, type = 'text', autocomplete, testid = name, optional = false }: Field): Html {
  return html`<label class="field"><span>${label}</span><input name="${name}" type="${type}" autocomplete="${autocomplete}" data-testid="${testid}"${!optional && html` required`}></label>`
}

/** One template a product: the script clones those that are in the cart. */
export function lineTemplates(products: readonly Product[], context: Context): Html {
  const { lang, link, words } = context
  return html`${products.map(
    (product) => html`<template data-line="${product.id}"><li class="line" data-testid="line-${product.slug}">
      <a class="line-picture" href="${link(`product/${product.slug}/`)}" tabindex="-1" aria-hidden="true">${picture(product, context)}</a>
      <div class="line-text"><a href="${link(`product/${product.slug}/`)}">${product.name[lang]}</a><small>${glazes[product.glaze].name[lang]} · ${euros(product.price, lang)}</small></div>
      <label class="line-quantity" data-editable><span class="sr">${words.quantity}: ${product.name[lang]}</span><select data-quantity>${[1, 2, 3, 4, 5, 6].map((count) => html`<option>${count}</option>`)}</select></label>
      <span class="line-count" data-fixed>× <span data-count></span></span>
      <span class="line-price" data-price></span>
      <button class="quiet" type="button" data-remove data-editable data-testid="remove-${product.slug}">${words.remove}</button>
    </li></template>`,
  )}`
}

export function totals({ words }: Context): Html {
  return html`<dl class="totals">
    <div><dt>${words.subtotal}</dt><dd data-subtotal></dd></div>
    <div><dt>${words.shipping}</dt><dd data-shipping data-free="${words.free}"></dd></div>
    <div class="totals-sum"><dt>${words.total}</dt><dd data-total data-testid="order-total"></dd></div>
  </dl>`
}
