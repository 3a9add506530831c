package lifetime_test

import (
	"bytes"
	"encoding/csv"
	"strconv"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/integration/insight/lifetime"
	"github.com/tandem-go/tandem/internal/dataset"
)

func day(y int, m time.Month, d int) tandem.Date {
	date, err := tandem.NewDate(y, m, d)
	if err != nil {
		panic(err)
	}
	return date
}

func table(t testing.TB, name ...string) [][]string {
	rows, err := csv.NewReader(bytes.NewReader(dataset.Read(t, name...))).ReadAll()
	require.NoError(t, err)
	return rows[1:]
}

func number(t testing.TB, s string) float64 {
	v, err := strconv.ParseFloat(s, 64)
	require.NoError(t, err)
	return v
}

func parse(t testing.TB, s string) tandem.Date {
	d, err := tandem.ParseDate(s)
	require.NoError(t, err)
	return d
}

func collect(transactions []lifetime.Transaction[string]) *lifetime.Collector[string] {
	var c lifetime.Collector[string]
	for _, t := range transactions {
		c.Add(t)
	}
	return &c
}

// cdnow gives the purchases of the CDNOW sample.
func cdnow(t testing.TB) []lifetime.Transaction[string] {
	var out []lifetime.Transaction[string]
	for _, row := range table(t, "cdnow", "cdnow-sample.csv.gz") {
		out = append(out, lifetime.Transaction[string]{Customer: row[1], Date: parse(t, row[2]), Value: number(t, row[4])})
	}
	return out
}

func cdnowMaster(t testing.TB) []lifetime.Transaction[string] {
	var out []lifetime.Transaction[string]
	for _, row := range table(t, "cdnow", "cdnow-master.csv.gz") {
		out = append(out, lifetime.Transaction[string]{Customer: row[0], Date: parse(t, row[1]), Value: number(t, row[3])})
	}
	return out
}

// onlineRetail gives the usual sales subset, 397,884 of the 541,909 rows: with a
// customer, no cancellation, quantity and price above zero.
func onlineRetail(t testing.TB) (sales []lifetime.Transaction[string], rows int) {
	all := table(t, "online-retail", "online-retail.csv.gz")
	for _, row := range all {
		quantity, price := number(t, row[3]), number(t, row[5])
		if row[6] == "" || row[0][0] == 'C' || quantity <= 0 || price <= 0 {
			continue
		}
		sales = append(sales, lifetime.Transaction[string]{Customer: row[6], Date: parse(t, row[4][:10]), Value: quantity * price, Order: row[0]})
	}
	require.Len(t, sales, 397_884)
	return sales, len(all)
}
