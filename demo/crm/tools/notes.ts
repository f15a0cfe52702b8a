import type { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js'
import { z } from 'zod'
import type { CrmRecords } from '@/demo/crm/records'
import { answer, DESTROYS, READS, refuse, WRITES } from './answers'

const CustomerId = z.string().describe('For example C-10001')

const note = {
  id: z.number(),
  customerId: z.string(),
  author: z.string(),
  text: z.string(),
  writtenOn: z.string(),
}

export function registerNoteTools(server: McpServer, crm: CrmRecords): void {
  server.registerTool(
    'list_notes',
    {
      title: 'List notes',
      description: 'What colleagues and agents wrote about a customer, newest first.',
      inputSchema: { customerId: CustomerId },
      outputSchema: { notes: z.array(z.object(note)) },
      annotations: READS,
    },
    async ({ customerId }) => answer({ notes: await crm.listNotes(customerId) }),
  )
  server.registerTool(
    'add_note',
    {
      title: 'Add a note',
      description: 'Writes a note to a customer’s file.',
      inputSchema: { customerId: CustomerId, author: z.string().min(1), text: z.string().min(1).max(2_000) },
      outputSchema: note,
      annotations: WRITES,
    },
    async ({ customerId, author, text }) => {
      const today = new Date().toISOString().slice(0, 10)
      const added = await crm.addNote(customerId, author, text, today)
      return added ? answer({ ...added }) : refuse(`There is no customer ${customerId}.`)
    },
  )
  server.registerTool(
    'delete_note',
    {
      title: 'Delete a note',
      description: 'Removes a note for good.',
      inputSchema: { id: z.number().int() },
      outputSchema: { deleted: z.number() },
      annotations: DESTROYS,
    },
    async ({ id }) => {
      const gone = await crm.deleteNote(id)
      return gone ? answer({ deleted: gone.id }) : refuse(`There is no note ${id}.`)
    },
  )
}
