package answer_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"hongxian/geodata"
	"hongxian/internal/answer"
	"hongxian/internal/publish"
)

// A publication goes on when its client leaves or its time is up, and whoever asks
// for the same again joins it.
func TestPublicationsOutliveTheirClients(t *testing.T) {
	begun, goOn := make(chan struct{}, 4), make(chan struct{})
	runs := 0
	p := &answer.Publications{Wait: time.Millisecond, Publish: func(ctx context.Context, ref geodata.VersionRef, c publish.Consent) (*publish.Result, error) {
		runs++
		begun <- struct{}{}
		<-goOn
		if ctx.Err() != nil || c.Basis == "" {
			return nil, errors.Join(errors.New("not published"), ctx.Err())
		}
		return &publish.Result{Superseded: "2022"}, nil
	}}
	ref := geodata.VersionRef{County: "500237", Layer: geodata.RedLine, Label: "2026"}
	client, leave := context.WithCancel(context.Background())
	if _, done, err := p.Ask(client, ref, publish.Consent{Loss: true, Basis: "文号"}); done || err != nil {
		t.Fatalf("done %v, %v", done, err)
	}
	<-begun
	leave()
	close(goOn)
	p.Wait = time.Minute
	result, done, err := p.Ask(context.Background(), ref, publish.Consent{Loss: true, Basis: "文号"})
	if err != nil || !done || result.Superseded != "2022" || runs != 1 {
		t.Errorf("%+v, done %v, %v, ran %d times", result, done, err, runs)
	}
	if _, done, err := p.Ask(context.Background(), ref, publish.Consent{}); !done || err == nil || runs != 2 {
		t.Errorf("without a basis: done %v, %v, ran %d times", done, err, runs)
	}
	if _, done, err := p.Ask(context.Background(), ref, publish.Consent{Loss: true, Basis: "文号"}); !done || err != nil || runs != 3 {
		t.Errorf("its outcome was told, so it is asked anew: done %v, %v, ran %d times", done, err, runs)
	}
}
