/** @jest-environment jsdom */
import { act, render, screen } from '@testing-library/react'
import { createTurnkeeper, endTurn } from 'redux-turnkeeper'
import { useElapsed, useTimeLeft } from 'redux-turnkeeper/react'
import { StrictMode } from 'react'
import { hydrateRoot } from 'react-dom/client'
import { renderToString } from 'react-dom/server'
import { advance, createApp, createRenderCount, dispatch, startTurn } from './app'

const Elapsed = ({ id, label = id }: { id: string; label?: string }) => (
  <span data-testid={label}>{String(useElapsed(id))}</span>
)
const shown = (label: string) => screen.getByTestId(label).textContent

const Left = ({ at }: { at: number | null }) => <span data-testid="left">{String(useTimeLeft(at))}</span>

describe('useTimeLeft', () => {
  test('counts down in whole seconds, and has no timer left at the end', async () => {
    const app = createApp()
    await startTurn(app, 'other')
    const at = app.clock.now() + 2_500
    const view = render(<Left at={null} />, { wrapper: app.Providers })
    expect(shown('left')).toBe('null')
    const before = app.clock.pending
    view.rerender(<Left at={at} />)
    const seen = [shown('left')]
    for (let i = 0; i < 6; i += 1) {
      await advance(app, 500)
      seen.push(shown('left'))
    }
    expect(seen).toEqual(['3000', '2000', '2000', '1000', '1000', '0', '0'])
    expect(app.clock.pending).toBe(before)
  })

  test('a time that has passed is 0, and a new time counts anew', async () => {
    const app = createApp()
    const view = render(<Left at={app.clock.now() - 1} />, { wrapper: app.Providers })
    expect(shown('left')).toBe('0')
    view.rerender(<Left at={app.clock.now() + 1_000} />)
    expect(shown('left')).toBe('1000')
    view.unmount()
    expect(app.clock.pending).toBe(0)
  })

  test('a page from the server tells nothing', () => {
    const app = createApp()
    expect(
      renderToString(
        <app.Providers>
          <Left at={5} />
        </app.Providers>,
      ),
    ).toContain('null')
  })
})

describe('useElapsed', () => {
  test('counts whole seconds of the running turn, by the keeper clock, and is null without one', async () => {
    const app = createApp()
    render(<Elapsed id="c1" />, { wrapper: app.Providers })
    expect(shown('c1')).toBe('null')
    await startTurn(app, 'c1')
    expect(shown('c1')).toBe('0')
    await advance(app, 999)
    expect(shown('c1')).toBe('0')
    await advance(app, 1)
    expect(shown('c1')).toBe('1000')
    await advance(app, 59_000)
    expect(shown('c1')).toBe('60000')
    await dispatch(app, endTurn({ conversationId: 'c1', reason: 'complete' }))
    expect(shown('c1')).toBe('null')
  })

  test('shows the right time at once where the turn has been running for long', async () => {
    const app = createApp()
    await startTurn(app, 'c1')
    await advance(app, 40_400)
    const { Counted, take } = createRenderCount()
    render(
      <Counted id="elapsed">
        <Elapsed id="c1" />
      </Counted>,
      { wrapper: app.Providers },
    )
    expect(shown('c1')).toBe('40000')
    expect(take()).toEqual({ elapsed: 1 })
    await advance(app, 600)
    expect(shown('c1')).toBe('41000')
  })

  test('one timer serves all components, in strict mode too; none is left when nothing runs or is mounted', async () => {
    const app = createApp()
    await startTurn(app, 'c1')
    await startTurn(app, 'c2')
    const before = app.clock.pending
    const view = render(
      <StrictMode>
        <Elapsed id="c1" />
        <Elapsed id="c1" label="again" />
        <Elapsed id="c2" />
        <Elapsed id="idle" />
      </StrictMode>,
      { wrapper: app.Providers },
    )
    expect(app.clock.pending).toBe(before + 1)
    await advance(app, 1_000)
    expect([shown('c1'), shown('again'), shown('c2'), shown('idle')]).toEqual([
      '1000',
      '1000',
      '1000',
      'null',
    ])
    expect(app.clock.pending).toBe(before + 1)
    await dispatch(app, endTurn({ conversationId: 'c1', reason: 'complete' }))
    await advance(app, 1_000)
    expect([shown('c1'), shown('c2')]).toEqual(['null', '2000'])
    await dispatch(app, endTurn({ conversationId: 'c2', reason: 'complete' }))
    expect(app.clock.pending).toBe(0)
    await startTurn(app, 'c1', 't2')
    expect(app.clock.pending).toBe(2)
    view.unmount()
    expect(app.clock.pending).toBe(1)
    app.keeper.dispose()
    expect(app.clock.pending).toBe(0)
  })

  test('ticks without a dispatch, and renders once a second', async () => {
    const app = createApp()
    const { Counted, take } = createRenderCount()
    render(
      <Counted id="elapsed">
        <Elapsed id="c1" />
      </Counted>,
      { wrapper: app.Providers },
    )
    await startTurn(app, 'c1')
    app.recorder.clear()
    take()
    for (let i = 0; i < 80; i += 1) await advance(app, 100)
    expect(take()).toEqual({ elapsed: 8 })
    expect(app.recorder.types()).toEqual([])
  })

  test('neither drifts nor skips when timers are late', async () => {
    const app = createApp()
    render(<Elapsed id="c1" />, { wrapper: app.Providers })
    await startTurn(app, 'c1')
    const seen = new Set<string | null>()
    for (let i = 0; i < 6; i += 1) {
      await act(async () => {
        app.clock.jump(1_000 + (i % 2) * 13)
        app.clock.runDue()
      })
      seen.add(shown('c1'))
    }
    expect([...seen]).toEqual(['1000', '2000', '3000', '4000', '5000', '6000'])
  })

  test('a turn that the server says began later than now has run for 0 ms', async () => {
    const app = createApp()
    await startTurn(app, 'c1')
    app.clock.jump(-5_000)
    render(<Elapsed id="c1" />, { wrapper: app.Providers })
    expect(shown('c1')).toBe('0')
  })

  test('keepers with clocks of their own tick apart', async () => {
    const [one, two] = [createApp(), createApp()]
    await startTurn(one, 'c1')
    await startTurn(two, 'c1')
    render(<Elapsed id="c1" label="one" />, { wrapper: one.Providers })
    render(<Elapsed id="c1" label="two" />, { wrapper: two.Providers })
    await advance(one, 3_000)
    expect([shown('one'), shown('two')]).toEqual(['3000', '0'])
  })

  test('hydrates without a mismatch, then shows the time', async () => {
    const errors = jest.spyOn(console, 'error').mockImplementation(() => {})
    const app = createApp()
    await startTurn(app, 'c1')
    app.clock.jump(4_000)
    const tree = (
      <app.Providers>
        <Elapsed id="c1" />
      </app.Providers>
    )
    const container = document.createElement('div')
    container.innerHTML = renderToString(tree)
    document.body.append(container)
    expect(container.textContent).toBe('0')
    app.clock.jump(2_000)
    const root = await act(async () => hydrateRoot(container, tree))
    expect(container.textContent).toBe('6000')
    expect(errors).not.toHaveBeenCalled()
    act(() => root.unmount())
    container.remove()
    errors.mockRestore()
  })

  test('createTurnkeeper hands out the clock that it was given', () => {
    const { clock, keeper } = createApp()
    expect(keeper.clock).toBe(clock)
    expect(createTurnkeeper().clock.now()).toBeGreaterThan(1_600_000_000_000)
  })
})
