/** Issuers that sign for everybody who has an account there: by themselves they say nothing about who somebody is to us. */
const SHARED: Record<string, string> = {
  'https://token.actions.githubusercontent.com': 'repository_owner',
  'https://gitlab.com': 'namespace_path',
  'https://accounts.google.com': 'hd',
  'https://agent.buildkite.com': 'organization_slug',
  'https://app.terraform.io': 'terraform_organization_name',
  'https://login.microsoftonline.com/9188040d-6c67-4c5b-b112-36a304b66dad/v2.0': 'sub',
}

/** Why an issuer cannot be trusted as a whole, or null. */
export function sharedIssuerProblem(issuer: string, requiredClaims: Record<string, unknown>): string | null {
  const claim = SHARED[issuer.replace(/\/$/, '')]
  if (claim === undefined || Object.keys(requiredClaims).length > 0) return null
  return `signs tokens for everybody: require a claim that tells yours apart, such as ${claim}`
}
