package nats_test

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/url"
	"os"
	"os/exec"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/nats-io/nats-server/v2/server"
	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"
	"github.com/stretchr/testify/require"
)

// cluster is three JetStream servers: in this process, or each in one of its own, so
// that it can be killed.
type cluster struct {
	nodes []node
	js    jetstream.JetStream
}

type node struct {
	name string
	url  string
	kill func()
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

// nodeConfig is what a server is started with.
type nodeConfig struct {
	Name        string
	Port, Route int // to listen on; Port −1: any
	Routes      []int
	Dir         string
}

func startNode(config nodeConfig) (*server.Server, error) {
	var routes []*url.URL
	for _, port := range config.Routes {
		routes = append(routes, &url.URL{Scheme: "nats", Host: fmt.Sprintf("127.0.0.1:%d", port)})
	}
	s, err := server.NewServer(&server.Options{ServerName: config.Name, Host: "127.0.0.1", Port: config.Port, NoLog: true, NoSigs: true,
		JetStream: true, StoreDir: config.Dir, Routes: routes, Cluster: server.ClusterOpts{Name: "tandem", Host: "127.0.0.1", Port: config.Route}})
	if err == nil {
		s.Start()
	}
	return s, err
}

// inProcess starts a server here.
func inProcess(t testing.TB, config nodeConfig) node {
	config.Port = -1
	s, err := startNode(config)
	require.NoError(t, err)
	t.Cleanup(func() { s.Shutdown(); s.WaitForShutdown() })
	require.True(t, s.ReadyForConnections(2*time.Minute))
	return node{config.Name, s.ClientURL(), s.Shutdown}
}

// nodeVariable makes this test binary a server (see TestMain).
const nodeVariable = "TANDEM_NATS_NODE"

// ownProcess starts a server as a process, which kill kills as kill -9 does.
func ownProcess(t testing.TB, config nodeConfig) node {
	config.Port = freePorts(t, 1)[0]
	text, err := json.Marshal(config)
	require.NoError(t, err)
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), nodeVariable+"="+string(text))
	_, err = cmd.StdinPipe() // which ends with this process
	require.NoError(t, err)
	require.NoError(t, cmd.Start())
	kill := sync.OnceFunc(func() { _ = cmd.Process.Kill(); _ = cmd.Wait() })
	t.Cleanup(kill)
	return node{config.Name, fmt.Sprintf("nats://127.0.0.1:%d", config.Port), kill}
}

func TestMain(m *testing.M) {
	text := os.Getenv(nodeVariable)
	if text == "" {
		os.Exit(m.Run())
	}
	var config nodeConfig
	err := json.Unmarshal([]byte(text), &config)
	if err == nil {
		_, err = startNode(config)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	_, _ = io.Copy(io.Discard, os.Stdin) // until the test has ended
}

func newCluster(t testing.TB, start func(t testing.TB, config nodeConfig) node) *cluster {
	t.Helper()
	c := &cluster{}
	ports := freePorts(t, 3)
	var urls []string
	for i, port := range ports {
		n := start(t, nodeConfig{Name: fmt.Sprintf("node-%d", i), Route: port, Routes: ports, Dir: t.TempDir()})
		c.nodes, urls = append(c.nodes, n), append(urls, n.url)
	}
	c.js = c.connect(t, urls)
	return c
}

func (c *cluster) connect(t testing.TB, urls []string) jetstream.JetStream {
	conn, err := nats.Connect(strings.Join(urls, ","), nats.MaxReconnects(-1), nats.ReconnectWait(50*time.Millisecond), nats.RetryOnFailedConnect(true))
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
	var s jetstream.Stream
	patiently(t, func(ctx context.Context) (err error) {
		s, err = c.js.CreateStream(ctx, config)
		return err
	})
	return s
}

// patiently asks a cluster again while it has no leader to answer.
func patiently(t testing.TB, ask func(ctx context.Context) error) {
	t.Helper()
	for deadline := time.Now().Add(2 * time.Minute); ; {
		ctx, cancel := context.WithTimeout(t.Context(), 5*time.Second)
		err := ask(ctx)
		cancel()
		if err == nil {
			return
		}
		require.True(t, time.Now().Before(deadline), "no answer: %v", err)
		time.Sleep(100 * time.Millisecond)
	}
}

func infoOf(t testing.TB, s jetstream.Stream) (info *jetstream.StreamInfo) {
	t.Helper()
	patiently(t, func(ctx context.Context) (err error) {
		info, err = s.Info(ctx)
		return err
	})
	return info
}

// killLeader kills the server that leads a stream, and gives its name.
func (c *cluster) killLeader(t testing.TB, s jetstream.Stream) string {
	info := infoOf(t, s)
	for _, node := range c.nodes {
		if node.name == info.Cluster.Leader {
			node.kill()
			return node.name
		}
	}
	require.Fail(t, "no leader", "%+v", info.Cluster)
	return ""
}

// read gives all messages of a stream, in its order.
func read(t testing.TB, s jetstream.Stream) (all []jetstream.Msg) {
	t.Helper()
	var consumer jetstream.Consumer
	patiently(t, func(ctx context.Context) (err error) {
		consumer, err = s.OrderedConsumer(ctx, jetstream.OrderedConsumerConfig{})
		return err
	})
	info := infoOf(t, s)
	messages, err := consumer.Messages()
	require.NoError(t, err)
	defer messages.Stop()
	for uint64(len(all)) < info.State.Msgs {
		msg, err := messages.Next(jetstream.NextMaxWait(time.Minute))
		require.NoError(t, err)
		all = append(all, msg)
	}
	return all
}
