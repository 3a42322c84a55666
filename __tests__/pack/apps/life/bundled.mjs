/** What a bundler is given: the answer is in `globalThis.lived` when the turn is over. */
import * as toolkit from '@reduxjs/toolkit'
import * as core from 'redux-turnkeeper'
import { createReader } from 'redux-turnkeeper/adapters/agUi'
import { assistant } from 'redux-turnkeeper/assistant'
import { useIsBusy } from 'redux-turnkeeper/react'
import { live } from './life.mjs'

if (![createReader, assistant, useIsBusy].every((one) => typeof one === 'function'))
  throw new Error('An entry is missing.')
globalThis.lived = live(core, toolkit, globalThis.options)
