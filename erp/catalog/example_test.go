package catalog_test

import (
	"fmt"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/erp/catalog"
)

func Example() {
	twelve, _ := tandem.NewRatio(12, 1)
	mug := catalog.Product{
		Code: "85123A", Name: "Mug", Kind: catalog.Goods, Unit: tandem.Each, Whole: true, TaxCategory: tandem.TaxStandard,
		Conversions: []tandem.UnitConversion{{From: tandem.Dozen, To: tandem.Each, Factor: twelve}},
	}
	dozens, _ := tandem.ParseQuantity("2.5 DZN")
	line, _ := mug.Order(dozens, catalog.ToSell)
	fmt.Println(line.Quantity, "are", line.Base)

	dozens, _ = tandem.ParseQuantity("0.3 DZN")
	_, err := mug.Order(dozens, catalog.ToSell)
	fmt.Println("refused:", err != nil)
	line, _ = mug.Order(dozens, catalog.ToBuy)
	fmt.Println("to have", line.Quantity, "buy", line.Base)
	// Output:
	// 2.5 DZN are 30 EA
	// refused: true
	// to have 0.3 DZN buy 4 EA
}
