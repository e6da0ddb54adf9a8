import { describe, expect, test } from 'vitest'
import { decayStepOf, serviceArguments, settingOf } from '../../src/rehearse/manifest/service-settings.ts'
import { containerSpec } from './specs.ts'

describe('what a container’s failweb is given as arguments', () => {
  test.each([
    { image: 'failweb:v1', command: [], args: ['serve', '--port', '80'], given: ['serve', '--port', '80'] },
    { image: 'registry:5000/team/failweb@sha256:1', command: [], args: ['serve'], given: ['serve'] },
    { image: 'web:v1', command: [], args: ['serve'], given: [] },
    { image: 'web:v1', command: ['failweb', 'serve'], args: ['--port', '80'], given: ['serve', '--port', '80'] },
    {
      image: 'web:v1',
      command: ['tini', '--'],
      args: ['node', '/app/dist/src/cli/main.js', 'serve'],
      given: ['serve'],
    },
    { image: 'failweb:v1', command: ['sleep'], args: ['5'], given: [] },
  ])('$image, $command, $args', ({ given, ...own }) => {
    expect(serviceArguments(containerSpec(own))).toEqual(given)
  })
})

describe('a setting of that service', () => {
  const env = { FAILWEB_DECAY_STEP: '3', STEP: '7' }

  test.each([
    { args: [], name: 'FAILWEB_DECAY_STEP', text: '3' },
    { args: ['serve', '--decay.step', '5'], name: '--decay.step', text: '5' },
    { args: ['serve', '--decay.step=5'], name: '--decay.step', text: '5' },
    { args: ['serve', '--decay.step=$(STEP)'], name: '--decay.step', text: '7' },
    { args: ['serve', '--decay.steps', '5'], name: 'FAILWEB_DECAY_STEP', text: '3' },
  ])('$args: a flag goes before a variable', ({ args, name, text }) => {
    expect(settingOf(containerSpec({ args, env }), 'decay.step')).toEqual({ name, text, isOutside: 'no' })
  })

  test.each([
    { variable: 'FAILWEB_DECAY_STEP', isPrefix: false, isOutside: 'yes' },
    { variable: 'FAILWEB_DECAY', isPrefix: false, isOutside: 'no' },
    { variable: '', isPrefix: true, isOutside: 'perhaps' },
    { variable: 'FAILWEB_', isPrefix: true, isOutside: 'perhaps' },
    { variable: 'OTHER_', isPrefix: true, isOutside: 'no' },
  ])('of the cluster’s $variable, prefix: $isPrefix, it says that it is outside: $isOutside', (told) => {
    const outsideEnv = [{ name: told.variable, isPrefix: told.isPrefix, source: 'ConfigMap settings' }]
    const said = (own = {}) => settingOf(containerSpec({ outsideEnv, ...own }), 'decay.step').isOutside
    expect(said()).toBe(told.isOutside)
    expect(said({ args: ['serve', '--decay.step=5'] })).toBe('no')
    expect(said({ args: ['serve', '--decay.step=$(FAILWEB_DECAY_STEP)'] })).toBe(told.isOutside)
    if (told.isPrefix) expect(said({ env })).toBe('no')
  })

  test('a step that only the cluster knows is none; the default may hold where an envFrom need not say it', () => {
    const outside = (name: string, isPrefix: boolean) => ({ outsideEnv: [{ name, isPrefix, source: 'Secret token' }] })
    expect(decayStepOf(containerSpec(outside('FAILWEB_DECAY_STEP', false)))).toBeNaN()
    expect(decayStepOf(containerSpec(outside('FAILWEB_', true)))).toBe(2)
  })

  test('a step that is none is told from one that is not said', () => {
    expect(decayStepOf(containerSpec())).toBe(2)
    expect(decayStepOf(containerSpec({ env: { FAILWEB_DECAY_STEP: '0' } }))).toBe(0)
    for (const value of ['', 'two', '101', '-1']) {
      expect(decayStepOf(containerSpec({ env: { FAILWEB_DECAY_STEP: value } }))).toBeNaN()
    }
  })
})
