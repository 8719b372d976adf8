export default {
  title: '按现行版本会有何不同',
  note: '报告以核查当时的版本为准；下表仅供参考。',
  same: '按现行版本核查，结果相同。',
  layer: '图层',
  status: '结论',
  was: '当时',
  is: '现在',
  versionOnly: '仅版本不同，数值相同',
}
