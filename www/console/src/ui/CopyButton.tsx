import { ActionIcon } from '@mantine/core'
import { useClipboard } from '@mantine/hooks'
import { Icon } from './Icon'

export function CopyButton({ value, label }: { value: string; label: string }) {
  const { copied, copy } = useClipboard({ timeout: 1_500 })
  return (
    <ActionIcon size="sm" onClick={() => copy(value)} aria-label={copied ? 'Copied' : label} title={label} color={copied ? 'spruce' : 'gray'}>
      <Icon name={copied ? 'check' : 'copy'} size={15} />
    </ActionIcon>
  )
}
