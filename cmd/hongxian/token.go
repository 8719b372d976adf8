package main

import (
	"context"
	"fmt"
	"io"
	"strconv"
	"text/tabwriter"
	"time"

	"github.com/spf13/cobra"

	"hongxian/geodata"
	"hongxian/internal/account"
)

func newToken(s *settings) *cobra.Command {
	cmd := &cobra.Command{Use: "token", Short: "供程序使用的令牌 / tokens for programs"}
	cmd.AddCommand(tokenCreate(s), tokenList(s), tokenRevoke(s))
	return cmd
}

func tokenCreate(s *settings) *cobra.Command {
	var rights []string
	var days int
	cmd := &cobra.Command{Use: "create USER NAME", Short: "给用户发令牌，只显示一次 / make a token for an account; it is shown this once", Args: cobra.ExactArgs(2),
		RunE: s.onAccounts(func(ctx context.Context, w io.Writer, b *account.Book, args []string) error {
			t := account.Token{Owner: args[0], Name: args[1]}
			for _, r := range rights {
				t.Rights = append(t.Rights, account.Right(r))
			}
			if days > 0 {
				at := time.Now().AddDate(0, 0, days)
				t.Expires = &at
			}
			made, secret, err := b.AddToken(ctx, t)
			if err != nil {
				return err
			}
			fmt.Fprintf(w, "%d 号令牌（请求头 Authorization: Bearer …），只显示这一次：\nToken %d (header Authorization: Bearer …), shown this once:\n%s\n", made.ID, made.ID, string(secret))
			return nil
		})}
	cmd.Flags().StringSliceVar(&rights, "rights", []string{"see"}, "权限 / see, ask, deliver, approve, administer")
	cmd.Flags().IntVar(&days, "days", 365, "有效天数，0 为长期 / days it is good for, 0: for ever")
	return cmd
}

func tokenList(s *settings) *cobra.Command {
	return &cobra.Command{Use: "list [USER]", Short: "令牌 / the tokens", Args: cobra.MaximumNArgs(1),
		RunE: s.onAccounts(func(ctx context.Context, w io.Writer, b *account.Book, args []string) error {
			owner := ""
			if len(args) == 1 {
				owner = args[0]
			}
			found, err := b.Tokens(ctx, owner)
			if err != nil {
				return err
			}
			t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
			fmt.Fprintln(t, "编号 no.\t用户 user\t开头 prefix\t权限 rights\t到期 expires\t状态 state\t名称 name")
			for _, k := range found {
				expires, state := "—", "可用 active"
				if k.Expires != nil {
					expires = k.Expires.Format(time.DateOnly)
				}
				if k.Revoked != nil {
					state = "已作废 revoked"
				}
				fmt.Fprintf(t, "%d\t%s\t%s\t%v\t%s\t%s\t%s\n", k.ID, k.Owner, k.Prefix, k.Rights, expires, state, k.Name)
			}
			return t.Flush()
		})}
}

func tokenRevoke(s *settings) *cobra.Command {
	return &cobra.Command{Use: "revoke NUMBER", Short: "作废令牌 / end a token", Args: cobra.ExactArgs(1),
		RunE: s.onAccounts(func(ctx context.Context, w io.Writer, b *account.Book, args []string) error {
			id, err := strconv.ParseInt(args[0], 10, 64)
			if err != nil || id < 1 {
				return &geodata.Error{Kind: geodata.Invalid, Code: "token-number", ZH: "令牌编号为正整数，见 hongxian token list。", EN: "A token's number is a positive whole number; see hongxian token list."}
			}
			if err := b.RevokeToken(ctx, "", id); err != nil {
				return err
			}
			fmt.Fprintf(w, "%d 号令牌已作废。\nToken %d is revoked.\n", id, id)
			return nil
		})}
}
