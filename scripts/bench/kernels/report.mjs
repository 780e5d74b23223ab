// The benchmark's tables, in Markdown, as they stand in docs/benchmarks.md.

const milliseconds = (value) => (value < 10 ? value.toFixed(2) : value < 100 ? value.toFixed(1) : value.toFixed(0));
const times = (value) => `${value < 10 ? value.toFixed(1) : value.toFixed(0)} ×`;
const megabytes = (bytes) => (bytes === undefined ? '–' : `${Math.round(bytes / 2 ** 20)}`);

function table(head, rows) {
  const all = [head, ...rows];
  const widths = head.map((_, i) => Math.max(3, ...all.map((row) => [...row[i]].length)));
  const line = (row) => `| ${row.map((cell, i) => cell + ' '.repeat(widths[i] - [...cell].length)).join(' | ')} |`;
  return [line(head), `| ${widths.map((width) => '-'.repeat(width)).join(' | ')} |`, ...rows.map(line)].join('\n');
}

function agreement({ wasm, ts, note }) {
  if (wasm === undefined) return '–';
  const all = [...wasm, ...ts];
  const odd = all.filter(({ text }) => text !== '0 differ');
  if (odd.length === 0) return '0 differ';
  if (note !== undefined) return `${odd[0].text}: ${note}`;
  return `${odd[0].text}${odd.every(({ equal }) => equal) ? '' : ' (NOT EQUAL)'}`;
}

function verdict({ goal, size, peers, medians }) {
  if (goal === null || size !== 2048 || peers.length === 0) return '';
  return medians[peers[0]] / medians.wasm >= goal ? `≥ ${goal} × met` : `≥ ${goal} × missed`;
}

export function printReport({ machine, versions, rounds, results, scaling }) {
  console.log(
    `${machine.cpu}, ${machine.cores} cores, Node ${machine.node}, load before the start ${machine.load.toFixed(1)}`,
  );
  if (versions === null) console.log('no Python peer could be had: no ratios');
  else
    console.log(
      `peers: ${Object.entries(versions)
        .map((pair) => pair.join(' '))
        .join(', ')}; medians of ${rounds} rounds`,
    );
  for (const size of new Set(results.map((result) => result.size))) {
    console.log(`\n${size} × ${size}\n`);
    const rows = results
      .filter((result) => result.size === size && result.leftOut === undefined)
      .flatMap((result) => {
        const { peers, medians, memory } = result;
        const names = peers.length > 0 ? peers : ['–'];
        return names.map((name, i) => {
          const ratio = (twin) => (medians[name] === undefined ? '–' : times(medians[name] / medians[twin]));
          const first = i === 0;
          return [
            first ? result.title : '… tuned',
            name,
            medians[name] === undefined ? '–' : milliseconds(medians[name]),
            milliseconds(medians.wasm),
            ratio('wasm'),
            medians.fresh === undefined ? '' : `${milliseconds(medians.fresh)}, ${ratio('fresh')}`,
            milliseconds(medians.ts),
            ratio('ts'),
            first ? agreement(result.agreement) : '',
            first && memory !== null ? `${megabytes(memory.wasm)} / ${megabytes(memory.peer)}` : '',
            first ? verdict(result) : '',
          ];
        });
      });
    console.log(
      table(
        [
          'kernel',
          'peer',
          'peer ms',
          'WASM ms',
          'ratio',
          'new array',
          'TS ms',
          'ratio',
          'result',
          'MB ours / peer',
          'goal',
        ],
        rows,
      ),
    );
    const leftOut = results.filter((result) => result.size === size && result.leftOut !== undefined);
    if (leftOut.length > 0) {
      const named = leftOut.map(({ title, leftOut: seconds }) => `${title} (${seconds.toFixed(0)} s)`);
      console.log(`\nLeft out, because one call of the peer takes too long: ${named.join(', ')}.`);
    }
  }
  if (scaling.length > 0) {
    console.log('\nRuns per second in one process and in two at once, 2048 × 2048\n');
    const rows = scaling.map(({ title, one, two, gain }) => [title, one.toFixed(1), two.toFixed(1), times(gain)]);
    console.log(table(['kernel', 'one', 'two', 'gain'], rows));
  }
}
