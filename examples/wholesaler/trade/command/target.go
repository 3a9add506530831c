package command

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
)

// pathError says why a page cannot be written to a path.
type pathError struct{ path, reason string }

func (e *pathError) Error() string { return "-report " + e.path + ": " + e.reason }

// writable finds out before the story is told whether a page could be written to a path; it leaves nothing behind. An
// existing file keeps what it holds until the page is there.
func writable(path, input string) error {
	if path == "" {
		return nil
	}
	info, err := os.Stat(path)
	switch {
	case err == nil && info.IsDir():
		return &pathError{path, "is a folder"}
	case err == nil && sameFile(info, input):
		return &pathError{path, "is the file of trade itself"}
	case err == nil && !info.Mode().IsRegular():
		return nil // a device or a pipe: opening it could block
	case err == nil:
		return probe(path, 0)
	case !errors.Is(err, fs.ErrNotExist):
		return refused(path, err)
	}
	folder := filepath.Dir(path + "x") // of a path that ends in a separator: that folder
	if info, err := os.Stat(folder); err != nil || !info.IsDir() {
		return &pathError{path, fmt.Sprintf("there is no folder %s", folder)}
	}
	if err := probe(path, os.O_CREATE|os.O_EXCL); err != nil {
		return err
	}
	return os.Remove(path)
}

func probe(path string, flag int) error {
	f, err := os.OpenFile(path, os.O_WRONLY|flag, pageMode)
	if err != nil {
		return refused(path, err)
	}
	return f.Close()
}

// refused names the path as it was given, and the reason without it.
func refused(path string, err error) error {
	var at *fs.PathError
	if errors.As(err, &at) {
		err = at.Err
	}
	return &pathError{path, err.Error()}
}

func sameFile(info fs.FileInfo, input string) bool {
	if input == "" {
		return false
	}
	other, err := os.Stat(input)
	return err == nil && os.SameFile(info, other)
}

const pageMode = 0o644

// writePage writes a page whole or, where there was none before, not at all.
func writePage(path string, page []byte) error {
	_, err := os.Lstat(path)
	fresh := errors.Is(err, fs.ErrNotExist)
	if err := os.WriteFile(path, page, pageMode); err != nil {
		if fresh {
			_ = os.Remove(path)
		}
		return refused(path, err)
	}
	return nil
}
