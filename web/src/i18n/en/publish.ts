import type zh from '../zh/publish'

const publish: typeof zh = {
  title: 'Put the draft in force',
  begin: 'Put draft {label} in force…',
  ask: 'Puts draft {label} of “{title}” in force. A version in force cannot be edited; the one before becomes superseded and stays answerable.',
  go: 'Put in force',
  cancel: 'Cancel',
  working: 'Comparing and publishing…',
  preparing: 'Being prepared (tiles, faces, township areas). You may leave: the work goes on; publish again to see its outcome.',
  findings: 'The quality report found the following; the draft is not in force. Mend it and import it again, or, to publish it as it is, name the document it rests on; this is recorded.',
  finding: '{title}: {n}',
  agreeFindings: 'I have checked these findings and agree to publish as it is.',
  acceptFindings: 'Accept the findings and publish',
  loss: 'Against the versions below, area decreases or ground is lost. The draft is not in force yet: confirm with the document it rests on; the confirmation is recorded.',
  losses: 'Compared with the version in force and the baseline',
  against: 'Against',
  see: 'See',
  agree: 'I have checked these losses and confirm them.',
  basis: 'Document',
  basisHint: 'its number',
  confirm: 'Confirm the loss and publish',
  keepDraft: 'Keep as a draft',
  done: '“{title}” {label} is in force.',
  superseded: 'Version {label} is superseded.',
}

export default publish
