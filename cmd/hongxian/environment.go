package main

import (
	"errors"
	"fmt"
	"os"
	"strings"

	"github.com/spf13/pflag"

	"hongxian/geodata"
)

// variableOf is the environment variable that stands for a flag of serve:
// --public-url is HONGXIAN_PUBLIC_URL. A service's configuration file holds these.
func variableOf(flag string) string {
	return "HONGXIAN_" + strings.ToUpper(strings.ReplaceAll(flag, "-", "_"))
}

// fromEnvironment gives the flags that the command line leaves out the values of
// their variables. A flag stands over its variable; an empty variable is none. A
// flag that may be repeated takes several values, spaces between.
func fromEnvironment(flags *pflag.FlagSet) error {
	var wrong error
	flags.VisitAll(func(f *pflag.Flag) {
		value := os.Getenv(variableOf(f.Name))
		if f.Changed || value == "" || f.Name == "help" {
			return
		}
		values := []string{value}
		if f.Value.Type() == "stringArray" { // given once each on a command line
			values = strings.Fields(value)
		}
		for _, v := range values {
			if err := flags.Set(f.Name, v); err != nil {
				wrong = errors.Join(wrong, invalidSetting(f, err))
			}
		}
	})
	return wrong
}

func invalidSetting(f *pflag.Flag, err error) error {
	return &geodata.Error{Kind: geodata.Invalid, Code: "setting-invalid",
		ZH:  fmt.Sprintf("环境变量 %s 的值不对，应与参数 --%s 的写法相同（%s）。", variableOf(f.Name), f.Name, f.Usage),
		EN:  fmt.Sprintf("The value of the variable %s is not right; it is written as that of --%s.", variableOf(f.Name), f.Name),
		Err: err}
}
