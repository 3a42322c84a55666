/** The tables of the README and the guide are those of the sources. */
import { nanoid } from '@reduxjs/toolkit'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import * as core from 'redux-turnkeeper'
import { createTurnkeeper, signals } from 'redux-turnkeeper'
import type { AssistantKind } from 'redux-turnkeeper/assistant'
import type { ConversationPhase, EndReason, Grade, Outcome, StatusAnswer } from 'redux-turnkeeper'
import * as hosted from 'redux-turnkeeper/assistant'
import * as devtools from 'redux-turnkeeper/devtools'
import * as react from 'redux-turnkeeper/react'
import { sharedQueue } from 'redux-turnkeeper/sharedQueue'
import * as testing from 'redux-turnkeeper/testing'
import manifest from '../../package.json'
import { assistantDefaults } from '../../src/assistant'
import { systemClock, systemRandom } from '../../src/clock'
import { resolveOptions } from '../../src/options'
import { endOf } from '../../src/turns/ends'
import { codesIn, namesIn, pageOf, readme, root, rowsOf, sorted } from './pages'

const keysOf = <Name extends string>(names: Readonly<Record<Name, 1>>): string[] => sorted(Object.keys(names))
const sourceOf = (path: string): string => readFileSync(join(root, path), 'utf8')
/** The words of a union of strings in the sources. */
const unionOf = (path: string, before: RegExp): string[] => {
  const [, text = ''] = new RegExp(`${before.source}((?:\\s*\\|?\\s*'[\\w ]+')+)`).exec(sourceOf(path)) ?? []
  return sorted([...text.matchAll(/'([\w ]+)'/g)].map(([, word]) => word!))
}

/** The names that the error about an unknown one lists. */
function listed(make: () => unknown): string[] {
  try {
    make()
  } catch (error) {
    const [, names = ''] = /There are (.*)\.$/.exec((error as Error).message) ?? []
    return sorted(names.split(', '))
  }
  throw new Error('It was taken.')
}

describe('options', () => {
  const { rules, ...others } = resolveOptions({})
  const defaults: Readonly<Record<string, unknown>> = { ...others, ...rules, ...assistantDefaults }
  const rowsOfOptions = (column: string) =>
    rowsOf(pageOf('reference-options'), column).map(
      ([name = '', value = '']) => [codesIn(name).join(), value] as const,
    )
  const core = rowsOfOptions('option')
  const assistant = rowsOfOptions('assistant option')

  test('are all there, each once', () => {
    expect(sorted(core.map(([name]) => name))).toEqual(listed(() => createTurnkeeper({ wrong: 1 } as never)))
    expect(sorted(assistant.map(([name]) => name))).toEqual(
      listed(() => hosted.assistant({ wrong: 1 } as never)),
    )
  })

  const all = [...core, ...assistant]
  const isNumber = (value: string) => /^[\d ]+$/.test(value)
  const isWord = (value: string) => /^`'/.test(value)
  test('there are numbers to compare', () => {
    expect(all.filter(([, value]) => isNumber(value)).length).toBeGreaterThan(15)
  })
  test.each(all.filter(([, value]) => isNumber(value)))('%s is %s', (name, value) => {
    expect(defaults[name]).toBe(Number(value.replaceAll(' ', '')))
  })
  test.each(all.filter(([, value]) => isWord(value)))('%s is %s', (name, value) => {
    expect([defaults[name]].flat()).toEqual(codesIn(value).map((word) => word.slice(1, -1)))
  })
  test.each(all.filter(([, value]) => value === 'none'))('%s: %s', (name) => {
    expect([null, undefined, {}, []]).toContainEqual(defaults[name])
  })
  test('the rest', () => {
    const rest = core.filter(([, value]) => value !== 'none' && !isNumber(value) && !isWord(value))
    expect(Object.fromEntries(rest)).toEqual({
      reducerPath: '`turnkeeper`',
      runWithoutPage: '`false`',
      onProblem: '`console.warn` in development',
      onError: 'rethrown on a fresh task',
      queuePolicy: "all `'drain'`",
      answerFromText: 'the text, for a `question`',
      clock: "the platform's",
      random: "the platform's",
      createId: 'nanoid',
      environment: 'the page',
    })
    expect(defaults).toMatchObject({ reducerPath: 'turnkeeper', runWithoutPage: false })
    expect(Object.values(defaults['queuePolicy'] as object)).toEqual(['drain', 'drain', 'drain'])
    expect([defaults['clock'], defaults['random'], defaults['createId']]).toEqual([
      systemClock,
      systemRandom,
      nanoid,
    ])
  })

  test('problems', () => {
    const files = ['portCalls', 'storeMiddleware'].map((name) => `src/middleware/${name}.ts`)
    const told = [...files, 'src/commands.ts'].flatMap((path) => [
      ...sourceOf(path).matchAll(/reportProblem\(\s*(?:isLifted \? )?['`]([^'`$]+)/g),
    ])
    const kinds = rowsOf(pageOf('reference-options'), 'problem').map(([first]) =>
      codesIn(first)[0]!.replace(/ <.*/, ''),
    )
    const known = sorted(new Set([...told.map(([, kind]) => kind!.trim()), 'unmounted']))
    expect(sorted(new Set(kinds))).toEqual(known)
  })
})

