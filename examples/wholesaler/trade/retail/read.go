package retail

import (
	"bufio"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"strings"
	"unicode/utf8"

	"github.com/tandem-go/tandem"
)

// FormatError says where a file is malformed and why.
type FormatError struct {
	File   string
	Line   int    // 0: the file as a whole
	Column string // empty: the line as a whole
	Reason string
}

// Error names the place: `shop.csv, line 12, column Quantity: …`.
func (e *FormatError) Error() string {
	place := e.File
	if e.Line > 0 {
		place += fmt.Sprintf(", line %d", e.Line)
	}
	if e.Column != "" {
		place += ", column " + e.Column
	}
	return place + ": " + e.Reason
}

// The columns, in the order of the fields that read takes.
const (
	colInvoice = iota
	colCode
	colDescription
	colQuantity
	colDate
	colPrice
	colCustomer
	colCountry
	columns
)

// Columns lists the names of the columns that a file must have, in any order.
func Columns() []string {
	return []string{"InvoiceNo", "StockCode", "Description", "Quantity", "InvoiceDate", "UnitPrice", "CustomerID", "Country"}
}

// Reader reads a file row by row. It is strict: what it does not understand is a [FormatError].
type Reader struct {
	name   string
	source *source
	csv    *csv.Reader
	at     [columns]int // column → index in the record
	words  map[string]string
	days   map[string]tandem.Date
	line   int
}

// source remembers why reading ended, since package csv may report the torn line instead.
type source struct {
	r   io.Reader
	err error
}

func (s *source) Read(p []byte) (int, error) {
	n, err := s.r.Read(p)
	if err != nil && err != io.EOF {
		s.err = err
	}
	return n, err
}

// NewReader reads the header of a CSV file, packed with gzip or not. The name is for messages.
func NewReader(name string, from io.Reader) (*Reader, error) {
	buffered := bufio.NewReaderSize(from, 1<<16)
	var plain io.Reader = buffered
	magic, err := buffered.Peek(2)
	switch {
	case err != nil && !errors.Is(err, io.EOF):
		return nil, &FormatError{File: name, Reason: broken(err)}
	case len(magic) == 2 && magic[0] == 0x1f && magic[1] == 0x8b:
		zip, err := newPacked(buffered)
		if err != nil {
			return nil, &FormatError{File: name, Reason: broken(err)}
		}
		plain = zip
	case strings.HasSuffix(name, ".gz"):
		return nil, &FormatError{File: name, Reason: "is named .gz and is no gzip file"}
	}
	r := &Reader{name: name, source: &source{r: plain}, words: map[string]string{}, days: map[string]tandem.Date{}}
	r.csv = csv.NewReader(bufio.NewReaderSize(r.source, 1<<18))
	r.csv.ReuseRecord = true
	return r, r.header()
}

func (r *Reader) header() error {
	record, err := r.record()
	if err == io.EOF {
		return &FormatError{File: r.name, Line: 1, Reason: "the file is empty, it has no header"}
	}
	if err != nil {
		return err
	}
	if reason := foreign(record); reason != "" {
		return &FormatError{File: r.name, Line: 1, Reason: reason}
	}
	found := make(map[string]int, len(record))
	for i, name := range record {
		name = strings.TrimSpace(strings.TrimPrefix(name, "\uFEFF"))
		if _, twice := found[name]; twice {
			return &FormatError{File: r.name, Line: 1, Column: name, Reason: "stands twice in the header"}
		}
		found[name] = i
	}
	for i, name := range Columns() {
		at, ok := found[name]
		if !ok {
			return &FormatError{File: r.name, Line: 1, Column: name, Reason: "is missing from the header"}
		}
		r.at[i] = at
	}
	return nil
}

// record reads one record; its strings hold until the next.
func (r *Reader) record() ([]string, error) {
	record, err := r.csv.Read()
	if r.source.err != nil {
		return nil, &FormatError{File: r.name, Line: r.line + 1, Reason: broken(r.source.err)}
	}
	if err == io.EOF {
		return nil, io.EOF
	}
	var parse *csv.ParseError
	if errors.As(err, &parse) {
		reason := parse.Err.Error()
		if errors.Is(err, csv.ErrFieldCount) {
			reason = fmt.Sprintf("has %d fields, the header has %d", len(record), r.csv.FieldsPerRecord)
		}
		return nil, &FormatError{File: r.name, Line: parse.StartLine, Reason: reason}
	}
	if err != nil {
		return nil, &FormatError{File: r.name, Line: r.line + 1, Reason: err.Error()}
	}
	r.line, _ = r.csv.FieldPos(0)
	return record, nil
}

// Next reads the next row and classifies it, or gives io.EOF.
func (r *Reader) Next() (Row, error) {
	record, err := r.record()
	if err != nil {
		return Row{}, err
	}
	return r.row(record)
}

