import { readInbox } from '@/app/(app)/approvals/read'
import type { Actor } from '@/lib/actor'
import { actorOfNow } from '@/lib/auth'
import { listenTo } from '@/lib/live/notices'
import { Streams } from '@/lib/live/streams'

type Viewer = Actor & { id: string }

// On globalThis: route handlers and actions are bundled apart and must know of each other's streams.
const holder = globalThis as typeof globalThis & { countersignInboxStreams?: Streams<Viewer> }

/** The open inboxes of this web process. */
export function inboxStreams(): Streams<Viewer> {
  holder.countersignInboxStreams ??= new Streams<Viewer>(readFor, (onNotice) => listenTo('approval', onNotice))
  return holder.countersignInboxStreams
}

/** Roles, end date and the way in are looked up again for each reading, as for each request. */
async function readFor(viewer: Viewer): Promise<string | null> {
  const actor = await actorOfNow(viewer)
  return actor === null ? null : JSON.stringify(await readInbox(actor))
}
