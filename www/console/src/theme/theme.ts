import { ActionIcon, Button, createTheme, TextInput, PasswordInput, Select, type MantineColorsTuple } from '@mantine/core'

/** Nora's green: of old desk lamps. Also the colour of "accepted", so the brand means that all is well. */
const spruce: MantineColorsTuple = [
  '#ecf7f3', '#d6ebe4', '#a9d8c8', '#7bc5ab', '#55b494', '#369f7e', '#1f8468', '#176a55', '#14594b', '#0d4136',
]

/** Greys with a trace of the same green. */
const dark: MantineColorsTuple = [
  '#c9d3ce', '#a5b3ad', '#8a9a93', '#5f6d67', '#323d38', '#27302c', '#1b221f', '#161b19', '#111614', '#0e1210',
]

export const theme = createTheme({
  primaryColor: 'spruce',
  primaryShade: { light: 7, dark: 5 },
  colors: { spruce, dark },
  defaultRadius: 'md',
  cursorType: 'pointer',
  // Named faces before the generic one: where nothing better is there, Arial is read more easily than the fallback.
  fontFamily: "Inter, 'SF Pro Text', 'Segoe UI Variable Text', 'Segoe UI', Roboto, Cantarell, Ubuntu, 'Noto Sans', 'Helvetica Neue', Arial, sans-serif",
  fontFamilyMonospace: "'SF Mono', SFMono-Regular, 'Cascadia Mono', 'JetBrains Mono', 'Roboto Mono', 'Ubuntu Mono', Menlo, Consolas, 'Liberation Mono', monospace",
  headings: { fontWeight: '620' },
  components: {
    ActionIcon: ActionIcon.extend({ defaultProps: { variant: 'subtle', color: 'gray' } }),
    Button: Button.extend({ defaultProps: { radius: 'md' } }),
    TextInput: TextInput.extend({ defaultProps: { size: 'sm' } }),
    PasswordInput: PasswordInput.extend({ defaultProps: { size: 'md' } }),
    Select: Select.extend({ defaultProps: { size: 'sm' } }),
  },
})
