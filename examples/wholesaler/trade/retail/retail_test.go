package retail_test

import (
	"bytes"
	"compress/gzip"
	"io"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/examples/wholesaler/data"
	"github.com/tandem-go/tandem/examples/wholesaler/trade/retail"
)

func demo(t *testing.T) *retail.File {
	t.Helper()
	f, err := retail.Read(data.Name, data.Demo(), nil)
	require.NoError(t, err)
	return f
}

// sample gives the rows with a customer: exactly the sample of 445 whole customers.
func sample(t *testing.T) *retail.File {
	t.Helper()
	f, err := demo(t).Select(func(r *retail.Row) bool { return r.Customer != "" })
	require.NoError(t, err)
	return f
}

func classes(f *retail.File) (n [retail.Sold + 1]int, free int) {
	for i := range f.Rows {
		n[f.Rows[i].Class]++
		if f.Rows[i].Class == retail.Sold && f.Rows[i].Price.IsZero() {
			free++
		}
	}
	return n, free
}

func day(s string) tandem.Date {
	d, err := tandem.ParseDate(s)
	if err != nil {
		panic(err)
	}
	return d
}

func revenue(t *testing.T, f *retail.File) string {
	t.Helper()
	sum := tandem.NewTotal(tandem.GBP)
	for i := range f.Rows {
		if f.Rows[i].Class != retail.Refused {
			sum.Add(f.Rows[i].Net)
		}
	}
	m, err := sum.Money(tandem.HalfAwayFromZero)
	require.NoError(t, err)
	return m.String()
}

// The figures of rules 1, 2 and 8.
func TestDemoRows(t *testing.T) {
	f := demo(t)
	n, _ := classes(f)
	assert.Len(t, f.Rows, 47808)
	assert.Equal(t, 46505, n[retail.Sold])
	assert.Equal(t, 712, n[retail.Returned])
	assert.Equal(t, 140, n[retail.Lost])
	assert.Equal(t, 152, n[retail.Found])
	assert.Equal(t, 298, n[retail.Service])
	assert.Equal(t, 1, n[retail.Refused])
	assert.Equal(t, "946720.53 GBP", revenue(t, f))
}

func TestSampleRows(t *testing.T) {
	f := sample(t)
	n, free := classes(f)
	assert.Len(t, f.Rows, 36378)
	assert.Equal(t, 35485, n[retail.Sold])
	assert.Equal(t, 4, free)
	assert.Equal(t, 708, n[retail.Returned])
	assert.Equal(t, 185, n[retail.Service])
	assert.Zero(t, n[retail.Lost]+n[retail.Found]+n[retail.Refused])
	assert.Equal(t, "811414.33 GBP", revenue(t, f))
	customers := map[string]bool{}
	for i := range f.Rows {
		customers[f.Rows[i].Customer] = true
	}
	assert.Len(t, customers, 445)
}

func TestSampleRepeatsItself(t *testing.T) {
	f := sample(t)
	type line struct{ invoice, code string }
	type whole struct {
		invoice, code, description, customer, country string
		quantity                                      int64
		day                                           tandem.Date
		minute                                        int
		price                                         tandem.Price
	}
	sold, lines, wholes := 0, map[line]bool{}, map[whole]bool{}
	minutes := map[string]map[int]bool{}
	for i := range f.Rows {
		r := &f.Rows[i]
		wholes[whole{r.Invoice, r.Code, r.Description, r.Customer, r.Country, r.Quantity, r.Day, r.Minute, r.Price}] = true
		if minutes[r.Invoice] == nil {
			minutes[r.Invoice] = map[int]bool{}
		}
		minutes[r.Invoice][r.Minute] = true
		if r.Class == retail.Sold {
			sold++
			lines[line{r.Invoice, r.Code}] = true
		}
	}
	two := 0
	for _, m := range minutes {
		if len(m) == 2 {
			two++
		}
	}
	assert.Equal(t, 968, sold-len(lines), "the same product again on an invoice")
	assert.Equal(t, 490, len(f.Rows)-len(wholes), "exact duplicate rows")
	assert.Equal(t, 5, two, "invoices that span two minutes")
	assert.Len(t, minutes, len(f.Documents))
}

