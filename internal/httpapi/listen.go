package httpapi

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"net/netip"
	"strings"
	"time"

	"hongxian/geodata"
)

// drainTime is how long requests under way may go on after a stop was asked for.
const drainTime = 15 * time.Second

// Listen opens the service's address: one of loopback, or with beyond any, where
// whoever starts the service has seen to accounts and TLS. Errors: Invalid for an
// address that cannot be read or is not loopback, Unavailable when it is taken.
func Listen(address string, beyond bool) (net.Listener, error) {
	host, _, err := net.SplitHostPort(address)
	if err != nil {
		return nil, &geodata.Error{Kind: geodata.Invalid, Code: "listen-malformed", Err: err,
			ZH: fmt.Sprintf("监听地址“%.100s”格式不对，应为 主机:端口，例如 127.0.0.1:8080。", address),
			EN: fmt.Sprintf("%.100q is not an address to listen on; write host:port, as in 127.0.0.1:8080.", address)}
	}
	if !beyond && !loopback(host) {
		return nil, &geodata.Error{Kind: geodata.Invalid, Code: "listen-not-loopback",
			ZH: fmt.Sprintf("%s 不是本机回环地址，任何能访问该地址的人都能使用；确需如此请加 --insecure。", address),
			EN: fmt.Sprintf("%s is not a loopback address: whoever reaches it may use the service. Add --insecure if that is meant.", address)}
	}
	l, err := net.Listen("tcp", address)
	if err != nil {
		return nil, &geodata.Error{Kind: geodata.Unavailable, Code: "listen-failed", Err: err,
			ZH: fmt.Sprintf("无法监听 %s：可能已被其他程序占用。", address),
			EN: fmt.Sprintf("Cannot listen on %s; another program may be using it.", address)}
	}
	return l, nil
}

// IsLoopback reports whether an address, host:port, is reached from this machine only.
// One that cannot be read is: Listen says what is wrong with it.
func IsLoopback(address string) bool {
	host, _, err := net.SplitHostPort(address)
	return err != nil || loopback(host)
}

func loopback(host string) bool {
	if strings.EqualFold(host, "localhost") {
		return true
	}
	addr, err := netip.ParseAddr(host)
	return err == nil && addr.IsLoopback()
}

// Serve answers on l until ctx ends, then lets requests under way finish.
func (s *Server) Serve(ctx context.Context, l net.Listener) error {
	server := &http.Server{
		Handler:           s,
		ReadHeaderTimeout: s.Limits.HeaderTime,
		ReadTimeout:       s.Limits.HeaderTime + s.Limits.StallTime, // bodies that may be large move it: see pace
		WriteTimeout:      checkTime + drainTime,
		IdleTimeout:       2 * time.Minute,
		MaxHeaderBytes:    64 << 10,
		ConnState:         s.crowd.note,
		ErrorLog:          slog.NewLogLogger(s.Log.Handler(), slog.LevelWarn),
	}
	defer s.countSeen(ctx)()
	failed := make(chan error, 1)
	go func() { failed <- server.Serve(l) }()
	select {
	case err := <-failed:
		return fmt.Errorf("serve: %w", err)
	case <-ctx.Done():
	}
	drain, cancel := context.WithTimeout(context.WithoutCancel(ctx), drainTime)
	defer cancel()
	if err := server.Shutdown(drain); err != nil {
		return errors.Join(fmt.Errorf("requests still under way were cut off: %w", err), server.Close())
	}
	return nil
}

// ServeHTTP answers one request.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) { s.echo.ServeHTTP(w, r) }
