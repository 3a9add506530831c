package retail_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/tandem-go/tandem/examples/wholesaler/trade/retail"
)

// The sum is of the rows in their order: every column counts, and the name of the file does not.
func TestSum(t *testing.T) {
	const head = "InvoiceNo,StockCode,Description,Quantity,InvoiceDate,UnitPrice,CustomerID,Country\n"
	const one, two = "1,10002,x,10,2010-12-03 10:00,1.00,12340,United Kingdom\n", "2,10003,y,11,2010-12-04 10:01,2.00,12341,France\n"
	sum := func(name, rows string) string {
		f, err := retail.Read(name, strings.NewReader(head+rows), nil)
		require.NoError(t, err)
		return f.Sum()
	}
	want := sum("a.csv", one+two)
	assert.Equal(t, want, sum("b.csv", one+two))
	sums := map[string]bool{want: true, sum("a.csv", two+one): true, sum("a.csv", one): true}
	for _, change := range [][2]string{{"2,10003", "3,10003"}, {"10003", "10004"}, {",y,", ",z,"}, {",11,", ",12,"}, {"12-04", "12-05"}, {"10:01", "10:02"},
		{"2.00", "2.01"}, {"12341", "12342"}, {"France", "Germany"}} {
		sums[sum("a.csv", one+strings.Replace(two, change[0], change[1], 1))] = true
	}
	assert.Len(t, sums, 12)
}
