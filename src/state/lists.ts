import { REMEMBERED } from './config'

export const NONE: readonly never[] = Object.freeze([])

/** Appends to a list that remembers only so many, each once. */
export function remember<Item>(list: readonly Item[], item: Item): readonly Item[] {
  return list.includes(item) ? list : [...list, item].slice(-REMEMBERED)
}

/** The list without some of its items; the same list where it has none of them. */
export const without = <Item>(list: readonly Item[], isGone: (item: Item) => boolean): readonly Item[] =>
  list.some(isGone) ? list.filter((item) => !isGone(item)) : list

/** The list with one item in place of another. */
export function replaceItem<Item>(list: readonly Item[], before: Item, after: Item): readonly Item[] {
  const next = list.slice()
  next[list.indexOf(before)] = after
  return next
}
