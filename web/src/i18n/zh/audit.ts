/** 审计日志. */
export const audit = {
  title: '审计日志',
  chain: '审计链已记 {n} 条，链头',
  waiting: '另有 {n} 条待编号',
  verify: '核验审计链',
  verifying: '正在核验…',
  export: '导出（JSONL）',
  whole: '审计链完整：自第 {first} 条起共 {n} 条，没有修改、删除、插入或换序。',
  broken: '审计链不完整，断点 {n} 处。请保留现场并联系管理单位。',
  head: '链头（可另处记下，日后用 hongxian audit verify --expect 核对）：',
  when: '时间',
  who: '操作人',
  action: '操作',
  object: '对象',
  objectHint: '开头，例如 500237.red-line',
  outcome: '结果',
  place: '链上序号',
  unplaced: '待编号',
  detail: '明细',
  from: '自',
  to: '至',
  search: '查询',
  none: '没有符合条件的记录。',
  local: '本机用户',
  service: '服务自身',
  command: '命令行（{user}）',
}

export const auditOutcome = { done: '完成', refused: '拒绝', failed: '失败' }

export const auditKind = {
  check: '核查', batch: '批量核查', change: '面积变化', overlaps: '范围重叠', stats: '统计', record: '查看记录', paper: '下载报告', export: '导出数据', import: '导入', publish: '发布',
  ledger: '监管台账', indicators: '指标', session: '登录与退出', password: '密码', user: '用户', token: '令牌', audit: '审计', seen: '浏览',
}

export const auditAction = {
  check_ask: '核查', batch_ask: '提交批次', batch_answer: '核查批次', batch_end: '取消批次', change_ask: '比较版本', overlaps_ask: '计算重叠', stats_ask: '留存统计表', record_see: '查看记录',
  paper: '下载报告', export: '导出数据', import: '导入', import_cancel: '取消导入', import_propose: '识别待导入的文件', publish: '发布', ledger_add: '登记台账', ledger_step: '办理台账', indicators_set: '录入指标', measure: '量算',
  session_begin: '登录', session_end: '退出', password_set: '修改密码', password_reset: '重置密码', user_add: '新增用户', user_change: '修改用户', token_add: '新增令牌', token_revoke: '作废令牌',
  audit_read: '查看审计', audit_verify: '核验审计链', audit_export: '导出审计', audit_cut: '归档审计', profile: '运行剖析', seen: '浏览（按小时计）',
}

/** What an entry tells besides. internal/auditwords_test.go holds it to what the server writes. */
export const auditDetail = {
  code: '错误代码', status: '状态码', format: '格式', entries: '条目', through: '归档至第', hash: '该处链值', issuer: '认证方', subject: '认证方账号', made: '新建账号', role: '角色',
  times: '次数', since: '自', digest: '内容摘要', source_digest: '文件摘要', kept: '保留图斑', state: '状态', first: '首块', last: '末块', answered: '已答复', versions: '版本',
  from: '原状态', to: '新状态', values: '录入值', replaced: '替换值', superseded: '被替代版本', confirmed_basis: '确认依据', new: '首次留存',
}
