package postgis

import (
	"encoding/json"
	"sync"
)

// profiles are the counties' profiles as this process last read them: a county is
// looked up in every request, and its profile is some 30 kB. They are told apart by
// digest, so one that has changed since, or is another database's, is read again.
var profiles sync.Map // county's code → rememberedProfile

type rememberedProfile struct {
	digest string
	text   json.RawMessage
}

// knownProfiles are the profiles that need not be sent again, by digest: that of
// one county, or of all. Never nil.
func knownProfiles(code string) map[string]json.RawMessage {
	known := map[string]json.RawMessage{}
	if p, ok := profiles.Load(code); ok {
		known[p.(rememberedProfile).digest] = p.(rememberedProfile).text
	} else if code == "" {
		profiles.Range(func(_, p any) bool {
			known[p.(rememberedProfile).digest] = p.(rememberedProfile).text
			return true
		})
	}
	return known
}

// profileOf is the profile that a county was read with: as it was sent, or as it
// is known.
func profileOf(k County, sent *string, known map[string]json.RawMessage) json.RawMessage {
	if sent == nil {
		return known[k.ProfileDigest]
	}
	text := json.RawMessage(*sent)
	profiles.Store(k.Code, rememberedProfile{k.ProfileDigest, text})
	return text
}
