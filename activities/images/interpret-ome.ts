import { basename } from 'node:path';
import type { ChannelRole } from '../../kernels/image.ts';
import { invalidInput } from '../../core/errors.ts';
import type { Interpretation, PixelSize, SourceChannel } from './acquisition.ts';
import { attribute, child, children, parseXml, textOf } from './ome-xml.ts';
import type { XmlNode } from './ome-xml.ts';
import { FOVEA_NAMESPACE } from './ome-xml-write.ts';
import { micrometresIn, resolutionTags } from './pixel-size.ts';
import { pageSource, polarityWarnings } from './tiff-channels.ts';
import type { TiffPage } from './tiff-page.ts';

/** Opens a TIFF that stands in the same folder and describes its pages; see open-acquisition. */
export type OpenCompanion = (name: string) => Promise<readonly TiffPage[]>;

/** Where one plane is: a file of the set (null: this one) and a 0-based directory in it. */
interface PlaneAddress {
  readonly file: string | null;
  readonly directory: number;
}

function whole(node: XmlNode, name: string, otherwise: number): number {
  const text = attribute(node, name);
  const value = text === null ? otherwise : Number(text);
  return Number.isInteger(value) && value >= 0 ? value : NaN;
}

function physicalSizes(pixels: XmlNode): PixelSize[] {
  const along = (axis: 'X' | 'Y') => {
    const unit = micrometresIn(attribute(pixels, `PhysicalSize${axis}Unit`) ?? 'µm');
    const value = Number(attribute(pixels, `PhysicalSize${axis}`) ?? NaN);
    return unit !== null && value > 0 && Number.isFinite(value) ? value * unit : null;
  };
  const x = along('X') ?? along('Y');
  if (x === null) return [];
  return [{ y: along('Y') ?? x, x, from: 'OME-XML PhysicalSizeX' }];
}

/** What only our own writer puts down: intensity kind and roles. Foreign files are counts without roles. */
function foveaFacts(ome: XmlNode): ReadonlyMap<string, string> {
  const annotations = children(child(ome, 'StructuredAnnotations') ?? {}, 'MapAnnotation');
  const own = annotations.find((annotation) => attribute(annotation, 'Namespace') === FOVEA_NAMESPACE);
  const pairs = children(child(own ?? {}, 'Value') ?? {}, 'M');
  return new Map(pairs.map((pair) => [attribute(pair, 'K') ?? '', textOf(pair)]));
}

const roleOf = (text: string | undefined): ChannelRole => (text === 'nuclear' || text === 'membrane' ? text : null);

/** TiffData blocks → the address of each channel's plane (Z and T being 1, C is all that counts). */
function addressPlanes(ome: XmlNode, pixels: XmlNode, planes: number, own: string): (PlaneAddress | undefined)[] {
  const addresses: (PlaneAddress | undefined)[] = Array.from({ length: planes });
  const blocks = children(pixels, 'TiffData');
  for (const block of blocks.length > 0 ? blocks : [{}]) {
    const uuid = child(block, 'UUID');
    const name = uuid === null ? null : attribute(uuid, 'FileName');
    // A renamed file still knows itself by its UUID.
    const isOwn = name === null || name === own || (textOf(uuid) !== '' && textOf(uuid) === attribute(ome, 'UUID'));
    const first = whole(block, 'FirstC', 0);
    const directory = whole(block, 'IFD', 0);
    const count = whole(block, 'PlaneCount', attribute(block, 'IFD') === null ? planes - first : 1);
    for (let i = 0; i < count && first + i < planes; i++)
      addresses[first + i] = { file: isOwn ? null : name, directory: directory + i };
  }
  return addresses;
}

