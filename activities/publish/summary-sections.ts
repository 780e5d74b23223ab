import { html, relativeHref } from './html.ts';
import type { Html } from './html.ts';
import type { SummaryFov, SummaryInput } from './summary-input.ts';

/** The picture's source by field of view: a data URI or a file beside the page. */
export type Pictures = ReadonlyMap<SummaryFov, string>;

/** With no and with one digit after the point. */
const NUMBERS = [0, 1].map(
  (digits) => new Intl.NumberFormat('en-GB', { minimumFractionDigits: digits, maximumFractionDigits: digits }),
) as [Intl.NumberFormat, Intl.NumberFormat];

const whole = (value: number): string => NUMBERS[0].format(value);

/** Cells per mm², null where cells or area are unknown. */
export function density({ cells, areaMm2 }: SummaryFov): number | null {
  return cells === null || areaMm2 === null || areaMm2 <= 0 ? null : cells / areaMm2;
}

export function header(input: SummaryInput): Html {
  const { fovs, failures, score = [] } = input;
  const failed = fovs.filter(({ status }) => status === 'failed').length;
  const warned = fovs.filter(({ warnings }) => warnings.length > 0).length;
  const cells = fovs.reduce((sum, fov) => sum + (fov.cells ?? 0), 0);
  const plural = (count: number, noun: string): string => (count === 1 ? noun : `${noun}s`);
  return html`<header>
    <h1>${input.pipeline}</h1>
    <p class="faint">
      Revision <span class="mono">${input.revision}</span> · run <span class="mono">${input.run}</span> ·
      <time datetime="${input.createdAt}">${day(input.createdAt)}</time>
    </p>
    <ul class="tiles">
      <li><b>${whole(fovs.length)}</b>${plural(fovs.length, 'field')} of view</li>
      <li><b>${whole(cells)}</b>${plural(cells, 'cell')}</li>
      ${tile(failed, 'bad', 'failed')}${tile(warned, 'warn', 'with warnings')}
      ${failed === 0 && failures.length > 0 ? tile(failures.length, 'bad', plural(failures.length, 'failure')) : null}
      ${score.map(({ label, value, note }) => html`<li title="${note ?? ''}"><b>${value.toFixed(3)}</b>${label}</li>`)}
    </ul>
  </header>`;
}

function tile(count: number, kind: string, text: string): Html | null {
  return count === 0 ? null : html`<li class="${kind}"><b>${whole(count)}</b>${text}</li>`;
}

/** `2026-11-22 14:03 UTC`; the text as it is when it is no date. */
function day(iso: string): string {
  const date = new Date(iso);
  return Number.isNaN(date.getTime()) ? iso : `${date.toISOString().slice(0, 16).replace('T', ' ')} UTC`;
}

export function fovTable(fovs: readonly SummaryFov[], pictures: Pictures): Html {
  const obs = [...new Set(fovs.flatMap((fov) => Object.keys(fov.obs)))];
  const largest = {
    cells: Math.max(0, ...fovs.map(({ cells }) => cells ?? 0)),
    density: Math.max(0, ...fovs.map((fov) => density(fov) ?? 0)),
    area: Math.max(0, ...fovs.map(({ medianAreaUm2 }) => medianAreaUm2 ?? 0)),
    types: Math.max(0, ...fovs.map(({ types }) => types ?? 0)),
  };
  const typed = fovs.some(({ types }) => types !== undefined && types !== null);
  const head = (text: string, number = false): Html =>
    html`<th scope="col" aria-sort="none" class="${number ? 'number' : ''}">
      <button type="button">${text}</button>
    </th>`;
  return html`<h2 id="fovs">Fields of view</h2>
    <div class="wide">
      <table class="sortable">
        <thead>
          <tr>
            <th scope="col"></th>
            ${head('Field of view')}${head('Status')}${head('Cells', true)}${head('Cells per mm²', true)}
            ${head('Median cell area, µm²', true)}${typed ? head('Cell types', true) : null}${obs.map((name) => head(name))}${head('Warnings')}
          </tr>
        </thead>
        <tbody>
          ${fovs.map((fov) => {
            const picture = pictures.get(fov);
            return html`<tr class="${fov.status}">
              <td>${picture === undefined ? null : html`<img src="${picture}" alt="" loading="lazy" />`}</td>
              <th scope="row">
                ${fov.href === null ? fov.fov : html`<a href="${relativeHref(fov.href)}">${fov.fov}</a>`}
              </th>
              <td><span class="badge ${fov.status}">${fov.status === 'ok' ? '✓ ok' : '✗ failed'}</span></td>
              ${number(fov.cells, largest.cells)}${number(density(fov), largest.density)}
              ${number(fov.medianAreaUm2, largest.area, 1)}
              ${typed ? number(fov.types ?? null, largest.types) : null}${obs.map((name) => html`<td>${fov.obs[name] ?? ''}</td>`)}
              <td>${warnings(fov)}</td>
            </tr>`;
          })}
        </tbody>
      </table>
    </div>`;
}

