export default {
  pick: '选择文件',
  drop: '或拖放到此处',
  picked: '已选：{name}（{size}）',
  needFile: '请先选择文件。',
  crs: '坐标系（可不填）',
  crsInvalid: '坐标系应写成 EPSG:4546 的形式。',
  sending: '正在上传… {percent}',
  working: '正在核查…',
  cancel: '取消',
}
