import { setTimeout as sleep } from 'node:timers/promises';
import { mapBounded } from '../../activities/map-bounded.ts';

test('keeps the order and never has more calls open than allowed', async () => {
  let open = 0;
  let most = 0;
  const squares = await mapBounded([5, 1, 4, 2, 3], 2, async (n, index) => {
    most = Math.max(most, ++open);
    await sleep(n);
    open -= 1;
    return [index, n * n];
  });
  expect(squares).toEqual([
    [0, 25],
    [1, 1],
    [2, 16],
    [3, 4],
    [4, 9],
  ]);
  expect(most).toBe(2);
  expect(await mapBounded([], 4, async () => 1)).toEqual([]);
});

test('the first failure is thrown and nothing further is begun', async () => {
  const begun: number[] = [];
  const failing = mapBounded([1, 2, 3, 4, 5, 6], 2, async (n) => {
    begun.push(n);
    await sleep(1);
    if (n === 2) throw new Error('no');
  });
  await expect(failing).rejects.toThrow('no');
  await sleep(10);
  expect(begun.length).toBeLessThanOrEqual(4);
});
