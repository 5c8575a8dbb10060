// Clicks and submitted forms.
import { decorate } from "./domains";
import { about, CLICKABLE, ignored, LINK, mask, plain, SECRET, url } from "./about";
import { attr, auto, find, nora } from "./tools";

/** A form with one of these is left out, buttons included: there are keypads made of buttons. */
const SECRETS = SECRET + ",[name*=card i],[name*=cvc i],[name*=cvv i]";
const FILE = /\.(pdf|docx?|xlsx?|pptx?|od[tsp]|csv|txt|rtf|epub|zip|rar|7z|t?gz|dmg|pkg|exe|msi|deb|rpm|apk|iso|mp[34]|mov|avi|wav)$/i;

export function act(event: Event, path: Element[]) {
  const isForm = event.type == "submit";
  const link = find(path, LINK);
  // The middle button follows a link.
  if (event.type == "auxclick" && ((event as MouseEvent).button != 1 || !link)) return;

  const element = isForm ? path[0] : find(path, CLICKABLE);
  if (element && auto(isForm ? "form" : "click") && !isSecret(path)) {
    const said = about(element, path);
    if (isForm) {
      said.action = plain(url(attr(element, "action") || location.href));
      said.method = attr(element, "method") || "get";
      const fields = [...element.querySelectorAll("[name]")].filter((field) => !ignored(field));
      said.fields = [...new Set(fields.map((field) => mask(attr(field, "name"))))].slice(0, 50);
    }
    nora.track(isForm ? "Form Submitted" : "Element Clicked", said);
  }

  const to = !isForm && link && url(attr(link, "href"));
  if (!to) return;
  if (auto("link")) {
    const file_extension = FILE.exec(to.pathname)?.[1]?.toLowerCase();
    const isFile = file_extension || link.matches("[download]");
    const said = { ...about(link, path), host: to.host, file_extension };
    if (isFile || to.host != location.host) nora.track(isFile ? "File Downloaded" : "Link Clicked", said);
  }
  decorate(link, to);
}

const isSecret = (path: Element[]) => find(path, SECRETS) ?? find(path, "form")?.querySelector(SECRETS);
