/** What may stand in a condition; see docs/conditions.md. */
export const VARIABLES: readonly { name: string; fields: string }[] = [
  { name: 'args', fields: 'the arguments, as the tool names them' },
  { name: 'identity', fields: 'name, kind, owner, groups' },
  { name: 'connection', fields: 'slug, name, risk' },
  { name: 'tool', fields: 'name, kind, risk, title' },
  { name: 'session', fields: 'id, client' },
  { name: 'now', fields: 'the time of the call' },
]

export const EXAMPLES: readonly { text: string; says: string }[] = [
  { text: 'args.amount > 100', says: 'a number is larger' },
  { text: 'has(args.to) && !args.to.endsWith("@acme.test")', says: 'a text ends otherwise' },
  { text: 'args.path.matches("^/(etc|root)/")', says: 'a text matches a pattern' },
  { text: 'args.ids.size() > 50', says: 'a list is longer' },
  { text: 'queries(args).exists(q, sql(q).unbounded)', says: 'SQL changes every row' },
  { text: 'commands(args).exists(c, shell(c).dangerous)', says: 'a command line is dangerous' },
  { text: '"contractors" in identity.groups', says: 'the caller is in a group' },
]
