package store_test

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"slices"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/erp/billing"
	"github.com/tandem-go/tandem/erp/catalog"
	"github.com/tandem-go/tandem/integration/store"
	"github.com/tandem-go/tandem/integration/store/memory"
	"github.com/tandem-go/tandem/integration/work"
)

// shop is the bundle of a host that keeps payment terms itself: it embeds the
// library's bundle and shadows one accessor.
type shop struct{ *store.Bundle }

func (s shop) PaymentTerms() billing.TermsRepository {
	return thirtyDays{s.Bundle.PaymentTerms()}
}

// thirtyDays gives every customer the same terms; the rest is the library's.
type thirtyDays struct{ billing.TermsRepository }

func (thirtyDays) PaymentTerms(_ context.Context, company tandem.CompanyID, code tandem.TermsCode) (billing.Terms, error) {
	return billing.Terms{Company: company, Code: code, Name: "30 days net"}, nil
}

// A host brings one repository of its own; the library's processes take the
// narrowed store like any other.
func Example() {
	db, err := store.Open(memory.New(), "acme", store.Options{})
	if err != nil {
		fmt.Println(err)
		return
	}
	ours := work.Narrow(db, func(b *store.Bundle) shop { return shop{b} })

	company := tandem.DeriveID[tandem.CompanyID]("company", "acme")
	err = ours.View(context.Background(), func(ctx context.Context, s shop) error {
		terms, err := s.PaymentTerms().PaymentTerms(ctx, company, "NET30")
		if err != nil {
			return err
		}
		fmt.Println(terms.Code, terms.Name)
		_, err = s.Products().Get(ctx, tandem.DeriveID[tandem.ProductID]("products", "85123A"))
		fmt.Println("not found:", errors.Is(err, tandem.ErrNotFound))
		return nil
	})
	fmt.Println(err)
	// Output:
	// NET30 30 days net
	// not found: true
	// <nil>
}

// A table in a database continues behind a place: rows gives what the statement
// `SELECT … WHERE code > ? ORDER BY code LIMIT ?` would.
func ExampleNewPager() {
	db := memory.Open()
	codes := []string{"bowl", "card", "mug", "pot"}
	rows := func(after string, limit int) []string {
		at, found := slices.BinarySearch(codes, after)
		if found {
			at++
		}
		return codes[at:min(at+limit, len(codes))]
	}
	find := func(q catalog.ProductQuery) iter.Seq2[catalog.Product, error] {
		return func(yield func(catalog.Product, error) bool) {
			pager, err := store.NewPager(db, &q, &q.Page)
			if err != nil {
				yield(catalog.Product{}, err)
				return
			}
			for _, code := range rows(pager.After(), q.Page.Limit) {
				pager.Mark(code)
				if !yield(catalog.Product{Code: code}, nil) {
					return
				}
			}
		}
	}
	var next tandem.Cursor
	for range 2 {
		var page []string
		for p, err := range find(catalog.ProductQuery{Page: tandem.Page{Limit: 3, After: next, Next: &next}}) {
			page = append(page, fmt.Sprint(p.Code, " ", err))
		}
		fmt.Println(page)
	}
	for _, err := range find(catalog.ProductQuery{Kind: catalog.Service, Page: tandem.Page{Limit: 3, After: next}}) {
		fmt.Println(err)
	}
	// Output:
	// [bowl <nil> card <nil> mug <nil>]
	// [pot <nil>]
	// store: cursor does not belong to this query: tandem: invalid
}
