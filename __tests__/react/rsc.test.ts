import * as client from '../../src/react'

describe('the react-server entry', () => {
  test('loads without react, and has the names of the client entry', () => {
    jest.isolateModules(() => {
      for (const peer of ['react', 'react-redux']) {
        jest.doMock(peer, () => {
          throw new Error(`${peer} was loaded`)
        })
      }
      const server = jest.requireActual<object>('../../src/react/rsc')
      expect(Object.keys(server).sort()).toEqual(Object.keys(client).sort())
    })
  })

  test('a hook throws one clear sentence when it is called, not when it is made or typed', () => {
    const server = jest.requireActual<typeof client>('../../src/react/rsc')
    const sentence =
      "redux-turnkeeper/react works in client components: put 'use client' at the top of the file that calls it."
    expect(() => server.useIsBusy('c1')).toThrow(sentence)
    expect(() => server.useTurnCommands.withTypes<string>()('c1')).toThrow(sentence)
    expect(() => server.createFactHook('selectIsBusy')('c1')).toThrow(sentence)
    for (const [name, hook] of Object.entries(server)) {
      if (name.startsWith('use') || name === 'TurnkeeperProvider') expect(hook).toThrow(sentence)
    }
  })
})
