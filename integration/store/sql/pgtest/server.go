// Package pgtest starts a private PostgreSQL for tests: from the binaries that are
// installed, in a temporary directory, on a socket alone, and stops it again.
//
//	func TestMain(m *testing.M) { pgtest.Main(m) }
//
//	func TestOrders(t *testing.T) {
//		pool, err := pgxpool.New(t.Context(), pgtest.Database(t)) // a new, empty database
//
// Without the binaries such a test skips, and says how to install them; with
// TANDEM_REQUIRE_POSTGRES set it fails instead.
package pgtest

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// Require is the variable that turns the skip without binaries into a failure.
const Require = "TANDEM_REQUIRE_POSTGRES"

// Install is the line that installs the binaries on Debian and Ubuntu.
const Install = "apt-get install -y postgresql"

// ErrNotInstalled says that there are no binaries of PostgreSQL on the machine.
var ErrNotInstalled = errors.New("pgtest: PostgreSQL is not installed: " + Install)

// Server is a private PostgreSQL. Its methods are for one goroutine.
type Server struct {
	bin      string
	dir      string
	settings []string
	cred     *syscall.Credential // of the user who runs it; nil: of the process
	process  *exec.Cmd
	exited   chan error
	log      *os.File
}

// Start makes a cluster of its own and starts it. Settings are lines of its
// configuration, `fsync=off`. Stop it when done.
func Start(ctx context.Context, settings ...string) (*Server, error) {
	bin, err := binaries()
	if err != nil {
		return nil, err
	}
	dir, err := os.MkdirTemp("", "pgtest") // short: the path of a socket has at most 107 bytes
	if err != nil {
		return nil, err
	}
	s := &Server{bin: bin, dir: dir, settings: settings}
	if err := s.create(ctx); err != nil {
		return nil, errors.Join(err, os.RemoveAll(dir))
	}
	return s, s.Restart(ctx)
}

// binaries finds the folder of the newest installed version.
func binaries() (string, error) {
	folders, err := filepath.Glob("/usr/lib/postgresql/*/bin")
	if err != nil {
		return "", err
	}
	slices.SortFunc(folders, func(a, b string) int { return version(b) - version(a) })
	if path, err := exec.LookPath("initdb"); err == nil {
		if path, err = filepath.EvalSymlinks(path); err == nil {
			folders = append(folders, filepath.Dir(path))
		}
	}
	for _, folder := range folders {
		if _, err := os.Stat(filepath.Join(folder, "postgres")); err == nil {
			return folder, nil
		}
	}
	return "", ErrNotInstalled
}

func version(folder string) int {
	n, err := strconv.Atoi(filepath.Base(filepath.Dir(folder)))
	if err != nil {
		return 0
	}
	return n
}

// create runs initdb, which refuses root: then the files belong to an unprivileged user.
func (s *Server) create(ctx context.Context) error {
	if os.Geteuid() == 0 {
		uid, gid, err := unprivileged()
		if err != nil {
			return err
		}
		s.cred = &syscall.Credential{Uid: uid, Gid: gid}
		if err := errors.Join(os.Chmod(s.dir, 0o700), os.Chown(s.dir, int(uid), int(gid))); err != nil {
			return err
		}
	}
	cmd := s.command(ctx, "initdb", "-D", s.data(), "-U", "postgres", "-A", "trust", "-E", "UTF8", "--no-locale", "--no-sync")
	if out, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("pgtest: initdb: %w: %s", err, out)
	}
	return nil
}

func unprivileged() (uid, gid uint32, err error) {
	for _, name := range []string{"postgres", "nobody"} {
		u, err := user.Lookup(name)
		if err != nil {
			continue
		}
		id, err1 := strconv.ParseUint(u.Uid, 10, 32)
		group, err2 := strconv.ParseUint(u.Gid, 10, 32)
		if err1 == nil && err2 == nil {
			return uint32(id), uint32(group), nil
		}
	}
	return 0, 0, errors.New("pgtest: PostgreSQL refuses to run as root, and there is neither a user postgres nor nobody")
}

func (s *Server) data() string { return filepath.Join(s.dir, "data") }

func (s *Server) command(ctx context.Context, name string, args ...string) *exec.Cmd {
	cmd := exec.CommandContext(ctx, filepath.Join(s.bin, name), args...)
	cmd.Dir = s.dir
	cmd.Env = append(slices.DeleteFunc(os.Environ(), func(e string) bool { return strings.HasPrefix(e, "PG") }), "LC_ALL=C")
	if s.cred != nil {
		cmd.SysProcAttr = &syscall.SysProcAttr{Credential: s.cred}
	}
	return cmd
}

