package httpapi

import (
	"errors"
	"fmt"
	"io"
	"math"
	"mime"
	"mime/multipart"
	"net/http"
	"os"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/labstack/echo/v4"

	"hongxian/geodata"
	"hongxian/internal/answer"
)

// The longest name of a project, in characters, and the most versions to check
// against.
const (
	nameLimit    = 200
	againstLimit = 64
)

// withQuestion has the question in a request's body answered; its file is kept
// until then, whatever happens.
func (s *Server) withQuestion(c echo.Context, use func(answer.Question) error) error {
	var u upload
	defer func() {
		if err := u.remove(); err != nil {
			s.Log.Error("remove an upload", "request_id", requestID(c), "error", err)
		}
	}()
	u.folder = s.TempDir
	q, err := readQuestion(c, &u)
	if err != nil {
		return err
	}
	return use(q)
}

// readQuestion takes a site from the request's body, multipart or GeoJSON.
func readQuestion(c echo.Context, u *upload) (answer.Question, error) {
	q := answer.Question{County: c.QueryParam("county")}
	if q.County != "" && !countyCode.MatchString(q.County) {
		return q, invalid("county-malformed", "县代码格式不对，应为字母和数字，例如 500237。", "The county's code is letters and digits, as in 500237.")
	}
	media, params, _ := mime.ParseMediaType(c.Request().Header.Get("Content-Type"))
	switch media {
	case "multipart/form-data":
		if len(c.QueryParams()) > 0 && !(len(c.QueryParams()) == 1 && c.QueryParams().Has("county")) {
			return q, invalid("parameter-misplaced", "以表单上传文件时，name、crs、against 应为表单字段。",
				"With a form, name, crs and against are fields of the form.")
		}
		return q, readForm(&q, u, multipart.NewReader(c.Request().Body, params["boundary"]))
	case "application/json", "application/geo+json":
		return q, readGeoJSON(&q, u, c)
	}
	return q, invalid("content-type-unknown", "请以 multipart/form-data 上传文件，或以 application/geo+json 提交 GeoJSON。",
		"Send a file as multipart/form-data, or GeoJSON as application/geo+json.")
}

// readGeoJSON takes the body as the file; options come as query parameters.
func readGeoJSON(q *answer.Question, u *upload, c echo.Context) error {
	q.Filename = "site.geojson"
	for _, name := range []string{"name", "crs", "against", "choice", "width", "radius", "confirm_crs", "datum"} {
		for _, value := range c.QueryParams()[name] {
			if err := setField(q, name, value); err != nil {
				return err
			}
		}
	}
	return u.save(http.MaxBytesReader(nil, c.Request().Body, geojsonLimit), q)
}

// readForm takes the file and the options from a form, in any order, without
// holding the file in memory.
func readForm(q *answer.Question, u *upload, form *multipart.Reader) error {
	seen := map[string]bool{}
	for {
		part, err := form.NextPart()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return brokenUpload(err)
		}
		name := part.FormName()
		if seen[name] && name != "against" && name != "choice" {
			return invalid("field-repeated", fmt.Sprintf("表单字段“%.40s”只能给一次。", name), fmt.Sprintf("The form field %.40q may be given once.", name))
		}
		seen[name] = true
		if name == "file" {
			q.Filename = plainName(part.FileName())
			err = u.save(http.MaxBytesReader(nil, part, uploadLimit), q)
		} else {
			err = readField(q, name, part)
		}
		if err != nil {
			return err
		}
	}
	if !seen["file"] {
		return invalid("file-missing", "没有上传文件：表单中应有字段 file。", "No file was sent: the form needs the field file.")
	}
	return nil
}

func readField(q *answer.Question, name string, part io.Reader) error {
	value, err := readText(name, part)
	if err != nil {
		return err
	}
	return setField(q, name, value)
}

