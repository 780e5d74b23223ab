/** The first byte that belongs to no constant of the module: the host lays out its arrays from here. */
export function heapBase(): usize {
  return __heap_base;
}
