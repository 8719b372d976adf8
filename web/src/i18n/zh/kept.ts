export default {
  title: '核查记录',
  list: '返回列表',
  loading: '正在载入…',
  when: '留存的核查结果，{when} 核查。',
  compare: '与现行版本比较',
  keep: '用现行版本重新核查并留存',
}
