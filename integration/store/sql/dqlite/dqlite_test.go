package dqlite_test

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"math/big"
	"net"
	"sync/atomic"
	"testing"
	"time"

	"github.com/canonical/go-dqlite/app"
	"github.com/canonical/go-dqlite/client"
	"github.com/stretchr/testify/require"

	"github.com/tandem-go/tandem/integration/store"
	sqlstore "github.com/tandem-go/tandem/integration/store/sql"
	"github.com/tandem-go/tandem/integration/store/sql/dqlite"
	"github.com/tandem-go/tandem/integration/storetest"
	"github.com/tandem-go/tandem/integration/work"
)

const secret = "cursors of the tests"

// freeAddresses gives addresses of this machine that nobody listens at.
func freeAddresses(t *testing.T, n int) []string {
	t.Helper()
	var out []string
	for range n {
		l, err := net.Listen("tcp", "127.0.0.1:0")
		require.NoError(t, err)
		defer func() { _ = l.Close() }() // all at the end, so that none is given twice
		out = append(out, l.Addr().String())
	}
	return out
}

func quiet(client.LogLevel, string, ...any) {}

// certify gives a certificate for this machine that only this test trusts.
func certify(t *testing.T) (listen, dial *tls.Config) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	require.NoError(t, err)
	of := &x509.Certificate{SerialNumber: big.NewInt(1), NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(24 * time.Hour),
		DNSNames: []string{"node"}, IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)}, IsCA: true, BasicConstraintsValid: true,
		ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth, x509.ExtKeyUsageClientAuth}}
	der, err := x509.CreateCertificate(rand.Reader, of, of, &key.PublicKey, key)
	require.NoError(t, err)
	parsed, err := x509.ParseCertificate(der)
	require.NoError(t, err)
	pool := x509.NewCertPool()
	pool.AddCert(parsed)
	return app.SimpleTLSConfig(tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}, pool)
}

// startNodes starts a cluster of three nodes within this process, as a host does: with TLS.
func startNodes(t *testing.T) []*app.App {
	t.Helper()
	addresses := freeAddresses(t, 3)
	listen, dial := certify(t)
	var nodes []*app.App
	for i, address := range addresses {
		options := []app.Option{app.WithAddress(address), app.WithLogFunc(quiet), app.WithTLS(listen, dial)}
		if i > 0 {
			options = append(options, app.WithCluster(addresses[:1]))
		}
		node, err := app.New(t.TempDir(), options...)
		require.NoError(t, err)
		t.Cleanup(func() { _ = node.Close() })
		ready, cancel := context.WithTimeout(t.Context(), time.Minute)
		require.NoError(t, node.Ready(ready))
		cancel()
		nodes = append(nodes, node)
	}
	return nodes
}

// All checks run on one cluster, each with tenants of its own, and spread over the nodes.
func TestDqliteKeepsTheContract(t *testing.T) {
	nodes := startNodes(t)
	var open []*sqlstore.DB
	for _, node := range nodes {
		db, err := dqlite.Open(t.Context(), node, "contract", sqlstore.Config{CursorSecret: []byte(secret)})
		require.NoError(t, err)
		t.Cleanup(func() { require.NoError(t, db.Close()) })
		open = append(open, db)
	}
	var checks atomic.Int64
	storetest.Run(t, func(*testing.T) storetest.Harness[*store.Bundle] {
		n := int(checks.Add(1))
		at := func(db *sqlstore.DB) func(string) (work.Store[*store.Bundle], error) {
			return func(tenant string) (work.Store[*store.Bundle], error) {
				if tenant != "" {
					tenant = fmt.Sprintf("check %d %s", n, tenant)
				}
				return db.Tenant(tenant).Store()
			}
		}
		return storetest.Harness[*store.Bundle]{Open: at(open[n%3]), Reopen: at(open[(n+1)%3])}
	})
}