func TestSampleAtTheCut(t *testing.T) {
	f := sample(t)
	cut := day("2011-06-01")
	invoices, before, after, lines := map[string]bool{}, map[string]bool{}, map[string]bool{}, 0
	for i := range f.Rows {
		r := &f.Rows[i]
		switch {
		case r.Class != retail.Sold:
		case r.Day.Before(cut):
			before[r.Customer], invoices[r.Invoice] = true, true
		default:
			after[r.Customer] = true
			lines++
		}
	}
	fresh := 0
	for c := range after {
		if !before[c] {
			fresh++
		}
	}
	assert.Len(t, before, 275)
	assert.Len(t, invoices, 682)
	assert.Len(t, after, 358)
	assert.Equal(t, 167, fresh)
	assert.Equal(t, 22406, lines)
}

// The figures of rules 15 and 16.
func TestSampleMatching(t *testing.T) {
	f := sample(t)
	steps := map[retail.Step]int{}
	sameDay, scrap, old := 0, 0, 0
	for _, m := range retail.MatchCancellations(f.Rows) {
		steps[m.Step]++
		on, late := false, false
		left := -f.Rows[m.Row].Quantity - m.Unmatched
		for _, take := range m.Takes {
			age := f.Rows[m.Row].Day.DaysSince(f.Rows[take.Row].Day)
			on = on || age == 0
			late = late || age > 90
			if age > 90 {
				old++
			}
			left -= take.Quantity
			assert.Less(t, take.Row, m.Row)
			assert.Positive(t, take.Quantity)
		}
		assert.Zero(t, left, "takes and rest make up the quantity")
		if on {
			sameDay++
		}
		if late {
			scrap++
		}
	}
	assert.Equal(t, map[retail.Step]int{
		retail.SamePriceWhole: 171, retail.SamePricePart: 352, retail.SamePriceSeveral: 5, retail.AnyPrice: 45,
		retail.Partly: 5, retail.None: 130,
	}, steps)
	assert.Equal(t, 27, sameDay, "rows cancelled on the day of the sale")
	assert.Equal(t, 79, scrap, "rows with goods back after more than 90 days")
	assert.Equal(t, 86, old, "takes of goods after more than 90 days")
}

func TestMatchingByHand(t *testing.T) {
	f, err := retail.Read("hand.csv", strings.NewReader(header+
		"1,10002,x,5,2011-01-04 10:00,1.00,12340,United Kingdom\n"+
		"1,10002,x,5,2011-01-04 10:00,1.00,12340,United Kingdom\n"+
		"2,10002,x,7,2011-01-05 10:00,0.85,12340,United Kingdom\n"+
		"3,10002,x,7,2011-01-05 10:00,0.85,12350,United Kingdom\n"+
		"C4,10002,x,-5,2011-01-06 10:00,1.00,12340,United Kingdom\n"+ // (a) the newer of the two
		"C5,10002,x,-2,2011-01-06 10:00,0.85,12340,United Kingdom\n"+ // (b) of the seven
		"C6,10002,x,-8,2011-01-06 10:00,0.85,12340,United Kingdom\n"+ // (d) five at 0.85, three at 1.00
		"C7,10002,x,-8,2011-01-06 10:00,0.85,12340,United Kingdom\n"+ // partly: two at 1.00
		"C8,10002,x,-1,2011-01-06 10:00,0.85,12340,United Kingdom\n"), nil) // none
	require.NoError(t, err)
	assert.Equal(t, []retail.Match{
		{Row: 4, Step: retail.SamePriceWhole, Takes: []retail.Take{{Row: 1, Quantity: 5}}},
		{Row: 5, Step: retail.SamePricePart, Takes: []retail.Take{{Row: 2, Quantity: 2}}},
		{Row: 6, Step: retail.AnyPrice, Takes: []retail.Take{{Row: 2, Quantity: 5}, {Row: 0, Quantity: 3}}},
		{Row: 7, Step: retail.Partly, Takes: []retail.Take{{Row: 0, Quantity: 2}}, Unmatched: 6},
		{Row: 8, Step: retail.None, Unmatched: 1},
	}, retail.MatchCancellations(f.Rows))
}

