type Fields = Readonly<Record<string, unknown>>

const isObject = (value: unknown): value is Fields => typeof value === 'object' && value !== null

/** The beginning of a text (or of the JSON of anything else), and how long it is altogether. */
export function preview(value: unknown, length: number): unknown {
  const text = typeof value === 'string' ? value : JSON.stringify(value)
  return text === undefined || text.length <= length
    ? value
    : `${text.slice(0, length)}… (${text.length} characters)`
}

/** A copy with each `input` in it, at any depth down to that of a list of entries, as a preview; the same object where there is none. */
export function previewInputs<Value>(value: Value, length: number): Value {
  if (Array.isArray(value))
    return keepSame(value, value.map((one) => previewInputs(one, length)) as Value & unknown[])
  if (!isObject(value)) return value
  const changed: [string, unknown][] = []
  for (const [key, field] of Object.entries(value)) {
    const shown =
      key === 'input' ? preview(field, length) : Array.isArray(field) ? previewInputs(field, length) : field
    if (shown !== field) changed.push([key, shown])
  }
  return changed.length === 0 ? value : { ...value, ...Object.fromEntries(changed) }
}

const keepSame = <List extends readonly unknown[]>(before: List, after: List): List =>
  after.every((one, index) => one === before[index]) ? before : after
