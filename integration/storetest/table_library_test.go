package storetest_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tandem-go/tandem/crm/grading"
	"github.com/tandem-go/tandem/crm/party"
	"github.com/tandem-go/tandem/crm/survey"
	"github.com/tandem-go/tandem/erp/billing"
	"github.com/tandem-go/tandem/erp/billing/credit"
	"github.com/tandem-go/tandem/erp/billing/payment"
	"github.com/tandem-go/tandem/erp/catalog"
	"github.com/tandem-go/tandem/erp/costing"
	"github.com/tandem-go/tandem/erp/inventory"
	"github.com/tandem-go/tandem/erp/inventory/count"
	"github.com/tandem-go/tandem/erp/ledger"
	"github.com/tandem-go/tandem/erp/sales"
	"github.com/tandem-go/tandem/erp/sales/delivery"
	"github.com/tandem-go/tandem/erp/sales/quotation"
	"github.com/tandem-go/tandem/erp/sales/returns"
	"github.com/tandem-go/tandem/erp/tax"
	"github.com/tandem-go/tandem/integration/store"
	"github.com/tandem-go/tandem/integration/store/memory"
	"github.com/tandem-go/tandem/integration/storetest"
	"github.com/tandem-go/tandem/integration/work"
)

// libraryTable is a repository of the library's own, judged as a host's table.
func libraryTable[S any](open func() storetest.Harness[*store.Bundle]) func() storetest.Table[*store.Bundle, S] {
	return func() storetest.Table[*store.Bundle, S] {
		return storetest.Table[*store.Bundle, S]{Open: open().Open, Joins: true}.OfTheLibrary()
	}
}

func ofMemory() storetest.Harness[*store.Bundle] { return over(memory.New()) }

// Any repository can be judged alone, records and facts, with and without queries.
func TestEveryRepositoryOfTheLibraryIsATable(t *testing.T) {
	for name, failed := range map[string]func(t *testing.T) []string{
		"products":         func(t *testing.T) []string { return failedTable(t, libraryTable[catalog.Product](ofMemory)) },
		"categories":       func(t *testing.T) []string { return failedTable(t, libraryTable[catalog.Category](ofMemory)) },
		"locations":        func(t *testing.T) []string { return failedTable(t, libraryTable[inventory.Location](ofMemory)) },
		"reservations":     func(t *testing.T) []string { return failedTable(t, libraryTable[inventory.ReservationState](ofMemory)) },
		"backorders":       func(t *testing.T) []string { return failedTable(t, libraryTable[inventory.Backorder](ofMemory)) },
		"moves":            func(t *testing.T) []string { return failedTable(t, libraryTable[inventory.Move](ofMemory)) },
		"counts":           func(t *testing.T) []string { return failedTable(t, libraryTable[count.State](ofMemory)) },
		"cost pools":       func(t *testing.T) []string { return failedTable(t, libraryTable[costing.CostPoolState](ofMemory)) },
		"orders":           func(t *testing.T) []string { return failedTable(t, libraryTable[sales.OrderState](ofMemory)) },
		"deliveries":       func(t *testing.T) []string { return failedTable(t, libraryTable[delivery.State](ofMemory)) },
		"quotations":       func(t *testing.T) []string { return failedTable(t, libraryTable[quotation.State](ofMemory)) },
		"returns":          func(t *testing.T) []string { return failedTable(t, libraryTable[returns.State](ofMemory)) },
		"tax codes":        func(t *testing.T) []string { return failedTable(t, libraryTable[tax.Code](ofMemory)) },
		"tax register":     func(t *testing.T) []string { return failedTable(t, libraryTable[tax.Entry](ofMemory)) },
		"invoices":         func(t *testing.T) []string { return failedTable(t, libraryTable[billing.InvoiceState](ofMemory)) },
		"payments":         func(t *testing.T) []string { return failedTable(t, libraryTable[payment.State](ofMemory)) },
		"credit accounts":  func(t *testing.T) []string { return failedTable(t, libraryTable[credit.State](ofMemory)) },
		"terms":            func(t *testing.T) []string { return failedTable(t, libraryTable[billing.Terms](ofMemory)) },
		"allocations":      func(t *testing.T) []string { return failedTable(t, libraryTable[billing.Allocation](ofMemory)) },
		"accounts":         func(t *testing.T) []string { return failedTable(t, libraryTable[ledger.Account](ofMemory)) },
		"periods":          func(t *testing.T) []string { return failedTable(t, libraryTable[ledger.PeriodState](ofMemory)) },
		"journal":          func(t *testing.T) []string { return failedTable(t, libraryTable[ledger.Entry](ofMemory)) },
		"parties":          func(t *testing.T) []string { return failedTable(t, libraryTable[party.PartyState](ofMemory)) },
		"cross-references": func(t *testing.T) []string { return failedTable(t, libraryTable[party.CrossReference](ofMemory)) },
		"consents":         func(t *testing.T) []string { return failedTable(t, libraryTable[party.Consent](ofMemory)) },
		"interactions":     func(t *testing.T) []string { return failedTable(t, libraryTable[party.Interaction](ofMemory)) },
		"grades": func(t *testing.T) []string {
			return failedTable(t, libraryTable[grading.GradeAssignmentState](ofMemory))
		},
		"purchases":      func(t *testing.T) []string { return failedTable(t, libraryTable[grading.Purchase](ofMemory)) },
		"answers":        func(t *testing.T) []string { return failedTable(t, libraryTable[survey.Answer](ofMemory)) },
		"delivery facts": func(t *testing.T) []string { return failedTable(t, libraryTable[survey.DeliveryFact](ofMemory)) },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			require.Empty(t, failed(t))
		})
	}
}

