import classes from './EventIcon.module.css'
import { Icon, type IconName } from './Icon'

const icons: Record<string, IconName> = { page: 'page', screen: 'screen', track: 'track', identify: 'identify', group: 'group', alias: 'people' }

export function EventIcon({ type }: { type: string }) {
  return (
    <span className={classes.icon} data-type={type} title={type}>
      <Icon name={icons[type] ?? 'track'} size={16} />
    </span>
  )
}
