package dqlite

import (
	"context"
	"net"
	"syscall"

	"github.com/canonical/go-dqlite/client"
)

// Dial connects to a node, for driver.WithDialFunc. A node sends an answer of more than
// 4 KB in parts and holds the last one back until the others are acknowledged (Nagle),
// which the kernel delays by 40 ms. Such a connection acknowledges at once. With TLS
// there is no need of it: there the parts come by way of go-dqlite's proxy.
func Dial(ctx context.Context, address string) (net.Conn, error) {
	conn, err := client.DefaultDialFunc(ctx, address)
	if err != nil {
		return nil, err
	}
	if tcp, ok := conn.(*net.TCPConn); ok {
		if raw, err := tcp.SyscallConn(); err == nil {
			return &prompt{tcp, raw}, nil
		}
	}
	return conn, nil
}

// prompt is a connection that acknowledges what it reads at once.
type prompt struct {
	*net.TCPConn
	raw syscall.RawConn
}

// Read asks for it anew each time: the kernel forgets it with the next request.
func (p *prompt) Read(b []byte) (int, error) {
	err := p.raw.Control(func(fd uintptr) {
		_ = syscall.SetsockoptInt(int(fd), syscall.IPPROTO_TCP, syscall.TCP_QUICKACK, 1) // in vain it is slower, no more
	})
	if err != nil {
		return 0, err
	}
	return p.TCPConn.Read(b)
}
