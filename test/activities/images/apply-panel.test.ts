import { applyPanel } from '../../../activities/images/apply-panel.ts';
import type { PanelEntry } from '../../../activities/images/apply-panel.ts';
import type { SourceChannel } from '../../../activities/images/acquisition.ts';

const source = { label: 'page', height: 10, width: 10, dtype: 'uint8' as const, decode: () => Promise.resolve([]) };
const file = (...names: (string | null)[]): SourceChannel[] =>
  names.map((name, sample) => ({ name, role: null, source, sample }));
const entry = (channel: string, marker = channel, role: PanelEntry['role'] = null) => ({ channel, marker, role });

const apply = (channels: SourceChannel[], panel: PanelEntry[] | null) =>
  applyPanel('fov1.tif', channels, panel).map(({ name, role, from }) => [name, role, from.sample]);

test('a panel keeps, orders, renames and gives roles', () => {
  expect(apply(file('DAPI', 'Opal 570', 'AF'), [entry('Opal 570', 'CD8'), entry('DAPI', 'DNA', 'nuclear')])).toEqual([
    ['CD8', null, 1],
    ['DNA', 'nuclear', 0],
  ]);
});

test('a number is a place, unless a channel bears it as its name', () => {
  expect(apply(file(null, null), [entry('2', 'DNA')])).toEqual([['DNA', null, 1]]);
  expect(apply(file('DAPI', 'CD3'), [entry('2', 'CD3')])).toEqual([['CD3', null, 1]]);
  expect(apply(file('2', '1'), [entry('2', 'x')])).toEqual([['x', null, 0]]);
});

test('without a panel, names are the file’s; unnamed channels are numbered', () => {
  expect(apply(file('DAPI', null), null)).toEqual([
    ['DAPI', null, 0],
    ['channel-2', null, 1],
  ]);
  expect(() => apply(file('channel-2', null), null)).toThrow(
    'fov1.tif: channel name(s) channel-2 occur more than once; give a panel that lists channels by number (1 to 2)',
  );
});

test('all problems of a panel are reported together', () => {
  const panel = [entry('dapi'), entry('CD45RX'), entry('9'), entry('CD3', 'A'), entry('CD3', 'B'), entry('CD8', 'A')];
  expect(() => apply(file('DAPI', 'CD45RO', 'CD3', 'CD8'), panel)).toThrow(
    'fov1.tif: the panel does not fit: channel "dapi" is not in the file; did you mean "DAPI"?; ' +
      'channel "CD45RX" is not in the file; did you mean "CD45RO"?; channel number 9 is beyond the file\'s 4 channels; ' +
      'channel "CD3" is listed twice, for A and B; marker "A" is listed twice. ' +
      'The file has: DAPI, CD45RO, CD3, CD8. Correct the panel',
  );
  expect(() => apply(file('DAPI'), [entry('something else')])).toThrow(
    'channel "something else" is not in the file. The file has',
  );
});
