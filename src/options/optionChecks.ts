/** The function that options are given to. */
export type OptionsOf = 'createTurnkeeper' | 'assistant' | 'sharedQueue' | `connect${string}`

function said(given: unknown): string {
  if (Array.isArray(given)) return 'an array'
  return typeof given === 'object' && given !== null ? 'an object' : String(given)
}

const isFunction = (value: unknown): boolean => typeof value === 'function'

/** Whether a value is an object with these methods. */
export const hasMethods = (value: unknown, methods: readonly string[]): boolean =>
  typeof value === 'object' &&
  value !== null &&
  methods.every((method) => isFunction((value as Readonly<Record<string, unknown>>)[method]))

/** Checks of options that may be left out. Each gives the value, or throws a `TypeError` that names the option. */
export function createOptionChecks<Options extends object>(options: Options, of: OptionsOf) {
  type Name = keyof Options & string
  const asked: string[] = []

  /** The value of an option, or `fallback` where it is left out. */
  function take<Value>(
    name: Name,
    fallback: Value,
    takes: string,
    isRight: (given: unknown) => boolean,
  ): Value {
    asked.push(name)
    const given: unknown = options[name]
    if (given === undefined) return fallback
    if (isRight(given)) return given as Value
    throw new TypeError(`${of}: option "${name}" must be ${takes}; it was given ${said(given)}.`)
  }
  /** What the default is, is right too: `null` for none. */
  const number = <Fallback extends number | null>(
    name: Name,
    fallback: Fallback,
    least: number,
    what = 'a number',
  ): number | Fallback =>
    take<number | Fallback>(
      name,
      fallback,
      `${what} of at least ${least}`,
      (given) => given === fallback || (Number.isFinite(given) && (given as number) >= least),
    )

  return {
    take,
    number,
    duration: <Fallback extends number | null>(name: Name, fallback: Fallback, least = 1) =>
      number(name, fallback, least, 'a time in ms'),
    oneOf: <Word extends string>(name: Name, ...words: readonly [Word, ...Word[]]): Word =>
      take(name, words[0], `one of ${words.map((word) => `"${word}"`).join(', ')}`, (given) =>
        words.some((word) => word === given),
      ),
    flag: (name: Name): boolean => take(name, false, 'true or false', (given) => typeof given === 'boolean'),
    fn: <Fallback>(name: Name, fallback: Fallback) => take(name, fallback, 'a function', isFunction),
    /** An object with these methods. */
    object: <Value extends object>(
      name: Name,
      fallback: Value,
      ...methods: readonly (keyof Value & string)[]
    ): Value =>
      take(name, fallback, `an object with ${methods.join(', ')}`, (given) => hasMethods(given, methods)),
    /** The option `ports`: functions of these names and no other. */
    ports<Ports extends object>(names: Readonly<Record<keyof Ports & string, 1>>): Partial<Ports> {
      const ports = take(
        'ports' as Name,
        {},
        'an object of functions',
        (given) => typeof given === 'object' && given !== null,
      )
      for (const [name, port] of Object.entries(ports)) {
        if (!Object.hasOwn(names, name))
          throw new TypeError(
            `${of}: option "ports" has no port "${name}". There are ${Object.keys(names).join(', ')}.`,
          )
        if (port !== undefined && !isFunction(port))
          throw new TypeError(
            `${of}: option "ports": "${name}" must be a function; leave it out where there is none.`,
          )
      }
      return ports
    },
    /** Only what was asked for: a name that is spelt wrong would do nothing, and nobody would be told. */
    noOthers(): void {
      for (const name of Object.keys(options))
        if (!asked.includes(name))
          throw new TypeError(`${of}: there is no option "${name}". There are ${asked.join(', ')}.`)
    },
  }
}
