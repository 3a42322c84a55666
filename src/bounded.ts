/**
 * Removes the entries that were put in first, until at most `limit` are left. An entry that is to count as new has to be
 * deleted before it is put in again.
 */
export function forgetOldest<Key>(
  entries: { readonly size: number; keys(): Iterable<Key>; delete(key: Key): unknown },
  limit: number,
): void {
  for (const oldest of entries.keys()) {
    if (entries.size <= limit) return
    entries.delete(oldest)
  }
}
