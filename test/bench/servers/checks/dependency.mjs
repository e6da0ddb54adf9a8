/** A check of one's own, as every library of the comparison has one where it can. */
export const dependency = {
  name: 'dependency',
  about: 'something that the service cannot do without',
  cure: 'restart',
  sense: () => globalThis.dependency(),
  judge: () => ({ status: 'pass', because: 'it answers', values: {} }),
}
