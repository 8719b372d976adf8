import { readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import en from '../../src/i18n/en'
import zh from '../../src/i18n/zh'

type Tree = { [key: string]: string | Tree }

const flat = (tree: Tree, above = ''): [string, string][] =>
  Object.entries(tree).flatMap(([key, value]) =>
    typeof value === 'string' ? [[above + key, value] as [string, string]] : flat(value, `${above}${key}.`))

const placeholders = (text: string): string[] => (text.match(/\{\w+\}/g) ?? []).sort()

const source = (readdirSync('src', { recursive: true }) as string[])
  .filter((name) => /\.(vue|ts)$/.test(name) && !name.includes('i18n') && !name.endsWith('schema.d.ts'))
  .map((name) => [name, readFileSync(join('src', name), 'utf8')] as const)

describe('the catalogues', () => {
  it('have the same keys with the same placeholders', () => {
    const shape = (tree: Tree) => flat(tree).map(([key, text]) => [key, placeholders(text)])
    expect(shape(en)).toEqual(shape(zh))
  })

  it('hold every key the page asks for', () => {
    const keys = flat(zh).map(([key]) => key)
    for (const [name, text] of source) {
      for (const [, key = ''] of text.matchAll(/\bt\('([\w.]+)'/g)) expect(keys, `${name}: ${key}`).toContain(key)
      for (const [, prefix = ''] of text.matchAll(/\bt\(`([\w.]+\.)\$/g)) {
        expect(keys.some((key) => key.startsWith(prefix)), `${name}: ${prefix}*`).toBe(true)
      }
    }
  })

  it('hold no key that nothing asks for', () => {
    const all = source.map(([, text]) => text).join('\n')
    const idle = flat(zh).map(([key]) => key).filter((key) =>
      !all.includes(`'${key}'`) && !all.includes(`\`${key.slice(0, key.lastIndexOf('.') + 1)}$`))
    expect(idle).toEqual([])
  })

  it('hold every Chinese text of the templates', () => {
    for (const [name, text] of source.filter(([n]) => n.endsWith('.vue'))) {
      const template = /<template>[^]*<\/template>/.exec(text)?.[0] ?? ''
      expect(template, name).not.toMatch(/[一-龥]/)
    }
  })
})
