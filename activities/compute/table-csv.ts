import { readFile } from 'node:fs/promises';
import Papa from 'papaparse';
import { FoveaError } from '../../core/errors.ts';
import type { Column, Table } from '../../kernels/image.ts';

/** Reads a CSV such as `writeTableCsv` writes: int32 where every value is an integer, float64 where every value is a number or empty, else text. */
export async function parseTableCsv(path: string): Promise<Table> {
  const { data, errors } = Papa.parse<string[]>((await readFile(path, 'utf8')).trimEnd(), { delimiter: ',' });
  const [header, ...body] = data;
  if (header === undefined || errors.length > 0) {
    throw new FoveaError('INVALID_OUTPUT', `${path} is not a CSV table: ${errors[0]?.message ?? 'it is empty'}`);
  }
  const ragged = body.findIndex((line) => line.length !== header.length);
  if (ragged >= 0) {
    throw new FoveaError(
      'INVALID_OUTPUT',
      `${path} line ${ragged + 2} has ${body[ragged]!.length} values, its header ${header.length}`,
    );
  }
  const columns = header.map((name, index): Column => {
    const texts = body.map((line) => line[index]!);
    const numbers = texts.map((text) => (text.trim() === '' ? NaN : Number(text)));
    const numeric = texts.every((text, row) => text.trim() === '' || !Number.isNaN(numbers[row]));
    const integer = numbers.every((value) => Number.isInteger(value) && Math.abs(value) < 2 ** 31);
    const values = integer ? Int32Array.from(numbers) : numeric ? Float64Array.from(numbers) : texts;
    return { name, values, unit: null, measure: null };
  });
  return { rows: body.length, columns };
}