// setField takes one option; an empty one is as good as none.
func setField(q *answer.Question, name, value string) error {
	value = strings.TrimSpace(value)
	if value == "" && (name == "name" || name == "crs" || name == "against") {
		return nil
	}
	switch name {
	case "choice":
		return setChoice(q, value)
	case "width":
		return setMetres(&q.Width, name, value)
	case "radius":
		return setMetres(&q.Radius, name, value)
	case "datum":
		if value != "gcj02" && value != "bd09" {
			return invalid("datum-unknown", "datum 应为 gcj02 或 bd09。", "datum is gcj02 or bd09.")
		}
		q.Datum = value
		return nil
	case "parameters":
		q.Parameters = value
		return nil
	case "confirm_crs":
		if value != "true" {
			return invalid("confirm-malformed", "confirm_crs 只能是 true。", "confirm_crs can only be true.")
		}
		q.ConfirmCRS = true
		return nil
	case "name":
		if !utf8.ValidString(value) || utf8.RuneCountInString(value) > nameLimit || strings.ContainsFunc(value, unicode.IsControl) {
			return invalid("name-malformed", fmt.Sprintf("项目名称应为不超过 %d 个字的文字，不含控制字符。", nameLimit),
				fmt.Sprintf("The project's name is text of at most %d characters without control characters.", nameLimit))
		}
		q.Name = value
	case "crs":
		q.CRS = value
	case "against":
		ref, err := geodata.ParseVersionRef(value)
		if err != nil {
			return err
		}
		if len(q.Against) == againstLimit {
			return invalid("against-too-many", fmt.Sprintf("对照版本最多 %d 个。", againstLimit), fmt.Sprintf("At most %d versions to check against.", againstLimit))
		}
		q.Against = append(q.Against, ref)
	default:
		return invalid("field-unknown", fmt.Sprintf("不认识的表单字段“%.40s”，可用 file、name、crs、against。", name),
			fmt.Sprintf("Unknown form field %.40q; use file, name, crs, against.", name))
	}
	return nil
}

// brokenUpload tells a body that is too large or broke off from our own faults.
func brokenUpload(err error) error {
	var tooLarge *http.MaxBytesError
	var disk *os.PathError
	if err == nil || errors.As(err, &tooLarge) || errors.As(err, &disk) {
		return err
	}
	return &geodata.Error{Kind: geodata.Invalid, Code: "upload-broken", Err: err,
		ZH: "上传内容不完整或格式不对，请重新上传。", EN: "The upload is incomplete or malformed; send it again."}
}

// plainName is a file's own name without a folder of any system.
func plainName(s string) string {
	if i := strings.LastIndexAny(s, `/\`); i >= 0 {
		s = s[i+1:]
	}
	s = strings.Map(func(r rune) rune {
		if unicode.IsControl(r) {
			return -1
		}
		return r
	}, strings.ToValidUTF8(s, "\uFFFD"))
	if r := []rune(s); len(r) > nameLimit { // the end holds the extension
		s = string(r[len(r)-nameLimit:])
	}
	return s
}

// choicesLimit is how many questions a person may answer in one check.
const choicesLimit = 32

// setChoice takes one answer of a person: key=value.
func setChoice(q *answer.Question, text string) error {
	key, value, ok := strings.Cut(text, "=")
	if _, again := q.Choices[key]; !ok || key == "" || value == "" || again || len(q.Choices) >= choicesLimit {
		return invalid("choice-malformed", "选择应写成“问题=答案”，每个问题一次，例如 choice=red_line_case=3。",
			"A choice is question=answer, once a question, as in choice=red_line_case=3.")
	}
	if q.Choices == nil {
		q.Choices = map[string]string{}
	}
	q.Choices[key] = value
	return nil
}

// setMetres reads a width or a radius; how large it may be, the check says.
func setMetres(into *float64, name, text string) error {
	metres, err := strconv.ParseFloat(text, 64)
	if err != nil || !(metres > 0) || math.IsInf(metres, 0) {
		return invalid("metres-malformed", fmt.Sprintf("%s 应为大于 0 的米数。", name), fmt.Sprintf("%s is a number of metres above 0.", name))
	}
	*into = metres
	return nil
}
