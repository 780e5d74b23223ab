/** Every error Fovea throws: its code, whether a retry can help, and typed fields. One table, one class. */
const CODES = {
  PIPELINE: { retryable: false },
  PLUGIN: { retryable: false },
  USAGE: { retryable: false },
  SAMPLESHEET: { retryable: false },
  INVALID_INPUT: { retryable: false },
  MODEL_MISMATCH: { retryable: false },
  MODEL_FAILED: { retryable: true },
  INVALID_OUTPUT: { retryable: false },
  WRONG_VERSION: { retryable: true },
  TOOL_FAILED: { retryable: true },
  STORE: { retryable: true },
  STORE_VERSION: { retryable: false },
  STORE_CORRUPT: { retryable: false },
  DISK_FULL: { retryable: true },
  OUT_OF_MEMORY: { retryable: true },
  CRASHED: { retryable: true },
  TIMEOUT: { retryable: true },
  CANCELLED: { retryable: false },
  LICENCE: { retryable: false },
  NO_SERVER: { retryable: false },
  PORT_TAKEN: { retryable: false },
  NOT_FOUND: { retryable: false },
} as const;

export type ErrorCode = keyof typeof CODES;

/** Plain JSON facts that go with an error: path, line, fov, channel, found, wanted … */
export type ErrorFields = Readonly<Record<string, unknown>>;

export interface ErrorJson {
  readonly code: ErrorCode;
  readonly message: string;
  readonly retryable: boolean;
  readonly fields: ErrorFields;
}

export interface FoveaErrorOptions {
  readonly fields?: ErrorFields;
  /** Overrides the code's default, for the few cases that differ (a tool's final exit code, say). */
  readonly retryable?: boolean;
  readonly cause?: unknown;
}

/** An error with a code. The message says what is wrong, where, what was expected, and ends in the remedy. */
export class FoveaError extends Error {
  override readonly name = 'FoveaError';
  readonly code: ErrorCode;
  readonly fields: ErrorFields;
  readonly retryable: boolean;

  constructor(code: ErrorCode, message: string, options: FoveaErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
    this.fields = options.fields ?? {};
    this.retryable = options.retryable ?? CODES[code].retryable;
  }

  toJSON(): ErrorJson {
    return { code: this.code, message: this.message, retryable: this.retryable, fields: this.fields };
  }

  static fromJSON(json: ErrorJson): FoveaError {
    return new FoveaError(json.code, json.message, { fields: json.fields, retryable: json.retryable });
  }
}

/** Narrows to a FoveaError (of one of `codes`, if any are given); works across realms and process borders. */
export function isFoveaError(err: unknown, ...codes: ErrorCode[]): err is FoveaError {
  if (typeof err !== 'object' || err === null) return false;
  const { name, code } = err as { name?: unknown; code?: unknown };
  if (name !== 'FoveaError' || typeof code !== 'string' || !(code in CODES)) return false;
  return codes.length === 0 || codes.includes(code as ErrorCode);
}

/** Shorthand for the commonest error: bad input to a step or reader. `where` may name fov, port, channel, path, line. */
export function invalidInput(message: string, fields: ErrorFields = {}): FoveaError {
  return new FoveaError('INVALID_INPUT', message, { fields });
}