const header = "InvoiceNo,StockCode,Description,Quantity,InvoiceDate,UnitPrice,CustomerID,Country\n"

func TestClassesByHand(t *testing.T) {
	for _, c := range []struct {
		name, row string
		class     retail.Class
		kind      retail.Kind
	}{
		{"a sale", "536365,85123A,HOLDER,6,2010-12-01 08:26,2.55,17850,United Kingdom", retail.Sold, retail.Goods},
		{"a sale, code in small letters", "536365,85123a,HOLDER,6,2010-12-01 08:26,2.55,17850,France", retail.Sold, retail.Goods},
		{"a free sale to a customer", "536365,22841,TIN,1,2010-12-01 08:26,0,12647,Germany", retail.Sold, retail.Goods},
		{"a sale without customer", "536365,22841,TIN,1,2010-12-01 08:26,3.29,,United Kingdom", retail.Sold, retail.Goods},
		{"a cancellation", "C536365,22841,TIN,-1,2010-12-01 08:26,3.29,,United Kingdom", retail.Returned, retail.Goods},
		{"a loss", "536365,22841,smashed,-9,2010-12-01 08:26,0,,United Kingdom", retail.Lost, retail.Goods},
		{"a find", "536365,22841,,9,2010-12-01 08:26,0,,United Kingdom", retail.Found, retail.Goods},
		{"doorstops for a shop", "536365,DCGS0003,BOX,1,2010-12-01 08:26,1.25,,United Kingdom", retail.Sold, retail.Goods},
		{"pads", "536365,PADS,PADS,1,2010-12-01 08:26,0.001,12340,United Kingdom", retail.Sold, retail.Goods},
		{"carriage", "536365,POST,POSTAGE,1,2010-12-01 08:26,18,12340,France", retail.Service, retail.Carriage},
		{"carriage taken back", "C536365,POST,POSTAGE,-1,2010-12-01 08:26,18,12340,France", retail.Service, retail.Carriage},
		{"a discount", "C536365,D,Discount,-1,2010-12-01 08:26,27.5,12340,United Kingdom", retail.Service, retail.Allowance},
		{"a voucher", "536365,gift_0001_40,Voucher,1,2010-12-01 08:26,34.04,,United Kingdom", retail.Service, retail.ServiceLine},
		{"samples", "C536365,S,SAMPLES,-1,2010-12-01 08:26,33.05,,United Kingdom", retail.Service, retail.Expense},
		{"carriage of nobody for nothing", "536365,POST,,1,2010-12-01 08:26,0,,United Kingdom", retail.Refused, retail.Carriage},
		{"bad debt", "A563185,B,Adjust bad debt,1,2011-08-12 14:50,11062.06,,United Kingdom", retail.Refused, retail.ServiceLine},
		{"a negative sale to a customer", "536365,22841,TIN,-1,2010-12-01 08:26,3.29,12340,United Kingdom", retail.Refused, retail.Goods},
		{"a cancellation that sells", "C536365,22841,TIN,1,2010-12-01 08:26,3.29,12340,United Kingdom", retail.Refused, retail.Goods},
	} {
		t.Run(c.name, func(t *testing.T) {
			f, err := retail.Read("x.csv", strings.NewReader(header+c.row+"\n"), nil)
			require.NoError(t, err)
			assert.Equal(t, c.class, f.Rows[0].Class)
			assert.Equal(t, c.kind, f.Rows[0].Kind)
			assert.Equal(t, c.class == retail.Refused, f.Rows[0].Reason != "")
			assert.Equal(t, strings.ToUpper(f.Rows[0].Code), f.Rows[0].Code)
		})
	}
}

