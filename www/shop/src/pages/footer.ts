import { categories } from '../catalogue/categories.ts'
import type { Context } from './context.ts'
import { html, type Html } from './html.ts'

export function footer(context: Context): Html {
  const { lang, words, link } = context
  return html`<footer class="foot">
    <div class="foot-grid">
      <section class="newsletter" aria-labelledby="newsletter-title">
        <h2 id="newsletter-title">${words.newsletterTitle}</h2>
        <p>${words.newsletterText}</p>
        <form data-newsletter>
          <label><span class="sr">${words.email}</span><input type="email" name="email" required autocomplete="email" placeholder="${words.email}" data-testid="newsletter-email"></label>
          <button class="button" data-testid="newsletter-submit">${words.newsletterButton}</button>
        </form>
        <p class="newsletter-thanks" role="status" data-newsletter-thanks data-testid="newsletter-thanks" hidden>${words.newsletterThanks}</p>
      </section>
      <nav aria-label="${words.shop}"><h2>${words.shop}</h2><ul>${categories.map(
        (category) => html`<li><a href="${link(`category/${category.slug}/`)}">${category.name[lang]}</a></li>`,
      )}</ul></nav>
      <section><h2>${words.about}</h2><p>${words.aboutText}</p>
        <button class="quiet" type="button" data-privacy-open data-testid="privacy">${words.privacy}</button>
      </section>
    </div>
    <p class="foot-note">${words.demoFooter} <a href="/console/">Nora</a></p>
  </footer>
  ${privacyDialog(context)}`
}

function privacyDialog({ words }: Context): Html {
  const choice = (name: string, title: string, text: string) => html`<label class="choice">
      <input type="checkbox" name="${name}" checked data-testid="consent-${name.toLowerCase()}"><span><strong>${title}</strong><small>${text}</small></span>
    </label>`
  return html`<dialog class="dialog" aria-labelledby="privacy-title" data-privacy>
    <form method="dialog">
      <h2 id="privacy-title">${words.privacyTitle}</h2>
      <p>${words.privacyText}</p>
      ${choice('Analytics', words.privacyAnalytics, words.privacyAnalyticsText)}
      ${choice('Advertising', words.privacyAdvertising, words.privacyAdvertisingText)}
      <div class="dialog-actions"><button class="quiet" value="" formnovalidate>${words.close}</button><button class="button" value="save" data-testid="privacy-save">${words.save}</button></div>
    </form>
  </dialog>`
}
