import { inWindow } from '../../workflows/window.ts';

const tick = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

test('never more than the window run at once, and each item once', async () => {
  let running = 0;
  let most = 0;
  const seen: number[] = [];
  await inWindow(
    Array.from({ length: 20 }, (_, i) => i),
    3,
    async (item) => {
      most = Math.max(most, ++running);
      for (let i = 0; i < (item % 4) + 1; i++) await tick();
      seen.push(item);
      running -= 1;
    },
  );
  expect(most).toBe(3);
  expect(seen.sort((a, b) => a - b)).toEqual(Array.from({ length: 20 }, (_, i) => i));
});

test('a window wider than the list, and an empty list', async () => {
  const seen: string[] = [];
  await inWindow(['a', 'b'], 50, async (item) => void seen.push(item));
  await inWindow([], 5, () => Promise.reject(new Error('never called')));
  expect(seen).toEqual(['a', 'b']);
});

test('the first rejection starts nothing more, waits for what runs and is thrown', async () => {
  const [started, ended]: [number[], number[]] = [[], []];
  const work = async (item: number): Promise<void> => {
    started.push(item);
    for (let i = 0; i < item + 1; i++) await tick();
    if (item === 1) throw new Error('the second');
    if (item === 2) throw new Error('the third');
    ended.push(item);
  };
  await expect(inWindow([3, 1, 2, 0, 4], 3, work)).rejects.toThrow('the second');
  expect(started).toEqual([3, 1, 2]);
  expect(ended).toEqual([3]);
});