function checkDimensions(path: string, ome: XmlNode): { pixels: XmlNode; sizeC: number } {
  const images = children(ome, 'Image');
  const refuse = (message: string) => invalidInput(`${path}: ${message}`, { path });
  if (child(ome, 'BinaryOnly') !== null)
    throw refuse(
      `its OME-XML is kept in another file (${attribute(child(ome, 'BinaryOnly') ?? {}, 'MetadataFile') ?? '?'}); give a file that holds it, or convert with bfconvert`,
    );
  if (images.length !== 1)
    throw refuse(
      `its OME-XML lists ${images.length} images, expected one; export one field of view per file (bfconvert -series N)`,
    );
  const pixels = child(images[0] ?? {}, 'Pixels');
  if (pixels === null) throw refuse('its OME-XML has an Image without Pixels; export it again');
  const [sizeZ, sizeT, sizeC] = [whole(pixels, 'SizeZ', 1), whole(pixels, 'SizeT', 1), whole(pixels, 'SizeC', 1)];
  if (sizeZ !== 1 || sizeT !== 1)
    throw refuse(
      `has SizeZ ${sizeZ} and SizeT ${sizeT}, expected one z-plane and one time point; project or select one first`,
    );
  if (!(sizeC >= 1 && sizeC <= 100_000)) throw refuse(`its OME-XML has SizeC ${sizeC}; export it again`);
  return { pixels, sizeC };
}

/**
 * OME-TIFF (schema 2016-06 and older ones of the same shape): names, pixel size and the place of every plane come from
 * the OME-XML of the first page; planes may be in any order and, by file name, in other files of the same folder. One
 * Image with SizeZ = SizeT = 1. SubIFD levels are not read. Null when the first page holds no OME-XML.
 */
export async function interpretOme(
  pages: readonly TiffPage[],
  openCompanion: OpenCompanion,
): Promise<Interpretation | null> {
  const [page] = pages;
  if (page === undefined || !/<(?:\w+:)?OME[\s>]/.test(page.description)) return null;
  const { path } = page.tiff.bytes;
  const ome = child(parseXml(page.description, path), 'OME') ?? {};
  const { pixels, sizeC } = checkDimensions(path, ome);
  const described = children(pixels, 'Channel');
  const nodes = described.length > 0 ? described : Array.from({ length: Math.ceil(sizeC / page.samples) }, () => ({}));
  const addresses = addressPlanes(ome, pixels, nodes.length, basename(path));
  const facts = foveaFacts(ome);
  const channels: SourceChannel[] = [];
  const used: TiffPage[] = [];
  for (const [c, node] of nodes.entries()) {
    const name = attribute(node, 'Name')?.trim() || null;
    const label = `${path}: channel ${c + 1}${name === null ? '' : ` (${name})`}`;
    const address = addresses[c];
    if (address === undefined)
      throw invalidInput(`${label} has no TiffData in the OME-XML; export the file again`, { path, channel: name });
    const plane = (address.file === null ? pages : await openCompanion(address.file))[address.directory];
    if (plane === undefined)
      throw invalidInput(
        `${label} should be page ${address.directory + 1} of ${address.file ?? 'the file'}, which has fewer pages; copy it again`,
        { path, channel: name },
      );
    const source = pageSource(plane);
    if (plane.width !== whole(pixels, 'SizeX', plane.width) || plane.height !== whole(pixels, 'SizeY', plane.height))
      throw invalidInput(
        `${label} has ${plane.height}x${plane.width} pixels, its OME-XML says ${attribute(pixels, 'SizeY')}x${attribute(pixels, 'SizeX')}; export the file again`,
        { path, channel: name },
      );
    used.push(plane);
    for (let sample = 0; sample < plane.samples; sample++)
      channels.push({
        name: name !== null && plane.samples > 1 ? `${name} ${sample + 1}` : name,
        role: roleOf(facts.get(`role.${c}`)),
        source,
        sample,
      });
  }
  if (channels.length !== sizeC)
    throw invalidInput(
      `${path}: its OME-XML says SizeC ${sizeC}, its pages hold ${channels.length} channels; export the file again`,
      { path },
    );
  const physical = physicalSizes(pixels);
  return {
    format: 'OME-TIFF',
    channels,
    pixelSizes: physical.length > 0 ? physical : resolutionTags(page),
    intensity: facts.get('intensity') === 'unit' ? 'unit' : 'counts',
    warnings: polarityWarnings(used),
  };
}