func TestBrokenStoresFailTheChecksOfTheirTables(t *testing.T) {
	broken := func(f faults) func() storetest.Harness[*store.Bundle] {
		return func() storetest.Harness[*store.Bundle] { return over(newPlain(f)) }
	}
	committing := func() storetest.Harness[*store.Bundle] {
		h := over(newPlain(faults{}))
		open := h.Open
		h.Open = func(tenant string) (work.Store[*store.Bundle], error) {
			s, err := open(tenant)
			return wrapped{s, commitsOnError}, err
		}
		return h
	}
	for _, c := range []struct {
		name string
		got  []string
		want []string
	}{
		{"results in the wrong order", failedTable(t, libraryTable[catalog.Product](broken(faults{noDescending: true}))), []string{"QUERY-01", "QUERY-02"}},
		{"a field of another table is dropped", failedTable(t, libraryTable[catalog.Product](broken(faults{field: "sales_order.reference"}))), nil},
		{"a field is dropped", failedTable(t, libraryTable[sales.OrderState](broken(faults{field: "sales_order.reference"}))),
			[]string{"COMPANY-01", "DUPLICATE-01", "DUPLICATE-03", "ISOLATION-01", "ISOLATION-02", "QUERY-01", "QUERY-02", "QUERY-03", "ROUND-01", "ROUND-02", "TENANT-03"}},
		{"the tenant is forgotten in one index", failedTable(t, libraryTable[sales.OrderState](broken(faults{tenantless: "sales_order.customer"}))), []string{"COMPANY-01", "QUERY-01", "QUERY-02", "TENANT-03"}},
		{"a view is no snapshot", failedTable(t, libraryTable[catalog.Product](broken(faults{noSnapshot: true}))), []string{"UNIT-06"}},
		{"rollback is missing on error", failedTable(t, libraryTable[catalog.Product](committing)), []string{"ROLLBACK-01", "ROLLBACK-02", "ROLLBACK-04", "UNIT-05"}},
	} {
		require.Equal(t, c.want, c.got, c.name)
	}
}
