package main

import "github.com/spf13/pflag"

// addLimits adds the flags that bound what clients can ask; 0 is the default.
func (f *serveFlags) addLimits(flags *pflag.FlagSet) {
	flags.Float64Var(&f.limits.PersonRate, "rate", 0, "每个账号每秒的请求数，缺省 100，-1 不限 / requests a second of one account; default 100, -1: any")
	flags.Float64Var(&f.limits.AddressRate, "rate-address", 0, "每个地址每秒的请求数，缺省 400，-1 不限 / requests a second from one address; default 400, -1: any")
	flags.IntVar(&f.limits.Heavy, "heavy", 0, "同时进行的繁重任务数，缺省为处理器数 / heavy pieces of work at a time; default: the processors")
	flags.IntVar(&f.limits.HeavyQueue, "heavy-queue", 0, "排队的繁重任务数，缺省 64 / of them waiting; default 64")
	flags.IntVar(&f.limits.Connections, "connections", 0, "同时打开的连接数，缺省 4096 / connections open at a time; default 4096")
}
