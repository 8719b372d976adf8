package doctor

import (
	"context"
	"fmt"
	"time"

	"hongxian/geodata"
)

// largestLead is how far the clock of the identity provider may be off before it is
// spoken of.
const largestLead = 30 * time.Second

// ExamineSignOn asks the identity provider, where one is configured, as a sign-in would. It
// is one of the examinations, and needs no database.
func (d *Doctor) ExamineSignOn(ctx context.Context) []Finding {
	if d.SignOn == nil {
		return nil
	}
	provider, err := d.SignOn()
	if err != nil {
		e := geodata.AsError(err)
		return []Finding{{Key: "sign-on-settings", Level: Fault, ZH: "统一认证的设置有误，服务不能启动：" + e.ZH, EN: "The identity provider's settings are wrong; the service does not start: " + e.EN,
			MendZH: "改正 HONGXIAN_OIDC_*、HONGXIAN_PUBLIC_URL，重启服务。", MendEN: "Correct HONGXIAN_OIDC_* and HONGXIAN_PUBLIC_URL and restart the service."}}
	}
	if provider == nil {
		return nil
	}
	c := provider.Examine(ctx)
	lead := c.Ahead.Round(time.Second)
	switch {
	case c.Said != "":
		return []Finding{{Key: "sign-on-issuer", Level: Fault, ZH: fmt.Sprintf("统一认证自称 %.200q，与设置的 %q 不同，登录都会失败。", c.Said, c.Issuer),
			EN:     fmt.Sprintf("The identity provider calls itself %.200q, not %q as it is set here; every sign-in fails.", c.Said, c.Issuer),
			MendZH: "HONGXIAN_OIDC_ISSUER 要与提供方自称的一字不差（末尾斜杠也算）；改后重启服务。", MendEN: "Write HONGXIAN_OIDC_ISSUER exactly as the provider does, a slash at the end included, and restart the service."}}
	case c.Foreign():
		return []Finding{{Key: "sign-on-origin", Level: Fault, ZH: fmt.Sprintf("统一认证 %s 用到没有登记的来源，不予询问：%v。", c.Issuer, c.Err),
			EN:     fmt.Sprintf("The identity provider %s uses an origin that was not named and is not asked: %v.", c.Issuer, c.Err),
			MendZH: "核实该地址确属提供方，再写入 HONGXIAN_OIDC_ORIGIN，重启服务。", MendEN: "See that the address is the provider's, name it in HONGXIAN_OIDC_ORIGIN and restart the service."}}
	case c.Err != nil:
		return []Finding{{Key: "sign-on", Level: Fault, ZH: fmt.Sprintf("统一认证 %s 没有正常应答：%v。用户名和密码登录不受影响。", c.Issuer, c.Err),
			EN:     fmt.Sprintf("The identity provider %s does not answer as it should: %v. Signing in with name and password is not touched.", c.Issuer, c.Err),
			MendZH: "在本机用 curl 打开该地址后接 /.well-known/openid-configuration：检查域名、防火墙、提供方是否在运行；内部 CA 的证书要装入本机（update-ca-certificates）。",
			MendEN: "From this machine, open the address followed by /.well-known/openid-configuration with curl: see to its name, the firewall, and whether the provider runs; install the certificate of an internal CA here (update-ca-certificates)."}}
	case c.TooFarApart() || lead.Abs() > largestLead:
		f := Finding{Key: "sign-on-clock", Level: Warning, ZH: fmt.Sprintf("统一认证的时钟比本机快 %s（负数为慢），差得再多登录就会被拒绝。", lead),
			EN:     fmt.Sprintf("The identity provider's clock is %s ahead of this machine's (negative: behind); with more, sign-ins are refused.", lead),
			MendZH: "在两台机器上启用时间同步（systemd-timesyncd 或 chrony）。", MendEN: "Synchronise both machines' clocks (systemd-timesyncd or chrony)."}
		if c.TooFarApart() {
			f.Level = Fault
			f.ZH = fmt.Sprintf("统一认证的时钟比本机快 %s（负数为慢），登录会被拒绝。", lead)
			f.EN = fmt.Sprintf("The identity provider's clock is %s ahead of this machine's (negative: behind); sign-ins are refused.", lead)
		}
		return []Finding{f}
	}
	return []Finding{{Key: "sign-on", Level: Good, ZH: fmt.Sprintf("统一认证 %s 应答正常，签名公钥 %d 把，时钟一致。", c.Issuer, c.Keys),
		EN: fmt.Sprintf("The identity provider %s answers, with %d keys and its clock right.", c.Issuer, c.Keys)}}
}
