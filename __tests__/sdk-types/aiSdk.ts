/** The chunks of each version of the AI SDK are what its adapter and its connection take. Version 6: `__tests__/adapters`. */
import type { UIMessageChunk as Chunk5 } from 'ai-v5'
import type { UIMessageChunk as Chunk7 } from 'ai-v7'
import type { AiSdkChunk } from 'redux-turnkeeper/adapters/aiSdk'

export const aiSdk: {
  version5(chunk: Chunk5): AiSdkChunk
  version7(chunk: Chunk7): AiSdkChunk
} = { version5: (chunk) => chunk, version7: (chunk) => chunk }
