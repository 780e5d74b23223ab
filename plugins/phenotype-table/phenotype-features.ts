import type { StepContext } from '../../core/step.ts';
import { abstain, typeTable } from '../../core/type-table.ts';
import type { StandardizationReport } from '../../core/vocabulary/standardize-panel.ts';
import type { CellTable } from '../../kernels/image.ts';
import { buildFeatures } from './features.ts';
import type { Options } from './params.ts';
import { runModel } from './run-model.ts';
import { signatureOf } from './signature.ts';
import { dctSource, nativeSource, type Inputs } from './sources.ts';

/** µm per pixel of DeepCell Types, where the record says nothing else. */
const DCT_MPP = 0.5;

/** Cell types of all cells of a field of view by a model of features; see README.md for the method. */
export async function phenotypeFeatures(inputs: Inputs, options: Options, ctx: StepContext): Promise<CellTable> {
  const net = ctx.models['net']!;
  const signature = signatureOf(net);
  const source =
    signature.profile.features === 'dct' ? dctSource(inputs, net.spec.mpp ?? DCT_MPP) : nativeSource(inputs);
  const features = buildFeatures(net.name, signature, source, options, ctx);
  if (features.report.lost > 0) {
    ctx.log.warn({ fov: ctx.fov, cells: features.report.lost }, 'cells without pixels or values become Unknown');
  }
  warnOfNames(features.standardization, ctx);
  const probabilities = await runModel(net, signature, features, ctx);
  const { types } = signature;
  const { fence, abstained } = abstain(
    { probabilities, types },
    { k: options.abstain, minProbability: options.minProbability },
  );
  return typeTable(
    { ids: source.ids.slice(), types, probabilities },
    {
      ...{ topK: options.topK, abstained },
      reports: {
        marker_standardization: features.standardization,
        features: { model: net.name, profile: net.spec.profile, ...features.report },
        abstention: {
          fence,
          minProbability: options.minProbability,
          cells: abstained.reduce((sum, one) => sum + one, 0),
        },
      },
    },
  );
}

function warnOfNames({ channels }: StandardizationReport, ctx: StepContext): void {
  for (const { channel, marker, how, note } of channels) {
    if (how === 'guess')
      ctx.log.warn(
        { fov: ctx.fov, channel, marker },
        `channel ${channel} is only guessed to be ${marker}; confirm it in map`,
      );
    if (how === 'duplicate')
      ctx.log.warn({ fov: ctx.fov, channel }, `channel ${channel} is not used: ${note}; choose in map`);
  }
}
