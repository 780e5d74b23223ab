import type { ChannelRole, Plane } from '../../kernels/image.ts';
import type { PlaneType } from './plane-type.ts';

/** Something that yields planes of one size and dtype: a TIFF page or a PNG file. */
export interface PlaneSource {
  /** For messages: `page 3 of /data/fov1.tif`. */
  readonly label: string;
  readonly height: number;
  readonly width: number;
  readonly dtype: PlaneType;
  /** The samples asked for (0-based), each height * width values. Throws INVALID_INPUT or CANCELLED. */
  decode(samples: readonly number[], signal?: AbortSignal): Promise<Plane[]>;
}

export interface SourceChannel {
  /** As the file names it; null when it does not. */
  readonly name: string | null;
  readonly role: ChannelRole;
  readonly source: PlaneSource;
  readonly sample: number;
}

/** A pixel size as one place in a file states it, µm. */
export interface PixelSize {
  readonly y: number;
  readonly x: number;
  /** For messages: `XResolution 25600 px/cm`. */
  readonly from: string;
}

/** What a file or folder holds, opened but not decoded. */
export interface Acquisition {
  /** `OME-TIFF`, `MIBI TIFF`, `Akoya TIFF`, `ImageJ TIFF`, `TIFF`, `PNG`, `folder of …`. */
  readonly format: string;
  /** Every file whose bytes matter, absolute, sorted. */
  readonly files: readonly string[];
  readonly channels: readonly SourceChannel[];
  /** Every place that states a pixel size; not yet judged. */
  readonly pixelSizes: readonly PixelSize[];
  readonly intensity: 'counts' | 'unit';
  readonly warnings: readonly string[];
  close(): Promise<void>;
}

/** What an interpreter makes of a TIFF's pages; open-acquisition adds files and closing. */
export type Interpretation = Omit<Acquisition, 'close' | 'files'>;
