package pricing

import (
	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/pricing/promotion"
)

// NeedsTaxRates reports whether thresholds of promotions count amounts without or with tax: who
// prices an order states the rates that are due then ([Line.TaxRate]), or both are the
// same.
func (s *Snapshot) NeedsTaxRates() bool {
	for i := range s.book.Promotions {
		if t := s.book.Promotions[i].Threshold; t != nil && (t.Counted == promotion.CountNet || t.Counted == promotion.CountGross) {
			return true
		}
	}
	return false
}

// HasItem reports whether a product is an [Item] of the book, which says its category:
// one that a line states would count instead.
func (s *Snapshot) HasItem(product tandem.ProductID) bool {
	n := s.scopes.places.Find(product.Bytes())
	return n != none && s.scopes.places.At(n).Tail != none
}
