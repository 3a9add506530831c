package sqlstore_test

import (
	"bytes"
	"net"
	"os"
	"path/filepath"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/require"
)

// proxy stands between a store and its server, on a Unix socket, and loses what it is
// told to lose.
type proxy struct {
	dir    string // of its socket
	server string
	listen net.Listener
	open   sync.WaitGroup

	// answers: of so many answers to a COMMIT that come next, the last is not passed
	// on: the connection is cut in its place. The server has committed by then.
	answers atomic.Int64
	// requests: the next bytes of a connected client are not passed on, and its connection is cut.
	requests atomic.Bool
	lost     atomic.Int64
}

// openProxy stands before the socket in a directory.
func openProxy(t *testing.T, socket string) *proxy {
	t.Helper()
	dir, err := os.MkdirTemp("", "px") // short: the path of a socket has at most 107 bytes
	require.NoError(t, err)
	p := &proxy{dir: dir, server: filepath.Join(socket, ".s.PGSQL.5432")}
	p.listen, err = net.Listen("unix", filepath.Join(dir, ".s.PGSQL.5432"))
	require.NoError(t, err)
	p.open.Go(p.serve)
	t.Cleanup(func() {
		require.NoError(t, p.listen.Close())
		p.open.Wait()
		require.NoError(t, os.RemoveAll(dir))
	})
	return p
}

// url gives the connection string of a database behind the proxy.
func (p *proxy) url(database string) string {
	return "postgres://postgres@/" + database + "?host=" + p.dir
}

func (p *proxy) serve() {
	for {
		client, err := p.listen.Accept()
		if err != nil {
			return
		}
		server, err := net.Dial("unix", p.server)
		if err != nil {
			_ = client.Close()
			continue
		}
		cut := sync.OnceFunc(func() { _, _ = client.Close(), server.Close() })
		p.open.Go(func() {
			defer cut()
			connected := false // the first bytes ask for the connection: losing those loses nothing of a transaction
			p.pass(client, server, func([]byte) bool {
				lose := connected && p.requests.CompareAndSwap(true, false)
				connected = true
				return lose
			})
		})
		p.open.Go(func() {
			defer cut()
			p.pass(server, client, committed(&p.answers))
		})
	}
}

// committed tells of a stream of answers whether one to a COMMIT is in it, that is to
// be lost.
func committed(answers *atomic.Int64) func(chunk []byte) bool {
	tag := []byte("COMMIT\x00")
	var tail []byte
	return func(chunk []byte) bool {
		seen := append(tail, chunk...)
		found := bytes.Contains(seen, tag)
		tail = bytes.Clone(seen[max(0, len(seen)-len(tag)+1):])
		if !found {
			return false
		}
		for {
			n := answers.Load()
			if n == 0 {
				return false
			}
			if answers.CompareAndSwap(n, n-1) {
				return n == 1
			}
		}
	}
}

// pass hands bytes on until one side ends, or until some are to be lost.
func (p *proxy) pass(from, to net.Conn, lose func(chunk []byte) bool) {
	buffer := make([]byte, 64<<10)
	for {
		n, err := from.Read(buffer)
		if n > 0 {
			if lose(buffer[:n]) {
				p.lost.Add(1)
				return
			}
			if _, err := to.Write(buffer[:n]); err != nil {
				return
			}
		}
		if err != nil {
			return
		}
	}
}
