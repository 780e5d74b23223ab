import { copyFileSync, existsSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { modelsCommand } from '../../cli/models/index.ts';
import { mesmerRecord, MODELS, writeModels } from '../support/onnx-models.ts';
import { runCommand, type Outcome } from '../support/run-command.ts';

const tiny = join(MODELS, 'mesmer-tiny.onnx');
const HELD_BACK = { id: 'Academic-1', commercial: false, accept: true, url: 'https://example.org/terms' };

const newHome = (): string => join(mkdtempSync(join(tmpdir(), 'fovea-cli-models-')), '.fovea');
const models = (home: string, ...args: string[]): Promise<Outcome> =>
  runCommand(modelsCommand(), ...args, '--home', home);

/** A record as a person writes it beside a file: without what `add` reads off the file. */
function recordFile(changes: Readonly<Record<string, unknown>> = {}): string {
  const record: Record<string, unknown> = mesmerRecord('mesmer-tiny', changes);
  for (const key of ['file', 'sha256', 'bytes']) delete record[key];
  const path = join(mkdtempSync(join(tmpdir(), 'fovea-record-')), 'record.yaml');
  writeFileSync(path, stringify(record));
  return path;
}

test('list names the weights that can be pulled, and models of given files with the state of theirs', async () => {
  const file = writeModels({
    here: mesmerRecord('mesmer-tiny'),
    gone: mesmerRecord('mesmer-tiny', { file: 'nowhere.onnx', licence: HELD_BACK }),
  });
  const { stdout, exitCode } = await models(newHome(), 'list', '--models', file);
  expect(exitCode).toBe(0);
  expect(stdout).toMatch(/^here +segment-mesmer +mesmer-tf-9 +994 B +Apache-2\.0 +here$/m);
  expect(stdout).toMatch(/^gone .* Academic-1 \(non-commercial\) +missing, licence to be accepted$/m);
  expect(stdout).toMatch(/^cellsam-v1\.2 +cellsam-models_v1\.2\.tar\.gz/m);
});

test('add, show, verify and rm of a model of one’s own', async () => {
  const home = newHome();
  const added = await models(home, 'add', 'mine', tiny, '--record', recordFile());
  expect([added.error, added.exitCode]).toEqual([null, 0]);
  expect(added.stdout).toMatch(/^mine is among the models of .*: 994 B, SHA-256 [0-9a-f]{64}\n$/);
  const shown = await models(home, 'show', 'mine');
  expect(shown.stdout).toContain('takes     image float32 [batch, 256, 256, 2] nuclear, membrane');
  expect(shown.stdout).toMatch(/file +\S+\.onnx\s+\(994 B, here\)/);
  const verified = await models(home, 'verify', 'mine');
  expect([verified.stdout, verified.exitCode]).toEqual(['ok   mine: file, graph and record agree\n', 0]);
  expect(readFileSync(join(home, 'models.yaml'), 'utf8')).toMatch(/^# The project's own models/);
  expect((await models(home, 'rm', 'mine')).exitCode).toBe(0);
  expect(readdirSync(join(home, 'models'))).toEqual([]);
  expect((await models(home, 'show', 'mine')).error).toMatchObject({ code: 'NOT_FOUND' });
});

test('add leaves nothing of a file that is not what its record says', async () => {
  const home = newHome();
  const wrong = await models(home, 'add', 'mine', join(MODELS, 'mesmer-shuffled.onnx'), '--record', recordFile());
  expect(wrong.error).toMatchObject({ code: 'MODEL_MISMATCH' });
  expect(existsSync(join(home, 'models.yaml'))).toBe(false);
  expect(readdirSync(join(home, 'models'))).toEqual([]);
});

test.each<[string, string[], string]>([
  ['no such file', ['add', 'mine', '/nowhere/net.onnx'], 'there is no file /nowhere/net.onnx'],
  ['no record', ['add', 'mine', tiny], 'mesmer-tiny.onnx.yaml cannot be read (ENOENT)'],
  ['a name that is none', ['show', 'msmer'], 'there is no model "msmer"'],
  ['weights shown', ['show', 'mesmer-tf-9'], 'it is the name of weights to be exported: fovea models pull mesmer-tf-9'],
])('%s', async (_, args, message) => {
  const { error, exitCode } = await models(newHome(), ...args);
  expect(exitCode).not.toBe(0);
  expect(error?.message).toContain(message);
});

test('a licence is accepted once, with who and when, and the terms are shown until then', async () => {
  const home = newHome();
  const record = recordFile({ licence: HELD_BACK });
  const refused = await models(home, 'add', 'mine', tiny, '--record', record);
  expect(refused.error).toMatchObject({ code: 'LICENCE' });
  expect(refused.error?.message).toMatch(
    /licence "Academic-1" only.*does not allow commercial use.*example\.org\/terms.*--accept-licence/,
  );
  expect((await models(home, 'add', 'mine', tiny, '--record', record, '--accept-licence')).exitCode).toBe(0);
  const { stdout } = await models(home, 'verify', 'mine');
  expect(stdout).toMatch(/licence "Academic-1" accepted by .+@.+ on \d{4}-\d\d-\d\d/);
  expect((await models(home, 'add', 'again', tiny, '--record', record)).exitCode).toBe(0);
});

test('verify tells a damaged file and goes on with the others', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'fovea-damaged-'));
  const damaged = join(folder, 'damaged.onnx');
  copyFileSync(tiny, damaged);
  writeFileSync(damaged, readFileSync(tiny).subarray(0, 700));
  const file = writeModels({ bad: mesmerRecord('mesmer-tiny', { file: damaged }), good: mesmerRecord('mesmer-torch') });
  const { stdout, exitCode } = await models(newHome(), 'verify', '--models', file);
  expect(exitCode).toBe(2);
  expect(stdout).toMatch(/^BAD {2}bad: .*has 700 bytes, wanted 994/m);
  expect(stdout).toMatch(/^ok {3}good: file, graph and record agree$/m);
});

