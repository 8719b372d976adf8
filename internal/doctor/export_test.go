package doctor

import "context"

// ExamineCertificate is one of the examinations alone.
func (d *Doctor) ExamineCertificate(ctx context.Context) []Finding { return d.examineCertificate(ctx) }
