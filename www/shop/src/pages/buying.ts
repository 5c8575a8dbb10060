import { products } from '../catalogue/products.ts'
import type { Context } from './context.ts'
import { html, type Html } from './html.ts'
import { icons } from './icons.ts'
import { field, lineTemplates, totals } from './parts.ts'

export function cartPage(context: Context): Html {
  const { words, link } = context
  return html`<section class="band band-first" data-cart>
    <h1>${words.cartTitle}</h1>
    <div class="two" data-filled hidden>
      <ul class="lines" data-lines data-testid="cart-lines"></ul>
      <aside class="panel">
        ${totals(context)}
        <a class="button button-wide" href="${link('checkout/')}" data-testid="checkout">${words.toCheckout}${icons.arrow}</a>
        <small>${words.freeShippingFrom} ${words.noVat}</small>
      </aside>
    </div>
    ${empty(words.cartEmpty, context)}
    ${lineTemplates(products, context)}
  </section>`
}

export function checkoutPage(context: Context): Html {
  const { words } = context
  return html`<section class="band band-first" data-checkout>
    <h1>${words.checkoutTitle}</h1>
    <form class="two" data-filled hidden data-order>
      <div class="form">
        <fieldset><legend>${words.contact}</legend>
          ${field({ label: words.email, name: 'email', type: 'email', autocomplete: 'email', testid: 'checkout-email' })}
          <div class="pair">
            ${field({ label: words.firstName, name: 'firstName', autocomplete: 'given-name', testid: 'checkout-first-name' })}
            ${field({ label: words.lastName, name: 'lastName', autocomplete: 'family-name', testid: 'checkout-last-name' })}
          </div>
        </fieldset>
        <fieldset><legend>${words.address}</legend>
          ${field({ label: words.street, name: 'street', autocomplete: 'street-address', testid: 'checkout-street', optional: true })}
          <div class="pair">
            ${field({ label: words.postcode, name: 'postalCode', autocomplete: 'postal-code', testid: 'checkout-postcode', optional: true })}
            ${field({ label: words.city, name: 'city', autocomplete: 'address-level2', testid: 'checkout-city', optional: true })}
          </div>
          <label class="field"><span>${words.country}</span><select name="country" autocomplete="country" data-testid="checkout-country">${words.countries.map(([code, name]) => html`<option value="${code}">${name}</option>`)}</select></label>
        </fieldset>
        <fieldset><legend>${words.payment}</legend><p class="note">${words.paymentText}</p></fieldset>
      </div>
      <aside class="panel">
        <h2>${words.yourOrder}</h2>
        <ul class="lines lines-small" data-lines></ul>
        ${totals(context)}
        <button class="button button-wide" data-testid="place-order">${words.placeOrder}</button>
        <small>${words.noVat}</small>
      </aside>
    </form>
    ${empty(words.cartEmpty, context)}
    ${lineTemplates(products, context)}
  </section>`
}

export function thanksPage(context: Context): Html {
  const { words, link } = context
  return html`<section class="band band-first narrow" data-thanks>
    <div data-filled hidden>
      <p class="eyebrow">${words.orderNumber} <span data-order-id data-testid="order-id"></span></p>
      <h1>${words.thanksTitle}</h1>
      <p class="lead">${words.thanksText}</p>
      <div class="panel"><ul class="lines lines-small" data-lines></ul>${totals(context)}</div>
      <p><a class="button" href="${link('')}">${words.keepLooking}</a></p>
    </div>
    ${empty(words.noOrder, context)}
    ${lineTemplates(products, context)}
  </section>`
}

function empty(text: string, { words, link }: Context): Html {
  return html`<div class="empty" data-empty hidden><p>${text}</p><a class="button" href="${link('category/mugs/')}">${words.keepLooking}</a></div>`
}
