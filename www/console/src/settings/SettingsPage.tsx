import { useQuery } from '@tanstack/react-query'
import { sessionQuery } from '../api/queries'
import { PageHead } from '../ui/PageHead'
import { Sources } from './Sources'
import { Tokens } from './Tokens'

export function SettingsPage() {
  const { data: session } = useQuery(sessionQuery)
  const scopes = session?.scopes ?? []
  const isOwner = scopes.includes('owner')
  return (
    <>
      <PageHead title="Settings" lead="Where events come from, and who may ask for what. Every change holds at once." />
      <Sources canChange={isOwner || scopes.includes('config')} />
      {isOwner && <Tokens />}
    </>
  )
}
