import { describe, expect, test } from 'vitest'
import { FAULTS } from '../../../src/faults/list.ts'
import { play } from './play.ts'
import { STORIES } from './stories.ts'

describe.concurrent('a real process', () => {
  // `play` throws where anything comes otherwise than the story has it.
  test.each(STORIES.map((story) => [story.title, story] as const))(
    '%s',
    async (_title, story) => {
      const { said, next } = await play(story)
      expect(said).not.toBe('')
      expect(next).toMatch(story.next)
    },
    240_000,
  )
})

test('there is a story of every fault', () => {
  expect(new Set(STORIES.map(({ fault }) => fault))).toEqual(new Set(FAULTS.map(({ name }) => name)))
})