func (r *Reader) row(record []string) (row Row, err error) {
	field := func(column int) string { return record[r.at[column]] }
	fault := func(column int, reason string, args ...any) error {
		return &FormatError{File: r.name, Line: r.line, Column: Columns()[column], Reason: fmt.Sprintf(reason, args...)}
	}
	row = Row{
		Line: r.line, Invoice: r.word(field(colInvoice)), Code: r.code(field(colCode)), Description: r.word(field(colDescription)),
		Customer: r.word(field(colCustomer)), Country: r.word(field(colCountry)),
	}
	for _, column := range [...]int{colInvoice, colCode, colCountry} {
		if field(column) == "" {
			return row, fault(column, "is empty")
		}
	}
	for _, column := range [...]int{colInvoice, colCode, colDescription, colCustomer, colCountry} {
		if !utf8.ValidString(field(column)) {
			return row, fault(column, "%q is not UTF-8: save the file in that encoding", clip(field(column)))
		}
	}
	if row.Quantity, err = parseWhole(field(colQuantity)); errors.Is(err, tandem.ErrOverflow) {
		return row, fault(colQuantity, "%q is out of range: at most 1,000,000,000 in a line", clip(field(colQuantity)))
	} else if err != nil {
		return row, fault(colQuantity, "%q is no whole number", clip(field(colQuantity)))
	}
	if row.Day, row.Minute, err = r.moment(field(colDate)); err != nil {
		return row, fault(colDate, "%q is no date and time of the form YYYY-MM-DD HH:MM", clip(field(colDate)))
	}
	if row.Price, err = parsePrice(field(colPrice)); errors.Is(err, tandem.ErrOverflow) {
		return row, fault(colPrice, "%q is out of range: it has more than nine digits before the point", clip(field(colPrice)))
	} else if err != nil {
		return row, fault(colPrice, "%q is no price of at most six decimals", clip(field(colPrice)))
	}
	pieces, err := tandem.QuantityOf(row.Quantity, tandem.Each)
	if err == nil {
		row.Net, err = row.Price.Times(pieces, tandem.HalfAwayFromZero)
	}
	if errors.Is(err, tandem.ErrOverflow) || err == nil && (row.Net.Minor() > tandem.MaxMinorUnits || row.Net.Minor() < -tandem.MaxMinorUnits) {
		return row, fault(colQuantity, "quantity × price is out of range")
	} else if err != nil {
		return row, fault(colQuantity, "quantity × price: %v", err)
	}
	row.classify()
	return row, nil
}

// clip keeps messages to one short line.
func clip(s string) string {
	if len(s) > 40 {
		return s[:40] + "…"
	}
	return s
}

// word keeps one copy of a text that comes often.
func (r *Reader) word(s string) string {
	if w, ok := r.words[s]; ok {
		return w
	}
	w := strings.Clone(s)
	r.words[w] = w
	return w
}

func (r *Reader) code(s string) string {
	for i := range len(s) {
		if s[i] >= 'a' && s[i] <= 'z' {
			return r.word(strings.ToUpper(s))
		}
	}
	return r.word(s)
}

func (r *Reader) moment(s string) (tandem.Date, int, error) {
	if len(s) != 16 || s[10] != ' ' || s[13] != ':' {
		return tandem.Date{}, 0, tandem.ErrSyntax
	}
	hour, minute := twoDigits(s[11:13]), twoDigits(s[14:16])
	if hour < 0 || hour > 23 || minute < 0 || minute > 59 {
		return tandem.Date{}, 0, tandem.ErrSyntax
	}
	day, ok := r.days[s[:10]]
	if !ok {
		var err error
		if day, err = tandem.ParseDate(s[:10]); err != nil {
			return tandem.Date{}, 0, err
		}
		r.days[strings.Clone(s[:10])] = day
	}
	return day, hour*60 + minute, nil
}

func twoDigits(s string) int {
	if s[0] < '0' || s[0] > '9' || s[1] < '0' || s[1] > '9' {
		return -1
	}
	return int(s[0]-'0')*10 + int(s[1]-'0')
}

// The digits that a quantity may have, and a price before and behind its point.
const (
	wholeDigits   = 12
	poundDigits   = 9
	priceDecimals = 6
)

// parseWhole reads an optional minus and at most as many as a line of the library may have.
func parseWhole(s string) (n int64, err error) {
	digits := strings.TrimPrefix(s, "-")
	if n, err = parseDigits(digits, wholeDigits); err == nil && n > tandem.MaxUnits {
		err = tandem.ErrOverflow
	}
	if len(digits) < len(s) {
		n = -n
	}
	return n, err
}

// parsePrice reads an optional minus, at most nine digits and at most six decimals, as pounds per piece.
func parsePrice(s string) (tandem.Price, error) {
	text := strings.TrimPrefix(s, "-")
	whole, fraction, point := strings.Cut(text, ".")
	if point && (fraction == "" || len(fraction) > priceDecimals) {
		return tandem.Price{}, tandem.ErrSyntax
	}
	micro, err := parseDigits(fraction+"000000"[len(fraction):], priceDecimals)
	if err != nil {
		return tandem.Price{}, err
	}
	pounds, err := parseDigits(whole, poundDigits)
	if err != nil {
		return tandem.Price{}, err
	}
	if micro += pounds * 1_000_000; len(text) < len(s) {
		micro = -micro
	}
	return tandem.PriceFromMicro(micro, tandem.GBP, 1, tandem.Each)
}

// parseDigits reads digits; more than so many are out of range.
func parseDigits(s string, most int) (n int64, err error) {
	for i := range len(s) {
		if s[i] < '0' || s[i] > '9' {
			return 0, tandem.ErrSyntax
		}
		if i < most {
			n = n*10 + int64(s[i]-'0')
		}
	}
	switch {
	case s == "":
		return 0, tandem.ErrSyntax
	case len(s) > most:
		return 0, tandem.ErrOverflow
	}
	return n, nil
}
