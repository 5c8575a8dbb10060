/** What a call may say: anything that `JSON.stringify` takes. */
export type Properties = Record<string, unknown>;

/** How Nora behaves on a site. The script tag's attributes say the same: `data-write-key`, `data-host`, …. */
export interface InitOptions {
  /** The source's public write key. */
  writeKey: string;
  /** Where events go, such as `https://cdp.example.com`. Default: where the script came from. */
  host?: string;
  /**
   * What is noted without a call, by comma: `page` (views, those of single-page navigation included), `click`, `form`, `link`,
   * `engagement`, `vitals`, `error`, `datalayer`; or `none`. Default: `page`.
   */
  auto?: string;
  /**
   * Where hints of who the visitor is are looked for, by comma: `form` (fields with `data-nora-identify`), `login` (a meta tag or the
   * data layer), `link` (newsletters). Default: nowhere.
   */
  hints?: string;
  /** Whether e-mail addresses and phone numbers that were found are hashed before they leave the page. Default: false. */
  hash?: boolean;
  /** Other domains of the site, by comma: whoever follows a link there stays the same visitor. */
  domains?: string;
  /** `required`: nothing is stored or sent before `consent()` grants a category. Default: `implied`. */
  consent?: "required" | "implied";
  /** Whether Global Privacy Control and Do Not Track make consent required. Default: true. */
  respectPrivacy?: boolean;
  /** `counts`: before consent, page views are counted by path and referring host, without any identifier and with nothing stored. */
  anonymous?: "counts";
  /** `server`: the anonymous id is also kept in a cookie of the server's, as by default where it is of the same site. */
  cookie?: "server";
  /** The domain of the cookies. Default: the site's root domain, so that its subdomains know one visitor. */
  cookieDomain?: string;
  /** A second name for `window.nora`: with `analytics`, the tags of a Segment installation work as they are. */
  global?: string;
}

/** Whom the events are about. */
export interface Visitor {
  anonymousId: string;
  /** As `identify()` said, until `reset()`. */
  userId: string | null;
  /** A session ends after 30 minutes without a call. */
  sessionId: string;
}

/** What became of the events since the page was opened. */
export interface Counts {
  /** The server has them. */
  delivered: number;
  /** The server will not take them. */
  refused: number;
  /** They made room for later ones: at most 1,000 events or 2 MB wait. */
  dropped: number;
  /** Larger than 32 KB, not sent. */
  oversize: number;
  /** Sent, although the server will set them aside; the console says why. */
  invalid: number;
  /** They wait, or are under way. */
  queued: number;
}

/**
 * `window.nora`. No call throws, and none waits. A call's promise resolves when the call is kept, which is at once.
 * Calls take Segment's options after the arguments named here: `context`, `integrations`, `timestamp`, `anonymousId`.
 */
export interface Nora {
  init(options: InitOptions): Promise<void>;
  /** With `{ context: { identity: { signature } } }` in the options, or a `token`, the event is verified: the site's server signed the user id. */
  identify(userId?: string | number | null, traits?: Properties | null, ...more: unknown[]): Promise<void>;
  identify(traits: Properties): Promise<void>;
  track(event: string, properties?: Properties | null, ...more: unknown[]): Promise<void>;
  page(name?: string | null, properties?: Properties | null, ...more: unknown[]): Promise<void>;
  page(category: string | null, name: string | null, properties?: Properties | null, ...more: unknown[]): Promise<void>;
  page(properties: Properties): Promise<void>;
  group(groupId: string | number, traits?: Properties | null, ...more: unknown[]): Promise<void>;
  alias(userId: string | number, previousId?: string | number | null, ...more: unknown[]): Promise<void>;
  /** What the visitor allows, by category. None granted: everything stored is removed, and nothing more is sent. */
  consent(categories: Record<string, boolean>): Promise<void>;
  /** Forgets who the visitor is, as at log-out. */
  reset(): Promise<void>;
  /** Sends what waits, now. */
  flush(): Promise<void>;
  /** From here on the console tells of each call what becomes of it, and now what waits. */
  debug(): Promise<void>;
  /** Calls back once the SDK is at work. */
  ready(callback: () => void): Promise<void>;
  visitor(): Visitor;
  counts(): Counts;
}

declare global {
  interface Window {
    /** There from the script's first line on; before that, an array of waiting calls where the site makes one. */
    nora?: Nora;
  }
}
