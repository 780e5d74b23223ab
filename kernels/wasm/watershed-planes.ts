/** Addresses of the planes: int32 keys and seeds (`markers`), uint8 mask, and the int32 labels to write. */
export interface WatershedPlanes {
  readonly keys: number;
  readonly markers: number;
  readonly mask: number;
  readonly labels: number;
  readonly height: number;
  readonly width: number;
  readonly raised: boolean;
  readonly line: boolean;
  /** Pixels of a component from which on lakes are looked for; by its size in bytes and in the plane unless given. */
  readonly lakesFrom?: number;
}
