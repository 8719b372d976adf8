import type zh from '../zh/verify'

const verify: typeof zh = {
  title: 'Verify a report',
  intro: "Type the code printed on a report, or scan its QR code, to see whether the report is true.",
  code: 'Code',
  submit: 'Verify',
  needCode: 'Type the code first.',
  working: 'Looking it up and computing it again…',
  confirmed: 'The report is true',
  confirmedHint: 'The answer is kept, and computed again against the same versions the figures agree. Compare project, area and outcome with the paper.',
  deviates: 'Computed again, it differs',
  deviatesHint: 'The answer is kept, but computed again against the same versions these figures differ. Tell your administrator.',
  unknown: 'No such report is kept',
  unknownHint: 'The code is well-formed, but no check belongs to it here: the report may not be from this system, or from another deployment.',
  kept: 'What is kept',
  site: 'Project',
}

export default verify
