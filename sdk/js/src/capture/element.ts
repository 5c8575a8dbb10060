// Elements, as both files see them.

export const IGNORED = "[data-nora-ignore]";

/** The elements that an event came through, from the innermost outwards and out of open shadow trees; none where one is ignored. */
export function pathOf(event: Event): Element[] {
  const path = (event.composedPath() as Element[]).filter((node) => node.matches);
  return find(path, IGNORED) ? [] : path;
}

export const find = (path: Element[], selector: string) => path.find((element) => element.matches(selector));

/** Never `element.id`: in a form with a field called `id` that is the field. */
export const attr = (element: Element, name: string) => element.getAttribute(name) ?? "";

/** `data-nora-prop-product-id` below `data-nora-prop-` is `product_id`. */
export const below = (prefix: string, name: string) => name.startsWith(prefix) && name.slice(prefix.length).replace(/-/g, "_");
