import protobuf from 'protobufjs/minimal.js';

/** Values of attributes and of tensors, by the kinds that are needed here. */
export type OnnxValue =
  | { readonly kind: 'int'; readonly value: number }
  | { readonly kind: 'string'; readonly value: string }
  | { readonly kind: 'ints'; readonly values: Iterable<number> }
  | { readonly kind: 'strings'; readonly values: Iterable<string> }
  | { readonly kind: 'doubles'; readonly values: Float64Array };

export interface OnnxNode {
  readonly op: string;
  /** Empty for ONNX' own operators. */
  readonly domain?: string;
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly attributes?: Readonly<Record<string, OnnxValue>>;
}

/** A float32 tensor that goes into the graph or comes out; words are lengths that vary. */
export interface OnnxTensor {
  readonly name: string;
  readonly shape: readonly (number | string)[];
}

export interface OnnxGraph {
  readonly name: string;
  readonly producer: string;
  readonly nodes: readonly OnnxNode[];
  readonly inputs: readonly OnnxTensor[];
  readonly outputs: readonly OnnxTensor[];
  /** Domain → version of its operators. */
  readonly opsets: Readonly<Record<string, number>>;
  readonly metadata: Readonly<Record<string, string>>;
}

/** Tensor types and attribute types of onnx.proto. */
export const ONNX_TYPES = { float: 1, double: 11 } as const;
const ATTRIBUTE = { int: 2, string: 3, doubles: 4, ints: 7, strings: 8 } as const;
const IR_VERSION = 8;

type Writer = protobuf.Writer;
/** Field and wire type in one number. */
const tag = (field: number, wire: 0 | 2): number => (field << 3) | wire;

function message(writer: Writer, field: number, write: () => void): void {
  writer.uint32(tag(field, 2)).fork();
  write();
  writer.ldelim();
}
const text = (writer: Writer, field: number, value: string): Writer => writer.uint32(tag(field, 2)).string(value);
const whole = (writer: Writer, field: number, value: number): Writer => writer.uint32(tag(field, 0)).int64(value);

function writeTensor(writer: Writer, name: string, values: Float64Array): void {
  whole(writer, 1, values.length);
  whole(writer, 2, ONNX_TYPES.double);
  text(writer, 8, name);
  writer.uint32(tag(9, 2)).bytes(new Uint8Array(values.buffer, values.byteOffset, values.byteLength));
}

function writeAttribute(writer: Writer, name: string, value: OnnxValue): void {
  text(writer, 1, name);
  switch (value.kind) {
    case 'int':
      whole(writer, 3, value.value);
      break;
    case 'string':
      text(writer, 4, value.value);
      break;
    case 'doubles':
      message(writer, 5, () => writeTensor(writer, name, value.values));
      break;
    case 'ints':
      message(writer, 8, () => {
        for (const one of value.values) writer.int64(one);
      });
      break;
    case 'strings':
      for (const one of value.values) text(writer, 9, one);
  }
  whole(writer, 20, ATTRIBUTE[value.kind]);
}

function writeNode(writer: Writer, { op, domain, inputs, outputs, attributes = {} }: OnnxNode): void {
  for (const name of inputs) text(writer, 1, name);
  for (const name of outputs) text(writer, 2, name);
  text(writer, 4, op);
  for (const [name, value] of Object.entries(attributes)) message(writer, 5, () => writeAttribute(writer, name, value));
  if (domain !== undefined) text(writer, 7, domain);
}

function writeValueInfo(writer: Writer, { name, shape }: OnnxTensor): void {
  text(writer, 1, name);
  message(writer, 2, () =>
    message(writer, 1, () => {
      whole(writer, 1, ONNX_TYPES.float);
      message(writer, 2, () => {
        for (const length of shape) {
          message(writer, 1, () => (typeof length === 'number' ? whole(writer, 1, length) : text(writer, 2, length)));
        }
      });
    }),
  );
}

/** The bytes of an ONNX file: field numbers are those of ModelProto and what it holds in onnx.proto. The same graph gives the same bytes. */
export function writeOnnx(graph: OnnxGraph): Uint8Array {
  const writer = protobuf.Writer.create();
  whole(writer, 1, IR_VERSION);
  text(writer, 2, graph.producer);
  message(writer, 7, () => {
    for (const node of graph.nodes) message(writer, 1, () => writeNode(writer, node));
    text(writer, 2, graph.name);
    for (const tensor of graph.inputs) message(writer, 11, () => writeValueInfo(writer, tensor));
    for (const tensor of graph.outputs) message(writer, 12, () => writeValueInfo(writer, tensor));
  });
  for (const [domain, version] of Object.entries(graph.opsets)) {
    message(writer, 8, () => whole(text(writer, 1, domain), 2, version));
  }
  for (const [key, value] of Object.entries(graph.metadata)) {
    message(writer, 14, () => text(text(writer, 1, key), 2, value));
  }
  return writer.finish();
}
