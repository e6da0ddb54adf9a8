import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { html } from '../../src/page/html.ts'

describe('markup', () => {
  test('escapes texts, keeps markup, joins lists, and leaves out what is not there', () => {
    const inner = html`<b>${'<script>'}</b>`
    expect(String(html`<p title="${`"'`}">${inner}${[1, inner]}${undefined}${null}${false}</p>`)).toBe(
      '<p title="&quot;&#39;"><b>&lt;script&gt;</b>1<b>&lt;script&gt;</b></p>',
    )
  })

  test('no text from outside can open a tag or leave an attribute', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        expect(String(html`${text}`)).not.toMatch(/[<>"']/)
      }),
    )
  })
})
