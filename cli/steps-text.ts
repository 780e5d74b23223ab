import type { StepDescription } from './describe-step.ts';
import { textTable, wrapText } from './output.ts';

const WIDTH = 100;
const SCOPE = { fov: 'once per field of view', cohort: 'once for the cohort' } as const;
const ports = (list: StepDescription['inputs']): string => list.map(({ name }) => name).join(', ');

/** All steps: name, ports and what they do. */
export function stepList(steps: readonly StepDescription[]): string[] {
  const rows = steps.map(({ name, version, scope, inputs, outputs }) => [
    ...[`${name}@${version}`, scope, `${ports(inputs)} → ${ports(outputs)}`],
  ]);
  const [header, ...lines] = textTable(['step', 'scope', 'ports'], rows);
  const summaries = steps.map(({ summary }) => wrapText(summary, WIDTH - 4).map((line) => `    ${line}`));
  return [header!, ...lines.flatMap((line, index) => [line, ...summaries[index]!])];
}

const keepText = ({ keep }: StepDescription): string =>
  keep ? 'outputs are stored' : 'outputs are recomputed when needed rather than stored, unless published';

/** One step with its ports and parameters. */
export function stepText(step: StepDescription): string[] {
  const { name, version, summary, scope, inputs, outputs, params, models, cpus, memory } = step;
  const lines = [`${name}@${version}  ${SCOPE[scope]}`, ...wrapText(summary, WIDTH), ''];
  for (const [title, list] of [
    ['in', inputs],
    ['out', outputs],
  ] as const) {
    lines.push(...list.map((port, index) => `${(index === 0 ? title : '').padEnd(8)}${port.name}: ${port.kind}`));
  }
  lines.push(`needs   ${cpus} × CPU, ${memory}${models.length === 0 ? '' : `, models ${models.join(', ')}`}`);
  lines.push(`keep    ${keepText(step)}`, '', params.length === 0 ? 'no parameters' : 'parameters');
  for (const param of params) {
    const value = param.required ? 'required' : param.default === null ? 'may be left out' : `default ${param.default}`;
    lines.push(`  ${param.name}: ${param.type}  (${value})`);
    if (param.description !== '') lines.push(...wrapText(param.description, WIDTH - 6).map((line) => `      ${line}`));
  }
  return lines;
}

function stepMarkdown(step: StepDescription): string[] {
  const { name, version, summary, scope, inputs, outputs, params, models, cpus, memory } = step;
  const needs = `${cpus} × CPU, ${memory}${models.length === 0 ? '' : `, models ${models.join(', ')}`}`;
  const paramLines = params.map((param) => {
    const value = param.required
      ? 'required'
      : param.default === null
        ? 'may be left out'
        : `default \`${param.default}\``;
    return `- \`${param.name}\` (${param.type}; ${value})${param.description === '' ? '' : `: ${param.description}`}`;
  });
  return [
    ...[`## ${name}`, '', summary, '', `Version ${version}, ${SCOPE[scope]}; needs ${needs}; ${keepText(step)}.`, ''],
    ...inputs.map((port) => `- in \`${port.name}\`: ${port.kind}`),
    ...outputs.map((port) => `- out \`${port.name}\`: ${port.kind}`),
    ...['', params.length === 0 ? 'No parameters.' : 'Parameters:', ''],
    ...(params.length === 0 ? [] : [...paramLines, '']),
  ];
}

/** docs/steps.md: every step with its ports and parameters. */
export function stepsMarkdown(steps: readonly StepDescription[]): string {
  const lines = [
    '# Steps',
    '',
    'What a pipeline may `use`. Generated from the declarations with `fovea steps --markdown > docs/steps.md`; a test keeps it',
    'current. The same on the command line: `fovea steps` and `fovea steps <name>`.',
    '',
    ...steps.flatMap(stepMarkdown),
  ];
  return `${lines.join('\n').trimEnd()}\n`;
}
