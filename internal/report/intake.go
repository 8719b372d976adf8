package report

import (
	"github.com/paulmach/orb"

	"hongxian/internal/intake"
	"hongxian/internal/openapi"
)

// Intake is the document of an intake report.
func Intake(r *intake.Report) openapi.IntakeReport {
	out := openapi.IntakeReport{Ref: r.Ref, Crs: crs(r.SRID), Read: r.Read, Kept: r.Kept, Repaired: r.Repaired, Refused: r.Refused,
		AreaM2: r.Area.Rounded(), Digest: r.Digest, RepairToleranceM2: r.Tolerance.Rounded(), Unlisted: r.Unlisted,
		Findings: make([]openapi.IntakeFinding, 0, len(r.Findings))}
	if r.Approvals > 0 {
		out.Approvals = &r.Approvals
	}
	for _, f := range r.Findings {
		out.Findings = append(out.Findings, intakeFinding(f))
	}
	return out
}

func intakeFinding(f intake.Finding) openapi.IntakeFinding {
	out := openapi.IntakeFinding{Fate: openapi.IntakeFindingFate(f.Fate), Code: f.Code, Zh: f.ZH, En: f.EN, At: pointOf(f.At), Position: pointOf(f.LonLat)}
	if f.Record > 0 {
		out.Record = &f.Record
	}
	if f.Effect != 0 {
		effect := f.Effect.Rounded()
		out.EffectM2 = &effect
	}
	return out
}

func pointOf(p *orb.Point) *[]float64 {
	if p == nil {
		return nil
	}
	return &[]float64{p[0], p[1]}
}
