'use client'

import { useEffect } from 'react'
import { tellOfNews } from './desktop-notice'
import { followFeed, useFeed } from './feed'
import { countYours } from './news'
import { keepInTitle, showOnIcon } from './waiting-signal'

/** How many calls wait for this person: what the page was drawn with, until the stream knows better. */
export function useWaitingCount(drawn: number): number {
  const { inbox } = useFeed()
  return inbox ? countYours(inbox.waiting) : drawn
}

/** Mounted once by the shell: keeps the stream, the title and the icon, on whatever page the person is. */
export function WaitingWatch({ viewerId, drawn }: { viewerId: string; drawn: number }) {
  useEffect(() => followFeed(viewerId, tellOfNews), [viewerId])
  const count = useWaitingCount(drawn)
  useEffect(() => {
    showOnIcon(count)
    return keepInTitle(count)
  }, [count])
  return null
}
