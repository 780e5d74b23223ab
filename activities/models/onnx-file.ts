import { open } from 'node:fs/promises';
import protobuf from 'protobufjs/minimal.js';
import { FoveaError } from '../../core/errors.ts';

/** What an ONNX file says of itself besides its graph. */
export interface OnnxFacts {
  readonly producer: string;
  /** Entries of `metadata_props`. */
  readonly metadata: Readonly<Record<string, string>>;
}

/** Field numbers of ModelProto and StringStringEntryProto in onnx.proto. */
const MODEL = { producer: 2, graph: 7, metadata: 14 } as const;
const ENTRY = { key: 1, value: 2 } as const;

/** Everything but the graph is small; a file whose other fields are larger is none of ours. */
const LARGEST_FIELD = 1 << 20;
const VARINT_BYTES = 10;

function readEntry(bytes: Uint8Array): [string, string] {
  const reader = protobuf.Reader.create(bytes);
  let [key, value] = ['', ''];
  while (reader.pos < reader.len) {
    const tag = reader.uint32();
    if (tag >>> 3 === ENTRY.key) key = reader.string();
    else if (tag >>> 3 === ENTRY.value) value = reader.string();
    else reader.skipType(tag & 7);
  }
  return [key, value];
}

/**
 * Reads an ONNX file's producer and metadata, stepping over the graph, so that the size of the weights does not matter.
 * Throws MODEL_MISMATCH for a file that is not ONNX.
 */
export async function readOnnxFacts(path: string): Promise<OnnxFacts> {
  const file = await open(path, 'r');
  const refuse = (why: string): FoveaError =>
    new FoveaError(
      'MODEL_MISMATCH',
      `${path} is not an ONNX file (${why}); export the model as ONNX and name that file`,
      {
        fields: { path },
      },
    );
  try {
    const { size } = await file.stat();
    const metadata: Record<string, string> = {};
    let producer = '';
    let at = 0;
    const read = async (length: number): Promise<Uint8Array> => {
      const buffer = new Uint8Array(length);
      const { bytesRead } = await file.read(buffer, 0, length, at);
      return buffer.subarray(0, bytesRead);
    };
    const varint = async (): Promise<number> => {
      const reader = protobuf.Reader.create(await read(VARINT_BYTES));
      const value = Number(reader.uint64());
      at += reader.pos;
      return value;
    };
    while (at < size) {
      const tag = await varint();
      const [field, wire] = [tag >>> 3, tag & 7];
      if (field === 0) throw refuse(`field 0 at byte ${at}`);
      if (wire === 0) await varint();
      else if (wire === 1) at += 8;
      else if (wire === 5) at += 4;
      else if (wire === 2) {
        const length = await varint();
        if (at + length > size) throw refuse(`a field of ${length} bytes at byte ${at} of ${size}`);
        if (field === MODEL.producer || field === MODEL.metadata) {
          if (length > LARGEST_FIELD) throw refuse(`field ${field} has ${length} bytes`);
          const bytes = await read(length);
          if (field === MODEL.producer) producer = new TextDecoder().decode(bytes);
          else {
            const [key, value] = readEntry(bytes);
            metadata[key] = value;
          }
        }
        at += length;
      } else throw refuse(`wire type ${wire} at byte ${at}`);
    }
    return { producer, metadata };
  } catch (err) {
    if (err instanceof FoveaError) throw err;
    throw refuse((err as Error).message);
  } finally {
    await file.close();
  }
}
