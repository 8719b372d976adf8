package postgis

// defectNames are GEOS's words for what makes a polygon invalid, as
// ST_IsValidDetail gives them, and what planners call it.
var defectNames = map[string]string{
	"Self-intersection":                    "自相交",
	"Ring Self-intersection":               "环自接触",
	"Hole lies outside shell":              "内环在外环之外",
	"Holes are nested":                     "内环嵌套",
	"Nested shells":                        "外环嵌套",
	"Interior is disconnected":             "内部不连通",
	"Duplicate Rings":                      "环重复",
	"Invalid Coordinate":                   "坐标无效",
	"Ring is not closed":                   "环未闭合",
	"Too few points in geometry component": "点数过少",
}

// DefectChinese names a defect (图形错误) that ST_IsValidDetail has found; one
// without a Chinese name keeps its own.
func DefectChinese(reason string) string {
	if name, ok := defectNames[reason]; ok {
		return name
	}
	return reason
}
