'use client'

import { useSyncExternalStore } from 'react'

const never = () => () => {}

function timeOfDay(hour: number): string {
  if (hour < 5) return 'Good night'
  if (hour < 12) return 'Good morning'
  return hour < 18 ? 'Good afternoon' : 'Good evening'
}

/** By the reader's own clock, which the server does not know. */
export function Greeting({ firstName }: { firstName: string }) {
  const words = useSyncExternalStore(
    never,
    () => timeOfDay(new Date().getHours()),
    () => 'Hello',
  )
  return (
    <>
      {words}, {firstName}
    </>
  )
}
