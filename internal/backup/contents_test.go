package backup

import (
	"strings"
	"testing"
)

func TestEntriesOfAdministratorsAreLeftOut(t *testing.T) {
	const list = `;
; Archive created at 2026-11-23
2; 3079 16385 EXTENSION - postgis 
4514; 0 0 COMMENT - EXTENSION postgis 
5; 2615 2200 SCHEMA - public pg_database_owner
221; 1259 17432 TABLE public county hongxian
4470; 0 16698 TABLE DATA public spatial_ref_sys hongxian_admin
4501; 0 17432 TABLE DATA public county hongxian
4531; 0 0 ACL public TABLE spatial_ref_sys hongxian_admin
`
	kept := withoutAdministrators(list)
	if strings.Count(kept, "\n") != 4 || !strings.Contains(kept, "TABLE public county") || !strings.Contains(kept, "DATA public county") {
		t.Errorf("kept:\n%s", kept)
	}
}

func FuzzNewestStep(f *testing.F) {
	f.Add("COPY public.goose_db_version (id, version_id, is_applied, tstamp) FROM stdin;\n1\t0\tt\t2026-11-23\n2\t1\tt\t2026-11-23\n\\.\n")
	f.Add("2\t7\tf\t2026-11-23\n")
	f.Add("2\t99999999999999999999\tt\t\n")
	f.Add("\t\t\t\t\n\\.")
	f.Fuzz(func(t *testing.T, script string) {
		if step := newestStep(script); step < 0 {
			t.Errorf("step %d", step)
		}
		if kept := withoutAdministrators(script); len(kept) > len(script) {
			t.Errorf("%q grew to %q", script, kept)
		}
	})
}
