/** What Nora does, in one picture: traces from many places run together into one. */
const traces = [
  { y: 40, colour: 'var(--device-2)', dots: [60, 120, 150] },
  { y: 110, colour: 'var(--device-3)', dots: [30, 90, 170] },
  { y: 180, colour: 'var(--device-1)', dots: [70, 110, 190] },
  { y: 250, colour: 'var(--device-4)', dots: [40, 140, 175] },
  { y: 320, colour: 'var(--device-5)', dots: [55, 95, 160] },
]
const together = 180

export function Gathering() {
  return (
    <svg viewBox="0 0 520 360" fill="none">
      {traces.map(({ y, colour, dots }) => (
        <g key={y}>
          <path d={`M0 ${y} H190 C290 ${y} 270 ${together} 372 ${together}`} stroke={colour} strokeWidth="2" opacity="0.55" />
          {dots.map((x, index) => (
            <circle key={x} cx={x} cy={y} r={index === 1 ? 7 : 4.5} fill={colour} />
          ))}
        </g>
      ))}
      <path d={`M372 ${together} H520`} stroke="var(--accent)" strokeWidth="3" />
      <circle cx="400" cy={together} r="46" fill="var(--surface)" stroke="var(--accent)" strokeWidth="3" />
      <circle cx="400" cy={together - 9} r="12" fill="var(--accent)" />
      <path d={`M376 ${together + 26} a24 20 0 0 1 48 0 Z`} fill="var(--accent)" />
      {[466, 494].map((x) => (
        <circle key={x} cx={x} cy={together} r="5" fill="var(--accent)" />
      ))}
    </svg>
  )
}
