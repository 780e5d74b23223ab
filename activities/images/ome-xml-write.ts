import type { Channel } from '../../kernels/image.ts';
import type { PlaneFormat } from './plane-type.ts';

/** Namespace of the map annotation that keeps what OME-XML has no place for: `intensity` and channel roles. */
export const FOVEA_NAMESPACE = 'fovea/image/1';

const SCHEMA = 'http://www.openmicroscopy.org/Schemas/OME/2016-06';

export interface OmeImage {
  readonly height: number;
  readonly width: number;
  readonly mpp: number;
  readonly intensity: 'counts' | 'unit';
  readonly channels: readonly Channel[];
  readonly format: PlaneFormat;
  readonly bigEndian: boolean;
}

/** Escapes text for an XML attribute or element; characters that XML 1.0 cannot hold at all become U+FFFD. */
function escapeXml(text: string): string {
  return text
    .replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g, '\ufffd')
    .replace(/[&<>"'\t\n\r]/g, (character) => `&#${character.charCodeAt(0)};`);
}

/**
 * The OME-XML (schema 2016-06) of a C,Y,X image with one plane per TIFF directory, channels in order.
 * Intensity kind and channel roles go into a MapAnnotation under FOVEA_NAMESPACE. No identifiers or times that
 * change from call to call: equal images give equal text.
 */
export function writeOmeXml(image: OmeImage): string {
  const { channels, mpp, format } = image;
  const size = `SizeX="${image.width}" SizeY="${image.height}" SizeC="${channels.length}" SizeZ="1" SizeT="1"`;
  const physical = ['X', 'Y'].map((axis) => `PhysicalSize${axis}="${mpp}" PhysicalSize${axis}Unit="µm"`).join(' ');
  const pairs = [
    ['intensity', image.intensity],
    ...channels.flatMap(({ role }, c) => (role === null ? [] : [[`role.${c}`, role]])),
  ];
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<OME xmlns="${SCHEMA}" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:schemaLocation="${SCHEMA} ${SCHEMA}/ome.xsd" Creator="fovea">`,
    '<Image ID="Image:0" Name="fov">',
    `<Pixels ID="Pixels:0" DimensionOrder="XYCZT" Type="${format.ome}" BigEndian="${image.bigEndian}" ${size} ${physical}>`,
    ...channels.map(({ name }, c) => `<Channel ID="Channel:0:${c}" Name="${escapeXml(name)}" SamplesPerPixel="1"/>`),
    ...channels.map((_, c) => `<TiffData FirstC="${c}" FirstZ="0" FirstT="0" IFD="${c}" PlaneCount="1"/>`),
    '</Pixels><AnnotationRef ID="Annotation:0"/></Image>',
    `<StructuredAnnotations><MapAnnotation ID="Annotation:0" Namespace="${FOVEA_NAMESPACE}"><Value>`,
    ...pairs.map(([key, value]) => `<M K="${key}">${value}</M>`),
    '</Value></MapAnnotation></StructuredAnnotations>',
    '</OME>',
  ].join('\n');
}
