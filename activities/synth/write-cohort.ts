import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { FoveaError } from '../../core/errors.ts';
import { PANEL, SYNTH_VERSION, synthesizeTissue, type Tissue } from '../../kernels/synth/index.ts';
import { selectMarkers } from '../../kernels/synth/panel.ts';
import { writeLabelsTiff, writeOmeTiff } from '../images/write-tiff.ts';
import { isComplete, readRecord, removeRecord, writeRecord, writeWhole } from './cohort-record.ts';
import { planCohort, type PlannedFov } from './plan-cohort.ts';

export interface SynthOptions {
  /** An integer 0 … 2³² − 1; 1 unless given. */
  readonly seed?: number;
  /** Fields of view, 1 … 999; 6 unless given. */
  readonly fovs?: number;
  /** Height and width in pixels, 16 … 8,192; 1,024 unless given. */
  readonly size?: number;
  /** µm per pixel; 0.377 unless given. */
  readonly mpp?: number;
  /** Channels by marker name; the whole 16-marker panel unless given. */
  readonly markers?: readonly string[];
  /** Called after each field of view. */
  readonly progress?: (done: number, total: number) => void;
  /** Ends the work between two fields of view. */
  readonly signal?: AbortSignal;
}

/** Where a synthetic cohort lies. Paths start with the folder given to `writeSyntheticCohort`. */
export interface SyntheticCohort {
  readonly samplesheet: string;
  readonly panel: string;
  readonly truth: string;
  readonly fovs: readonly string[];
  /** Cells over all fields of view. */
  readonly cells: number;
  /** True when everything was there already and nothing was written. */
  readonly reused: boolean;
}

const csv = (rows: readonly (readonly (string | number)[])[]): string =>
  rows.map((row) => `${row.join(',')}\n`).join('');

/** Paths of one field of view's files, relative to the cohort's folder. */
function filesOf({ fov }: PlannedFov): { image: string; cells: string; nuclei: string; types: string } {
  return {
    image: `images/${fov}.ome.tif`,
    cells: `truth/${fov}_cells.tif`,
    nuclei: `truth/${fov}_nuclei.tif`,
    types: `truth/${fov}_types.csv`,
  };
}

function synthesise(planned: PlannedFov, size: number, mpp: number, markers: readonly string[]): Tissue {
  const { seed, composition } = planned;
  try {
    return synthesizeTissue({ seed, height: size, width: size, mpp, markers, composition });
  } catch (error) {
    if (error instanceof RangeError) throw new FoveaError('USAGE', error.message, { cause: error });
    throw error;
  }
}

async function writeFov(dir: string, planned: PlannedFov, { image, cells, nuclei, types }: Tissue): Promise<void> {
  const files = filesOf(planned);
  await writeOmeTiff(join(dir, files.image), image);
  await writeLabelsTiff(join(dir, files.cells), cells);
  await writeLabelsTiff(join(dir, files.nuclei), nuclei);
  const rows = types.map((type, i) => [i + 1, type] as const);
  await writeWhole(join(dir, files.types), csv([['cell_id', 'cell_type'], ...rows]));
}

/**
 * Writes a cohort of synthetic tissue into `dir`: `images/<fov>.ome.tif` (uint16), `truth/<fov>_cells.tif`,
 * `_nuclei.tif` and `_types.csv` (`cell_id,cell_type`), `panel.csv`, the samplesheet `fovs.csv` with the free columns
 * `patient` and `condition`, and last `synth.json`, which records parameters and digests. Where that record matches the
 * parameters and every file its digest, nothing is written. Every file appears whole or not at all, and an interrupted
 * call leaves no record. Throws USAGE for parameters out of range; file errors pass through.
 */
export async function writeSyntheticCohort(dir: string, options: SynthOptions = {}): Promise<SyntheticCohort> {
  const { seed = 1, fovs = 6, size = 1024, mpp = 0.377, markers = PANEL.map(({ name }) => name) } = options;
  if (!Number.isInteger(fovs) || fovs < 1 || fovs > 999) {
    throw new FoveaError('USAGE', `fovs must be an integer 1 to 999, not ${fovs}; ask for that many fields of view`);
  }
  if (!Number.isInteger(seed) || seed < 0 || seed > 0xffffffff) {
    throw new FoveaError('USAGE', `seed must be an integer 0 to 4294967295, not ${seed}; choose such a seed`);
  }
  const plan = planCohort(seed, fovs);
  const parameters = { version: SYNTH_VERSION, seed, fovs, size, mpp, markers };
  const files = [...plan.flatMap((planned) => Object.values(filesOf(planned))), 'panel.csv', 'fovs.csv'];
  const places = {
    samplesheet: join(dir, 'fovs.csv'),
    panel: join(dir, 'panel.csv'),
    truth: join(dir, 'truth'),
    fovs: plan.map(({ fov }) => fov),
  };
  const found = await readRecord(dir);
  if (found && (await isComplete(dir, found, parameters, files))) {
    return { ...places, cells: found.cells, reused: true };
  }

  let cells = 0;
  for (const [index, planned] of plan.entries()) {
    options.signal?.throwIfAborted();
    // Options are checked by the first synthesis, so nothing on disk is touched before they are known to be good.
    const tissue = synthesise(planned, size, mpp, markers);
    if (index === 0) {
      await mkdir(join(dir, 'images'), { recursive: true });
      await mkdir(places.truth, { recursive: true });
      await removeRecord(dir);
    }
    await writeFov(dir, planned, tissue);
    cells += tissue.types.length;
    options.progress?.(index + 1, fovs);
  }
  const roles = selectMarkers(markers).map(({ name, role }) => [name, name, role ?? ''] as const);
  await writeWhole(places.panel, csv([['channel', 'marker', 'role'], ...roles]));
  const sheet = plan.map((planned) => {
    return [planned.fov, filesOf(planned).image, mpp, 'panel.csv', planned.patient, planned.condition] as const;
  });
  await writeWhole(places.samplesheet, csv([['fov', 'image', 'mpp', 'panel', 'patient', 'condition'], ...sheet]));
  await writeRecord(dir, parameters, cells, files);
  return { ...places, cells, reused: false };
}
