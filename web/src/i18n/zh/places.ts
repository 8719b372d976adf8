export const identify = {
  title: '点选查询',
  close: '关闭',
  loading: '正在查询…',
  none: '此处不在其他图层的图斑内。',
  outside: '此处不在任何图斑内。',
  show: '在地图上突出显示',
  code: '编码',
  class: '类型',
  area: '图斑面积',
  version: '版本',
  basis: '依据',
  effective: '{day} 起生效',
}

export const search = {
  label: '查找乡镇、图斑、坐标、核查记录',
  placeholder: '查找（Ctrl K）',
  hint: '乡镇名、图斑编码或名称、建设项目、核查或地块名、查验码、坐标（经纬度、度分秒、EPSG:4546 等高斯坐标）',
  searching: '正在查找…',
  none: '没有找到。',
  count: '{n} 条结果',
  place: '坐标，按 {crs} 读取',
  outside: '在县域外',
  check: '核查记录',
}

export const layerSettings = {
  title: '图层设置',
  of: '{layer}：透明度、顺序、版本',
  opacity: '不透明度',
  order: '顺序',
  up: '上移',
  down: '下移',
  version: '版本',
  compare: '卷帘对比',
  noCompare: '不对比',
}

export const swipe = {
  handle: '卷帘位置',
  value: '左 {left}，右 {right}，分界在 {n} %',
  close: '结束对比',
}

export const bookmarks = {
  title: '书签与链接',
  name: '书签名称',
  add: '收藏',
  copy: '复制链接',
  copied: '已复制本页链接，含地图位置和图层设置。',
  unnamed: '书签 {n}',
  remove: '删除',
  removeName: '删除书签 {name}',
  forbidden: '浏览器不允许保存，书签只在本次打开期间有效。',
}

export const print = {
  title: '打印地图',
  open: '打印',
  usual: '{county}国土空间规划管控要素分布图',
  heading: '图名',
  paper: '纸张',
  way: '方向',
  upright: '纵向',
  landscape: '横向',
  format: '格式',
  note: '按当前地图的位置和图层，以 300 dpi 重新绘制，附图例、比例尺和指北针。',
  make: '生成',
  working: '正在绘制…',
  failed: '未能生成：显卡可绘制的幅面不足，请改用较小的纸张。',
  versions: '数据版本：{list}',
  and: '、',
  basis: 'CGCS2000，墨卡托投影显示，比例尺为图幅中部；{day} 制图',
}

export const measure = {
  title: '地图工具',
  line: '测距',
  area: '测面',
  hint: { line: '量算长度', area: '量算椭球面积' },
  how: { line: '在地图上逐点单击，双击或按 Enter 结束，Esc 取消。', area: '在地图上逐点单击，回到起点或按 Enter 结束，Esc 取消。' },
  ellipsoidal: '椭球面积',
  plane: '高斯平面面积',
  length: '长度',
  perimeter: '周长',
  geodesic: '椭球面上',
  metres: '{n} 米',
  note: '与核查同一规则：边在 {crs} 平面内为直线，面积为 CGCS2000 椭球面积。',
}
