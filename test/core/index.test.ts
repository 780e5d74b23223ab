import * as fovea from '../../core/index.ts';
import * as testing from '../../core/testing.ts';

test('the public API is these names and no others', () => {
  expect(Object.keys(fovea).sort()).toEqual([
    ...[
      'FoveaError',
      'commandStep',
      'compile',
      'convertCellType',
      'createRegistry',
      'defineStep',
      'diff',
      'isFoveaError',
    ],
    ...['resolveCellType', 'standardizePanel', 'typesOfTissue'],
  ]);
  expect(Object.keys(testing).sort()).toEqual(['gathered', 'outputProblems', 'testContext', 'testStep']);
});
