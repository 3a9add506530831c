package storetest

import (
	"reflect"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/crm/grading"
	"github.com/tandem-go/tandem/crm/party"
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
	"github.com/tandem-go/tandem/integration/work"
	"github.com/tandem-go/tandem/pricing/rebate"
	"github.com/tandem-go/tandem/pricing/redemption"
)

// refOf gives the ref by which the record of a state is prefetched; ok is false where
// there is none.
func refOf(state any) (ref work.Ref, ok bool) {
	of := func(accessor work.Accessor, company tandem.CompanyID, key any) (work.Ref, bool) {
		return work.Ref{Of: accessor, Company: company, Key: key}, true
	}
	switch s := state.(type) {
	case *catalog.Product:
		return of(work.OfProducts, tandem.CompanyID{}, s.ID)
	case *catalog.Category:
		return of(work.OfCategories, tandem.CompanyID{}, s.ID)
	case *inventory.Location:
		return of(work.OfLocations, s.Company, s.ID)
	case *inventory.ReservationState:
		return of(work.OfReservations, s.Company, s.ID)
	case *inventory.Backorder:
		return of(work.OfBackorders, s.Company, s.Line)
	case *count.State:
		return of(work.OfStockCounts, s.Company, s.ID)
	case *costing.CostPoolState:
		return of(work.OfCostPools, s.Company, s.Product)
	case *quotation.State:
		return of(work.OfSalesQuotations, s.Company, s.ID)
	case *sales.OrderState:
		return of(work.OfSalesOrders, s.Company, s.ID)
	case *delivery.State:
		return of(work.OfDeliveries, s.Company, s.ID)
	case *returns.State:
		return of(work.OfSalesReturns, s.Company, s.ID)
	case *tax.Code:
		return of(work.OfTaxCodes, s.Company, s.ID)
	case *billing.InvoiceState:
		return of(work.OfCustomerInvoices, s.Company, s.ID)
	case *payment.State:
		return of(work.OfPayments, s.Company, s.ID)
	case *billing.Allocation:
		return of(work.OfAllocations, s.Company, s.ID)
	case *credit.State:
		return of(work.OfCreditAccounts, s.Company, s.Party)
	case *billing.Terms:
		return of(work.OfPaymentTerms, s.Company, s.Code)
	case *ledger.Account:
		return of(work.OfAccounts, s.Company, s.Code)
	case *ledger.Entry:
		return of(work.OfJournalEntries, s.Company, s.ID)
	case *ledger.PeriodState:
		return of(work.OfPeriods, s.Company, s.ID)
	case *party.PartyState:
		return of(work.OfParties, tandem.CompanyID{}, s.ID)
	case *grading.GradeAssignmentState:
		return of(work.OfGradeAssignments, s.Company, s.Party)
	case *redemption.State:
		return of(work.OfRedemptionLimits, s.Company, s.ID)
	case *rebate.AgreementState:
		return of(work.OfRebateAgreements, s.Company, s.ID)
	}
	return ref, false
}

// queryRef gives the ref by which the first page of a query is prefetched.
func queryRef(query any) work.Ref {
	return work.Ref{Key: reflect.ValueOf(query).Elem().Interface()}
}
