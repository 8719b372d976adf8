package httpapi

import (
	"context"
	"errors"
	"fmt"
	"io"
	"mime"
	"mime/multipart"
	"net/http"
	"strings"
	"unicode/utf8"

	"github.com/labstack/echo/v4"

	"hongxian/geodata"
	"hongxian/internal/answer"
	"hongxian/internal/audit"
	"hongxian/internal/intake"
	"hongxian/internal/report"
)

// Imports turns uploaded files into drafts; see answer.Imports.
type Imports interface {
	Begin(d answer.Delivery, discard func()) (answer.Import, error)
	Find(id string) (i answer.Import, moved <-chan struct{}, err error)
	List(county string) []answer.Import
	Cancel(id string) error
	Propose(ctx context.Context, d answer.Delivery) (*intake.Proposal, error)
}

// Intakes finds what versions were stored with. What is not held is NotFound.
type Intakes interface {
	Find(ctx context.Context, ref geodata.VersionRef) (*intake.Report, error)
}

// createImport takes a file in; it becomes a draft in the background.
func (s *Server) createImport(c echo.Context) error {
	county, err := s.countyOf(c)
	if err != nil {
		return err
	}
	u := s.deliveryUploads()
	discard := func() {
		if err := u.remove(); err != nil {
			s.Log.Error("remove an upload", "request_id", requestID(c), "error", err)
		}
	}
	d, fields, err := readDelivery(c, u)
	if err == nil {
		d.Ref, err = versionNamed(fields)
	}
	if err == nil {
		d.Ref.County = county.Code
		_, err = s.held.layer(c.Request().Context(), county.Code, d.Ref.Layer)
	}
	var begun answer.Import
	if err == nil {
		d.By = audit.Of(c.Request().Context())
		begun, err = s.Imports.Begin(d, discard)
	}
	if err != nil {
		discard()
		return err
	}
	c.Response().Header().Set("Location", "/api/v1/imports/"+begun.ID)
	return c.JSON(http.StatusAccepted, importJSON(begun, c))
}

// deliveryUploads are the files of a delivery, by their form fields.
type deliveryUploads map[string]*upload

func (s *Server) deliveryUploads() deliveryUploads {
	return deliveryUploads{"file": {folder: s.TempDir}, "approvals": {folder: s.TempDir}}
}

// remove forgets the files.
func (u deliveryUploads) remove() error {
	return errors.Join(u["file"].remove(), u["approvals"].remove())
}

// readDelivery takes the file and what is said of it from a form.
func readDelivery(c echo.Context, u deliveryUploads) (d answer.Delivery, fields map[string]string, err error) {
	media, params, _ := mime.ParseMediaType(c.Request().Header.Get("Content-Type"))
	if media != "multipart/form-data" {
		return d, nil, invalid("content-type-unknown", "请以 multipart/form-data 上传文件。", "Send the file as multipart/form-data.")
	}
	fields = map[string]string{}
	form := multipart.NewReader(c.Request().Body, params["boundary"])
	for {
		part, err := form.NextPart()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return d, nil, brokenUpload(err)
		}
		name := part.FormName()
		if _, again := fields[name]; again {
			return d, nil, invalid("field-repeated", fmt.Sprintf("表单字段“%.40s”只能给一次。", name), fmt.Sprintf("The form field %.40q may be given once.", name))
		}
		if file := u[name]; file != nil {
			q := answer.Question{}
			if err := file.save(http.MaxBytesReader(nil, part, uploadLimit), &q); err != nil {
				return d, nil, err
			}
			if fields[name] = plainName(part.FileName()); name == "file" {
				d.Path = q.Path
			} else {
				d.Approvals = q.Path
			}
			continue
		}
		if fields[name], err = readText(name, part); err != nil {
			return d, nil, err
		}
	}
	return d, fields, describe(&d, fields)
}

