package main

import (
	"encoding/json"
	"fmt"
	"io"
	"os"

	"github.com/spf13/cobra"

	"hongxian/geodata"
	"hongxian/internal/doctor"
)

func newDoctor(s *settings) *cobra.Command {
	var format string
	cmd := &cobra.Command{
		Use:   "doctor",
		Short: "体检：数据库、磁盘、程序、字体、各版本是否完好，该怎么办 / examine the deployment and say what to do",
		Args:  cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			d, err := s.connect(cmd.Context(), use{command: "hongxian doctor"})
			if err != nil {
				return err
			}
			defer d.Close()
			patient := doctor.Doctor{DB: d.pool, Certificate: os.Getenv(variableOf("tls-cert")), Key: os.Getenv(variableOf("tls-key")),
				SignOn: providerOfEnvironment}
			if d.cluster != nil {
				patient.Data = s.data()
			}
			found := patient.Examine(cmd.Context())
			if err := printFindings(cmd.OutOrStdout(), found, format); err != nil {
				return err
			}
			if doctor.Worst(found) == doctor.Fault {
				return &geodata.Error{Kind: geodata.Refused, Code: "not-sound", ZH: "体检发现故障，见上。", EN: "There are faults; see above."}
			}
			return nil
		},
	}
	cmd.Flags().StringVar(&format, "format", "table", "table 或 json / table or json")
	return cmd
}

func printFindings(w io.Writer, found []doctor.Finding, format string) error {
	switch format {
	case "json":
		e := json.NewEncoder(w)
		e.SetIndent("", "  ")
		e.SetEscapeHTML(false)
		return e.Encode(found)
	case "table":
		words := map[doctor.Level]string{doctor.Good: "正常 good   ", doctor.Note: "提示 note   ", doctor.Warning: "警告 warning", doctor.Fault: "故障 FAULT  "}
		for _, f := range found {
			fmt.Fprintf(w, "%s  %s\n              %s\n", words[f.Level], f.ZH, f.EN)
			if f.MendZH != "" {
				fmt.Fprintf(w, "          →   %s\n              %s\n", f.MendZH, f.MendEN)
			}
		}
		return nil
	}
	return &geodata.Error{Kind: geodata.Invalid, Code: "format-unknown",
		ZH: fmt.Sprintf("不认识的结果格式“%.20s”，可用 table、json。", format), EN: fmt.Sprintf("Unknown format %.20q; use table or json.", format)}
}
