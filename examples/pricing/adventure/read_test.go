package adventure_test

import (
	"testing"
	"testing/fstest"

	"github.com/stretchr/testify/require"

	"github.com/tandem-go/tandem/examples/pricing/adventure"
	"github.com/tandem-go/tandem/examples/pricing/data"
)

// A table that is not as it should be is refused with its place.
func TestReadRefuses(t *testing.T) {
	for _, c := range []struct{ name, file, text, says string }{
		{"a price that is none", "ProductListPriceHistory.csv", "ProductID,StartDate,EndDate,ListPrice\n707,2022-05-30,,much\n", "ProductListPriceHistory.csv, line 2, ListPrice: "},
		{"a date that is none", "ProductCostHistory.csv", "ProductID,StartDate,EndDate,StandardCost\n707,2022-02-30,,1\n", "ProductCostHistory.csv, line 2, StartDate: "},
		{"a column that is missing", "Store.csv", "BusinessEntityID\n1\n", "Store.csv, line 2, Name: no such column"},
		{"an empty file", "SpecialOffer.csv", "", "SpecialOffer.csv: has no header"},
		{"an offer that is missing", "SpecialOfferProduct.csv", "SpecialOfferID,ProductID\n99,707\n", "SpecialOfferProduct.csv, line 2, SpecialOfferID: no such offer"},
		{"a ragged row", "Product.csv", "ProductID,Name\n1\n", "Product.csv: record on line 2: wrong number of fields"},
	} {
		t.Run(c.name, func(t *testing.T) {
			files := fstest.MapFS{}
			entries, err := data.Files.ReadDir(".")
			require.NoError(t, err)
			for _, e := range entries {
				text, err := data.Files.ReadFile(e.Name())
				require.NoError(t, err)
				files[e.Name()] = &fstest.MapFile{Data: text}
			}
			files[c.file] = &fstest.MapFile{Data: []byte(c.text)}
			_, err = adventure.Read(files)
			require.ErrorContains(t, err, c.says)
			delete(files, c.file)
			_, err = adventure.Read(files)
			require.Error(t, err)
		})
	}
}
