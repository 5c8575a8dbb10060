import { lazy, Suspense } from 'react'
import type { ChartProps } from './Chart'

const Chart = lazy(() => import('./Chart'))

/** The chart library comes after the page, which keeps its place free. */
export function LazyChart(props: ChartProps) {
  return (
    <Suspense fallback={<div style={{ height: props.height }} />}>
      <Chart {...props} />
    </Suspense>
  )
}
