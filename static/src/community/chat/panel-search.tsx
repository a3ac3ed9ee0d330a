import type { VNode } from 'preact'
import { useRoom } from './room-context'
import { SearchForm } from './search-form'

export function SearchPanel(): VNode {
  const { detail } = useRoom()
  return <SearchForm room={detail.room} panel="search" />
}
