export { conversationsReducer } from './conversationsSlice'
