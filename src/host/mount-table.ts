/**
 * Whether a file system may be written by nobody, by the kernel's table of mounts (proc(5), mountinfo): an image such as squashfs,
 * erofs or a CD's, or one that was mounted so. What counts are the options of the file system, behind the dash, not those of one mount
 * of it: the root of a container with `readOnlyRootFilesystem` is a read-only mount of the node's disk, which others fill.
 * @param device its number, as stat tells it
 */
export function isReadOnlyIn(table: string, device: number): boolean {
  const numbers = `${majorOf(device)}:${minorOf(device)}`
  const line = table.split('\n').find((mount) => mount.split(' ')[2] === numbers)
  const options = line?.split(' - ')[1]?.split(' ')[2] ?? ''
  return options.split(',').includes('ro')
}

/** As glibc and musl put the two into one number: the lowest byte and the highest are the minor's, twelve bits between are the major's. */
const majorOf = (device: number) => (device >>> 8) & 0xfff
const minorOf = (device: number) => (device & 0xff) | ((device >>> 12) & 0xfff00)
