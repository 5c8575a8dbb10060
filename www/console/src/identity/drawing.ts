import { keyOf } from '../api/client'
import type { Evidence, GraphNode, IdentityGraph } from '../api/types'

/** A node of the picture: one identifier, or many of a kind that hang on the same one. */
export interface Dot {
  key: string
  /** the first of them */
  node: GraphNode
  members: readonly GraphNode[]
}

export interface Line {
  key: string
  a: string
  b: string
  /** the first, where the line is that of a bundle */
  evidence: Evidence
  bundle: string | null
  /** 0 for the first between the same two, 1 for the next */
  turn: number
}

export interface Drawing {
  dots: Dot[]
  lines: Line[]
}

/** So many alike say nothing each: they are drawn as one, until the reader opens it. */
const mostAlike = 5

export const lineKey = ({ kind, a, b }: Evidence): string => `${kind} ${keyOf(a)} ${keyOf(b)}`

/** What of a graph is on the picture. `open` holds the bundles that were opened, `kept` the identifiers that stay themselves. */
export function drawingOf(graph: IdentityGraph, withCut: boolean, open: ReadonlySet<string>, kept: readonly (string | null)[]): Drawing {
  const edges = withCut ? graph.edges : graph.edges.filter(({ state }) => state === 'joins')
  const touched = new Set(edges.flatMap(({ a, b }) => [keyOf(a), keyOf(b)]))
  const nodes = graph.nodes.filter((node) => node.is_member || touched.has(keyOf(node)))
  const bundles = bundled(nodes, edges, open, kept)
  const inside = new Map([...bundles].flatMap(([bundle, members]) => members.map((node) => [keyOf(node), bundle] as const)))

  const dots = new Map<string, Dot>()
  for (const node of nodes) {
    const key = inside.get(keyOf(node)) ?? keyOf(node)
    if (!dots.has(key)) dots.set(key, { key, node, members: bundles.get(key) ?? [node] })
  }
  const lines = new Map<string, Line>()
  const between = new Map<string, number>()
  for (const evidence of edges) {
    const [a, b] = [evidence.a, evidence.b].map((ref) => inside.get(keyOf(ref)) ?? keyOf(ref))
    if (a === undefined || b === undefined || !dots.has(a) || !dots.has(b)) continue
    const bundle = [a, b].find((key) => bundles.has(key)) ?? null
    const key = bundle ? `line ${bundle}` : lineKey(evidence)
    if (lines.has(key)) continue
    const pair = [a, b].toSorted().join(' ')
    const turn = between.get(pair) ?? 0
    between.set(pair, turn + 1)
    lines.set(key, { key, a, b, evidence, bundle, turn })
  }
  return { dots: [...dots.values()], lines: [...lines.values()] }
}

/** Identifiers of one type that hang on one other, by nothing else, and all in the same way. */
function bundled(nodes: readonly GraphNode[], edges: readonly Evidence[], open: ReadonlySet<string>, kept: readonly (string | null)[]): Map<string, GraphNode[]> {
  const touching = new Map<string, Evidence[]>()
  for (const edge of edges) {
    for (const key of [keyOf(edge.a), keyOf(edge.b)]) touching.set(key, [...(touching.get(key) ?? []), edge])
  }
  const alike = new Map<string, GraphNode[]>()
  for (const node of nodes) {
    const key = keyOf(node)
    const [edge, ...more] = touching.get(key) ?? []
    if (!edge || more.length > 0 || node.is_representative || kept.includes(key)) continue
    const other = keyOf(edge.a) === key ? edge.b : edge.a
    const bundle = `bundle ${node.type} ${edge.state} ${node.is_member} ${keyOf(other)}`
    alike.set(bundle, [...(alike.get(bundle) ?? []), node])
  }
  return new Map([...alike].filter(([bundle, members]) => members.length > mostAlike && !open.has(bundle)))
}