// Restart starts the server, which must not be running, and waits until it takes
// connections. Behind [Server.Kill] it begins again while backends of the old one,
// which end by themselves, still hold its memory.
func (s *Server) Restart(ctx context.Context) error {
	until := time.Now().Add(readyTime)
	for {
		before := len(s.logged(0))
		err := s.start(ctx)
		if err == nil || ctx.Err() != nil || time.Now().After(until) ||
			!strings.Contains(s.logged(before), "pre-existing shared memory block") {
			return err
		}
		if err := s.log.Close(); err != nil {
			return err
		}
		time.Sleep(20 * time.Millisecond)
	}
}

func (s *Server) start(ctx context.Context) error {
	args := []string{"-D", s.data(), "-k", s.dir, "-c", "listen_addresses=", "-c", "max_connections=300", "-c", "shared_buffers=256MB"}
	for _, line := range s.settings {
		args = append(args, "-c", line)
	}
	var err error
	if s.log, err = os.OpenFile(s.LogFile(), os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o644); err != nil {
		return err
	}
	s.process = s.command(context.WithoutCancel(ctx), "postgres", args...)
	s.process.Stdout, s.process.Stderr = s.log, s.log
	if err := s.process.Start(); err != nil {
		return err
	}
	s.exited = make(chan error, 1)
	go func(p *exec.Cmd, exited chan<- error) { exited <- p.Wait() }(s.process, s.exited)
	return s.ready(ctx)
}

const readyTime = 60 * time.Second // a restart after a crash replays its log

func (s *Server) ready(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, readyTime)
	defer cancel()
	for {
		if s.command(ctx, "pg_isready", "-h", s.dir, "-q").Run() == nil {
			return nil
		}
		select {
		case err := <-s.exited:
			s.exited <- err
			return fmt.Errorf("pgtest: PostgreSQL ended: %w: %s", err, s.lastLog())
		case <-ctx.Done():
			return errors.Join(fmt.Errorf("pgtest: PostgreSQL does not come up: %s", s.lastLog()), s.Stop())
		case <-time.After(20 * time.Millisecond):
		}
	}
}

// LogFile is where the server writes its log.
func (s *Server) LogFile() string { return filepath.Join(s.dir, "log") }

func (s *Server) lastLog() string {
	text := s.logged(0)
	return text[max(0, len(text)-2000):]
}

// logged gives what the log has behind so many bytes.
func (s *Server) logged(from int) string {
	text, err := os.ReadFile(s.LogFile())
	if err != nil {
		return ""
	}
	return string(text[min(from, len(text)):])
}

// Socket is the directory of the server's socket, whose port is 5432.
func (s *Server) Socket() string { return s.dir }

// URL gives the connection string of a database.
func (s *Server) URL(database string) string {
	return "postgres://postgres@/" + database + "?host=" + s.dir
}

// Create makes a new, empty database and gives its connection string.
func (s *Server) Create(ctx context.Context, database string) (string, error) {
	out, err := s.command(ctx, "createdb", "-h", s.dir, "-U", "postgres", database).CombinedOutput()
	if err != nil {
		return "", fmt.Errorf("pgtest: createdb: %w: %s", err, out)
	}
	return s.URL(database), nil
}

// Drop removes a database, connections to it included.
func (s *Server) Drop(ctx context.Context, database string) error {
	out, err := s.command(ctx, "dropdb", "-h", s.dir, "-U", "postgres", "--force", "--if-exists", database).CombinedOutput()
	if err != nil {
		return fmt.Errorf("pgtest: dropdb: %w: %s", err, out)
	}
	return nil
}

// Kill ends the server with SIGKILL, as a failing machine would. The backends end as
// soon as they see it; what was acknowledged is on disk.
func (s *Server) Kill() error {
	if err := s.process.Process.Kill(); err != nil {
		return err
	}
	<-s.exited
	return s.log.Close()
}

// Stop shuts the server down at once and removes its files.
func (s *Server) Stop() error {
	var err error
	if s.process != nil {
		_ = s.process.Process.Signal(syscall.SIGQUIT) // immediate: nothing of it is kept
		select {
		case <-s.exited:
		case <-time.After(10 * time.Second):
			_ = s.process.Process.Kill()
			<-s.exited
		}
		err = s.log.Close()
	}
	if errors.Is(err, os.ErrClosed) {
		err = nil
	}
	return errors.Join(err, os.RemoveAll(s.dir))
}
