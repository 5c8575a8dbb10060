import { useComputedColorScheme } from '@mantine/core'
import { BarChart, type BarSeriesOption } from 'echarts/charts'
import { GridComponent, TooltipComponent, type GridComponentOption, type TooltipComponentOption } from 'echarts/components'
import { init, use, type ComposeOption, type EChartsType } from 'echarts/core'
import { SVGRenderer } from 'echarts/renderers'
import { useEffect, useRef } from 'react'
import { brief } from './format'

// Only what is drawn: the whole library is four times as large.
use([BarChart, GridComponent, TooltipComponent, SVGRenderer])

export interface Series {
  name: string
  /** a colour of the theme, such as `accepted` */
  colour: string
  values: readonly number[]
}

export interface ChartProps {
  /** what the picture shows, for those who do not see it */
  label: string
  categories: readonly string[]
  series: readonly Series[]
  height: number
}

/** Stacked bars over time, in the colours of the page. */
export default function Chart({ label, categories, series, height }: ChartProps) {
  const element = useRef<HTMLDivElement>(null)
  const chart = useRef<EChartsType>(null)
  const scheme = useComputedColorScheme('light')

  useEffect(() => {
    if (!element.current) return
    const made = init(element.current)
    chart.current = made
    const observer = new ResizeObserver(() => made.resize())
    observer.observe(element.current)
    return () => {
      observer.disconnect()
      made.dispose()
      chart.current = null
    }
  }, [])

  useEffect(() => {
    if (element.current) chart.current?.setOption(optionFor(categories, series, element.current), { replaceMerge: ['series'] })
  }, [categories, series, scheme])

  return <div ref={element} role="img" aria-label={label} style={{ height }} />
}

type Option = ComposeOption<BarSeriesOption | GridComponentOption | TooltipComponentOption>

function optionFor(categories: readonly string[], series: readonly Series[], within: HTMLElement): Option {
  const colour = (name: string) => resolve(`var(--${name})`, within)
  const label = { color: colour('ink-3'), fontSize: 11, fontFamily: 'inherit' }
  return {
    animationDuration: 250,
    animationDurationUpdate: 250,
    grid: { left: 40, right: 2, top: 10, bottom: 24, outerBoundsMode: 'none' },
    tooltip: {
      trigger: 'axis',
      axisPointer: { type: 'shadow', shadowStyle: { color: colour('hover'), opacity: 0.9 } },
      backgroundColor: colour('surface'),
      borderColor: colour('line'),
      textStyle: { color: colour('ink'), fontSize: 12, fontFamily: 'inherit' },
      confine: true,
    },
    xAxis: {
      type: 'category',
      data: [...categories],
      axisTick: { show: false },
      axisLine: { lineStyle: { color: colour('line') } },
      axisLabel: { ...label, hideOverlap: true },
    },
    yAxis: { type: 'value', minInterval: 1, splitNumber: 3, axisLabel: { ...label, formatter: brief }, splitLine: { lineStyle: { color: colour('line'), opacity: 0.7 } } },
    series: series.map(({ name, colour: own, values }) => ({
      name,
      type: 'bar',
      stack: 'all',
      data: [...values],
      itemStyle: { color: colour(own) },
      barCategoryGap: '28%',
      barMaxWidth: 26,
    })),
  }
}

/** The drawing library knows colours, but not the names that the style sheet gives them. */
function resolve(value: string, within: HTMLElement): string {
  const probe = within.appendChild(document.createElement('i'))
  probe.style.color = value
  const colour = getComputedStyle(probe).color
  probe.remove()
  return colour
}
