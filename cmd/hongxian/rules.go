package main

import (
	"context"
	"fmt"
	"io"
	"os"

	"github.com/spf13/cobra"

	"hongxian/geodata"
	"hongxian/geodata/county"
	"hongxian/internal/report"
	"hongxian/internal/rule"
)

func newRules(*settings) *cobra.Command {
	cmd := &cobra.Command{Use: "rules", Short: "核查规则 / the rules of checks"}
	test := &cobra.Command{
		Use:   "test [FILE…]",
		Short: "运行规则文件所带的样例；不写文件时为内置的规则 / run the examples of rule files, the built-in ones without FILE",
		RunE: func(cmd *cobra.Command, paths []string) error {
			sources, err := ruleSources(paths)
			if err != nil {
				return err
			}
			return testRules(cmd.Context(), cmd.OutOrStdout(), sources)
		},
	}
	cmd.AddCommand(test)
	return cmd
}

// ruleSource is a rule file and where it comes from.
type ruleSource struct {
	name string
	text []byte
}

// ruleSources reads the files, or takes those that come with the program.
func ruleSources(paths []string) ([]ruleSource, error) {
	var sources []ruleSource
	for _, path := range paths {
		text, err := os.ReadFile(path)
		if err != nil {
			return nil, fileMissing(path, err)
		}
		sources = append(sources, ruleSource{path, text})
	}
	if len(paths) > 0 {
		return sources, nil
	}
	for _, code := range county.Builtin() {
		p, err := county.Load(code)
		if err != nil {
			return nil, err
		}
		if p.Rules != "" {
			sources = append(sources, ruleSource{p.RulesFile, []byte(p.Rules)})
		}
	}
	return sources, nil
}

// testRules prints every example; the answer is "no" when one does not come out.
func testRules(ctx context.Context, w io.Writer, sources []ruleSource) error {
	failed := 0
	for _, source := range sources {
		set, err := rule.Parse(source.text)
		if err != nil {
			return inFile(source.name, err)
		}
		results := set.RunExamples(ctx)
		for _, r := range results {
			if !r.Pass {
				failed++
			}
		}
		if _, err := io.WriteString(w, report.RulesTable(source.name, set, results)); err != nil {
			return err
		}
	}
	if failed > 0 {
		return &geodata.Error{Kind: geodata.Refused, Code: "rules-examples-failed",
			ZH: fmt.Sprintf("%d 个规则样例不符。", failed), EN: fmt.Sprintf("%d examples of rules failed.", failed)}
	}
	return nil
}

// inFile names the file in an error.
func inFile(name string, err error) error {
	named := *geodata.AsError(err)
	named.ZH, named.EN = name+"："+named.ZH, name+": "+named.EN
	return &named
}
