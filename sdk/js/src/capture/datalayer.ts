// What the page tells Google's tags, in Segment's words: https://developers.google.com/analytics/devguides/collection/ga4/reference/events
// and https://segment.com/docs/connections/spec/ecommerce/v2/.
import { pushed } from "../hints/login";
import { auto, guarded, nora, options } from "./tools";

const EVENTS = new URLSearchParams(
  "view_item=Product Viewed&view_item_list=Product List Viewed&select_item=Product Clicked&add_to_cart=Product Added" +
    "&remove_from_cart=Product Removed&add_to_wishlist=Product Added to Wishlist&view_cart=Cart Viewed&begin_checkout=Checkout Started" +
    "&add_payment_info=Payment Info Entered&purchase=Order Completed&refund=Order Refunded&view_promotion=Promotion Viewed" +
    "&select_promotion=Promotion Clicked&search=Products Searched&sign_up=Signed Up&login=Signed In",
);
/** Besides these, an item's `item_…` loses its prefix. */
const NAMES = new URLSearchParams(
  "item_id=product_id&index=position&transaction_id=order_id&search_term=query&payment_type=payment_method&items=products",
);
/** What an event's `value` is called: https://segment.com/docs/connections/spec/ecommerce/v2/#order-completed. */
const VALUES: Record<string, string> = { purchase: "revenue", refund: "total" };
/** About the tags, or about the person. */
const OURS = /^(event(Callback|Timeout)?|ecommerce|tel)$|^gtm\.|user_?(id|data|prop)|mail|phone/i;
const PERSONAL = /@|%40|^\+\d/;

/** Takes what was pushed already, and what will be. */
export function dataLayer() {
  const isTold = auto("datalayer");
  if (!isTold && !options.hints?.includes("login")) return;
  const layer = ((window as any).dataLayer ??= []);
  const take = guarded((item: any) => {
    // An object, or the arguments of `gtag()`.
    const [kind, name, ...more] = item?.[0] ? item : ["event", item?.event, item];
    const params = Object.assign({}, ...[name, ...more].filter((part) => typeof part == "object"));
    pushed(params.user_id ?? params.userId);
    if (isTold && kind == "event" && !/^(undefined|gtm\..*|page_view)$/.test(name)) tell(name, { ...params, ...params.ecommerce });
  });
  layer.slice().forEach(take);
  const push = layer.push;
  layer.push = function (...items: unknown[]) {
    const length = push.apply(this, items);
    items.forEach(take);
    return length;
  };
}

function tell(name: string, params: object) {
  const event = EVENTS.get(name);
  const { products, ...said } = JSON.parse(
    JSON.stringify(params, (key, value) => (OURS.test(key) || (typeof value == "string" && PERSONAL.test(value)) ? undefined : value)),
    function (key, value) {
      const renamed = event && ((key == "value" && VALUES[name]) || NAMES.get(key) || key.replace(/^item_/, ""));
      if (!renamed || renamed == key) return value;
      this[renamed] = value;
    },
  );
  // One event for each product, where Segment's is about one.
  if (products && /^Product (?!List)/.test(event!)) products.forEach((product: object) => nora.track(event!, { ...said, ...product }));
  else nora.track(event ?? name, { ...said, products });
}
