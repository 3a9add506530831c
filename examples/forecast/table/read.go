package table

import (
	"bufio"
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"strings"
	"unicode/utf8"

	"github.com/tandem-go/tandem/integration/insight/forecast"
)

// FormatError says that a file as a whole cannot be read.
type FormatError struct{ Says string }

func (e *FormatError) Error() string { return e.Says }

// Read reads a table. Faults of rows are in the table; the error is one of the reader or of the file as a whole.
func Read(in io.Reader, o Options) (*Table, error) {
	r := &reading{Options: o, table: &Table{}, byName: map[string]*raw{}}
	lines, err := r.open(in)
	if err != nil {
		return nil, err
	}
	header, err := lines.Read()
	if errors.Is(err, io.EOF) {
		return nil, &FormatError{"the file is empty"}
	}
	if err != nil {
		return nil, broken(err)
	}
	header = append([]string(nil), header...)
	for i := range header {
		header[i] = strings.TrimSpace(header[i])
	}
	each, err := r.shape(header)
	if err != nil {
		return nil, err
	}
	for {
		fields, err := lines.Read()
		if errors.Is(err, io.EOF) {
			break
		}
		var malformed *csv.ParseError
		if errors.As(err, &malformed) {
			r.table.Faults.add(malformed.Line, 0, "", "%v, at byte %d of the line; it is left out", malformed.Err, malformed.Column)
			continue
		}
		if err != nil {
			return nil, err
		}
		r.table.Rows++
		each(&record{fields, lines})
	}
	if err := r.build(); err != nil {
		return nil, err
	}
	return r.table, nil
}

func broken(err error) error {
	var malformed *csv.ParseError
	if errors.As(err, &malformed) {
		return &FormatError{fmt.Sprintf("line %d, column %d: %v", malformed.Line, malformed.Column, malformed.Err)}
	}
	return err
}

// open finds out what parts the fields and the decimals. A byte order mark is dropped; what encoding/csv takes for the
// end of a line is one.
func (r *reading) open(in io.Reader) (*csv.Reader, error) {
	b := bufio.NewReaderSize(in, 1<<16)
	head, err := b.Peek(1 << 16)
	if err != nil && !errors.Is(err, io.EOF) {
		return nil, err
	}
	switch {
	case bytes.HasPrefix(head, []byte("\xef\xbb\xbf")):
		_, _ = b.Discard(3)
		head = head[3:]
	case bytes.HasPrefix(head, []byte("\xff\xfe")) || bytes.HasPrefix(head, []byte("\xfe\xff")):
		return nil, &FormatError{"the file is UTF-16: save it as UTF-8"}
	}
	line, _, _ := bytes.Cut(head, []byte("\n"))
	lines := csv.NewReader(b)
	lines.Comma = separator(line)
	lines.FieldsPerRecord = -1
	lines.ReuseRecord = true
	if r.mark = r.Decimal; r.mark == 0 {
		if r.mark = '.'; lines.Comma == ';' {
			r.mark = ','
		}
	}
	return lines, nil
}

// separator gives the mark between fields that occurs most often in the header, outside of quotes.
func separator(line []byte) rune {
	counts, quoted := map[byte]int{}, false
	for _, c := range line {
		if c == '"' {
			quoted = !quoted
		} else if !quoted {
			counts[c]++
		}
	}
	best := byte(',')
	for _, c := range []byte{';', '\t'} {
		if counts[c] > counts[best] {
			best = c
		}
	}
	return rune(best)
}

// record is a row with the places of its fields.
type record struct {
	fields []string
	lines  *csv.Reader
}

func (f *record) line() int {
	line, _ := f.lines.FieldPos(0)
	return line
}

// field gives a field without blanks around it; one that is not there is empty.
func (f *record) field(i int) string {
	if i < 0 || i >= len(f.fields) {
		return ""
	}
	return strings.TrimSpace(f.fields[i])
}

// at gives the line of a field and its number.
func (f *record) at(i int) (line, column int) {
	if i < len(f.fields) {
		line, _ = f.lines.FieldPos(i)
		return line, i + 1
	}
	return f.line(), 0
}

func (f *record) blank() bool {
	for i := range f.fields {
		if f.field(i) != "" {
			return false
		}
	}
	return true
}

// short says that a row has fewer fields than the header has names: which one is missing
// cannot be told. Columns without a name at the end of the header, as a separator at the
// end of each line makes them, need no field.
func (f *record) short(header []string) string {
	n := len(header)
	for n > 0 && header[n-1] == "" {
		n--
	}
	if len(f.fields) >= n {
		return ""
	}
	return fmt.Sprintf("fields: %d, where the header has %d (a value that is not known is an empty field)", len(f.fields), n)
}

// shape tells a wide header, which ends in dates, from a long one, and gives what reads the rows.
func (r *reading) shape(header []string) (func(*record), error) {
	dates, from := 0, -1
	for i, h := range header {
		if _, _, ok := period(h); ok {
			dates++
			if from < 0 {
				from = i
			}
		}
	}
	if dates > 0 && 2*dates >= len(header)-from {
		r.table.Shape = "wide"
		return r.wide(header, from)
	}
	r.table.Shape = "long"
	return r.long(header)
}

// name reads the name of a series.
func (r *reading) name(f *record, from, until int) (string, bool) {
	var parts []string
	for i := from; i < until; i++ {
		if s := f.field(i); s != "" {
			parts = append(parts, s)
		}
	}
	name := strings.Join(parts, " ")
	line, column := f.at(from)
	switch {
	case name == "":
		r.table.Faults.add(line, column, "", "the series has no name")
	case !utf8.ValidString(name):
		r.table.Faults.add(line, column, "", "the name %q is not UTF-8", clipped(name))
	case len(name) > maxName:
		r.table.Faults.add(line, column, name, "the name is longer than %d bytes", maxName)
	default:
		return name, true
	}
	return "", false
}

// maxName bounds the length of a name, in bytes: a quote that is never closed makes one of a whole file.
const maxName = 1000

// dated says whether a date can name the bucket.
func dated(b forecast.Bucket) bool { return b.Valid() && b != forecast.Hour }
