#!/usr/bin/env node
/**
 * Compiles the AssemblyScript kernels (kernels/wasm/assembly) to kernels/wasm/kernels.wasm, and the same bytes to
 * kernels/wasm/bytes.ts, from which they are loaded without touching a file.
 *
 *   npm run build:wasm              rewrite both
 *   npm run build:wasm -- --check   compile elsewhere and compare; exit 1 if a byte differs
 */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

const root = path.resolve(import.meta.dirname, '..');
const folder = path.join(root, 'kernels/wasm');
const OPTIONS = ['-O3', '--runtime', 'stub', '--noAssert', '--enable', 'simd', '--use', 'abort='];

/** The compiler takes the last of two exports of one name without a word. */
function checkExports() {
  const index = readFileSync(path.join(folder, 'assembly/index.ts'), 'utf8');
  const names = [...index.matchAll(/export \{([^}]*)\}/g)].flatMap(([, list]) =>
    list.split(',').map((name) => name.trim()),
  );
  const twice = names.filter((name, i) => names.indexOf(name) !== i);
  if (twice.length > 0) throw new Error(`kernels/wasm/assembly/index.ts exports ${twice.join(', ')} twice; rename one`);
}

function compile() {
  checkExports();
  const scratch = mkdtempSync(path.join(tmpdir(), 'kernels-wasm-'));
  try {
    const out = path.join(scratch, 'kernels.wasm');
    const asc = path.join(root, 'node_modules/assemblyscript/bin/asc.js');
    // Relative to the root, so that no path of this machine gets into the file.
    execFileSync(process.execPath, [asc, 'kernels/wasm/assembly/index.ts', '--outFile', out, ...OPTIONS], {
      cwd: root,
      stdio: 'inherit',
    });
    return readFileSync(out);
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

function asSource(bytes) {
  const lines = bytes.toString('base64').match(/.{1,112}/g) ?? [];
  // A list and not a sum: parsers nest sums as deep as they are long.
  return [
    '/** The bytes of kernels.wasm. Written by scripts/build-wasm.mjs; do not edit. */',
    'export const WASM_BASE64 = [',
    ...lines.map((line) => `  '${line}',`),
    "].join('');",
    '',
  ].join('\n');
}

const bytes = compile();
const outputs = [
  ['kernels.wasm', bytes],
  ['bytes.ts', Buffer.from(asSource(bytes))],
];
if (process.argv.includes('--check')) {
  const changed = outputs.filter(([name, fresh]) => !readFileSync(path.join(folder, name)).equals(fresh));
  for (const [name] of changed) console.error(`differs from a rebuild: kernels/wasm/${name}; run npm run build:wasm`);
  if (changed.length > 0) process.exitCode = 1;
  else console.log(`kernels.wasm (${bytes.length} bytes) and bytes.ts are what the sources compile to`);
} else {
  for (const [name, fresh] of outputs) writeFileSync(path.join(folder, name), fresh);
  console.log(`kernels.wasm: ${bytes.length} bytes`);
}
