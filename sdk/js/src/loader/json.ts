// JSON text of what a page gives us. Never throws.

/** `JSON.stringify`, except that half an emoji (`"😀".slice(0, 1)`), which servers refuse, is replaced. */
export function json(value: unknown): string {
  const text = JSON.stringify(value) ?? "null";
  // Only a lone half is written as an escape.
  return text.includes("\\ud") ? text.replace(/\\(ud[89a-f]..|.)/g, (all, code) => (code[1] ? "\\ufffd" : all)) : text;
}

/** The arguments of a call. One that cannot be written, such as a circular object, is null, and the developer is told. */
export function list(args: unknown[]): string {
  const texts = args.map((arg) => {
    try {
      return json(arg);
    } catch (error) {
      console.warn("nora: an argument cannot be sent:", error);
      return "null";
    }
  });
  return `[${texts}]`;
}
