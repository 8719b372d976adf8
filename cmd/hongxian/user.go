package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"strings"
	"text/tabwriter"

	"github.com/spf13/cobra"
	"golang.org/x/term"

	"hongxian/geodata"
	"hongxian/internal/account"
)

// accountWork is what a subcommand does with the accounts.
type accountWork func(ctx context.Context, w io.Writer, b *account.Book, args []string) error

// onAccounts is a command that works on the accounts.
func (s *settings) onAccounts(work accountWork) func(*cobra.Command, []string) error {
	return func(cmd *cobra.Command, args []string) error {
		d, err := s.openDatabase(cmd.Context(), use{command: "hongxian " + cmd.Parent().Name()})
		if err != nil {
			return err
		}
		defer d.Close()
		return work(cmd.Context(), cmd.OutOrStdout(), &account.Book{DB: d.pool}, args)
	}
}

func newUser(s *settings) *cobra.Command {
	cmd := &cobra.Command{Use: "user", Short: "账号：用户、角色、可见范围 / accounts: people, roles, what they may see"}
	cmd.AddCommand(userAdd(s), userList(s), userPassword(s), userRole(s), userScope(s), userDisable(s, "disable", true), userDisable(s, "enable", false))
	return cmd
}

func userAdd(s *settings) *cobra.Command {
	var role, title string
	var scope scopeFlags
	cmd := &cobra.Command{Use: "add NAME", Short: "新增用户，给出一次性密码 / add an account, with a one-time password", Args: cobra.ExactArgs(1)}
	cmd.RunE = s.onAccounts(func(ctx context.Context, w io.Writer, b *account.Book, args []string) error {
		a := account.Account{Name: args[0], Title: title}
		var err error
		if a.Role, err = account.ParseRole(role); err != nil {
			return err
		}
		if err := scope.into(cmd, &a.Sight); err != nil {
			return err
		}
		oneTime, err := b.Add(ctx, a, "")
		if err != nil {
			return err
		}
		fmt.Fprintf(w, "已新增用户 %s，一次性密码：%s（首次登录须修改）\nAdded %s, one-time password %s\n", args[0], oneTime, args[0], oneTime)
		return nil
	})
	cmd.Flags().StringVar(&role, "role", "viewer", "角色 / none, viewer, planner, manager, approver, administrator")
	cmd.Flags().StringVar(&title, "title", "", "姓名 / the person's name")
	scope.register(cmd)
	return cmd
}

// scopeFlags say what an account may see; "all" names everything.
type scopeFlags struct {
	counties, layers, townships []string
	clearance                   string
}

func (f *scopeFlags) register(cmd *cobra.Command) {
	flags := cmd.Flags()
	flags.StringSliceVar(&f.counties, "counties", nil, "县代码，或 all / codes of counties, or all")
	flags.StringSliceVar(&f.layers, "layers", nil, "图层，或 all / layers, or all")
	flags.StringSliceVar(&f.townships, "townships", nil, "乡镇代码，或 all / codes of townships, or all")
	flags.StringVar(&f.clearance, "clearance", "", "可见的最高密级 公开、内部、秘密、机密，或 all / public, internal, confidential, secret, or all")
}

// into changes what the flags that were given say.
func (f *scopeFlags) into(cmd *cobra.Command, s *geodata.Sight) error {
	given := cmd.Flags().Changed
	list := func(name string, values []string, into *[]string) {
		switch {
		case !given(name):
		case len(values) == 1 && values[0] == "all":
			*into = nil
		default:
			*into = append([]string{}, values...)
		}
	}
	var keys []string
	for _, k := range s.Layers {
		keys = append(keys, string(k))
	}
	list("counties", f.counties, &s.Counties)
	list("townships", f.townships, &s.Townships)
	list("layers", f.layers, &keys)
	if given("layers") {
		s.Layers = nil
		for _, text := range keys {
			key, err := geodata.ParseLayerKey(text)
			if err != nil {
				return err
			}
			s.Layers = append(s.Layers, key)
		}
	}
	if !given("clearance") {
		return nil
	}
	if s.Clearance = nil; f.clearance == "all" {
		return nil
	}
	level, err := geodata.ParseSecrecy(f.clearance)
	s.Clearance = &level
	return err
}

func userList(s *settings) *cobra.Command {
	return &cobra.Command{Use: "list", Short: "全部用户 / the accounts", Args: cobra.NoArgs,
		RunE: s.onAccounts(func(ctx context.Context, w io.Writer, b *account.Book, _ []string) error {
			found, err := b.List(ctx)
			if err != nil {
				return err
			}
			t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
			fmt.Fprintln(t, "用户 user\t角色 role\t状态 state\t范围 scope\t姓名 title")
			for _, a := range found {
				state := "可用 active"
				switch {
				case a.Disabled:
					state = "停用 disabled"
				case a.OneTime:
					state = "待改密码 password due"
				}
				fmt.Fprintf(t, "%s\t%s\t%s\t%s\t%s\n", a.Name, a.Role, state, scopeWords(a.Sight), a.Title)
			}
			return t.Flush()
		})}
}

