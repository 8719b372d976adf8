package signon_test

import (
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"hongxian/internal/doctor"
	"hongxian/internal/signon"
)

// What the doctor finds of a provider: of the real one that it is well, and under
// another name that it is not itself; of others what is wrong, and how to mend it.
func TestTheDoctorExaminesTheProvider(t *testing.T) {
	found := func(what, key string, level doctor.Level, open func() (*signon.Provider, error), words ...string) {
		t.Helper()
		of := (&doctor.Doctor{SignOn: open}).ExamineSignOn(t.Context())
		if len(of) != 1 || of[0].Key != key || of[0].Level != level || (of[0].MendZH == "" || of[0].MendEN == "") != (level == doctor.Good) {
			t.Errorf("%s: %+v, want %s of %s", what, of, level, key)
			return
		}
		for _, word := range words {
			if !strings.Contains(of[0].ZH, word) || !strings.Contains(of[0].EN, word) {
				t.Errorf("%s: without %q: %+v", what, word, of[0])
			}
		}
	}
	provider := func(issuer string) func() (*signon.Provider, error) {
		return func() (*signon.Provider, error) {
			return signon.Open(signon.Settings{Issuer: issuer, ClientID: client, ClientSecret: secret, Back: back})
		}
	}
	issuer := startIssuer(t, back)
	found("the real one", "sign-on", doctor.Good, provider(issuer), issuer)
	found("without the slash of its name", "sign-on-issuer", doctor.Fault, provider(strings.TrimSuffix(issuer, "/")), issuer)
	found("settings that do not hold together", "sign-on-settings", doctor.Fault, provider("http://id.example"), "id.example")

	gone := httptest.NewServer(nil)
	gone.Close()
	found("nobody there", "sign-on", doctor.Fault, provider(gone.URL), "connection refused")
	strange := httptest.NewTLSServer(nil)
	t.Cleanup(strange.Close)
	found("a certificate of nobody", "sign-on", doctor.Fault, provider(strange.URL), "certificate")

	h := newHostile(t)
	h.discovery = func(d map[string]any) { d["token_endpoint"] = gone.URL }
	found("an origin that was not named", "sign-on-origin", doctor.Fault, provider(h.url), gone.URL)
	h.discovery = func(d map[string]any) { d["jwks_uri"] = h.url + "/info" }
	found("without keys", "sign-on", doctor.Fault, provider(h.url), "no keys")

	h.discovery = nil
	for ahead, want := range map[time.Duration]doctor.Level{-6 * time.Minute: doctor.Fault, -time.Minute: doctor.Warning, -5 * time.Second: doctor.Good,
		5 * time.Second: doctor.Good, time.Minute: doctor.Warning, 3 * time.Minute: doctor.Fault} {
		h.clock = func() time.Time { return time.Now().Add(ahead) }
		key := "sign-on-clock"
		if want == doctor.Good {
			key = "sign-on"
		}
		found("a clock "+ahead.String()+" ahead", key, want, provider(h.url))
	}
	none := &doctor.Doctor{SignOn: func() (*signon.Provider, error) { return nil, nil }}
	if of := none.ExamineSignOn(t.Context()); len(of) > 0 {
		t.Errorf("where none is configured, one is spoken of: %+v", of)
	}
}
