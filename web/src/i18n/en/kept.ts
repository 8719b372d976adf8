import type zh from '../zh/kept'

const kept: typeof zh = {
  title: 'Kept check',
  list: 'Back to the list',
  loading: 'Loading…',
  when: 'A kept answer, given at {when}.',
  compare: 'Compare with the versions in force',
  keep: 'Check again with the versions in force, and keep it',
}

export default kept
