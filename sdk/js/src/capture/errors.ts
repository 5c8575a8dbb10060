// Errors that the page did not catch: a few of each page, each once.
import { mask, plain, url } from "./about";
import { nora, on } from "./tools";

const ERRORS = 5;

export function errors() {
  const seen = new Set<string | undefined>();
  on("error unhandledrejection", ({ target, message: said, filename, lineno, colno, reason }) => {
    const message = mask(said || `${reason}`);
    // Of an image or a script that did not load the target is another.
    if (target != window || seen.has(message) || seen.size == ERRORS) return;
    seen.add(message);
    const [, source = filename, line = lineno, column = colno] = /(http\S+?):(\d+):(\d+)/.exec(reason?.stack) ?? [];
    nora.track("Error Occurred", { message, source: plain(url(source)), line: +line, column: +column });
  });
}