func TestTerritories(t *testing.T) {
	assert.Equal(t, retail.Home, retail.TerritoryOf("United Kingdom", false))
	assert.Equal(t, retail.Home, retail.TerritoryOf("Unspecified", true))
	assert.Equal(t, retail.Union, retail.TerritoryOf("EIRE", false))
	assert.Equal(t, retail.Home, retail.TerritoryOf("EIRE", true))
	assert.Equal(t, retail.Export, retail.TerritoryOf("Channel Islands", false))
	assert.Equal(t, retail.Export, retail.TerritoryOf("Hong Kong", true))
	assert.Equal(t, retail.Export, retail.TerritoryOf("Atlantis", false))
	f := demo(t)
	for i := range f.Rows {
		code, _ := retail.CountryCode(f.Rows[i].Country)
		assert.NotEqual(t, tandem.Country("ZZ"), code, f.Rows[i].Country)
	}
}

func TestInterleavedInvoices(t *testing.T) {
	f, err := retail.Read("x.csv", strings.NewReader(header+
		"1,10002,x,1,2011-01-04 10:00,1,,United Kingdom\n2,10002,x,1,2011-01-04 10:00,1,,United Kingdom\n"+
		"1,10003,x,1,2011-01-04 10:01,1,,United Kingdom\n"), nil)
	require.NoError(t, err)
	require.Len(t, f.Documents, 2)
	assert.Equal(t, []int{0, 2}, f.Documents[0].Rows)
	assert.Equal(t, 600, f.Documents[0].Minute)
	assert.Equal(t, "cash United Kingdom", f.Documents[0].Account)
	assert.Equal(t, []int{0, 1, 0}, f.Of)
}

func packed(t *testing.T, text string) []byte {
	t.Helper()
	var b bytes.Buffer
	zip := gzip.NewWriter(&b)
	_, err := io.WriteString(zip, text)
	require.NoError(t, err)
	require.NoError(t, zip.Close())
	return b.Bytes()
}

