// Figures of several repeats, and how they are printed.
import { execFileSync } from 'node:child_process';
import { cpus, loadavg, totalmem } from 'node:os';

/**
 * @typedef {object} Figure
 * @property {string} name
 * @property {string} unit
 * @property {number[]} values one for each repeat
 * @property {{ atMost?: number, atLeast?: number } | null} goal
 * @property {string} [note]
 */

export const median = (values) => {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
};

/** The value below which the given part of the values lies (nearest rank). */
export const quantile = (values, part) => {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.max(0, Math.ceil(part * sorted.length) - 1))];
};

const shown = (value) => (value >= 100 ? value.toFixed(0) : value >= 10 ? value.toFixed(1) : value.toFixed(2));

function verdict({ values, goal }) {
  if (goal === null) return '';
  const value = median(values);
  const [sign, bound, met] =
    goal.atMost === undefined ? ['≥', goal.atLeast, value >= goal.atLeast] : ['≤', goal.atMost, value <= goal.atMost];
  return `${sign} ${bound}${met ? '' : ' missed'}`;
}

/**
 * A table with one line per figure: median, range of the repeats, unit, goal.
 *
 * @param {readonly Figure[]} figures
 * @returns {string}
 */
export function figureTable(figures) {
  const rows = figures.map((figure) => {
    const { name, unit, values, note = '' } = figure;
    const range = values.length < 2 ? '' : `${shown(Math.min(...values))}–${shown(Math.max(...values))}`;
    return [name, shown(median(values)), range, unit, verdict(figure), note];
  });
  const lines = [['', 'median', 'range', 'unit', 'goal', ''], ...rows];
  const widths = lines[0].map((_, column) => Math.max(...lines.map((line) => line[column].length)));
  const right = new Set([1, 2]);
  return lines
    .map((line) =>
      line
        .map((cell, i) => (right.has(i) ? cell.padStart(widths[i]) : cell.padEnd(widths[i])))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}

/** What was measured on, in neutral words: figures travel, host names should not. */
export function machine() {
  return {
    cores: cpus().length,
    processor: cpus()[0]?.model.trim() ?? 'unknown',
    memoryGiB: Math.round(totalmem() / 2 ** 30),
    platform: `${process.platform}-${process.arch}`,
    node: process.version,
    date: new Date().toISOString().slice(0, 10),
    /** Above zero at the start, something else was using the machine. */
    loadBefore: Math.round(loadavg()[0] * 10) / 10,
  };
}

/** `machine()` as one line. */
export const machineLine = ({ cores, processor, memoryGiB, platform, node, date, loadBefore }) =>
  `${date}: ${cores} cores (${processor}), ${memoryGiB} GiB, ${platform}, Node ${node.slice(1)}, load before ${loadBefore}`;

/** `temporal --version` of a binary, its numbers only. */
export const temporalVersion = (path) =>
  execFileSync(path, ['--version'], { encoding: 'utf8' })
    .trim()
    .replace(/^temporal version /, '');
