const MIB = 2 ** 20

/** How far a fault may go at most, whatever was asked for: a demonstration is not to hurt its host. */
export interface Caps {
  /** Kept by `heap-leak`. Default 256 MiB. */
  readonly heapBytes: number
  /** Kept by `buffer-leak`. Default 256 MiB. */
  readonly bufferBytes: number
  /** Written by `disk-fill`. Default 64 MiB. */
  readonly diskBytes: number
  /** Logged by `log-flood` while it lasts. Default 64 MiB. */
  readonly logBytes: number
  /** Held by the cache that `cache-growth` fills, entries of others included. Default 500 000. */
  readonly cacheEntries: number
  /** Opened by `descriptor-leak`. Default 100 000, which are some 25 MB of the kernel's memory. */
  readonly descriptors: number
  /** That `descriptor-leak` leaves free at least, so that the service can still be asked. Default 8. */
  readonly freeDescriptors: number
  /** The longest time to live. Default 3600. */
  readonly ttlSeconds: number
}

export const DEFAULT_CAPS: Caps = {
  heapBytes: 256 * MIB,
  bufferBytes: 256 * MIB,
  diskBytes: 64 * MIB,
  logBytes: 64 * MIB,
  cacheEntries: 500_000,
  descriptors: 100_000,
  freeDescriptors: 8,
  ttlSeconds: 3_600,
}

/** For a fault that is not told how long. */
export const DEFAULT_TTL_SECONDS = 60