/** A number with a thin bar under it that shows its share of the column's largest; `digits` after the point. */
function number(value: number | null, largest: number, digits = 0): Html {
  const share = value === null || largest <= 0 ? 0 : value / largest;
  const text = value === null ? '' : NUMBERS[digits === 0 ? 0 : 1].format(value);
  return html`<td class="number bar" data-value="${value ?? ''}" style="--share: ${share.toFixed(3)}">${text}</td>`;
}

function warnings({ warnings }: SummaryFov): Html | null {
  return warnings.length === 0
    ? null
    : html`<ul>
        ${warnings.map((text) => html`<li>${text}</li>`)}
      </ul>`;
}

export function gallery(fovs: readonly SummaryFov[], pictures: Pictures): Html | null {
  if (pictures.size === 0) return null;
  const swatch = (color: string, text: string, line = false): Html =>
    html`<span
      ><i class="${line ? 'line' : ''}" style="background: ${color}; border-color: ${color}"></i>${text}</span
    >`;
  return html`<h2 id="gallery">Gallery</h2>
    <p class="legend">
      ${swatch('#4060ff', 'nuclear channel')}${swatch('#00ff00', 'membrane channel')}
      ${swatch('#ffd65c', 'cell outline', true)}${swatch('#96e2ff', 'nucleus outline', true)}
      <span>Each picture has its own contrast.</span>
    </p>
    <div class="gallery">
      ${fovs.map((fov) => {
        const picture = pictures.get(fov);
        if (picture === undefined) return html``;
        const cells = fov.cells === null ? '' : `${whole(fov.cells)} ${fov.cells === 1 ? 'cell' : 'cells'}`;
        return html`<figure>
          <img src="${picture}" alt="${`Outlines over channels of ${fov.fov}`}" loading="lazy" />
          <figcaption><b>${fov.fov}</b><span class="faint">${cells}</span></figcaption>
        </figure>`;
      })}
    </div>`;
}

export function failureTable({ failures }: SummaryInput): Html | null {
  if (failures.length === 0) return null;
  return html`<h2 id="failures">Failures</h2>
    <div class="wide">
      <table>
        <thead>
          <tr>
            <th scope="col">Field of view</th>
            <th scope="col">Step</th>
            <th scope="col">Code</th>
            <th scope="col">What happened, and what to do</th>
          </tr>
        </thead>
        <tbody>
          ${failures.map(
            ({ fov, step, code, message }) =>
              html`<tr>
                <th scope="row">${fov}</th>
                <td>${step}</td>
                <td class="mono">${code}</td>
                <td class="message">${message}</td>
              </tr>`,
          )}
        </tbody>
      </table>
    </div>`;
}

export function outputList({ outputs }: SummaryInput): Html | null {
  if (outputs.length === 0) return null;
  return html`<h2 id="outputs">Files</h2>
    <ul class="outputs">
      ${outputs.map(
        ({ label, href, note }) =>
          html`<li>
            <a href="${relativeHref(href)}">${label}</a
            >${note === undefined ? null : html` <span class="faint">${note}</span>`}
          </li>`,
      )}
    </ul>`;
}

export function stepTable({ steps }: SummaryInput): Html | null {
  if (steps.length === 0) return null;
  return html`<h2 id="steps">Steps and parameters</h2>
    <div class="wide">
      <table>
        <thead>
          <tr>
            <th scope="col">Step</th>
            <th scope="col">Runs</th>
            <th scope="col">Parameters</th>
          </tr>
        </thead>
        <tbody>
          ${steps.map(
            ({ id, step, version, params }) =>
              html`<tr>
                <th scope="row">${id}</th>
                <td>${step} <span class="faint">version ${version}</span></td>
                <td>${parameters(params)}</td>
              </tr>`,
          )}
        </tbody>
      </table>
    </div>`;
}

function parameters(params: unknown): Html {
  const entries = typeof params === 'object' && params !== null ? Object.entries(params) : [];
  if (entries.length === 0) return html`<span class="faint">none</span>`;
  return html`<dl class="mono">
    ${entries.map(
      ([name, value]) =>
        html`<dt>${name}</dt>
          <dd>${JSON.stringify(value)}</dd>`,
    )}
  </dl>`;
}

export function versions({ software }: SummaryInput): Html {
  const text = Object.entries(software)
    .map(([name, version]) => `${name} ${version}`)
    .join(' · ');
  return html`<footer>${text}</footer>`;
}
