package retail

import (
	"errors"
	"io"
	"os"
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
