import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

/** A value of R as far as tables need it: attributes are kept for lists alone. */
export type RValue = null | readonly (string | null)[] | readonly number[] | RList;

/** A generic vector, a pairlist or the slots of an object. */
export interface RList {
  readonly items: readonly RValue[];
  readonly names: readonly (string | null)[];
}

const isList = (value: RValue): value is RList => value !== null && !Array.isArray(value);

/** The bytes of an .RData file (format RDX3, XDR), which may be compressed by xz; null where the program xz is absent. */
export function readRData(path: string): Buffer | null {
  const bytes = readFileSync(path);
  if (bytes.subarray(0, 4).toString('latin1') === 'RDX3') return bytes;
  try {
    return execFileSync('xz', ['-dc', path], { maxBuffer: 2 ** 28, stdio: ['ignore', 'pipe', 'ignore'] });
  } catch {
    return null;
  }
}

/** The first list anywhere in the data that has all of the names; its members by name. */
export function findRList(bytes: Buffer, wanted: readonly string[]): ReadonlyMap<string, RValue> {
  const queue: RValue[] = [new Reader(bytes).data()];
  for (let value = queue.shift(); value !== undefined; value = queue.shift()) {
    if (!isList(value)) continue;
    const { names, items } = value;
    if (wanted.every((name) => names.includes(name))) return new Map(names.map((name, i) => [name ?? '', items[i]!]));
    queue.push(...items);
  }
  throw new Error(`no list with ${wanted.join(', ')}`);
}

/** R's serialisation, version 3: https://cran.r-project.org/doc/manuals/r-release/R-ints.html#Serialization-Formats */
class Reader {
  private readonly bytes: Buffer;
  private readonly references: RValue[] = [];
  private at: number;

  constructor(bytes: Buffer) {
    this.bytes = bytes;
    // "RDX3\nX\n", three versions, the length of the encoding's name and that name.
    this.at = 7 + 12;
    this.at += 4 + bytes.readInt32BE(this.at);
  }

  data(): RValue {
    return this.item();
  }

  private int(): number {
    this.at += 4;
    return this.bytes.readInt32BE(this.at - 4);
  }

  private each<T>(read: () => T): T[] {
    return Array.from({ length: this.int() }, read);
  }

  private text(): string | null {
    // Flags of the string, then its length; -1 is NA.
    this.int();
    const length = this.int();
    if (length < 0) return null;
    this.at += length;
    return this.bytes.toString('utf8', this.at - length, this.at);
  }

  private item(): RValue {
    const flags = this.int();
    const [type, attributed, tagged] = [flags & 0xff, (flags & 0x200) !== 0, (flags & 0x400) !== 0];
    switch (type) {
      case 1: {
        const symbol = [this.text()];
        this.references.push(symbol);
        return symbol;
      }
      case 2:
      case 6:
        return this.pairs(attributed, tagged);
      case 4: {
        this.references.push(null);
        this.int();
        for (let part = 0; part < 4; part++) this.item();
        return null;
      }
      case 9:
        this.at -= 4;
        return [this.text()];
      case 10:
      case 13:
        return this.attributed(
          attributed,
          this.each(() => this.int()),
        );
      case 14:
        return this.attributed(
          attributed,
          this.each(() => this.bytes.readDoubleBE((this.at += 8) - 8)),
        );
      case 16:
        return this.attributed(
          attributed,
          this.each(() => this.text()),
        );
      case 19:
      case 20:
        return this.attributed(attributed, { items: this.each(() => this.item()), names: [] });
      case 25:
        return this.attributed(attributed, { items: [], names: [] });
      case 238: {
        // A compact form: its class, its state, its attributes.
        const [, state] = [this.item(), this.item(), this.item()];
        return state ?? null;
      }
      case 249:
      case 250: {
        this.int();
        this.each(() => this.text());
        this.references.push(null);
        return null;
      }
      case 255:
        return this.references[(flags >> 8 || this.int()) - 1] ?? null;
      case 242:
      case 247:
      case 251:
      case 253:
      case 254:
        return null;
      default:
        throw new Error(`type ${type} of R at byte ${this.at} is not read`);
    }
  }

  /** A pairlist: value and rest, one after the other. */
  private pairs(attributed: boolean, tagged: boolean): RList {
    const items: RValue[] = [];
    const names: (string | null)[] = [];
    for (let [attributes, tag] = [attributed, tagged]; ;) {
      if (attributes) this.item();
      const name = tag ? this.item() : null;
      items.push(this.item());
      names.push(Array.isArray(name) ? ((name as readonly (string | null)[])[0] ?? null) : null);
      const flags = this.int();
      if ((flags & 0xff) === 254) return { items, names };
      if ((flags & 0xff) !== 2) throw new Error(`a pairlist goes on with type ${flags & 0xff}`);
      [attributes, tag] = [(flags & 0x200) !== 0, (flags & 0x400) !== 0];
    }
  }

  /** Attributes follow the value: names of a list, slots of an object. */
  private attributed(has: boolean, value: RValue): RValue {
    if (!has) return value;
    const attributes = this.item();
    if (!isList(value) || attributes === null || !isList(attributes)) return value;
    if (value.items.length === 0) return attributes;
    const names = attributes.items[attributes.names.indexOf('names')];
    return { items: value.items, names: (names ?? []) as readonly (string | null)[] };
  }
}
