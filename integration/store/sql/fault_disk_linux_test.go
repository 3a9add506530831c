package sqlstore_test

import (
	"errors"
	"os"
	"path/filepath"
	"strconv"
	"syscall"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tandem-go/tandem"
	sqlstore "github.com/tandem-go/tandem/integration/store/sql"
)

// smallDisk mounts a disk of so many megabytes, which is in memory.
func smallDisk(t *testing.T, megabytes int) (dir string) {
	t.Helper()
	if os.Geteuid() != 0 {
		t.Skip("a full disk needs a small one, and only root may mount it: run this test as root")
	}
	dir, err := os.MkdirTemp("", "disk")
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, os.RemoveAll(dir)) })
	switch err := syscall.Mount("tmpfs", dir, "tmpfs", 0, "size="+strconv.Itoa(megabytes)+"m"); {
	case errors.Is(err, syscall.EPERM):
		t.Skip("a full disk needs a small one, and this root may not mount it: run this test with CAP_SYS_ADMIN")
	default:
		require.NoError(t, err)
	}
	t.Cleanup(func() { require.NoError(t, syscall.Unmount(dir, 0)) })
	return dir
}

// fill takes all room of a disk but a little.
func fill(t *testing.T, dir string, leave int64) (free func()) {
	t.Helper()
	var disk syscall.Statfs_t
	require.NoError(t, syscall.Statfs(dir, &disk))
	path := filepath.Join(dir, "filler")
	f, err := os.Create(path)
	require.NoError(t, err)
	chunk := make([]byte, 4096)
	for left := int64(disk.Bavail)*disk.Bsize - leave; left > 0; left -= int64(len(chunk)) {
		_, err := f.Write(chunk)
		require.NoError(t, err)
	}
	require.NoError(t, f.Close())
	return func() { require.NoError(t, os.Remove(path)) }
}

func TestFaultPostgresDiskFull(t *testing.T) {
	dir := smallDisk(t, 48)
	server, url := ownServer(t, "autovacuum=off")
	owner, err := os.Stat(server.Socket())
	require.NoError(t, err)
	uid := owner.Sys().(*syscall.Stat_t)
	require.NoError(t, os.Chown(dir, int(uid.Uid), int(uid.Gid)))
	place := filepath.Join(dir, "data")
	require.NoError(t, os.Mkdir(place, 0o700))
	require.NoError(t, os.Chown(place, int(uid.Uid), int(uid.Gid)))
	root := rawPostgres(t, server.URL("postgres"))
	_, err = root.ExecContext(t.Context(), "CREATE TABLESPACE small LOCATION '"+place+"'")
	require.NoError(t, err)
	_, err = root.ExecContext(t.Context(), "ALTER DATABASE trade SET TABLESPACE small")
	require.NoError(t, err)
	db, _ := connect(t, url, 4, sqlstore.Config{})
	s := openShop(t, db, rawPostgres(t, url))
	s.untilFull(t, "disk is full", fill(t, dir, 768<<10))
}

func TestFaultSQLiteDiskFull(t *testing.T) {
	dir := smallDisk(t, 16)
	path := filepath.Join(dir, "trade.db")
	db, err := sqlstore.OpenSQLite(t.Context(), path, sqlstore.Config{})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, db.Close()) })
	s := openShop(t, db, rawLite(t, path))
	s.untilFull(t, "disk is full", fill(t, dir, 1<<20))
}

// The server has become a standby of another, and is made the primary again.
func TestFaultPostgresStandby(t *testing.T) {
	server, url := ownServer(t)
	db, pool := connect(t, url, 4, sqlstore.Config{})
	raw := rawPostgres(t, url)
	s := openShop(t, db, raw)
	var data string
	require.NoError(t, raw.QueryRowContext(t.Context(), "SHOW data_directory").Scan(&data))
	require.NoError(t, server.Kill())
	require.NoError(t, os.WriteFile(filepath.Join(data, "standby.signal"), nil, 0o644))
	owner, err := os.Stat(server.Socket())
	require.NoError(t, err)
	require.NoError(t, os.Chown(filepath.Join(data, "standby.signal"), int(owner.Sys().(*syscall.Stat_t).Uid), -1))
	require.NoError(t, server.Restart(t.Context()))
	pool.Reset()
	s.whileReadOnly(t, refusedEach)
	var promoted bool
	require.NoError(t, raw.QueryRowContext(t.Context(), "SELECT pg_promote()").Scan(&promoted))
	require.True(t, promoted)
	s.afterwards(t, refusedEach)
}

// A disk that cannot be written to: the file cannot even be opened to be migrated.
func TestFaultSQLiteOnADiskThatIsReadOnly(t *testing.T) {
	dir := smallDisk(t, 16)
	path := filepath.Join(dir, "trade.db")
	made, err := sqlstore.OpenSQLite(t.Context(), path, sqlstore.Config{})
	require.NoError(t, err)
	saveProduct(t, made.Tenant("acme"), "pen")
	require.NoError(t, made.Close())
	require.NoError(t, syscall.Mount("", dir, "", syscall.MS_REMOUNT|syscall.MS_RDONLY, ""))
	db, err := sqlstore.OpenSQLite(t.Context(), path, sqlstore.Config{})
	require.Nil(t, db)
	require.ErrorContains(t, err, "trade.db\" cannot be opened")
	require.ErrorContains(t, err, "read-only")
	require.NotErrorIs(t, err, tandem.ErrConflict)
	require.NotErrorIs(t, err, tandem.ErrUnknown)
	require.NoError(t, syscall.Mount("", dir, "", syscall.MS_REMOUNT, ""))
	db, err = sqlstore.OpenSQLite(t.Context(), path, sqlstore.Config{})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, db.Close()) })
	require.True(t, hasProduct(t, db.Tenant("acme"), "pen"))
	require.False(t, hasProduct(t, db.Tenant("acme"), "ink"))
	saveProduct(t, db.Tenant("acme"), "ink")
}
