import { products } from '../catalogue/products.ts'
import type { Context } from './context.ts'
import { html, type Html } from './html.ts'
import { field } from './parts.ts'

export function loginPage({ words }: Context): Html {
  return html`<section class="band band-first doors" data-login>
    <form class="form" data-enter="login">
      <h1>${words.loginTitle}</h1><p>${words.loginText}</p>
      ${field({ label: words.email, name: 'email', type: 'email', autocomplete: 'email', testid: 'login-email' })}
      ${field({ label: words.password, name: 'password', type: 'password', autocomplete: 'current-password', testid: 'login-password' })}
      <button class="button button-wide" data-testid="login-submit">${words.login}</button>
      <small>${words.demoNote}</small>
    </form>
    <form class="form panel" data-enter="register">
      <h2>${words.registerTitle}</h2><p>${words.registerText}</p>
      <div class="pair">
        ${field({ label: words.firstName, name: 'firstName', autocomplete: 'given-name', testid: 'register-first-name' })}
        ${field({ label: words.lastName, name: 'lastName', autocomplete: 'family-name', testid: 'register-last-name' })}
      </div>
      ${field({ label: words.email, name: 'email', type: 'email', autocomplete: 'email', testid: 'register-email' })}
      ${field({ label: words.password, name: 'password', type: 'password', autocomplete: 'new-password', testid: 'register-password' })}
      <button class="button button-wide" data-testid="register-submit">${words.register}</button>
    </form>
  </section>`
}

export function accountPage(context: Context): Html {
  const { lang, words, link } = context
  // The orders list shows names in the page's language; the stored order only knows the ids.
  const names = JSON.stringify(Object.fromEntries(products.map((product) => [product.id, product.name[lang]])))
  return html`<section class="band band-first narrow" data-account data-names="${names}" data-login-page="${link('login/')}">
    <header class="account-head">
      <span class="initials" data-initials aria-hidden="true"></span>
      <div><h1 data-full-name>${words.accountTitle}</h1><p><span data-email data-testid="account-email"></span></p><p class="note">${words.customerNumber} <code data-user-id data-testid="account-user-id"></code></p></div>
      <button class="quiet" type="button" data-logout data-testid="logout">${words.logout}</button>
    </header>
    <form class="form panel" data-details>
      <h2>${words.details}</h2>
      <div class="pair">
        ${field({ label: words.firstName, name: 'firstName', autocomplete: 'given-name', testid: 'account-first-name', optional: true })}
        ${field({ label: words.lastName, name: 'lastName', autocomplete: 'family-name', testid: 'account-last-name', optional: true })}
      </div>
      <p class="row"><button class="button" data-testid="account-save">${words.save}</button><span role="status" data-saved hidden>${words.saved}</span></p>
    </form>
    <h2>${words.orders}</h2>
    <ul class="orders" data-orders data-testid="orders"></ul>
    <p data-no-orders hidden>${words.noOrders}</p>
  </section>`
}
