import { expect, test } from 'vitest'
import { filledIn } from '../../src/rehearse/manifest/variables.ts'

// As k8s.io/kubernetes/third_party/forked/golang/expansion has them.
test.each([
  ['$(A)', 'x'],
  ['$(A)$(A)-$(A', 'xx-$(A'],
  ['$(B)', '$(B)'],
  ['$$(A)', '$(A)'],
  ['$$$(A)', '$x'],
  ['$$$$(A)', '$$(A)'],
  ['a $ b', 'a $ b'],
  ['$(constructor)', '$(constructor)'],
])('%s becomes %s where A is x', (text, filled) => {
  expect(filledIn(text, { A: 'x' })).toBe(filled)
})
