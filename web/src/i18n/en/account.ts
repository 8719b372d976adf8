import type { account as zhAccount, right as zhRight, role as zhRole, roleHint as zhRoleHint, secrecy as zhSecrecy, signOn as zhSignOn, tokens as zhTokens } from '../zh/account'

export const account: typeof zhAccount = {
  signIn: 'Sign in',
  signingIn: 'Signing in…',
  signOut: 'Sign out',
  through: 'Sign in through {provider}',
  name: 'Name',
  password: 'Password',
  forgotten: 'An administrator resets a forgotten password. Wrong ones in a row make you wait.',
  setPassword: 'Set a new password',
  newPassword: 'New password',
  again: 'Once more',
  differs: 'The two differ.',
  rules: 'The one-time password is spent. Set your own: at least 10 characters of three kinds (capitals, small letters, digits, others), or 20 of any, without your name.',
  local: 'No sign-in on this machine: there are no accounts, and whoever sits here is the administrator. To make one: hongxian user add NAME --role administrator.',
  understood: 'Got it',
  limited: 'limited',
  limitedHint: 'You see some counties, layers, townships or levels of secrecy only; checks are of the layers you see, and their outcome is at best “review”.',
  noRight: 'Your role does not have this right',
  noRightHint: 'Ask an administrator if you need it.',
  people: 'Users',
  administration: 'Administration',
  parts: { users: 'Users', audit: 'Audit trail' },
  tokensHint: '{role}; my tokens',
  add: 'Add a user',
  cancel: 'Cancel',
  made: 'One-time password of {name} (shown this once; tell it in person):',
  none: 'No users yet. Once there is one, this machine asks for a sign-in too: make an administrator first.',
  title: 'Person',
  role: 'Role',
  roleOf: 'Role of {name}',
  scope: 'May see',
  state: 'State',
  active: 'active',
  disabled: 'disabled',
  due: 'password due',
  reset: 'Reset password',
  disable: 'Disable',
  enable: 'Enable',
  everything: 'everything',
  counties: 'counties {list}',
  layers: 'layers {list}',
  townships: 'townships {list}',
  clearance: 'up to {level}',
  onlyLayers: 'Only these layers (none: all)',
  onlyTownships: 'Only these townships (codes; empty: all)',
  upTo: 'Secrecy up to',
}

export const tokens: typeof zhTokens = {
  title: 'My tokens',
  hint: 'Programs act with them in your name: they see what you see, and may do no more than the rights you choose. Every use comes into the audit trail.',
  noAccount: 'Without sign-in there are no tokens. Make an account and sign in, or let hongxian token create make one for a user.',
  name: 'Name',
  nameHint: 'where it is used, as in approvals system',
  lasting: 'Good for',
  days: '{n} days',
  ever: 'for ever',
  rights: 'Rights',
  add: 'Make a token',
  made: 'Token “{name}”, shown this once; store it in the program that uses it now:',
  use: 'Header:',
  noted: 'Stored',
  none: 'No tokens yet.',
  prefix: 'Begins with',
  created: 'Made',
  expires: 'Expires',
  states: { good: 'good', over: 'over', revoked: 'revoked' },
  revoke: 'Revoke',
  revokeOf: 'Revoke token {name}',
  revokeYes: 'Revoke it',
}

export const right: typeof zhRight = { see: 'see', ask: 'check and compare', deliver: 'import', approve: 'publish', administer: 'administer' }

export const role: typeof zhRole = { none: 'none yet', viewer: 'viewer', planner: 'planner', manager: 'data manager', approver: 'approver', administrator: 'administrator' }

/** Why 统一认证 signed nobody in. */
export const signOn: typeof zhSignOn = {
  'sign-on-stale': 'The sign-in is over, or was not begun in this browser. Sign in again.',
  'sign-on-declined': 'The identity provider did not let you sign in.',
  'sign-on-invalid': 'What the identity provider sent did not hold; nobody was signed in. Try again, or ask an administrator.',
  'sign-on-unavailable': 'The identity provider does not answer. Try again later, or sign in with a name and password of this service.',
  'sign-on-spent': 'This sign-in has been used already. Sign in again.',
  'account-disabled': 'Your account is disabled; ask an administrator.',
  'role-missing': 'Your account is known, but has no role yet; ask an administrator.',
}

export const roleHint: typeof zhRoleHint = {
  none: 'Known, and may do nothing.',
  viewer: 'Looks at layers, tiles, statistics and kept checks.',
  planner: 'Also checks, batches, comparisons and the ledger.',
  manager: 'Also imports drafts and enters indicators. Does not publish.',
  approver: 'All that planners do; also publishes and confirms losses. Does not import.',
  administrator: 'Everything; also users, the audit trail and metrics.',
}

export const secrecy: typeof zhSecrecy = { public: 'public', internal: 'internal', confidential: 'confidential', secret: 'secret' }
