package geodata

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"log/slog"
	"math"
	"strconv"
	"strings"
)

// Rotation (旋转约定) is which way the rotations of seven parameters turn: the two
// conventions differ in their signs, and a set is worth nothing without its own.
type Rotation string

// The conventions.
const (
	PositionVector  Rotation = "position-vector"  // 位置矢量: the vector turns, as Bursa-Wolf (布尔沙) is written and PROJ takes it
	CoordinateFrame Rotation = "coordinate-frame" // 坐标框架: the axes turn
)

// SevenParameters (七参数) take geocentric coordinates of an older datum to CGCS2000:
// X' = T + (1+s)·R·X, rotations linearised (布尔沙模型). Official ones are secret, so no
// way of printing, logging or encoding a set shows its numbers; it is told by its name
// and digest.
type SevenParameters struct {
	Name     string
	Datum    string // what they come from: xian80, beijing54, or the name of another datum
	Rotation Rotation
	Shift    [3]float64 // metres
	Turn     [3]float64 // arc seconds
	Scale    float64    // parts per million
	// Controls (检核点) are points known on both datums, in degrees, east first, which
	// must come out within Within metres.
	Controls []Control
	Within   float64
	// FromFile: only the conventions are given here; the numbers are the file's own
	// (转换参数 of a boundary-point file).
	FromFile bool
}

// Control (检核点) is a point known on both datums, in degrees, east first.
type Control struct{ From, To [2]float64 }

// The largest parameters that any datum in use needs: beyond these a unit is wrong.
const (
	maxShift = 2000 // metres
	maxTurn  = 60   // arc seconds
	maxScale = 100  // parts per million
)

// Digest tells the set by its contents: the first 16 hexadecimal digits of a SHA-256.
func (p SevenParameters) Digest() string {
	sum := sha256.New()
	fmt.Fprintf(sum, "%s %s %v", strings.ToLower(p.Datum), p.Rotation, p.FromFile)
	for _, v := range append(append(append([]float64{}, p.Shift[:]...), p.Turn[:]...), p.Scale) {
		fmt.Fprintf(sum, " %x", math.Float64bits(v))
	}
	return hex.EncodeToString(sum.Sum(nil)[:8])
}

// Format implements fmt.Formatter: name and digest, whatever the verb.
func (p SevenParameters) Format(w fmt.State, _ rune) {
	fmt.Fprintf(w, "seven parameters %q (%s)", p.Name, p.Digest())
}

// LogValue implements slog.LogValuer.
func (p SevenParameters) LogValue() slog.Value { return slog.StringValue(fmt.Sprint(p)) }

// MarshalJSON implements json.Marshaler.
func (p SevenParameters) MarshalJSON() ([]byte, error) {
	return json.Marshal(map[string]string{"name": p.Name, "digest": p.Digest()})
}

// Check says what is wrong with a set.
func (p SevenParameters) Check() error {
	switch {
	case p.Rotation != PositionVector && p.Rotation != CoordinateFrame:
		return parametersError("没有写明旋转约定（position-vector 位置矢量，或 coordinate-frame 坐标框架）", "they do not say their rotation's convention, position-vector or coordinate-frame")
	case p.Datum == "" && !p.FromFile:
		return parametersError("没有写明原坐标系（datum：xian80、beijing54 等）", "they do not say what datum they come from (xian80, beijing54 …)")
	case p.FromFile:
		return nil
	case beyond(p.Shift, maxShift):
		return parametersError(fmt.Sprintf("平移超过 %d 米，单位可能不是米", maxShift), fmt.Sprintf("a shift is more than %d m; is its unit metres?", maxShift))
	case beyond(p.Turn, maxTurn):
		return parametersError(fmt.Sprintf("旋转超过 %d 角秒，单位可能不是角秒", maxTurn), fmt.Sprintf("a rotation is more than %d arc seconds; is that its unit?", maxTurn))
	case math.IsNaN(p.Scale) || math.Abs(p.Scale) > maxScale:
		return parametersError(fmt.Sprintf("尺度超过 %d ppm，单位可能不是百万分之一（不要写成 1.00000x）", maxScale), fmt.Sprintf("the scale is more than %d ppm; it is a difference in parts per million, not 1.00000x", maxScale))
	case p.Shift == [3]float64{} && p.Turn == [3]float64{} && p.Scale == 0:
		return parametersError("全部为零，等于没有转换", "all of them are zero, which converts nothing")
	}
	return nil
}

func beyond(v [3]float64, limit float64) bool {
	for _, x := range v {
		if math.IsNaN(x) || math.Abs(x) > limit {
			return true
		}
	}
	return false
}

func parametersError(zh, en string) *Error {
	return &Error{Kind: Invalid, Code: "parameters-malformed", ZH: "七参数有误：" + zh + "。", EN: "The seven parameters cannot be used: " + en + "."}
}

// ParseParameters reads a set in one line, which names datum, convention and units
// before the numbers, in the order of 转换参数:
//
//	xian80/position-vector/m/arcsecond/ppm:X平移,Y平移,Z平移,X旋转,Y旋转,Z旋转,尺度
//
// "file" in place of the numbers takes those of the boundary-point file itself.
func ParseParameters(text string) (SevenParameters, error) {
	head, numbers, found := strings.Cut(text, ":")
	words := strings.Split(strings.TrimSpace(head), "/")
	if !found || len(words) != 5 || words[2] != "m" || words[3] != "arcsecond" || words[4] != "ppm" {
		return SevenParameters{}, parametersError("须写明原坐标系、旋转约定与单位：xian80/position-vector/m/arcsecond/ppm:X平移,Y平移,Z平移,X旋转,Y旋转,Z旋转,尺度",
			"name datum, convention and units: xian80/position-vector/m/arcsecond/ppm:dx,dy,dz,rx,ry,rz,scale")
	}
	p := SevenParameters{Name: "随文件提交", Datum: words[0], Rotation: Rotation(words[1])}
	if strings.TrimSpace(numbers) == "file" {
		p.Name, p.FromFile = "文件自带", true
		return p, p.Check()
	}
	if err := p.SetNumbers(numbers); err != nil {
		return p, err
	}
	return p, p.Check()
}

// SetNumbers takes the seven numbers in the order of 转换参数.
func (p *SevenParameters) SetNumbers(list string) error {
	fields := strings.Split(list, ",")
	if len(fields) != 7 {
		return parametersError(fmt.Sprintf("应为 7 个数，这里有 %d 个", len(fields)), fmt.Sprintf("there are %d numbers instead of 7", len(fields)))
	}
	var v [7]float64
	for i, field := range fields {
		n, err := strconv.ParseFloat(strings.TrimSpace(field), 64)
		if err != nil || math.IsInf(n, 0) || math.IsNaN(n) {
			return parametersError(fmt.Sprintf("第 %d 个不是数", i+1), fmt.Sprintf("number %d is none", i+1))
		}
		v[i] = n
	}
	p.Shift, p.Turn, p.Scale = [3]float64(v[:3]), [3]float64(v[3:6]), v[6]
	return nil
}
