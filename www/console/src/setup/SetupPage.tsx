import { Arriving } from './Arriving'
import { SetupPanel } from './SetupPanel'

export function SetupPage() {
  return (
    <>
      <SetupPanel title="Set-up" />
      <Arriving />
    </>
  )
}
