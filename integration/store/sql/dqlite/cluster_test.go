package dqlite_test

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"

	"github.com/canonical/go-dqlite/app"
	"github.com/canonical/go-dqlite/client"
	dqlitedriver "github.com/canonical/go-dqlite/driver"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/tandem-go/tandem/integration/store/sql/dqlite"
)

// nodeVariable has the place of the node that the test binary is to be.
const nodeVariable = "TANDEM_DQLITE_NODE"

func TestMain(m *testing.M) {
	text := os.Getenv(nodeVariable)
	if text == "" {
		os.Exit(m.Run())
	}
	if err := runNode(text); err != nil {
		fmt.Println(err)
		os.Exit(1)
	}
}

// place is where a node is.
type place struct {
	Address, Dir string
	Cluster      []string // whom it joins
}

// runNode is a node until its standard input ends, as it does when the test is gone.
func runNode(text string) error {
	var at place
	if err := json.Unmarshal([]byte(text), &at); err != nil {
		return err
	}
	node, err := app.New(at.Dir, app.WithAddress(at.Address), app.WithCluster(at.Cluster), app.WithLogFunc(quiet))
	if err != nil {
		return err
	}
	ready, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	if err := node.Ready(ready); err != nil {
		return err
	}
	fmt.Println("ready")
	_, _ = io.Copy(io.Discard, os.Stdin)
	return node.Close()
}

// process is a node with a process of its own.
type process struct {
	place
	cmd   *exec.Cmd
	stdin io.Closer
}

// start runs the node and waits until it is one of the cluster.
func (p *process) start(t *testing.T) {
	t.Helper()
	at, err := json.Marshal(p.place)
	require.NoError(t, err)
	self, err := os.Executable()
	require.NoError(t, err)
	p.cmd = exec.Command(self)
	p.cmd.Env = append(os.Environ(), nodeVariable+"="+string(at))
	p.cmd.Stderr = os.Stderr
	p.stdin, err = p.cmd.StdinPipe()
	require.NoError(t, err)
	out, err := p.cmd.StdoutPipe()
	require.NoError(t, err)
	require.NoError(t, p.cmd.Start())
	line, err := bufio.NewReader(out).ReadString('\n')
	require.NoError(t, err)
	require.Equal(t, "ready", strings.TrimSpace(line))
}

// kill ends the process with SIGKILL: nothing of it is closed.
func (p *process) kill(t *testing.T) {
	t.Helper()
	assert.NoError(t, p.cmd.Process.Kill())
	_ = p.cmd.Wait() // tells that it was killed
}

func (p *process) stop() {
	_ = p.stdin.Close()
	_ = p.cmd.Wait()
}

// cluster is nodes that have processes of their own.
type cluster struct {
	nodes  []*process
	store  *client.InmemNodeStore
	driver *dqlitedriver.Driver
}

func startCluster(t *testing.T, nodes int) *cluster {
	t.Helper()
	c := &cluster{store: client.NewInmemNodeStore()}
	addresses := freeAddresses(t, nodes)
	var known []client.NodeInfo
	for i, address := range addresses {
		p := &process{place: place{Address: address, Dir: t.TempDir()}}
		if i > 0 {
			p.Cluster = addresses[:1]
		}
		p.start(t)
		t.Cleanup(p.stop)
		c.nodes = append(c.nodes, p)
		known = append(known, client.NodeInfo{Address: address})
	}
	require.NoError(t, c.store.Set(t.Context(), known))
	c.driver = c.dialling(t, dqlite.Dial)
	return c
}

func (c *cluster) dialling(t *testing.T, dial client.DialFunc) *dqlitedriver.Driver {
	t.Helper()
	d, err := dqlitedriver.New(c.store, dqlitedriver.WithDialFunc(dial), dqlitedriver.WithAttemptTimeout(time.Second))
	require.NoError(t, err)
	return d
}

// leader gives the node that leads, and a connection to it.
func (c *cluster) leader(ctx context.Context, t *testing.T) (*process, *client.Client) {
	t.Helper()
	for {
		to, err := client.FindLeader(ctx, c.store)
		require.NoError(t, err)
		info, err := to.Leader(ctx)
		if err == nil && info != nil {
			for _, p := range c.nodes {
				if p.Address == info.Address {
					return p, to
				}
			}
		}
		_ = to.Close()
	}
}

// lead makes a node the leader, which it can be once it has all that was committed.
func (c *cluster) lead(ctx context.Context, t *testing.T, p *process) {
	t.Helper()
	for {
		is, to := c.leader(ctx, t)
		if is == p {
			_ = to.Close()
			return
		}
		nodes, err := to.Cluster(ctx)
		for _, n := range nodes {
			if n.Address == p.Address {
				err = to.Transfer(ctx, n.ID)
			}
		}
		_ = to.Close()
		if err != nil {
			t.Logf("leadership to %s: %v", p.Address, err)
		}
		select {
		case <-ctx.Done():
			require.NoError(t, ctx.Err(), "node %s has not come to lead", p.Address)
		case <-time.After(100 * time.Millisecond):
		}
	}
}
