/**
 * Scores settings on a field they were not chosen on, where there is one field only: they are chosen on its left half and scored on its
 * right one, then the other way about, and both scores are pooled.
 */
import { createHash } from 'node:crypto';
import { addScore, emptyScore, f1Of } from './scores.mjs';

/** Every combination of the values given by name. */
export function combinations(choices) {
  return Object.entries(choices).reduce(
    (all, [name, values]) => all.flatMap((given) => values.map((value) => ({ ...given, [name]: value }))),
    [{}],
  );
}

/** A model's handle that remembers what it said of each input. */
export function remembering(net) {
  const known = new Map();
  const keyOf = (feeds) => {
    const hash = createHash('sha1');
    for (const { data } of Object.values(feeds))
      hash.update(new Uint8Array(data.buffer, data.byteOffset, data.byteLength));
    return hash.digest('hex');
  };
  return {
    ...net,
    async run(feeds) {
      const key = keyOf(feeds);
      if (!known.has(key)) known.set(key, await net.run(feeds));
      return known.get(key);
    },
  };
}

/** Labels of the columns from `from` to `to`; objects on the cut are cut in truth and prediction alike. */
function columns({ height, width, mpp, data }, from, to) {
  const part = new Int32Array(height * (to - from));
  for (let row = 0; row < height; row++) {
    part.set(data.subarray(row * width + from, row * width + to), row * (to - from));
  }
  return { height, width: to - from, mpp, data: part };
}

/**
 * `run` gives labels (height, width) for each of `settings`. Returns the pooled score and, for each half, the settings that were chosen on
 * the other one by F1 at IoU 0.5.
 */
export async function scoreByHalves(truth, settings, run) {
  const middle = truth.width >> 1;
  const halves = [
    [0, middle],
    [middle, truth.width],
  ];
  const scores = [];
  for (const given of settings) {
    const found = await run(given);
    scores.push(
      halves.map(([from, to]) => {
        const score = emptyScore();
        addScore(score, columns(truth, from, to), columns(found, from, to));
        return score;
      }),
    );
  }
  const pooled = emptyScore();
  const chosen = halves.map((_, half) => {
    const value = (index) => f1Of(scores[index][1 - half].at[0]);
    const best = settings.reduce((top, _given, index) => (value(index) > value(top) ? index : top), 0);
    const score = scores[best][half];
    pooled.objects += score.objects;
    pooled.at.forEach((at, index) => ['tp', 'fp', 'fn'].forEach((name) => (at[name] += score.at[index][name])));
    return settings[best];
  });
  return { pooled, chosen };
}
