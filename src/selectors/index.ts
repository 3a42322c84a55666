export * from './conversation'
export * from './all'
