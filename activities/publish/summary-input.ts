import type { Plot } from './plots/plot-data.ts';

/** Everything the summary page of a run shows. Plain values; all text is foreign and gets escaped. */
export interface SummaryInput {
  readonly pipeline: string;
  readonly revision: string;
  /** Id of the run. */
  readonly run: string;
  /** ISO 8601. */
  readonly createdAt: string;
  /** Name → version: fovea, node, the plug-ins. */
  readonly software: Readonly<Record<string, string>>;
  /** Figures against a ground truth, where there is one: the demo's F1, say. */
  readonly score?: readonly SummaryScore[];
  /** What the cohort's tables ask to be drawn. */
  readonly plots?: readonly Plot[];
  /** In the order of the samplesheet. */
  readonly fovs: readonly SummaryFov[];
  readonly failures: readonly SummaryFailure[];
  readonly steps: readonly SummaryStep[];
  /** Files to open, relative to the page. */
  readonly outputs: readonly SummaryOutput[];
}

export interface SummaryScore {
  readonly label: string;
  readonly value: number;
  /** What it was measured on, in a few words. */
  readonly note?: string;
}

export interface SummaryFov {
  readonly fov: string;
  readonly status: 'ok' | 'failed';
  readonly cells: number | null;
  /** Area of the field in mm², null when unknown. */
  readonly areaMm2: number | null;
  readonly medianAreaUm2: number | null;
  /** Cell types that occur, without `Unknown`; null where cells have none. */
  readonly types?: number | null;
  readonly warnings: readonly string[];
  /** Free columns of the samplesheet. */
  readonly obs: Readonly<Record<string, string>>;
  /** The field's zarr store, relative to the page, null when there is none. */
  readonly href: string | null;
  /** A WebP picture, null when there is none. */
  readonly thumbnail: Uint8Array | null;
}

export interface SummaryFailure {
  readonly fov: string;
  /** Step id, or `source` for reading the image. */
  readonly step: string;
  readonly code: string;
  /** Ends in the remedy. */
  readonly message: string;
}

export interface SummaryStep {
  readonly id: string;
  readonly step: string;
  readonly version: number;
  readonly params: unknown;
}

export interface SummaryOutput {
  readonly label: string;
  readonly href: string;
  /** How to open it, in a few words. */
  readonly note?: string;
}
