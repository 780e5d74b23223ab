import { XMLParser } from 'fast-xml-parser';
import { invalidInput } from '../../core/errors.ts';

/** An XML element as fast-xml-parser gives it: attributes prefixed with @, children under their local names. */
export type XmlNode = { readonly [name: string]: unknown };

const MAX_CHARACTERS = 2 ** 25;
const LISTS = new Set(['Image', 'Channel', 'TiffData', 'M', 'MapAnnotation']);

const parser = new XMLParser({
  ignoreAttributes: false,
  attributeNamePrefix: '@',
  removeNSPrefix: true,
  parseTagValue: false,
  parseAttributeValue: false,
  processEntities: false,
  isArray: (name) => LISTS.has(name),
});

const NAMED: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };

/** Replaces XML's five named entities and character references; anything else stays as written. */
export function unescapeXml(text: string): string {
  return text.replace(
    /&(?:#x([0-9a-fA-F]{1,6})|#([0-9]{1,7})|(amp|lt|gt|quot|apos));/g,
    (whole, hex, decimal, name) => {
      if (typeof name === 'string') return NAMED[name] ?? whole;
      const point = typeof hex === 'string' ? Number.parseInt(hex, 16) : Number(decimal);
      return point > 0 && point <= 0x10ffff ? String.fromCodePoint(point) : whole;
    },
  );
}

/**
 * Parses XML out of an image description. No document types, so no entity but XML's own five is ever expanded;
 * at most 32 Mi characters. Throws INVALID_INPUT naming `where`.
 */
export function parseXml(text: string, where: string): XmlNode {
  const refuse = (why: string) =>
    invalidInput(`${where} has an XML description that ${why}; export the file again`, { where });
  if (text.length > MAX_CHARACTERS)
    throw refuse(`is ${text.length} characters long, at most ${MAX_CHARACTERS} are read`);
  if (/<!(DOCTYPE|ENTITY)/i.test(text)) throw refuse('declares a document type, which is not accepted');
  try {
    return parser.parse(text, true) as XmlNode;
  } catch (error) {
    throw refuse(`is not well-formed (${(error as Error).message})`);
  }
}

/** An attribute's text, or null. */
export function attribute(node: XmlNode, name: string): string | null {
  const value = node[`@${name}`];
  return typeof value === 'string' ? unescapeXml(value) : null;
}

/** The child element `name` (the first, when there are several), or null. Empty elements are empty nodes. */
export function child(node: XmlNode, name: string): XmlNode | null {
  return children(node, name)[0] ?? null;
}

/** All child elements `name`, in order; text-only elements come as `{ '#text': … }`. */
export function children(node: XmlNode, name: string): XmlNode[] {
  const value = Object.hasOwn(node, name) ? node[name] : undefined;
  if (value === undefined || value === null) return [];
  const items: unknown[] = Array.isArray(value) ? value : [value];
  return items.map((item) => (typeof item === 'object' && item !== null ? (item as XmlNode) : { '#text': item }));
}

/** An element's own text, trimmed. */
export function textOf(node: XmlNode | null): string {
  const value = node?.['#text'];
  return typeof value === 'string' ? unescapeXml(value).trim() : '';
}