func TestMalformedFiles(t *testing.T) {
	good := "536365,85123A,HOLDER,6,2010-12-01 08:26,2.55,17850,United Kingdom\n"
	zip := packed(t, header+strings.Repeat(good, 3000))
	damaged := bytes.Clone(zip)
	damaged[len(damaged)-8] ^= 1 // of the checksum
	corrupt := bytes.Clone(zip)
	corrupt[10] |= 6 // a kind of block that there is not
	for _, c := range []struct{ name, file, text, want string }{
		{"empty", "a.csv", "", "a.csv, line 1: the file is empty, it has no header"},
		{"no rows", "a.csv", header, "a.csv, line 2: the file has no rows"},
		{"a column is missing", "a.csv", "InvoiceNo,StockCode\n", "a.csv, line 1, column Description: is missing from the header"},
		{"a column stands twice", "a.csv", "InvoiceNo,InvoiceNo\n", "a.csv, line 1, column InvoiceNo: stands twice in the header"},
		{"a short line", "a.csv", header + good + "1,2,3\n", "a.csv, line 3: has 3 fields, the header has 8"},
		{"a quote that does not end", "a.csv", header + "1,\"2,3\n", "a.csv, line 2: extraneous or missing \" in quoted-field"},
		{"no invoice", "a.csv", header + strings.Replace(good, "536365", "", 1), "a.csv, line 2, column InvoiceNo: is empty"},
		{"no code", "a.csv", header + strings.Replace(good, "85123A", "", 1), "a.csv, line 2, column StockCode: is empty"},
		{"no country", "a.csv", header + strings.Replace(good, "United Kingdom", "", 1), "a.csv, line 2, column Country: is empty"},
		{"quantity with a fraction", "a.csv", header + good + strings.Replace(good, ",6,", ",6.5,", 1), `a.csv, line 3, column Quantity: "6.5" is no whole number`},
		{"huge quantity", "a.csv", header + strings.Replace(good, ",6,", ",6000000000000,", 1), `a.csv, line 2, column Quantity: "6000000000000" is out of range: at most 1,000,000,000 in a line`},
		{"huge negative quantity", "a.csv", header + strings.Replace(good, ",6,", ",-9223372036854775808,", 1), `a.csv, line 2, column Quantity: "-9223372036854775808" is out of range: at most 1,000,000,000 in a line`},
		{"a minus alone", "a.csv", header + strings.Replace(good, ",6,", ",-,", 1), `a.csv, line 2, column Quantity: "-" is no whole number`},
		{"many digits and a letter", "a.csv", header + strings.Replace(good, ",6,", ",6000000000000x,", 1), `a.csv, line 2, column Quantity: "6000000000000x" is no whole number`},
		{"huge price", "a.csv", header + strings.Replace(good, "2.55", "1000000000.00", 1), `a.csv, line 2, column UnitPrice: "1000000000.00" is out of range: it has more than nine digits before the point`},
		{"price with seven decimals", "a.csv", header + strings.Replace(good, "2.55", "2.5500000", 1), `a.csv, line 2, column UnitPrice: "2.5500000" is no price of at most six decimals`},
		{"one more than the library takes", "a.csv", header + strings.Replace(good, ",6,", ",1000000001,", 1), `a.csv, line 2, column Quantity: "1000000001" is out of range: at most 1,000,000,000 in a line`},
		{"semicolons", "a.csv", strings.ReplaceAll(header+good, ",", ";"), "a.csv, line 1: the columns are separated by semicolons: they must be by commas"},
		{"tabs", "a.csv", strings.ReplaceAll(header+good, ",", "\t"), "a.csv, line 1: the columns are separated by tabs: they must be by commas"},
		{"UTF-16, little end first", "a.csv", "\xff\xfe" + strings.Join(strings.Split(header+good, ""), "\x00") + "\x00", "a.csv, line 1: the file is in UTF-16: save it in UTF-8"},
		{"UTF-16, big end first", "a.csv", "\xfe\xff\x00" + strings.Join(strings.Split(header+good, ""), "\x00"), "a.csv, line 1: the file is in UTF-16: save it in UTF-8"},
		{"Latin-1", "a.csv", header + strings.Replace(good, "HOLDER", "CAF\xc9", 1), `a.csv, line 2, column Description: "CAF\xc9" is not UTF-8: save the file in that encoding`},
		{"huge amount", "a.csv", header + strings.Replace(good, ",6,2010-12-01 08:26,2.55", ",999999999,2010-12-01 08:26,999999999", 1), "a.csv, line 2, column Quantity: quantity × price is out of range"},
		{"price in words", "a.csv", header + strings.Replace(good, "2.55", "two", 1), `a.csv, line 2, column UnitPrice: "two" is no price of at most six decimals`},
		{"price with two points", "a.csv", header + strings.Replace(good, "2.55", "2.5.5", 1), `a.csv, line 2, column UnitPrice: "2.5.5" is no price of at most six decimals`},
		{"price with an exponent", "a.csv", header + strings.Replace(good, "2.55", "1e9", 1), `a.csv, line 2, column UnitPrice: "1e9" is no price of at most six decimals`},
		{"no price", "a.csv", header + strings.Replace(good, "2.55", "", 1), `a.csv, line 2, column UnitPrice: "" is no price of at most six decimals`},
		{"a day that is none", "a.csv", header + strings.Replace(good, "2010-12-01", "2011-02-29", 1), `a.csv, line 2, column InvoiceDate: "2011-02-29 08:26" is no date and time of the form YYYY-MM-DD HH:MM`},
		{"a time that is none", "a.csv", header + strings.Replace(good, "08:26", "24:00", 1), `a.csv, line 2, column InvoiceDate: "2010-12-01 24:00" is no date and time of the form YYYY-MM-DD HH:MM`},
		{"a date of another form", "a.csv", header + strings.Replace(good, "2010-12-01 08:26", "12/1/2010 8:26", 1), `a.csv, line 2, column InvoiceDate: "12/1/2010 8:26" is no date and time of the form YYYY-MM-DD HH:MM`},
		{"an invoice with two customers", "a.csv", header + good + strings.Replace(good, "17850", "17851", 1), "a.csv, line 3, column CustomerID: invoice 536365 had another customer before"},
		{"an invoice with two countries", "a.csv", header + good + strings.Replace(good, "United Kingdom", "France", 1), "a.csv, line 3, column Country: invoice 536365 had another country before"},
		{"an invoice with two days", "a.csv", header + good + strings.Replace(good, "2010-12-01", "2010-12-02", 1), "a.csv, line 3, column InvoiceDate: invoice 536365 was on another day before"},
		{"truncated gzip", "a.csv.gz", string(zip[:len(zip)-20]), "the gzip file is truncated"},
		{"gzip cut to its header", "a.csv.gz", string(zip[:12]), "a.csv.gz, line 1: the gzip file is truncated"},
		{"damaged gzip", "a.csv.gz", string(damaged), "the gzip file is damaged: gzip: invalid checksum"},
		{"garbage behind gzip", "a.csv.gz", string(zip) + "garbage", "something stands behind the end of the gzip file"},
		{"one byte behind gzip", "a.csv.gz", string(zip) + "\x1f", "something stands behind the end of the gzip file"},
		{"corrupt gzip", "a.csv.gz", string(corrupt), "the gzip file is damaged: flate: corrupt input"},
		{"gzip by name only", "a.csv.gz", header + good, "a.csv.gz: is named .gz and is no gzip file"},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, err := retail.Read(c.file, strings.NewReader(c.text), nil)
			var format *retail.FormatError
			require.ErrorAs(t, err, &format)
			if strings.HasPrefix(c.want, "a.csv") {
				assert.Equal(t, c.want, err.Error())
			} else {
				assert.Contains(t, err.Error(), c.want)
				assert.Positive(t, format.Line)
			}
			assert.NotContains(t, err.Error(), "\n")
		})
	}
}

