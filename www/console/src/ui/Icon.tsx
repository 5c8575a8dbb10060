const paths = {
  live: 'M3 12h4l3-7 4 14 3-7h4',
  people: 'M9 11a3.5 3.5 0 1 0 0-7 3.5 3.5 0 0 0 0 7ZM2.5 20c.5-3.5 3-5.5 6.5-5.500s6 2 6.5 5.500M16 4.300a3.5 3.5 0 0 1 0 6.400M18 14.800c2 .8 3.2 2.6 3.5 5.2',
  shield: 'M12 3 4.5 6v5.500c0 4.5 3 7.8 7.5 9.5 4.5-1.7 7.5-5 7.5-9.500V6ZM12 8.500v4.500M12 16v.2',
  code: 'm8 7-5 5 5 5M16 7l5 5-5 5M13.5 5l-3 14',
  copy: 'M9 9h10v11H9zM15 9V4H5v11h4',
  check: 'm5 12.5 4.5 4.500L19 7.5',
  search: 'M10.5 17a6.5 6.5 0 1 0 0-13 6.5 6.5 0 0 0 0 13ZM15.5 15.5 20.5 20.5',
  pause: 'M9 6v12M15 6v12',
  play: 'M8 5.500v13l10.5-6.500Z',
  sun: 'M12 16a4 4 0 1 0 0-8 4 4 0 0 0 0 8ZM12 2.500v2M12 19.500v2M2.5 12h2M19.5 12h2M5.3 5.300l1.4 1.400M17.3 17.300l1.4 1.400M18.7 5.300l-1.4 1.400M6.7 17.300l-1.4 1.4',
  moon: 'M20 14.500A8.5 8.5 0 0 1 9.5 4a8.5 8.5 0 1 0 10.5 10.500Z',
  auto: 'M12 20.500a8.5 8.5 0 1 0 0-17 8.5 8.5 0 0 0 0 17ZM12 3.500v17M12 7h5.500M12 12h8.500M12 17h5.5',
  exit: 'M14 4.500h4.500a1 1 0 0 1 1 1v13a1 1 0 0 1-1 1H14M10 8l-4 4 4 4M6 12h9',
  menu: 'M4 7h16M4 12h16M4 17h16',
  chevron: 'm9 6 6 6-6 6',
  back: 'm15 6-6 6 6 6',
  shop: 'M4 9h16l-1.5 11h-13ZM8.5 9c0-3.5 1.5-5.5 3.5-5.500s3.5 2 3.5 5.5',
  page: 'M6 3.500h8l4 4v13H6zM14 3.500v4h4M9 12h6M9 16h6',
  track: 'M13 3 5 13.500h6L10.5 21 19 10h-6.500Z',
  identify: 'M12 11.500a4 4 0 1 0 0-8 4 4 0 0 0 0 8ZM4.5 20.500c.6-4 3.6-6 7.5-6s6.9 2 7.5 6',
  group: 'M4 20.500v-12l8-5 8 5v12zM9 20.500v-5h6v5',
  screen: 'M7.5 3h9v18h-9zM11 18h2',
  device: 'M3.5 5h17v11h-17zM9 20h6M12 16v4',
  key: 'M8 16a4 4 0 1 0 0-8 4 4 0 0 0 0 8ZM12 12h9v3.5M17 12v3',
  mail: 'M3.5 5.500h17v13h-17zM4 6.500l8 6.5 8-6.5',
  phone: 'M6.5 3.500h3l1.5 4.5-2 1.500a12 12 0 0 0 5.5 5.500l1.5-2 4.5 1.500v3a2 2 0 0 1-2 2A15.5 15.5 0 0 1 4.5 5.500a2 2 0 0 1 2-2Z',
  tag: 'M3.5 3.500h8l9 9-8 8-9-9ZM8 8v.1',
} as const

export type IconName = keyof typeof paths

export function Icon({ name, size = 18 }: { name: IconName; size?: number }) {
  return (
    <svg width={size} height={size} viewBox="0 0 24 24" fill="none" stroke="currentColor" strokeWidth="1.7" strokeLinecap="round" strokeLinejoin="round" aria-hidden="true">
      <path d={paths[name]} />
    </svg>
  )
}
