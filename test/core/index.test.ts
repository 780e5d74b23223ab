import * as fovea from '../../core/index.ts';
import * as testing from '../../core/testing.ts';

test('the public API is these names and no others', () => {
  expect(Object.keys(fovea).sort()).toEqual([
    ...['FoveaError', 'commandStep', 'compile', 'createRegistry', 'defineStep', 'diff', 'isFoveaError'],
  ]);
  expect(Object.keys(testing).sort()).toEqual(['gathered', 'outputProblems', 'testContext', 'testStep']);
});
