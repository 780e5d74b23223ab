// The step as a whole: memory, time beside the network, throughput, and whether its predictions hang on how it is run.
import { runOnce, runTogether } from './runs.mjs';

const MB = 1e6;
const figure = (name, unit, values, { goal = null, note = '' } = {}) => ({ name, unit, values, goal, note });

/** One process of one thread for each round and pixel size, its session open, nothing else of it warm; then the same once more in it. */
export async function measureStep({ folder, model, rounds, say }) {
  const scales = [
    [0.5, 'as acquired'],
    [0.377, 'resampled'],
  ];
  const runs = new Map(scales.map(([mpp]) => [mpp, []]));
  for (let round = 0; round < rounds; round++) {
    for (const [mpp, all] of runs) {
      say(`the step at ${mpp} µm, round ${round + 1} of ${rounds}`);
      all.push(await runOnce({ folder, mpp, model, threads: 1, again: true }));
    }
  }
  return scales.flatMap(([mpp, how]) => figuresOf(`${mpp} µm, ${how}`, runs.get(mpp)));
}

function figuresOf(title, runs) {
  const of = (value) => runs.map(value);
  const share = (total, network) => (100 * (total - network)) / network;
  const image = Math.round(runs[0].before / MB);
  return [
    figure(
      `${title}: the step`,
      's',
      of(({ total }) => total),
      { note: `${runs[0].cells} cells, one thread` },
    ),
    figure(
      '… session.run',
      's',
      of(({ network }) => network),
    ),
    figure(
      '… outside it',
      's',
      of(({ total, network }) => total - network),
    ),
    figure(
      '… … of session.run',
      '%',
      of(({ total, network }) => share(total, network)),
      { goal: { atMost: 15 } },
    ),
    figure(
      '… … the same by processor time',
      '%',
      of(({ cpuTotal, cpuNetwork }) => share(cpuTotal, cpuNetwork)),
      {
        note: 'other work on the machine matters less',
      },
    ),
    figure(
      '… once more in the same process',
      's',
      of(({ again }) => again.total),
    ),
    figure(
      '… … outside by session.run',
      '%',
      of(({ again }) => share(again.total, again.network)),
      { goal: { atMost: 15 }, note: 'as every field of view after the first' },
    ),
    ...(runs[0].peak === null
      ? []
      : [
          figure(
            '… peak memory',
            'MB',
            of(({ peak }) => peak / MB),
            {
              ...{ goal: { atMost: 1200 }, note: `${image} before: Node, runtime, image` },
            },
          ),
        ]),
  ];
}

/** Cells per second of one process with two threads, and of two processes with one each. */
export async function measureRates({ folder, model, rounds, say }) {
  const ways = [
    ['1 process × 1 thread', 1, 1],
    ['1 process × 2 threads', 1, 2],
    ['2 processes × 1 thread', 2, 1],
  ];
  const rates = ways.map(() => []);
  for (let round = 0; round < rounds; round++) {
    for (const [index, [name, processes, threads]] of ways.entries()) {
      say(`${name}, round ${round + 1} of ${rounds}`);
      const all = Array.from({ length: processes }, () => ({ folder, model, threads }));
      const { seconds, results } = await runTogether(all);
      rates[index].push(results.reduce((sum, { cells }) => sum + cells, 0) / seconds);
    }
  }
  return ways.map(([name], index) => figure(`the step, ${name}`, 'cells/s', rates[index]));
}

/** Whether digests of all numbers of the step's tables agree: 1 where they do. */
export async function measureSameness({ folder, model, say }) {
  const usual = { folder, model, threads: 1 };
  say('predictions of one process');
  const { digest: wanted } = await runOnce(usual);
  const compare = async (name, all, goal = { atLeast: 1 }) => {
    say(`predictions: ${name}`);
    const { results } = await runTogether(all);
    const same = results.every(({ digest }) => digest === wanted);
    return figure(`same predictions: ${name}`, '', [Number(same)], { goal, note: same ? 'same bits' : 'bits differ' });
  };
  const figures = [];
  for (const batch of [1, 7, 64, 256]) figures.push(await compare(`batches of ${batch}`, [{ ...usual, batch }]));
  figures.push(await compare('channels backwards', [{ ...usual, backwards: true }]));
  figures.push(await compare('2 processes at once', [usual, usual]));
  figures.push(await compare('2 threads', [{ ...usual, threads: 2 }], null));
  return figures;
}
