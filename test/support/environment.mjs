import { TestEnvironment } from 'jest-environment-node';

/** Jest runs tests in a second realm; native addons compare against the host's typed arrays, so the sandbox gets those. */
const SHARED = [
  'ArrayBuffer',
  'SharedArrayBuffer',
  'DataView',
  'Int8Array',
  'Uint8Array',
  'Uint8ClampedArray',
  'Int16Array',
  'Uint16Array',
  'Int32Array',
  'Uint32Array',
  'BigInt64Array',
  'BigUint64Array',
  'Float32Array',
  'Float64Array',
];

export default class SharedArraysEnvironment extends TestEnvironment {
  #kernels;

  constructor(config, context) {
    super(config, context);
    this.#kernels = config.projectConfig.testEnvironmentOptions.kernels;
  }

  async setup() {
    await super.setup();
    for (const name of SHARED) this.global[name] = globalThis[name];
    // Tests of kernels run once per twin.
    if (this.#kernels !== undefined) this.global.process.env.FOVEA_KERNELS = this.#kernels;
  }
}
