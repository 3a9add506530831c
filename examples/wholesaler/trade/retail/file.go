package retail

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
)

// File is a file that has been read whole.
type File struct {
	Name string
	Rows []Row
	// Documents are the invoices and cancellations in the order in which each begins; Of gives each row's.
	Documents []Document
	Of        []int
}

// Read reads a file whole, in its own order. The tick is called now and then with the number of rows so far; it may
// be nil.
func Read(name string, from io.Reader, tick func(rows int)) (*File, error) {
	r, err := NewReader(name, from)
	if err != nil {
		return nil, err
	}
	file := &File{Name: name}
	for {
		row, err := r.Next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil, err
		}
		file.Rows = append(file.Rows, row)
		if tick != nil && len(file.Rows)%8192 == 0 {
			tick(len(file.Rows))
		}
	}
	if len(file.Rows) == 0 {
		return nil, &FormatError{File: name, Line: 2, Reason: "the file has no rows"}
	}
	return file, file.group()
}

// Open reads the file of that name.
func Open(name string, tick func(rows int)) (*File, error) {
	f, err := os.Open(name)
	if err != nil {
		var path *os.PathError
		if errors.As(err, &path) {
			return nil, &FormatError{File: name, Reason: path.Err.Error()}
		}
		return nil, err
	}
	defer f.Close()
	return Read(name, f, tick)
}

// Select gives the file with the rows for which keep holds, grouped anew.
func (f *File) Select(keep func(*Row) bool) (*File, error) {
	part := &File{Name: f.Name}
	for i := range f.Rows {
		if keep(&f.Rows[i]) {
			part.Rows = append(part.Rows, f.Rows[i])
		}
	}
	return part, part.group()
}

// At gives the index of the row at a line of the file, or -1. Rows stand in the order of their lines.
func (f *File) At(line int) int {
	i, ok := slices.BinarySearchFunc(f.Rows, line, func(r Row, line int) int { return cmp.Compare(r.Line, line) })
	if !ok {
		return -1
	}
	return i
}

// Sum gives a text that tells the rows of the file from those of every other, in the order in which they stand.
func (f *File) Sum() string {
	sum, line := sha256.New(), []byte{}
	for i := range f.Rows {
		r := &f.Rows[i]
		line = fmt.Appendf(line[:0], "%d %q %q %q %q %q %d %s %d %s %d %d\n", r.Line, r.Invoice, r.Code, r.Description, r.Customer, r.Country,
			r.Quantity, r.Day, r.Minute, r.Price, r.Class, r.Kind)
		sum.Write(line)
	}
	return hex.EncodeToString(sum.Sum(nil))
}
