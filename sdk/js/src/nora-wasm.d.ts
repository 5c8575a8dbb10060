// Made by the build from what wasm-bindgen generates for `sdk/src/browser.rs`.
declare module "nora-wasm" {
  export interface Core {
    start(writeKey: string): void;
    take(key: string, calls: string): string;
    next(ticket: number, nowMs: number, leaving: boolean, sentAt: string): string | undefined;
    answered(ticket: number, status: number, retryAfterS: number, nowMs: number): string;
    wait(nowMs: number): number;
    hurry(): void;
    counts(): string;
  }
  export const imports: WebAssembly.Imports;
  export function bind(exports: WebAssembly.Exports): Core;
}
