import type { Case } from './case'
import { processes } from './processes'
import { prompts } from './prompts'
import { questions } from './questions'
import { streams } from './streams'
import { turns } from './turns'

export type { Case } from './case'

export const cases: readonly Case[] = [...turns, ...processes, ...streams, ...prompts, ...questions]
