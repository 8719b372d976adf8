package main

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/spf13/pflag"
)

// otherSettings are the variables that are no flags of serve.
var otherSettings = []string{"HONGXIAN_COUNTIES", "HONGXIAN_FONTS", "HONGXIAN_BASEMAP_KEY", "HONGXIAN_OIDC_SECRET"}

// bundled reads a file that is installed beside the program.
func bundled(t *testing.T, name string) string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("../../.bundle", name))
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// Every flag of serve can be set in the configuration file, which names nothing
// that the program or a unit does not read.
func TestConfigurationFileNamesEverySetting(t *testing.T) {
	root, _ := newRoot()
	serve, _, err := root.Find([]string{"serve"})
	if err != nil {
		t.Fatal(err)
	}
	want := slices.Clone(otherSettings)
	add := func(f *pflag.Flag) { want = append(want, variableOf(f.Name)) }
	serve.LocalNonPersistentFlags().VisitAll(add)
	root.PersistentFlags().VisitAll(add)
	units := bundled(t, "hongxian-backup.service")
	for _, m := range regexp.MustCompile(`\$\{(\w+)\}`).FindAllStringSubmatch(units, -1) {
		want = append(want, m[1])
	}
	var named []string
	for _, m := range regexp.MustCompile(`(?m)^#?([A-Z_]+)=`).FindAllStringSubmatch(bundled(t, "hongxian.conf"), -1) {
		named = append(named, m[1])
	}
	for _, name := range want {
		if !slices.Contains(named, name) {
			t.Errorf(".bundle/hongxian.conf lacks %s", name)
		}
	}
	for _, name := range named {
		if !slices.Contains(want, name) {
			t.Errorf(".bundle/hongxian.conf names %s, which nothing reads", name)
		}
	}
}

func TestFlagsComeFromTheEnvironment(t *testing.T) {
	var f serveFlags
	flags := pflag.NewFlagSet("serve", pflag.ContinueOnError)
	flags.StringVar(&f.listen, "listen", "127.0.0.1:8080", "")
	flags.StringVar(&f.publicURL, "public-url", "", "")
	flags.StringSliceVar(&f.origins, "cors-origin", nil, "")
	flags.BoolVar(&f.insecure, "insecure", false, "")
	flags.StringArrayVar(&f.basemaps, "basemap", nil, "")
	t.Setenv("HONGXIAN_LISTEN", "127.0.0.1:1")
	t.Setenv("HONGXIAN_PUBLIC_URL", "https://map.example")
	t.Setenv("HONGXIAN_CORS_ORIGIN", "https://a.example,https://b.example")
	t.Setenv("HONGXIAN_INSECURE", "")
	t.Setenv("HONGXIAN_BASEMAP", "img=https://a.example/{z} vec=https://b.example/{z}")
	if err := flags.Parse([]string{"--listen", "127.0.0.1:2"}); err != nil {
		t.Fatal(err)
	}
	if err := fromEnvironment(flags); err != nil {
		t.Fatal(err)
	}
	if f.listen != "127.0.0.1:2" || f.publicURL != "https://map.example" || strings.Join(f.origins, " ") != "https://a.example https://b.example" || f.insecure || len(f.basemaps) != 2 {
		t.Errorf("%+v", f)
	}
	t.Setenv("HONGXIAN_INSECURE", "perhaps")
	fails(t, exitInput, "HONGXIAN_INSECURE", "serve", "--archive", "nothing.pmtiles")
}
