import type { Situation } from './situation.ts'
import { blocked } from './situations/blocked.ts'
import { burst } from './situations/burst.ts'
import { busy } from './situations/busy.ts'
import { close } from './situations/close.ts'
import { navigate } from './situations/navigate.ts'
import { offline } from './situations/offline.ts'
import { policy } from './situations/policy.ts'
import { stay } from './situations/stay.ts'
import { tabs } from './situations/tabs.ts'

/** In the order of the table. */
export const situations: Situation[] = [stay, navigate, close, offline, busy, tabs, policy, blocked, burst]