// readText reads a small field of a form.
func readText(name string, part io.Reader) (string, error) {
	limit := fieldLimit
	if name == "parameters" {
		limit = parametersLimit
	}
	value, err := io.ReadAll(io.LimitReader(part, int64(limit)+1))
	if err != nil {
		return "", brokenUpload(err)
	}
	if len(value) > limit {
		return "", &geodata.Error{Kind: geodata.TooLarge, Code: "field-too-large",
			ZH: fmt.Sprintf("表单字段“%.40s”过长。", name), EN: fmt.Sprintf("The form field %.40q is too long.", name)}
	}
	return strings.TrimSpace(string(value)), nil
}

// describe fills in what a form says of its file.
func describe(d *answer.Delivery, fields map[string]string) (err error) {
	if d.Path == "" {
		return invalid("file-missing", "没有上传文件：表单中应有字段 file。", "No file was sent: the form needs the field file.")
	}
	texts := map[string]*string{"file": &d.Filename, "approvals": &d.ApprovalsName, "crs": &d.CRS, "parameters": &d.Parameters, "datum": &d.Datum, "part": &d.Part, "effective": &d.Effective, "basis": &d.Basis,
		"code_field": &d.CodeField, "name_field": &d.NameField, "class_field": &d.ClassField}
	for name, value := range fields {
		if !utf8.ValidString(value) || utf8.RuneCountInString(value) > nameLimit && name != "parameters" {
			return invalid("field-malformed", fmt.Sprintf("表单字段“%.40s”应为不超过 %d 个字的文字。", name, nameLimit), fmt.Sprintf("The form field %.40q is text of at most %d characters.", name, nameLimit))
		}
		if text := texts[name]; text != nil {
			*text = value
			continue
		}
		switch name {
		case "layer", "label": // together, by whom they concern
		case "confirm_crs", "schematic":
			if value != "true" {
				return invalid("confirm-malformed", name+" 只能是 true。", name+" can only be true.")
			}
			d.ConfirmCRS, d.Schematic = d.ConfirmCRS || name == "confirm_crs", d.Schematic || name == "schematic"
		default:
			return invalid("field-unknown", fmt.Sprintf("不认识的表单字段“%.40s”，可用 file、approvals、layer、label、crs、datum、parameters、schematic、part、effective、basis、code_field、name_field、class_field。", name),
				fmt.Sprintf("Unknown form field %.40q; use file, approvals, layer, label, crs, datum, parameters, schematic, part, effective, basis, code_field, name_field, class_field.", name))
		}
	}
	return nil
}

// versionNamed is the version that a form names.
func versionNamed(fields map[string]string) (geodata.VersionRef, error) {
	if fields["layer"] == "" || fields["label"] == "" {
		return geodata.VersionRef{}, invalid("label-missing", "请写明图层和版本，例如 red-line 和 2026。", "Name the layer and the version, as in red-line and 2026.")
	}
	return geodata.ParseVersionRef(fields["layer"] + "@" + fields["label"])
}

// proposeImport says what a file is taken for; nothing is stored.
func (s *Server) proposeImport(c echo.Context) error {
	county, err := s.countyOf(c)
	if err != nil {
		return err
	}
	u := s.deliveryUploads()
	defer func() {
		if err := u.remove(); err != nil {
			s.Log.Error("remove an upload", "request_id", requestID(c), "error", err)
		}
	}()
	d, fields, err := readDelivery(c, u)
	if err == nil && fields["layer"] != "" {
		d.Ref.Layer, err = geodata.ParseLayerKey(fields["layer"])
	}
	if err != nil {
		return err
	}
	d.Ref.County = county.Code
	if d.Ref.Layer != "" {
		if _, err := s.held.layer(c.Request().Context(), county.Code, d.Ref.Layer); err != nil {
			return err
		}
	}
	found, err := s.Imports.Propose(c.Request().Context(), d)
	if err != nil {
		return err
	}
	return writeJSON(c, report.Proposal(found))
}

// readIntake gives the report that a version was stored with.
func (s *Server) readIntake(c echo.Context) error {
	ref, err := s.versionOf(c)
	if err != nil {
		return err
	}
	found, err := s.Intakes.Find(c.Request().Context(), ref)
	if err != nil {
		return err
	}
	return writeJSON(c, report.Intake(found))
}
