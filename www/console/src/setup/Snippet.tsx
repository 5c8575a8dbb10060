import { CopyButton } from '../ui/CopyButton'
import classes from './Snippet.module.css'

interface Props {
  code: string
  label: string
  testid: string
}

export function Snippet({ code, label, testid }: Props) {
  return (
    <div className={classes.snippet}>
      <pre tabIndex={0} data-testid={testid}>{code}</pre>
      <CopyButton value={code} label={label} />
    </div>
  )
}