describe('ports', () => {
  const page = pageOf('reference-ports')
  const ports = listed(() => createTurnkeeper({ ports: { wrong: 1 } as never }))

  test('are all there, and what the absence of each means', () => {
    expect(sorted(namesIn(page, 'port'))).toEqual(ports)
    expect(sorted(namesIn(page, 'without'))).toEqual(ports)
  })
  test('what a status answer says', () => {
    expect(sorted(namesIn(page, 'status'))).toEqual(
      keysOf<StatusAnswer['status']>({
        running: 1,
        awaiting_input: 1,
        idle: 1,
        absent: 1,
        no_status: 1,
        unreachable: 1,
      }),
    )
  })
  test('of a shared queue', () => {
    const [, names = ''] =
      /with (.*)\.$/.exec(
        (() => {
          try {
            sharedQueue({} as never)
          } catch (error) {
            return (error as Error).message
          }
          return ''
        })(),
      ) ?? []
    expect(sorted(namesIn(pageOf('tabs'), 'method'))).toEqual(sorted(names.split(', ')))
  })
})

describe('selectors and hooks', () => {
  const page = pageOf('reference-selectors')
  const { selectors } = createTurnkeeper()
  const isSelector = (name: string) => name.startsWith('select')

  test('of the core', () => {
    const named = [...namesIn(page, 'about a conversation'), ...namesIn(page, 'about all of them')]
    expect(sorted(named)).toEqual(sorted(Object.keys(selectors)))
    expect(sorted(Object.keys(core).filter(isSelector))).toEqual(sorted(Object.keys(selectors)))
  })
  test('of the assistant', () => {
    const [column] = /about the assistant.*?\)/.exec(page.text) ?? []
    expect(sorted(namesIn(page, column!))).toEqual(sorted(Object.keys(hosted).filter(isSelector)))
  })
  test('hooks', () => {
    const hooks = Object.keys(react).filter((name) => name.startsWith('use'))
    expect(sorted(namesIn(page, 'hook'))).toEqual(sorted(hooks))
  })
})

describe('actions and commands', () => {
  const page = pageOf('reference-actions')
  const isCreator = (value: unknown): boolean => typeof value === 'function' && 'type' in value

  test('commands', () => {
    const { reducerPath, reducer, middleware, selectors, clock, dispose, disposed, ...commands } =
      createTurnkeeper()
    expect([reducerPath, reducer, middleware, selectors, clock, dispose, disposed]).not.toContain(undefined)
    expect(sorted(namesIn(page, 'command'))).toEqual(sorted(Object.keys(commands)))
  })
  test('actions', () => {
    const exported = Object.entries(core).flatMap(([name, value]) => (isCreator(value) ? [name] : []))
    expect(sorted([...namesIn(page, 'action'), 'turnSettled', 'inputOpened', 'inputClosed'])).toEqual(
      sorted(exported),
    )
  })
  test('signals', () => {
    expect(sorted(namesIn(page, 'signal'))).toEqual(sorted(Object.keys(signals)))
  })
  test('types of actions', () => {
    expect(page.text).toContain(`\`${core.endTurn.type}\``)
    expect(page.text).toContain(`\`${signals.turnEnded.type}\``)
  })
})