test('pull gets a model by its address, once', async () => {
  let requests = 0;
  const server = createServer((_, response) => {
    requests += 1;
    response.end(readFileSync(tiny));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/net.onnx`;
  const file = writeModels({ far: { ...mesmerRecord('mesmer-tiny', { url }), file: undefined } });
  const home = newHome();
  for (let i = 0; i < 2; i++) {
    const { stdout, exitCode } = await models(home, 'pull', 'far', '--models', file);
    expect([exitCode, stdout]).toEqual([0, expect.stringMatching(/^far is here: .*\.onnx\n$/) as string]);
  }
  server.close();
  expect(requests).toBe(1);
  expect((await models(home, 'verify', 'far', '--models', file)).exitCode).toBe(0);
});

test('weights of the DeepCell portal want terms accepted and a token, which no message repeats', async () => {
  const home = newHome();
  const token = process.env['DEEPCELL_ACCESS_TOKEN'];
  delete process.env['DEEPCELL_ACCESS_TOKEN'];
  expect((await models(home, 'pull', 'torch-mesmer')).error?.message).toMatch(
    /fovea models pull torch-mesmer --accept-licence/,
  );
  expect((await models(home, 'pull', 'torch-mesmer', '--accept-licence')).error?.message).toMatch(
    /set DEEPCELL_ACCESS_TOKEN/,
  );
  if (token !== undefined) process.env['DEEPCELL_ACCESS_TOKEN'] = token;
});

test('--json is one value', async () => {
  const file = writeModels({ here: mesmerRecord('mesmer-tiny') });
  const { stdout } = await models(newHome(), 'list', '--models', file, '--json');
  const value = JSON.parse(stdout) as { models: { name: string; state: { file: string } }[]; assets: object };
  expect(value.models.map(({ name, state }) => [name, state.file])).toContainEqual(['here', 'here']);
  expect(Object.keys(value.assets)).toContain('torch-mesmer');
});
