/**
 * The package as it would be published, installed from its tarball: its manifest and entries, every supported TypeScript, the
 * oldest and the newest peers, bundlers, React Native, and the example apps. `npm run test:pack -- types` runs one group.
 */
import { group, report } from './checks'
import { bundlers } from './bundlers'
import { examples, next } from './examples'
import { newUser } from './newUser'
import { node } from './node'
import { withPackage } from './packed'
import { published } from './published'
import { reactNative } from './reactNative'
import { types } from './types'

await withPackage(async (packed) => {
  await group('published', () => published(packed))
  await group('types', () => types(packed))
  await group('node', () => node(packed))
  await group('bundlers', () => bundlers(packed))
  await group('react-native', () => reactNative(packed))
  await group('examples', () => examples(packed))
  await group('next', () => next(packed))
  await group('new-user', () => newUser(packed))
})
report()
