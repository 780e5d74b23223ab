import { WASM_BASE64 } from './bytes.ts';

let compiled: WebAssembly.Module | null = null;

/** Compiles the kernels unless that has been done; returns null, or why it cannot be done here. */
export function compileKernels(): string | null {
  if (compiled !== null) return null;
  try {
    compiled = new WebAssembly.Module(Uint8Array.from(atob(WASM_BASE64), (letter) => letter.charCodeAt(0)));
    return null;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

/** The compiled kernels. */
export function kernelModule(): WebAssembly.Module {
  const cause = compileKernels();
  if (compiled === null) throw new Error(`the WebAssembly kernels do not compile here: ${cause}`);
  return compiled;
}
