import { Cue } from '@/lib/masking/cues'
import { type Detector, type Finding, type Subject, withoutOverlaps } from '@/lib/masking/detector'
import { isStandIn } from '@/lib/masking/secret-value'

/** `scheme://user:password@host`: the name of a scheme is at most this long, a user's and a password's too. */
const SCHEME = /(?<![A-Za-z0-9+.-])[A-Za-z][A-Za-z0-9+.-]{1,30}$/
const LOGIN = /:\/\/([^\s/?#@"'<>[\]{}]{0,200}?):([^\s/?#,"'<>[\]{}]{1,200})@(?=[A-Za-z0-9.[_$%-])/dg
const TOKEN = /:\/\/([^\s/?#@:"'<>[\]{}]{20,200})@(?=[A-Za-z0-9.[_-])/dg
/** ODBC, ADO.NET, JDBC and libpq: a password among other settings. */
const QUOTED = `"([^"]{1,200})"|'([^']{1,200})'|\\{([^}]{1,200})\\}`
const SETTING = new RegExp(
  `(?:(?:^|[;\\s"'])(?:password|pwd)\\s{0,3}=\\s{0,3}(?:${QUOTED}|([^\\s;"',)}\\]]{1,200})))|` +
    '[?&](?:password|pwd)=([^\\s;&"\',)}\\]]{1,200})',
  'dgi',
)
const OTHER_SETTING =
  /(?:server|host|data source|uid|user(?: ?id| ?name)?|database|initial catalog|dbname|driver|dsn|port)\s{0,3}=|jdbc:/i
const NEAR = 200

/** The password in a connection string. Which server and database it leads to stays readable. */
export const connectionString: Detector = {
  type: 'CONNECTION_STRING',
  cues: Cue.connection,
  find({ text }: Subject): Finding[] {
    const found: Finding[] = []
    for (const pattern of [LOGIN, TOKEN]) {
      for (const match of text.matchAll(pattern)) {
        const [start, end] = match.indices!.at(-1)!
        const value = text.slice(start, end)
        if (isStandIn(value) || !SCHEME.test(text.slice(Math.max(0, match.index - 32), match.index))) continue
        found.push({ start, end, value })
      }
    }
    for (const match of text.matchAll(SETTING)) {
      const [start, end] = match.indices!.slice(1).find((group) => group !== undefined)!
      const value = text.slice(start, end)
      const around = text.slice(Math.max(0, match.index - NEAR), match.index + NEAR)
      if (isStandIn(value) || !OTHER_SETTING.test(around)) continue
      found.push({ start, end, value })
    }
    return withoutOverlaps(found)
  },
}
