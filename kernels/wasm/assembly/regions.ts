/**
 * Adds runs, which come in raster order, to the records of their objects: 64 bytes each, zeros before the first run.
 *
 *   i32 area, first row, first column, row after the last, column after the last, column where the first run starts
 *   f64 at 24: Σy, Σx, Σy², Σx², Σyx about the first row and the column where the first run starts
 *
 * @param start, length, object the first run's three numbers; the next run's are `stride` bytes further.
 */
export function sumRuns(start: usize, length: usize, object: usize, stride: usize, count: i32, width: i32, records: usize): void {
  for (let done = 0; done < count; done += 1024) {
    const offset = <usize>done * stride;
    sumSomeRuns(start + offset, length + offset, object + offset, stride, min(1024, count - done), width, records);
  }
}

// @ts-ignore: decorator
@noInline
function sumSomeRuns(start: usize, length: usize, object: usize, stride: usize, count: i32, width: i32, records: usize): void {
  let row = load<i32>(start) / width;
  let rowStart = row * width;
  for (let r = 0; r < count; r++) {
    const begin = load<i32>(start);
    const pixels = load<i32>(length);
    const record = records + ((<usize>load<u32>(object)) << 6);
    start += stride;
    length += stride;
    object += stride;
    while (begin - rowStart >= width) {
      row++;
      rowStart += width;
    }
    const column = begin - rowStart;
    const area = load<i32>(record);
    if (area == 0) {
      store<i32>(record, row, 4);
      store<i32>(record, column, 8);
      store<i32>(record, column, 20);
    }
    store<i32>(record, area + pixels);
    store<i32>(record, min(column, load<i32>(record, 8)), 8);
    store<i32>(record, row + 1, 12);
    store<i32>(record, max(column + pixels, load<i32>(record, 16)), 16);
    const y = <f64>(row - load<i32>(record, 4));
    const x = <f64>(column - load<i32>(record, 20));
    const n = <f64>pixels;
    const sumX = n * x + (n * (n - 1)) / 2;
    store<f64>(record, load<f64>(record, 24) + n * y, 24);
    store<f64>(record, load<f64>(record, 32) + sumX, 32);
    store<f64>(record, load<f64>(record, 40) + n * y * y, 40);
    store<f64>(record, load<f64>(record, 48) + (n * x * x + x * n * (n - 1) + ((n - 1) * n * (2 * n - 1)) / 6), 48);
    store<f64>(record, load<f64>(record, 56) + y * sumX, 56);
  }
}
