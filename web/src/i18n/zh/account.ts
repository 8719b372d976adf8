/** 账号. */
export const account = {
  signIn: '登录',
  signingIn: '正在登录…',
  signOut: '退出',
  through: '通过{provider}登录',
  name: '用户名',
  password: '密码',
  forgotten: '忘记密码请找管理员重置。连续输错会被要求等待。',
  setPassword: '设置新密码',
  newPassword: '新密码',
  again: '再输一次',
  differs: '两次输入不一致。',
  rules: '一次性密码已用过，请设置自己的密码：至少 10 个字符，含大写字母、小写字母、数字、其他字符中的三类（20 个字符以上不限），不含用户名。',
  local: '本机免登录：尚未建立账号，坐在本机前的人以管理员身份使用。建立账号：hongxian user add 用户名 --role administrator。',
  understood: '知道了',
  limited: '范围受限',
  limitedHint: '只能看到部分县、图层、乡镇或密级；核查只针对可见的图层，结论至多为“需人工研判”。',
  noRight: '您的角色没有此项权限',
  noRightHint: '需要时请联系管理员。',
  people: '用户',
  administration: '管理',
  parts: { users: '用户', audit: '审计日志' },
  tokensHint: '{role}；查看我的令牌',
  add: '新增用户',
  cancel: '取消',
  made: '{name} 的一次性密码（只显示这一次，请当面告知）：',
  none: '还没有用户。建立第一个用户后，本机访问也须登录。请先建立管理员。',
  title: '姓名',
  role: '角色',
  roleOf: '{name} 的角色',
  scope: '可见范围',
  state: '状态',
  active: '可用',
  disabled: '已停用',
  due: '待改密码',
  reset: '重置密码',
  disable: '停用',
  enable: '启用',
  everything: '全部',
  counties: '县 {list}',
  layers: '图层 {list}',
  townships: '乡镇 {list}',
  clearance: '密级至{level}',
  onlyLayers: '只看这些图层（不选为全部）',
  onlyTownships: '只问这些乡镇（代码，空为全部）',
  upTo: '密级至',
}

/** 令牌. */
export const tokens = {
  title: '我的令牌',
  hint: '供程序以您的名义使用：看到的与您相同，能做的不超过所选权限。每次使用都记入审计日志。',
  noAccount: '本机免登录时没有令牌。请先建立账号并登录，或用命令 hongxian token create 给用户发令牌。',
  name: '名称',
  nameHint: '用在哪里，例如 审批系统',
  lasting: '有效期',
  days: '{n} 天',
  ever: '长期',
  rights: '权限',
  add: '新增令牌',
  made: '令牌“{name}”只显示这一次，请现在存到使用它的程序中：',
  use: '请求头：',
  noted: '已存好',
  none: '还没有令牌。',
  prefix: '开头',
  created: '建立时间',
  expires: '到期时间',
  states: { good: '有效', over: '已到期', revoked: '已作废' },
  revoke: '作废',
  revokeOf: '作废令牌 {name}',
  revokeYes: '确认作废',
}

export const right = { see: '查看', ask: '核查、比较', deliver: '导入', approve: '发布', administer: '管理' }

export const role = { none: '未授权', viewer: '查看', planner: '业务', manager: '数据管理', approver: '审批', administrator: '管理员' }

/** Why 统一认证 signed nobody in. */
export const signOn = {
  'sign-on-stale': '登录已过期，或不是从本浏览器开始的，请重新登录。',
  'sign-on-declined': '统一认证没有让您登录。',
  'sign-on-invalid': '统一认证的答复未通过核验，未登录。请重试；仍不行请联系管理员。',
  'sign-on-unavailable': '统一认证暂时没有应答。请稍后再试，或用本系统的用户名和密码登录。',
  'sign-on-spent': '这次统一认证已用过，请重新登录。',
  'account-disabled': '您的账号已停用，请联系管理员。',
  'role-missing': '您的账号已登记，尚未授予角色，请联系管理员。',
}

export const roleHint = {
  none: '账号已登记，什么都不能做。',
  viewer: '看图层、瓦片、统计和留存的核查。',
  planner: '另可核查、批量核查、比较版本、登记台账。',
  manager: '另可导入草稿、录入指标。不能发布。',
  approver: '业务的全部，另可发布版本、确认减少。不能导入。',
  administrator: '全部，另可管理用户、查看审计日志和运行指标。',
}

export const secrecy = { public: '公开', internal: '内部', confidential: '秘密', secret: '机密' }
