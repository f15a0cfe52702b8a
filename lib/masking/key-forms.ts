/**
 * Keys and tokens that their issuers made recognisable: a beginning, and what follows it. Ours are among them.
 * `begin` is searched for as it stands; `rest` is bounded and anchored there.
 */
export interface KeyForm {
  begin: string
  rest: RegExp
}

const form = (begin: string, rest: string): KeyForm => ({ begin, rest: new RegExp(`(?:${rest})`, 'y') })
const forms = (begins: string, rest: string): KeyForm[] => begins.split(' ').map((begin) => form(begin, rest))

export const KEY_FORMS: readonly KeyForm[] = [
  // AWS: long-term, temporary and other access key ids
  ...forms('AKIA ASIA ABIA ACCA', '[A-Z2-7]{16}'),
  // GitHub, GitLab
  ...forms('ghp_ gho_ ghu_ ghs_ ghr_', '[A-Za-z0-9]{36,255}'),
  form('github_pat_', '[A-Za-z0-9]{22}_[A-Za-z0-9]{59}|[A-Za-z0-9_]{40,255}'),
  ...forms('glpat- gldt- glrt- glptt- glft- glsoat- glcbt-', '[A-Za-z0-9_.-]{20,300}'),
  // Slack
  ...forms('xoxb- xoxp- xoxa- xoxr- xoxs- xoxe-', '[A-Za-z0-9-]{10,250}'),
  form('xoxe.', 'xox[bp]-[A-Za-z0-9-]{10,250}'),
  form('xapp-', '\\d-[A-Za-z0-9-]{10,250}'),
  form('hooks.slack.com/', '(?:services|workflows|triggers)/[A-Za-z0-9/_-]{20,250}'),
  // Stripe
  ...forms('sk_live_ sk_test_ rk_live_ rk_test_ whsec_', '[A-Za-z0-9+/=]{16,250}'),
  // Google: API key, OAuth client secret, access token
  form('AIza', '[A-Za-z0-9_-]{35}'),
  form('GOCSPX-', '[A-Za-z0-9_-]{20,40}'),
  form('ya29.', '[A-Za-z0-9_-]{20,1500}'),
  // OpenAI, Anthropic and others
  ...forms('sk-proj- sk-svcacct- sk-admin- sk-ant-', '[A-Za-z0-9_-]{20,300}'),
  form('sk-or-v1-', '[a-f0-9]{64}'),
  form('sk-', '[A-Za-z0-9]{20}T3BlbkFJ[A-Za-z0-9]{20}|[A-Za-z0-9]{48}|[a-f0-9]{32}'),
  form('hf_', '[A-Za-z]{34,40}'),
  form('gsk_', '[A-Za-z0-9]{40,80}'),
  form('pplx-', '[A-Za-z0-9]{40,64}'),
  form('xai-', '[A-Za-z0-9]{60,100}'),
  form('r8_', '[A-Za-z0-9]{37}'),
  // Messages and mail
  form('SG.', '[A-Za-z0-9_-]{16,32}\\.[A-Za-z0-9_-]{16,64}'),
  ...forms('AC SK', '[a-f0-9]{32}'),
  form('key-', '[a-f0-9]{32}'),
  // Package registries
  form('npm_', '[A-Za-z0-9]{36}'),
  form('pypi-', 'AgEIcHlwaS[A-Za-z0-9_-]{50,1000}'),
  form('rubygems_', '[a-f0-9]{48}'),
  form('dckr_pat_', '[A-Za-z0-9_-]{27,40}'),
  // Clouds and infrastructure
  ...forms('dop_v1_ doo_v1_ dor_v1_', '[a-f0-9]{64}'),
  ...forms('hvs. hvb.', '[A-Za-z0-9_-]{20,300}'),
  form('pul-', '[a-f0-9]{40}'),
  form('tskey-', '(?:api|auth|client|webhook)-[A-Za-z0-9]{8,40}-[A-Za-z0-9]{16,64}'),
  form('AGE-SECRET-KEY-', '1[A-Z0-9]{58}'),
  ...forms('dp.pt. dp.st.', '[A-Za-z0-9_.-]{32,64}'),
  form('sbp_', '[a-f0-9]{40}'),
  form('ops_ey', '[A-Za-z0-9_-]{100,2000}'),
  // Products
  ...forms('shpat_ shpca_ shppa_ shpss_', '[a-fA-F0-9]{32}'),
  ...forms('sq0atp- sq0csp-', '[A-Za-z0-9_-]{22,43}'),
  form('lin_api_', '[A-Za-z0-9]{32,48}'),
  form('ntn_', '[A-Za-z0-9]{40,50}'),
  form('secret_', '[A-Za-z0-9]{43}'),
  form('figd_', '[A-Za-z0-9_-]{30,60}'),
  form('glsa_', '[A-Za-z0-9]{32}_[a-f0-9]{8}'),
  ...forms('phc_ phx_', '[A-Za-z0-9]{40,50}'),
  ...forms('NRAK- NRII-', '[A-Za-z0-9_-]{27,40}'),
  // Countersign: service keys, people's own tokens, access tokens
  ...forms('csk_ csp_ csa_', '[A-Za-z0-9_-]{20,200}'),
]

/** Where the beginning says little or the secret stands behind a name: the part in the group is the secret. */
export const KEYED_FORMS: readonly RegExp[] = [
  // Telegram: the bot's number, and a secret that begins with AA
  /(?<![A-Za-z0-9])(\d{8,10}:AA[A-Za-z0-9_-]{33})(?![A-Za-z0-9_-])/dg,
  // Azure Storage, Service Bus and Cosmos DB
  /(?:AccountKey|SharedAccessKey|SharedAccessSignature)\s{0,4}[=:]\s{0,4}["']?([A-Za-z0-9+/]{40,120}={0,2})/dgi,
  // Azure and others: a shared access signature in a link
  /[?&;]sig=([A-Za-z0-9%+/_-]{30,120}={0,2})/dgi,
  // AWS: forty characters that only the name before them gives away
  /(?:aws.{0,20}?secret|secret_?access_?key|secretAccessKey).{0,20}?[^A-Za-z0-9/+=]([A-Za-z0-9/+]{40})(?![A-Za-z0-9/+=])/dgi,
]
