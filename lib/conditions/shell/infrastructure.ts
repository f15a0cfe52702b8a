import { type Command, type Finding, found } from './reading'

type Test = (words: readonly string[], flags: readonly string[]) => boolean

/** The first words are these, in order; flags and their place do not matter. */
const begins =
  (...paths: string[]): Test =>
  (words) =>
    paths.some((path) => path.split(' ').every((part, index) => part.split('|').includes(words[index] ?? '')))
const any =
  (...verbs: string[]): Test =>
  (words) =>
    words.some((word) => verbs.includes(word))
const either =
  (...tests: Test[]): Test =>
  (words, flags) =>
    tests.some((test) => test(words, flags))
const both =
  (...tests: Test[]): Test =>
  (words, flags) =>
    tests.every((test) => test(words, flags))
const flag =
  (pattern: RegExp): Test =>
  (_words, flags) =>
    flags.some((one) => pattern.test(one))
const always: Test = () => true

// Verbs by which the command lines of clouds delete, stop or expose something.
const AWS_VERB =
  /^(?:delete|terminate|remove|deregister|destroy|purge|disable|detach|revoke|reset|stop|release|disassociate|cancel|schedule-key-deletion|put-bucket-policy|put-bucket-acl|put-public-access-block|empty)(?:-|$)/
const GCLOUD_VERB = /^(?:delete|destroy|remove|remove-.*|reset|stop|disable|undelete-.*|abandon|rollback|clear|revoke)$/
const AZ_VERB = /^(?:delete|purge|remove|deallocate|stop|detach|disable|revoke|reset|destroy|flush)$/

const DOCKER: Test = either(
  begins('system|image|container|volume|network|builder|buildx prune', 'prune'),
  begins('volume|network|secret|config|stack|service|context|machine rm|remove', 'swarm leave', 'node rm'),
  both(begins('rm', 'container rm', 'rmi', 'image rm'), flag(/^-[a-z]*f|^--force/)),
  both(begins('compose down', 'down'), flag(/^-v$|^--volumes|^--rmi/)),
  both(begins('compose rm', 'rm'), flag(/^-[a-z]*v|^--volumes/)),
)

const TERRAFORM: Test = either(
  begins(
    'destroy',
    'state rm|push',
    'workspace delete',
    'taint',
    'force-unlock',
    'run-all destroy',
    'run --all destroy',
  ),
  both(begins('apply', 'run-all apply'), flag(/^-?-auto-approve(?!=false)|^-?-destroy(?!=false)/)),
)