func TestFormsOfFiles(t *testing.T) {
	swapped := "\uFEFFCountry,InvoiceNo,StockCode,Description,Quantity,InvoiceDate,UnitPrice,CustomerID,Extra\r\n" +
		"France,536365,10002,\"a \"\"b\"\", c\",6,2010-12-01 08:26,0.001,12340,x\r\n"
	f, err := retail.Read("a.csv", bytes.NewReader(packed(t, swapped)), nil)
	require.NoError(t, err)
	assert.Equal(t, `a "b", c`, f.Rows[0].Description)
	assert.Equal(t, "0.01 GBP", f.Rows[0].Net.String(), "half a penny and a tenth, rounded away from nought")
	assert.Equal(t, 2, f.Rows[0].Line)
	rows := strings.Repeat("536365,85123A,HOLDER,6,2010-12-01 08:26,2.55,17850,United Kingdom\n", 3)
	f, err = retail.Read("a.csv.gz", bytes.NewReader(append(packed(t, header+rows), packed(t, rows)...)), nil)
	require.NoError(t, err, "a gzip file of two parts")
	assert.Len(t, f.Rows, 6)
	_, err = retail.Open("there is no such file", nil)
	assert.EqualError(t, err, "there is no such file: no such file or directory")
	folder := t.TempDir()
	_, err = retail.Open(folder, nil)
	var format *retail.FormatError
	require.ErrorAs(t, err, &format)
	assert.True(t, strings.HasPrefix(err.Error(), folder+": cannot be read: "), err)
	assert.Equal(t, 1, strings.Count(err.Error(), folder), "named once")
}

func TestTickIsCalled(t *testing.T) {
	n := 0
	_, err := retail.Read(data.Name, data.Demo(), func(rows int) { n = rows })
	require.NoError(t, err)
	assert.Equal(t, 40960, n)
}

func FuzzRead(f *testing.F) {
	f.Add([]byte(header + "536365,85123A,HOLDER,6,2010-12-01 08:26,2.55,17850,United Kingdom\n"))
	f.Add([]byte("\x1f\x8b\x08"))
	f.Fuzz(func(t *testing.T, b []byte) {
		file, err := retail.Read("fuzz.csv", bytes.NewReader(b), nil)
		if err != nil {
			var format *retail.FormatError
			assert.ErrorAs(t, err, &format)
			return
		}
		retail.MatchCancellations(file.Rows)
	})
}

func BenchmarkRead(b *testing.B) {
	rows := 0
	for b.Loop() {
		f, err := retail.Read(data.Name, data.Demo(), nil)
		if err != nil {
			b.Fatal(err)
		}
		rows += len(f.Rows)
	}
	b.ReportMetric(float64(rows)/b.Elapsed().Seconds(), "rows/s")
}
