package main

import (
	"fmt"
	"net/netip"
	"os"

	"github.com/spf13/pflag"

	"hongxian/geodata"
)

// limitVariables are the environment variables that stand in for flags of serve.
var limitVariables = map[string]string{
	"rate": "HONGXIAN_RATE", "rate-address": "HONGXIAN_RATE_ADDRESS", "heavy": "HONGXIAN_HEAVY",
	"heavy-queue": "HONGXIAN_HEAVY_QUEUE", "connections": "HONGXIAN_CONNECTIONS", "trusted-proxy": "HONGXIAN_TRUSTED_PROXY",
}

// addLimits adds the flags that bound what clients can ask; 0 is the default.
func (f *serveFlags) addLimits(flags *pflag.FlagSet) {
	flags.Float64Var(&f.limits.PersonRate, "rate", 0, "每个账号每秒的请求数，缺省 100，-1 不限 / requests a second of one account; default 100, -1: any (HONGXIAN_RATE)")
	flags.Float64Var(&f.limits.AddressRate, "rate-address", 0, "每个地址每秒的请求数，缺省 400，-1 不限 / requests a second from one address; default 400, -1: any (HONGXIAN_RATE_ADDRESS)")
	flags.IntVar(&f.limits.Heavy, "heavy", 0, "同时进行的繁重任务数，缺省为处理器数 / heavy pieces of work at a time; default: the processors (HONGXIAN_HEAVY)")
	flags.IntVar(&f.limits.HeavyQueue, "heavy-queue", 0, "排队的繁重任务数，缺省 64 / of them waiting; default 64 (HONGXIAN_HEAVY_QUEUE)")
	flags.IntVar(&f.limits.Connections, "connections", 0, "同时打开的连接数，缺省 4096 / connections open at a time; default 4096 (HONGXIAN_CONNECTIONS)")
	flags.StringSliceVar(&f.proxies, "trusted-proxy", nil, "可信代理的地址或网段，采信其 X-Forwarded-For / proxies whose X-Forwarded-For is believed: 10.0.0.2 or 10.0.0.0/24 (HONGXIAN_TRUSTED_PROXY)")
}

// fromEnvironment gives flags that were not set the values of their variables.
func fromEnvironment(flags *pflag.FlagSet, variables map[string]string) error {
	for name, variable := range variables {
		value := os.Getenv(variable)
		if value == "" || flags.Changed(name) {
			continue
		}
		if err := flags.Set(name, value); err != nil {
			return &geodata.Error{Kind: geodata.Invalid, Code: "variable-malformed", Err: err,
				ZH: fmt.Sprintf("环境变量 %s 的值“%.40s”不对。", variable, value), EN: fmt.Sprintf("The variable %s has the value %.40q, which cannot be.", variable, value)}
		}
	}
	return nil
}

// trusted reads the proxies' addresses.
func (f *serveFlags) trusted() (all []netip.Prefix, err error) {
	for _, text := range f.proxies {
		p, err := netip.ParsePrefix(text)
		if addr, alone := netip.ParseAddr(text); alone == nil {
			p, err = netip.PrefixFrom(addr, addr.BitLen()), nil
		}
		if err != nil {
			return nil, &geodata.Error{Kind: geodata.Invalid, Code: "proxy-malformed", Err: err,
				ZH: fmt.Sprintf("“%.60s”不是地址或网段，例如 10.0.0.2 或 10.0.0.0/24。", text), EN: fmt.Sprintf("%.60q is no address or network, as 10.0.0.2 or 10.0.0.0/24.", text)}
		}
		all = append(all, p)
	}
	return all, nil
}
