// Package retail reads the public data set Online Retail for the tests of baskets.
package retail

import (
	"bytes"
	"encoding/csv"
	"strconv"
	"strings"
	"testing"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/integration/insight/basket"
	"github.com/tandem-go/tandem/internal/dataset"
)

// Sales are the lines of the shop.
type Sales struct {
	Lines []basket.Line
	Codes map[tandem.ProductID]string // stock codes in capitals
	Names map[tandem.ProductID]string // the first description
}

// Read gives all lines. A line without a price above nought is a write-off and has no
// units here; a stock code of five digits and up to three letters is goods, the rest
// is carriage, fees and discounts.
func Read(t testing.TB) Sales {
	rows, err := csv.NewReader(bytes.NewReader(dataset.Read(t, "online-retail", "online-retail.csv.gz"))).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	s := Sales{Codes: make(map[tandem.ProductID]string), Names: make(map[tandem.ProductID]string)}
	products, customers := make(map[string]tandem.ProductID), make(map[string]tandem.PartyID)
	for _, row := range rows[1:] {
		code := strings.ToUpper(row[1])
		id, known := products[code]
		if !known {
			id = tandem.DeriveID[tandem.ProductID]("stock", code)
			products[code] = id
			s.Codes[id], s.Names[id] = code, row[2]
		}
		l := basket.Line{Basket: row[0], Product: id, Kind: basket.Service, Cancelled: strings.HasPrefix(row[0], "C")}
		if goods(code) {
			l.Kind = basket.Goods
		}
		if row[6] != "" {
			customer, known := customers[row[6]]
			if !known {
				customer = tandem.DeriveID[tandem.PartyID]("customer", row[6])
				customers[row[6]] = customer
			}
			l.Customer = customer
		}
		units, unitsErr := strconv.ParseFloat(row[3], 64)
		price, priceErr := strconv.ParseFloat(row[5], 64)
		date, dateErr := tandem.ParseDate(row[4][:10])
		if unitsErr != nil || priceErr != nil || dateErr != nil {
			t.Fatal(row, unitsErr, priceErr, dateErr)
		}
		if price > 0 {
			l.Units = units
		}
		l.Date = date
		s.Lines = append(s.Lines, l)
	}
	return s
}

// Subset gives the usual sales: goods to known customers, not cancelled, with units
// and a price.
func (s Sales) Subset() []basket.Line {
	var out []basket.Line
	for _, l := range s.Lines {
		if !l.Customer.IsZero() && !l.Cancelled && l.Units > 0 && l.Kind == basket.Goods {
			out = append(out, l)
		}
	}
	return out
}

func goods(code string) bool {
	if len(code) < 5 || len(code) > 8 {
		return false
	}
	for i, r := range code {
		if i < 5 && (r < '0' || r > '9') || i >= 5 && (r < 'A' || r > 'Z') {
			return false
		}
	}
	return true
}