describe('words of the state', () => {
  const page = pageOf('concepts')

  test('phases, reasons, outcomes, grades', () => {
    expect(sorted(namesIn(page, 'phase'))).toEqual(
      keysOf<ConversationPhase>({
        idle: 1,
        queued: 1,
        submitted: 1,
        thinking: 1,
        streaming: 1,
        awaiting_input: 1,
        stopping: 1,
      }),
    )
    expect(sorted(namesIn(page, 'outcome'))).toEqual(
      keysOf<Outcome>({
        complete: 1,
        cancelled: 1,
        error: 1,
        interrupted: 1,
        unknown: 1,
        undelivered: 1,
        merged: 1,
      }),
    )
    expect(sorted(namesIn(page, 'reason'))).toEqual(
      keysOf<EndReason>({
        complete: 1,
        cancelled: 1,
        error: 1,
        session_error: 1,
        timeout: 1,
        rescued: 1,
        interrupted: 1,
        superseded: 1,
        undelivered: 1,
      }),
    )
    expect(sorted(namesIn(page, 'grade'))).toEqual(keysOf<Grade>({ witnessed: 1, inferred: 1 }))
  })
  test.each(rowsOf(page, 'reason').map((cells) => [codesIn(cells[0])[0]!, cells] as const))(
    'an end as %s has the outcome and the grade of its row',
    (reason, [, , outcome, grade]) => {
      expect(endOf({ reason: reason as EndReason })).toMatchObject({
        outcome: codesIn(outcome)[0],
        grade: codesIn(grade)[0],
      })
    },
  )
  test('kinds of the assistant', () => {
    expect(sorted(namesIn(pageOf('assistant'), 'kind'))).toEqual(
      keysOf<AssistantKind>({
        loading: 1,
        initializing: 1,
        active: 1,
        self_hosted: 1,
        cleaning_up: 1,
        retired: 1,
        awaiting_version_selection: 1,
        error: 1,
      }),
    )
  })
  test('error codes', () => {
    const { text } = pageOf('translations')
    expect(sorted(namesIn(pageOf('translations'), 'code'))).toEqual(
      unionOf('src/types.ts', /export type ErrorCode =/),
    )
    const assistant = unionOf('src/assistant/types.ts', /interface AssistantError [^]*?readonly code:/)
    expect(assistant.length).toBeGreaterThan(5)
    for (const code of assistant) expect(text).toContain(`\`${code}\``)
  })
  test('who said it', () => {
    const { text } = pageOf('time-travel')
    const sources = unionOf('src/actions/event.ts', /export type Source =/)
    expect(sources.length).toBeGreaterThan(5)
    for (const source of sources) expect(text).toContain(`\`${source}\``)
  })
})

describe('tools', () => {
  test('for tests', () => {
    expect(sorted(namesIn(pageOf('testing'), 'tool'))).toEqual(sorted(Object.keys(testing)))
  })
  test('for DevTools: the names, the defaults, and the titles in the log', () => {
    const { text } = pageOf('time-travel')
    for (const name of Object.keys(devtools)) expect(text).toContain(name)
    const { maxAge } = devtools.devtoolsOptions()
    expect(text).toMatch(new RegExp(`\`maxAge\` +\\| ${maxAge} `))
    const prompt = core.turnSubmitted({ turnId: 't1', conversationId: 'c1', input: 'x'.repeat(100) })
    const { input } = devtools.actionSanitizer(prompt, 1).payload
    expect(text).toContain(`previews of ${String(input).indexOf('…')} characters`)
    const titles = [
      signals.turnProgressed({ kind: 'output', count: 37 }),
      core.endTurn({ reason: 'cancelled' }),
      core.turnSettled({ turn: { reason: 'rescued' } as never, correction: false }),
    ].map((action) => devtools.actionSanitizer(action, 1).type)
    for (const title of titles) expect(text).toContain(`\`${title}\``)
  })
  test('every connection, and every adapter without one, is in the README’s table', () => {
    const told = rowsOf(readme, 'protocol').flatMap(([, , entries]) => codesIn(entries))
    const entriesOf = (folder: string) =>
      Object.keys(manifest.exports)
        .filter((name) => name.startsWith(`./${folder}/`))
        .map((name) => name.replace(`./${folder}/`, ''))
    const connections = entriesOf('connections')
    const adapters = entriesOf('adapters').filter((name) => !connections.includes(name))
    expect(sorted(told)).toEqual(
      sorted([
        ...connections.map((name) => `${manifest.name}/connections/${name}`),
        ...adapters.map((name) => `${manifest.name}/adapters/${name}`),
      ]),
    )
    for (const name of entriesOf('adapters'))
      expect(jest.requireActual<object>(`${manifest.name}/adapters/${name}`)).toHaveProperty('createReader')
    for (const [, creator, entry] of rowsOf(readme, 'protocol').filter(
      ([, cell]) => codesIn(cell).length > 0,
    ))
      expect(jest.requireActual<object>(codesIn(entry)[0]!)).toHaveProperty(codesIn(creator)[0]!)
  })
})
