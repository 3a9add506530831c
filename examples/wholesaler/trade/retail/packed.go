package retail

import (
	"bufio"
	"compress/flate"
	"compress/gzip"
	"errors"
	"io"
	"io/fs"
	"strings"
)

// errBehind says that a gzip file goes on behind its end.
var errBehind = errors.New("something stands behind the end of the gzip file")

// packed reads a gzip file of one or several parts. Package gzip would read what stands behind a part as the next
// one, and call it truncated where it is none.
type packed struct {
	from *bufio.Reader
	zip  *gzip.Reader
}

func newPacked(from *bufio.Reader) (*packed, error) {
	zip, err := gzip.NewReader(from)
	if err != nil {
		return nil, err
	}
	zip.Multistream(false)
	return &packed{from, zip}, nil
}

func (p *packed) Read(b []byte) (int, error) {
	for {
		n, err := p.zip.Read(b)
		if err != io.EOF || n > 0 {
			if err == io.EOF {
				err = nil
			}
			return n, err
		}
		magic, err := p.from.Peek(2)
		switch {
		case len(magic) == 0 && err != nil:
			return 0, err
		case len(magic) < 2 || magic[0] != 0x1f || magic[1] != 0x8b:
			return 0, errBehind
		}
		if err := p.zip.Reset(p.from); err != nil {
			return 0, err
		}
		p.zip.Multistream(false)
	}
}

func broken(err error) string {
	var corrupt flate.CorruptInputError
	switch {
	case errors.Is(err, errBehind):
		return err.Error()
	case errors.Is(err, io.ErrUnexpectedEOF):
		return "the gzip file is truncated"
	case errors.Is(err, gzip.ErrChecksum), errors.Is(err, gzip.ErrHeader), errors.As(err, &corrupt):
		return "the gzip file is damaged: " + err.Error()
	}
	var path *fs.PathError // names the file again
	if errors.As(err, &path) {
		err = path.Err
	}
	return "cannot be read: " + err.Error()
}

// foreign says what a header is that is no header of a CSV file in UTF-8, "" if it may be one.
func foreign(record []string) string {
	first := record[0]
	if strings.HasPrefix(first, "\xff\xfe") || strings.HasPrefix(first, "\xfe\xff") || strings.Contains(first, "\x00") {
		return "the file is in UTF-16: save it in UTF-8"
	}
	if len(record) > 1 {
		return ""
	}
	for _, separator := range []string{";", "\t", "|"} {
		if strings.Contains(first, separator) {
			names := map[string]string{";": "semicolons", "\t": "tabs", "|": "bars"}
			return "the columns are separated by " + names[separator] + ": they must be by commas"
		}
	}
	return ""
}
