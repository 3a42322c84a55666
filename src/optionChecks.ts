/** What a wrong option is told: its name, what it takes, and what it was given. */
export function wrongOption(name: string, takes: string, given: unknown): never {
  throw new TypeError(`createTurnkeeper: option "${name}" must be ${takes}; it was given ${said(given)}.`)
}

function said(given: unknown): string {
  if (Array.isArray(given)) return 'an array'
  return typeof given === 'object' && given !== null ? 'an object' : String(given)
}

export const hasMethods = (value: unknown, methods: readonly string[]): boolean =>
  typeof value === 'object' &&
  value !== null &&
  methods.every((method) => typeof (value as Readonly<Record<string, unknown>>)[method] === 'function')

/** Checks of options that may be left out. Each gives the value back, or throws a `TypeError` that names the option. */
export function createOptionChecks<Options extends object>(options: Options) {
  type Name = keyof Options & string
  const valueOf = (name: Name): unknown => options[name]

  const number = (name: Name, fallback: number, least: number, what: string): number => {
    const given = valueOf(name)
    const value = given === undefined ? fallback : given
    return Number.isFinite(value) && (value as number) >= least
      ? (value as number)
      : wrongOption(name, `${what} of at least ${least}`, value)
  }
  return {
    number: (name: Name, fallback: number, least: number) => number(name, fallback, least, 'a number'),
    duration: (name: Name, fallback: number, least: number) => number(name, fallback, least, 'a time in ms'),
    oneOf<T extends string>(name: Name, ...words: readonly [T, ...T[]]): T {
      const given = valueOf(name)
      const value = (given === undefined ? words[0] : given) as T
      return words.includes(value)
        ? value
        : wrongOption(name, `one of ${words.map((word) => `"${word}"`).join(', ')}`, value)
    },
    fn<T>(name: Name, value: T): T {
      return value === undefined || typeof value === 'function'
        ? value
        : wrongOption(name, 'a function', value)
    },
    /** An object with these methods. */
    object<T extends object>(
      name: Name,
      value: T | undefined,
      methods: readonly (keyof T & string)[],
    ): T | undefined {
      return value === undefined || hasMethods(value, methods)
        ? value
        : wrongOption(name, `an object with ${methods.join(', ')}`, value)
    },
    /** Only these: a name that is spelt wrong would do nothing, and nobody would be told. */
    known(names: readonly string[]): void {
      for (const name of Object.keys(options)) {
        if (!names.includes(name)) {
          throw new TypeError(
            `createTurnkeeper: there is no option "${name}". There are ${names.join(', ')}.`,
          )
        }
      }
    },
  }
}
