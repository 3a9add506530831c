package nats_test

import (
	"context"
	"fmt"
	"net"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/nats-io/nats-server/v2/server"
	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"
	"github.com/stretchr/testify/require"
)

// cluster is three JetStream servers in this process.
type cluster struct {
	servers []*server.Server
	js      jetstream.JetStream
}

// freePorts gives ports that nobody listens on now: servers of a JetStream cluster
// must know one another's before they start.
func freePorts(t testing.TB, n int) (ports []int) {
	for range n {
		l, err := net.Listen("tcp", "127.0.0.1:0")
		require.NoError(t, err)
		defer func() { _ = l.Close() }()
		ports = append(ports, l.Addr().(*net.TCPAddr).Port)
	}
	return ports
}

func newCluster(t testing.TB) *cluster {
	t.Helper()
	c := &cluster{}
	ports := freePorts(t, 3)
	var routes []*url.URL
	for _, port := range ports {
		routes = append(routes, &url.URL{Scheme: "nats", Host: fmt.Sprintf("127.0.0.1:%d", port)})
	}
	var urls []string
	for i, port := range ports {
		s, err := server.NewServer(&server.Options{ServerName: fmt.Sprintf("node-%d", i), Host: "127.0.0.1", Port: -1, NoLog: true, NoSigs: true,
			JetStream: true, StoreDir: t.TempDir(), Routes: routes, Cluster: server.ClusterOpts{Name: "tandem", Host: "127.0.0.1", Port: port}})
		require.NoError(t, err)
		s.Start()
		t.Cleanup(func() { s.Shutdown(); s.WaitForShutdown() })
		c.servers = append(c.servers, s)
	}
	for _, s := range c.servers {
		require.True(t, s.ReadyForConnections(20*time.Second))
		urls = append(urls, s.ClientURL())
	}
	c.js = c.connect(t, urls)
	return c
}

func (c *cluster) connect(t testing.TB, urls []string) jetstream.JetStream {
	conn, err := nats.Connect(strings.Join(urls, ","), nats.MaxReconnects(-1), nats.ReconnectWait(50*time.Millisecond))
	require.NoError(t, err)
	t.Cleanup(conn.Close)
	js, err := jetstream.New(conn, jetstream.WithPublishAsyncTimeout(3*time.Second))
	require.NoError(t, err)
	return js
}

// stream makes a stream of three replicas, once the cluster has a leader.
func (c *cluster) stream(t testing.TB, config jetstream.StreamConfig) jetstream.Stream {
	t.Helper()
	config.Replicas, config.Storage = 3, jetstream.FileStorage
	for deadline := time.Now().Add(60 * time.Second); ; {
		ctx, cancel := context.WithTimeout(t.Context(), 5*time.Second)
		s, err := c.js.CreateStream(ctx, config)
		cancel()
		if err == nil {
			return s
		}
		require.True(t, time.Now().Before(deadline), "no stream: %v", err)
		time.Sleep(100 * time.Millisecond)
	}
}

// killLeader stops the server that leads a stream, and gives its name.
func (c *cluster) killLeader(t testing.TB, s jetstream.Stream) string {
	info, err := s.Info(t.Context())
	require.NoError(t, err)
	for _, node := range c.servers {
		if node.Name() == info.Cluster.Leader {
			node.Shutdown()
			return node.Name()
		}
	}
	require.Fail(t, "no leader", "%+v", info.Cluster)
	return ""
}

// read gives all messages of a stream, in its order.
func read(t testing.TB, s jetstream.Stream) (all []jetstream.Msg) {
	t.Helper()
	consumer, err := s.OrderedConsumer(t.Context(), jetstream.OrderedConsumerConfig{})
	require.NoError(t, err)
	info, err := s.Info(t.Context())
	require.NoError(t, err)
	messages, err := consumer.Messages()
	require.NoError(t, err)
	defer messages.Stop()
	for uint64(len(all)) < info.State.Msgs {
		msg, err := messages.Next(jetstream.NextMaxWait(20 * time.Second))
		require.NoError(t, err)
		all = append(all, msg)
	}
	return all
}
