package publish

import (
	"context"
	"fmt"
	"strings"

	"hongxian/geodata"
)

// Inspector (质检) looks a draft over before any work is done on it. What is looked
// for, it alone knows.
type Inspector interface {
	// Inspect names what stops the version's publication, in Chinese and English; none
	// where nothing does.
	Inspect(ctx context.Context, v geodata.Version) ([]Defect, error)
	// Accept records that the version goes in force all the same, on a document.
	Accept(ctx context.Context, v geodata.Version, defects []Defect, basis string) error
}

// Defect (阻止发布的问题) is one kind of finding that stops a publication.
type Defect struct {
	Kind   string
	ZH, EN string // with its count: 层内重叠 3 处
}

// inspect asks the inspector about a draft. What stops it passes only on the basis of
// a document.
func (p *Publisher) inspect(ctx context.Context, v geodata.Version) error {
	if p.Inspector == nil || v.State != geodata.Draft {
		return nil
	}
	defects, err := p.Inspector.Inspect(ctx, v)
	if err != nil || len(defects) == 0 {
		return err
	}
	if p.Consent.Findings && strings.TrimSpace(p.Consent.Basis) != "" {
		return p.Inspector.Accept(ctx, v, defects, p.Consent.Basis)
	}
	var zh, en []string
	for _, d := range defects {
		zh, en = append(zh, d.ZH), append(en, d.EN)
	}
	return &DefectError{Defects: defects, refused: &geodata.Error{Kind: geodata.Refused, Code: "quality-blocking",
		ZH: fmt.Sprintf("版本 %s 未发布，质检发现：%s。请改正后重新导入；确须发布的，须写明依据文件予以确认。", v.Ref(), strings.Join(zh, "；")),
		EN: fmt.Sprintf("Version %s was not put in force. Its quality report found: %s. Correct and import it again; to publish it all the same, confirm with the document it rests on.", v.Ref(), strings.Join(en, "; "))}}
}

// DefectError says that the quality report stops a publication and nobody has
// answered for it. It carries a Refused *geodata.Error.
type DefectError struct {
	Defects []Defect
	refused *geodata.Error
}

func (e *DefectError) Error() string { return e.refused.Error() }

// Unwrap gives the refusal as users read it.
func (e *DefectError) Unwrap() error { return e.refused }
