import type { Chromium } from './browser.ts'
import type { Count } from './inbox.ts'
import type { Trial } from './trial.ts'

/** What a situation is played with. */
export interface Stage {
  chromium: Chromium
  /** An empty folder of this trial. */
  folder: string
}

export interface Outcome {
  count: Count
  /** The same, after the visitor has come back to the site. */
  afterReturn?: Count
  /** How long it took, where that is asked, s. */
  seconds?: number | undefined
  /** Sends that were refused on the way. */
  refused?: number
}

/** Something that happens to a page with events in it. */
export interface Situation {
  id: string
  title: string
  /** Calls that are made. */
  calls: number
  /** How often it is played: chance decides some of them. */
  times: number
  play(trial: Trial, stage: Stage): Promise<Outcome>
}
