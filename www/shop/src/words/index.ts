import type { Lang } from '../catalogue/types.ts'
import { en } from './en.ts'
import { nl } from './nl.ts'
import type { Words } from './types.ts'

export const words: Record<Lang, Words> = { en, nl }
export type { Words }