/** Command lines of clusters and clouds, and when they delete what runs there. */
const TOOLS: Record<string, Test> = {
  kubectl: either(
    begins('delete', 'drain', 'taint', 'rollout undo', 'cordon', 'evict'),
    both(begins('replace'), flag(/^--force/)),
    both(begins('apply'), flag(/^--prune(?!=false)/)),
    both(begins('scale', 'autoscale'), flag(/^--replicas=0$/)),
    both(begins('scale'), (words) => words.includes('0')),
  ),
  oc: begins('delete', 'adm drain', 'adm prune'),
  helm: begins('uninstall|delete|del|un', 'rollback'),
  helmfile: begins('destroy', 'delete'),
  terraform: TERRAFORM,
  tofu: TERRAFORM,
  terragrunt: TERRAFORM,
  pulumi: either(
    begins('destroy', 'stack rm', 'state delete', 'cancel'),
    both(begins('up', 'update'), flag(/^-y$|^--yes|^--skip-preview|^-f$/)),
  ),
  cdk: begins('destroy'),
  cdktf: begins('destroy'),
  sam: begins('delete'),
  serverless: begins('remove'),
  sls: begins('remove'),
  copilot: (words) => words[1] === 'delete',
  eksctl: begins('delete', 'drain'),
  kops: begins('delete'),
  kind: begins('delete'),
  minikube: begins('delete'),
  k3d: (words) => words[1] === 'delete',
  argocd: begins('app delete', 'cluster rm', 'proj delete'),
  flux: begins('delete', 'uninstall'),
  istioctl: begins('uninstall'),
  velero: either(begins('delete'), (words) => words[1] === 'delete'),
  nomad: either(begins('job stop|purge', 'stop', 'system gc', 'namespace delete'), begins('node drain')),
  vault: begins(
    'delete',
    'kv delete|destroy',
    'secrets disable',
    'auth disable',
    'policy delete',
    'lease revoke',
    'operator seal',
    'token revoke',
  ),
  consul: begins('kv delete', 'leave', 'force-leave'),
  etcdctl: begins('del', 'member remove'),
  docker: DOCKER,
  podman: DOCKER,
  nerdctl: DOCKER,
  'docker-compose': DOCKER,
  aws: either(begins('s3 rb|rm'), both(begins('s3 sync'), flag(/^--delete$/)), (words) =>
    AWS_VERB.test(words[1] ?? ''),
  ),
  awslocal: (words) => AWS_VERB.test(words[1] ?? ''),
  gcloud: (words) => words.slice(1).some((word) => GCLOUD_VERB.test(word)),
  gsutil: either(begins('rm', 'rb'), both(begins('rsync'), flag(/^-[a-z]*d/))),
  bq: either(begins('rm'), begins('cancel')),
  az: (words) => words.slice(1).some((word) => AZ_VERB.test(word)),
  azd: begins('down'),
  doctl: any('delete', 'd', 'rm', 'destroy'),
  hcloud: (words) => words[1] === 'delete' || words[1] === 'poweroff' || words[1] === 'reset',
  linode: any('delete', 'rm', 'linode-delete'),
  'linode-cli': any('delete', 'rm', 'linode-delete'),
  heroku: (words) => /(?:^|:)(?:destroy|delete|reset|remove|unset)$/.test(words[0] ?? ''),
  fly: either(
    begins('destroy', 'apps destroy', 'volumes destroy|delete', 'machine destroy', 'pg destroy'),
    begins('secrets unset'),
  ),
  flyctl: either(
    begins('destroy', 'apps destroy', 'volumes destroy|delete', 'machine destroy'),
    begins('secrets unset'),
  ),
  vercel: begins('remove|rm', 'env rm', 'domains rm', 'project rm'),
  netlify: begins('sites:delete', 'env:unset'),
  wrangler: either(begins('delete'), (words) => words.slice(1, 3).includes('delete')),
  railway: begins('down', 'delete'),
  supabase: begins('db reset', 'projects delete', 'functions delete', 'stop'),
  firebase: either(
    begins('hosting:disable', 'functions:delete', 'firestore:delete', 'database:remove', 'projects:delete'),
  ),
  rclone: begins('purge|delete|deletefile|rmdirs|sync|cleanup'),
  mc: either(begins('rb'), both(begins('rm'), flag(/^-[a-z]*r|^--recursive|^--force/))),
  s3cmd: begins('rb', 'del', 'rm'),
  gh: begins(
    'api delete',
    'repo delete|archive',
    'release delete',
    'secret delete|remove',
    'run delete',
    'gist delete',
    'cache delete',
    'ssh-key delete',
    'variable delete',
    'issue delete',
  ),
  glab: begins('repo delete', 'release delete', 'variable delete', 'ci delete'),
  npm: begins('unpublish', 'deprecate', 'owner rm'),
  vagrant: begins('destroy', 'box remove'),
  virsh: begins('destroy', 'undefine', 'vol-delete', 'pool-delete', 'shutdown'),
  qm: begins('destroy', 'stop'),
  multipass: begins('delete', 'purge'),
  openstack: (words) => words.includes('delete'),
  kafka: always,
  'kafka-topics.sh': flag(/^--delete/),
  'kafka-topics': flag(/^--delete/),
  rabbitmqctl: begins('delete_queue', 'delete_vhost', 'purge_queue', 'reset', 'force_reset', 'stop_app', 'delete_user'),
  ansible: (_words, flags) => flags.some((one) => /state=absent/.test(one)),
}

// Global options that stand before the verb and take a value.
const VALUED =
  /^(?:-n|--namespace|--context|--kubeconfig|--cluster|--user|-s|--server|--profile|--region|--output|--endpoint-url|--project|--account|--subscription|-H|--host|--log-level|-c|-f|--file|-p|--project-name|--kube-context|--format|--query|--zone|-o|-g|--resource-group|-C|--cwd|-R|--repo|--stack|--app|-a|-l|--selector|--filter|--filters|--as|--token)$/
const DRY = /^--dry-?run(?:=(?!none|false).*)?$|^--dryrun$|^-?-help$|^--preview-only$|^--plan$/

export function judgeInfrastructure({ name, args }: Command): Finding[] {
  const given = args.map(({ text }) => text)
  if (name === 'curl' || name === 'wget' || name === 'http' || name === 'https') return deletesOverHttp(name, given)
  const test = Object.hasOwn(TOOLS, name) ? TOOLS[name] : undefined
  if (!test || given.some((text) => DRY.test(text))) return []
  const words: string[] = []
  const flags: string[] = []
  for (let at = 0; at < given.length; at++) {
    const text = given[at]!
    if (text === '--' && words.length > 0) break
    if (!text.startsWith('-')) words.push(text.toLowerCase())
    else {
      flags.push(text)
      if (VALUED.test(text) && (name !== 'docker' || text !== '-f')) flags.push(given[++at] ?? '')
    }
  }
  return test(words, flags)
    ? [found('infrastructure', `${name} ${words.slice(0, 2).join(' ')} takes away what runs there`)]
    : []
}

/** `curl -X DELETE`: an interface of a cloud or a cluster, most of the time. */
function deletesOverHttp(name: string, given: readonly string[]): Finding[] {
  const deletes = given.some(
    (text, index) =>
      (/^-[a-zA-Z]*X$|^--request$|^--method$/.test(text) && given[index + 1]?.toUpperCase() === 'DELETE') ||
      /^(?:-[a-zA-Z]*X|--request=|--method=)DELETE$/i.test(text) ||
      (name.startsWith('http') && text === 'DELETE'),
  )
  return deletes ? [found('infrastructure', `${name} sends DELETE`)] : []
}
