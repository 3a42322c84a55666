/** What may happen, by where a history takes place. */
import { ASSISTANT_STEPS } from './assistantSteps'
import type { Features } from './page'
import { DEVTOOLS_STEPS, PAGE_STEPS, TAB_STEPS } from './pageSteps'
import { PERSON_STEPS } from './personSteps'
import { REQUEST_STEPS } from './requestSteps'
import { SERVER_STEPS } from './serverSteps'
import type { Take } from './world'

const USUAL_STEPS = { ...PERSON_STEPS, ...REQUEST_STEPS, ...SERVER_STEPS, ...PAGE_STEPS }

export const STEPS: Readonly<Record<string, Take>> = {
  ...USUAL_STEPS,
  ...TAB_STEPS,
  ...DEVTOOLS_STEPS,
  ...ASSISTANT_STEPS,
}

export const PLACES = {
  'one page': {},
  'under DevTools': { devTools: true },
  'several tabs': { tabs: true },
  'with the assistant': { assistant: true },
  'with the assistant, under DevTools': { devTools: true, assistant: true },
  'with the assistant, in several tabs': { tabs: true, assistant: true },
  'with an assistant that several tabs share': { tabs: true, assistant: 'shared' },
} as const satisfies Readonly<Record<string, Features>>
export type Place = keyof typeof PLACES
export const EVERYWHERE = Object.keys(PLACES) as readonly Place[]

/** The names of the steps that a place has. */
export function stepsAt(place: Place): readonly string[] {
  const { devTools, tabs, assistant }: Features = PLACES[place]
  return Object.keys({
    ...USUAL_STEPS,
    ...(devTools && DEVTOOLS_STEPS),
    ...(tabs && TAB_STEPS),
    ...(assistant && ASSISTANT_STEPS),
  })
}
