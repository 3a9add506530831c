package retail

import "github.com/tandem-go/tandem"

// Document is one invoice or cancellation of the file. Its rows need not stand together, and its minutes may differ:
// it happened when its first row did.
type Document struct {
	Invoice   string
	Account   string // the customer, or the cash customer of the country
	Cash      bool
	Country   string
	Territory Territory
	Day       tandem.Date
	Minute    int
	Rows      []int // indexes of File.Rows, refused rows too
}

// Cancels reports whether the document is a cancellation.
func (d *Document) Cancels() bool { return d.Invoice[0] == 'C' }

// group collects the rows of each invoice. An invoice that changes its customer, country or day is malformed.
func (f *File) group() error {
	f.Of = make([]int, len(f.Rows))
	byInvoice := make(map[string]int, len(f.Rows)/16)
	for i := range f.Rows {
		row := &f.Rows[i]
		n, seen := byInvoice[row.Invoice]
		if !seen {
			n = len(f.Documents)
			byInvoice[row.Invoice] = n
			f.Documents = append(f.Documents, Document{
				Invoice: row.Invoice, Account: row.Account(), Cash: row.Cash(), Country: row.Country,
				Territory: TerritoryOf(row.Country, row.Cash()), Day: row.Day, Minute: row.Minute,
			})
		}
		d := &f.Documents[n]
		switch {
		case d.Account != row.Account() && d.Country == row.Country:
			return f.fault(row, "CustomerID", "invoice "+row.Invoice+" had another customer before")
		case d.Country != row.Country:
			return f.fault(row, "Country", "invoice "+row.Invoice+" had another country before")
		case d.Day != row.Day:
			return f.fault(row, "InvoiceDate", "invoice "+row.Invoice+" was on another day before")
		}
		d.Rows = append(d.Rows, i)
		f.Of[i] = n
	}
	return nil
}

func (f *File) fault(row *Row, column, reason string) error {
	return &FormatError{File: f.Name, Line: row.Line, Column: column, Reason: reason}
}