// scopeWords is a scope in a line.
func scopeWords(s geodata.Sight) string {
	if s.Unlimited() {
		return "全部 all"
	}
	var parts []string
	if s.Counties != nil {
		parts = append(parts, "counties="+strings.Join(s.Counties, ","))
	}
	if s.Layers != nil {
		var keys []string
		for _, k := range s.Layers {
			keys = append(keys, string(k))
		}
		parts = append(parts, "layers="+strings.Join(keys, ","))
	}
	if s.Townships != nil {
		parts = append(parts, "townships="+strings.Join(s.Townships, ","))
	}
	if s.Clearance != nil {
		parts = append(parts, "clearance="+s.Clearance.String())
	}
	return strings.Join(parts, " ")
}

func userPassword(s *settings) *cobra.Command {
	var ask bool
	cmd := &cobra.Command{Use: "password NAME", Short: "重置为一次性密码，结束其会话 / make a one-time password and end the account's sessions", Args: cobra.ExactArgs(1),
		RunE: s.onAccounts(func(ctx context.Context, w io.Writer, b *account.Book, args []string) error {
			a, err := b.Find(ctx, args[0])
			if err != nil {
				return err
			}
			password := ""
			if ask {
				if password, err = readPassword(w); err != nil {
					return err
				}
			}
			oneTime, err := b.SetPassword(ctx, a.Name, password, "")
			if err != nil {
				return err
			}
			if oneTime == "" {
				fmt.Fprintf(w, "已设置 %s 的密码。\nThe password of %s is set.\n", a.Name, a.Name)
				return nil
			}
			fmt.Fprintf(w, "%s 的一次性密码：%s\nOne-time password of %s: %s\n", a.Name, oneTime, a.Name, oneTime)
			return nil
		})}
	cmd.Flags().BoolVar(&ask, "ask", false, "从终端输入密码，不生成一次性密码 / type the password at the terminal instead")
	return cmd
}

// readPassword reads a password from the terminal, without showing it; from a pipe, its
// first line.
func readPassword(w io.Writer) (string, error) {
	fmt.Fprint(w, "密码 password: ")
	if term.IsTerminal(int(os.Stdin.Fd())) {
		b, err := term.ReadPassword(int(os.Stdin.Fd()))
		fmt.Fprintln(w)
		return string(b), err
	}
	b, err := io.ReadAll(io.LimitReader(os.Stdin, 4096))
	line, _, _ := strings.Cut(string(b), "\n")
	return strings.TrimSuffix(line, "\r"), err
}

func userRole(s *settings) *cobra.Command {
	return &cobra.Command{Use: "role NAME ROLE", Short: "改角色 / give another role", Args: cobra.ExactArgs(2),
		RunE: s.onAccounts(func(ctx context.Context, w io.Writer, b *account.Book, args []string) error {
			return changeAccount(ctx, w, b, args[0], func(a *account.Account) (err error) {
				a.Role, err = account.ParseRole(args[1])
				return err
			})
		})}
}

func userScope(s *settings) *cobra.Command {
	var scope scopeFlags
	cmd := &cobra.Command{Use: "scope NAME", Short: "限定可见的县、图层、乡镇、密级 / say what an account may see", Args: cobra.ExactArgs(1)}
	cmd.RunE = s.onAccounts(func(ctx context.Context, w io.Writer, b *account.Book, args []string) error {
		return changeAccount(ctx, w, b, args[0], func(a *account.Account) error { return scope.into(cmd, &a.Sight) })
	})
	scope.register(cmd)
	return cmd
}

func userDisable(s *settings, name string, disabled bool) *cobra.Command {
	short := "启用 / let in again"
	if disabled {
		short = "停用，结束其会话 / lock out and end the sessions"
	}
	return &cobra.Command{Use: name + " NAME", Short: short, Args: cobra.ExactArgs(1),
		RunE: s.onAccounts(func(ctx context.Context, w io.Writer, b *account.Book, args []string) error {
			return changeAccount(ctx, w, b, args[0], func(a *account.Account) error { a.Disabled = disabled; return nil })
		})}
}

func changeAccount(ctx context.Context, w io.Writer, b *account.Book, name string, change func(*account.Account) error) error {
	a, err := b.Find(ctx, name)
	if err != nil {
		return err
	}
	if err := change(&a); err != nil {
		return err
	}
	if err := b.Change(ctx, a); err != nil {
		return err
	}
	state := "可用 active"
	if a.Disabled {
		state = "停用 disabled"
	}
	fmt.Fprintf(w, "%s：%s，%s，%s\n", a.Name, a.Role, state, scopeWords(a.Sight))
	return nil
}
