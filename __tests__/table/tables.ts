/** All tables, with what each is about and what its states mean. */
import { backgroundRunTable, runTable } from './runTable'
import { questionTable } from './questionTable'
import { sendTable } from './sendTable'
import { sessionTable } from './sessionTable'
import { statusCheckTable } from './statusCheckTable'
import { stopTable } from './stopTable'
import * as subjects from './subjects'
import type { Subject } from './subjects'
import { turnTable } from './turnTable'
import type { Cell, Evidence } from './types'

export interface Described<State extends string = string> {
  readonly title: string
  readonly about: string
  readonly subject: Subject<State>
  readonly table: Readonly<Record<State, Readonly<Record<Evidence, Cell<State>>>>>
  readonly states: Readonly<Record<State, string>>
}

const turn: Described<keyof typeof turnTable> = {
  title: 'Turn',
  about: 'From one submitted prompt to its end. “It” is the turn, named by its id.',
  subject: subjects.turns,
  table: turnTable,
  states: {
    none: 'nobody here has heard of it',
    unsent: 'it waits in the queue, behind another turn',
    sending: 'its request is open',
    unconfirmed: 'the answer to its send was lost',
    accepted: 'the server has it, and it has not shown that it runs',
    'running by guess': 'seen at work by what did not name it, while its request is open',
    running: 'it has shown that it runs',
    waiting: 'it waits for a person',
    'being stopped': 'a stop of it stands',
    'ended (inferred)': 'over as far as anybody concludes; taken back by what names it',
    'ended (witnessed)': 'over: the server, or the user of this very turn, said so',
  },
}

const run: Described<keyof typeof runTable> = {
  title: 'Run',
  about:
    'The server’s name for (part of) a turn. “It” is the run, named by its id; beside it the turn of the scene runs.',
  subject: subjects.runs,
  table: runTable,
  states: {
    unknown: 'nobody here has heard of it',
    guessed: 'bound to the turn whose request is open, as the first run that was seen since',
    bound: 'certainly the turn’s own',
    unplaced: 'of unknown origin: a status check will tell',
    beside: 'no turn’s, says a status check; it expires when it has been silent for long',
    ended: 'over; a late signal does not open it again',
  },
}

const backgroundRun: Described<keyof typeof backgroundRunTable> = {
  title: 'Background run',
  about: 'A helper: child, subagent, compaction. “It” is the helper’s run, signalled with its role.',
  subject: subjects.backgroundRuns,
  table: backgroundRunTable,
  states: {
    unknown: 'nobody here has heard of it',
    running: 'it has shown that it runs; it expires when it has been silent for long',
    paused: 'it does nothing until it is resumed, and does not expire',
    waiting: 'it waits for a person, and does not expire',
    ended: 'over',
  },
}

const question: Described<keyof typeof questionTable> = {
  title: 'Question',
  about: 'An approval or input that the turn of the scene waits for.',
  subject: subjects.questions,
  table: questionTable,
  states: {
    none: 'not asked',
    open: 'it waits for a person',
    answering: 'an answer is on its way',
    expired: 'its time is over, as the wire had announced it; a later word may open it again',
    closed: 'answered, withdrawn, or over with its asker; it does not open again',
  },
}

const send: Described<keyof typeof sendTable> = {
  title: 'Send',
  about: 'The text of a turn on its way to the server.',
  subject: subjects.sends,
  table: sendTable,
  states: {
    none: 'there is no such text, or it went into another turn',
    unsent: 'it waits here',
    sending: 'its request is open',
    unconfirmed: 'the answer was lost',
    accepted: 'the server has it',
    held: 'the server has it, and queues it behind another turn',
    delivered: 'it has arrived, and its turn is over',
    returned: 'a draft again: it certainly did not arrive',
    'returned, perhaps arrived': 'a draft again: nobody knows whether it arrived',
  },
}

const stop: Described<keyof typeof stopTable> = {
  title: 'Stop',
  about: 'The wish to stop the turn of the scene.',
  subject: subjects.stops,
  table: stopTable,
  states: {
    none: 'nobody has asked for it',
    wanted: 'to be asked for now',
    requested: 'its request is open',
    acknowledged: 'the server took it, which is not stopped',
    unheeded: 'acknowledged, and the turn goes on: a person may ask again',
    unconfirmed: 'the answer was lost',
    deferred: 'there was nothing to stop yet: asked for again when the turn starts',
    over: 'the turn has ended, with the stop or without',
  },
}

const session: Described<keyof typeof sessionTable> = {
  title: 'Session',
  about: 'The process behind a conversation. “It” is the turn of the scene.',
  subject: subjects.sessions,
  table: sessionTable,
  states: {
    none: 'nobody has spoken of one; the turn runs',
    starting: 'the app says so; the prompt is on its way into it',
    running: 'the turn runs in it',
    ready: 'up, and nothing runs in it',
    interrupted: 'interrupted, and nothing runs in it',
    stopped: 'stopped',
    error: 'failed',
    'being stopped': 'a person has stopped it, and the server has not answered',
  },
}

const statusCheck: Described<keyof typeof statusCheckTable> = {
  title: 'Status check',
  about: 'Whether, and when, the server is asked about the conversation. Evidence comes after a second.',
  subject: subjects.statusChecks,
  table: statusCheckTable,
  states: {
    'not needed': 'nothing goes on: the turn has ended, witnessed',
    scheduled: 'the turn runs, and silence about it would be a reason',
    due: 'there is a reason: it leaves now',
    'in flight': 'it has left after the newest evidence',
  },
}

/** In the order in which they are printed. Tables of all states are read alike. */
export const TABLES = [
  turn,
  run,
  backgroundRun,
  question,
  send,
  stop,
  session,
  statusCheck,
] as unknown as readonly Described[]
