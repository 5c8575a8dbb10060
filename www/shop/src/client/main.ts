import '../styles/shop.css'
import { productPage, searchPage, watchShelves } from './browse.ts'
import { cartPage, checkoutPage, thanksPage } from './buying.ts'
import { showCount } from './cart.ts'
import { all } from './dom.ts'
import { newsletter, privacy } from './footer.ts'
import { accountPage, loginPage } from './people.ts'
import { showPerson } from './session.ts'

const pages: Record<string, () => void> = {
  search: searchPage,
  product: productPage,
  cart: cartPage,
  checkout: checkoutPage,
  thanks: thanksPage,
  login: loginPage,
  account: accountPage,
}

// Also when the browser shows a page again as it was left.
window.addEventListener('pageshow', showCount)
showPerson()
pages[document.body.dataset.page ?? '']?.()
// After the page's own script: the search has then hidden what it did not find.
watchShelves()
newsletter()
privacy()

// A search goes along to the other language.
for (const link of all<HTMLAnchorElement>('[data-keep-query]')) link.search = location.search
