/** 七参数. */
export default {
  title: '坐标转换参数（七参数）',
  ways: { none: '不需要（CGCS2000、WGS 84）', held: '本县已存的参数组', file: '参数文件', own: '文件自带（界址点 TXT 的转换参数）', written: '逐项填写' },
  name: '参数组名称',
  file: '参数文件（YAML）',
  fileHint: '一组参数，写法同服务端的参数组文件：名称、原坐标系、旋转约定、单位、七个数，可带检核点；不超过 8 KB。',
  datum: '原坐标系',
  datums: { xian80: '西安 80', beijing54: '北京 54' },
  convention: '旋转约定',
  choose: '请选择',
  conventions: { 'position-vector': '位置矢量（布尔沙）', 'coordinate-frame': '坐标框架' },
  numbers: { dx: 'X 平移', dy: 'Y 平移', dz: 'Z 平移', rx: 'X 旋转', ry: 'Y 旋转', rz: 'Z 旋转', scale: '尺度' },
  ownHint: '数取自文件；文件不写旋转约定，须在这里选定。',
  missing: '转换参数没有填全。',
  secret: '参数只用于这一次读取；记录和报告中只出现名称与摘要。',
  enter: '填写转换参数',
}
