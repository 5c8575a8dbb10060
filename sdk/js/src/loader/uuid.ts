// A random UUID (version 4), also on pages without TLS, which have no `randomUUID`.
export function uuid(): string {
  if ((crypto as Partial<Crypto>).randomUUID) return crypto.randomUUID();
  const byte = () => crypto.getRandomValues(new Uint8Array(1))[0]!;
  return "10000000-1000-4000-8000-100000000000".replace(/[018]/g, (digit) => (+digit ^ (byte() & (15 >> (+digit / 4)))).toString(16));
}
