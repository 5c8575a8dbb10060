import { categories } from '../catalogue/categories.ts'
import { glazes } from '../catalogue/glazes.ts'
import { featured, inCategory } from '../catalogue/products.ts'
import { euros } from '../money.ts'
import type { Context } from './context.ts'
import { html, type Html } from './html.ts'
import { icons } from './icons.ts'
import { shelf } from './parts.ts'

export function home(context: Context): Html {
  const { words, assets, link } = context
  return html`
  <section class="hero">
    <div class="hero-text">
      <p class="eyebrow">${words.slogan}</p>
      <h1>${words.heroTitle}</h1>
      <p class="lead">${words.heroText}</p>
      <a class="button" href="${link('category/mugs/')}">${words.heroAction}${icons.arrow}</a>
    </div>
    <div class="hero-picture"><img src="${assets.art('studio')}" alt="" width="760" height="620"></div>
  </section>
  <section class="band">
    <h2>${words.featured}</h2>
    ${shelf('home-featured', 'Featured', featured, context)}
  </section>
  <section class="band">
    <h2>${words.allCategories}</h2>
    <ul class="categories">${categories.map((category) => categoryTile(category.slug, context))}</ul>
  </section>
  <section class="story">
    <div class="story-picture"><img src="${assets.art('wheel')}" alt="" width="520" height="420" loading="lazy"></div>
    <div><h2>${words.storyTitle}</h2>${words.story.map((paragraph) => html`<p>${paragraph}</p>`)}</div>
  </section>
  <ul class="promises">${words.promises.map(([title, text]) => html`<li><strong>${title}</strong><span>${text}</span></li>`)}</ul>`
}

function categoryTile(slug: (typeof categories)[number]['slug'], { lang, words, assets, link }: Context): Html {
  const products = inCategory(slug)
  const [first, second] = products
  const cheapest = Math.min(...products.map((product) => product.price))
  const name = categories.find((category) => category.slug === slug)?.name[lang]
  return html`<li><a class="category" href="${link(`category/${slug}/`)}" style="--tone:${glazes[first!.glaze].tone}">
    <span class="category-pictures"><img src="${assets.art(second!.slug)}" alt="" width="400" height="400" loading="lazy"><img src="${assets.art(first!.slug)}" alt="" width="400" height="400" loading="lazy"></span>
    <span class="category-name">${name}</span>
    <span class="category-from">${words.pieces(products.length)}, ${words.from} ${euros(cheapest, lang)}</span>
  </a></li>`
}
