import { ActionIcon, useMantineColorScheme, type MantineColorScheme } from '@mantine/core'
import { Icon, type IconName } from '../ui/Icon'

const next: Record<MantineColorScheme, MantineColorScheme> = { auto: 'light', light: 'dark', dark: 'auto' }
const icons: Record<MantineColorScheme, IconName> = { auto: 'auto', light: 'sun', dark: 'moon' }
const names: Record<MantineColorScheme, string> = { auto: 'as the system', light: 'light', dark: 'dark' }

export function SchemeToggle() {
  const { colorScheme, setColorScheme } = useMantineColorScheme()
  const label = `Colours: ${names[colorScheme]}. Change to ${names[next[colorScheme]]}`
  return (
    <ActionIcon onClick={() => setColorScheme(next[colorScheme])} aria-label={label} title={label} data-testid="color-scheme">
      <Icon name={icons[colorScheme]} />
    </ActionIcon>
  )
}
