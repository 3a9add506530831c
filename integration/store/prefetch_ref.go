package store

import (
	"context"
	"iter"

	"github.com/tandem-go/tandem"
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
	"github.com/tandem-go/tandem/integration/work"
	"github.com/tandem-go/tandem/pricing/rebate"
	"github.com/tandem-go/tandem/pricing/redemption"
)

// askRef asks the repository of a ref, while reads are noted and not made. A key of
// another type than the repository's is nobody's.
func (b *Bundle) askRef(ctx context.Context, ref *work.Ref) {
	switch ref.Of {
	case work.OfCommands:
		askShared(ctx, ref, func(ctx context.Context, key string) (work.CommandRecord, error) {
			record, _, err := b.Commands().Lookup(ctx, key)
			return record, err
		})
	case work.OfStockLevels:
		askShared(ctx, ref, func(ctx context.Context, key inventory.LevelKey) ([]inventory.Level, error) {
			return b.StockLevels().Get(ctx, key)
		})
	case work.OfProducts:
		askShared(ctx, ref, b.Products().Get)
	case work.OfCategories:
		askShared(ctx, ref, b.Categories().Get)
	case work.OfParties:
		askShared(ctx, ref, b.Parties().Get)
	case work.OfLocations:
		askKey(ctx, ref, b.Locations().Get)
	case work.OfReservations:
		askKey(ctx, ref, b.Reservations().Get)
	case work.OfBackorders:
		askKey(ctx, ref, b.Backorders().Get)
	case work.OfStockCounts:
		askKey(ctx, ref, b.StockCounts().Get)
	case work.OfCostPools:
		askKey(ctx, ref, b.CostPools().Get)
	case work.OfSalesQuotations:
		askKey(ctx, ref, b.SalesQuotations().Get)
	case work.OfSalesOrders:
		askKey(ctx, ref, b.SalesOrders().Get)
	case work.OfDeliveries:
		askKey(ctx, ref, b.Deliveries().Get)
	case work.OfSalesReturns:
		askKey(ctx, ref, b.SalesReturns().Get)
	case work.OfQueries:
		b.askQuery(ctx, ref)
	default:
		b.askMoney(ctx, ref)
	}
}

func (b *Bundle) askMoney(ctx context.Context, ref *work.Ref) {
	switch ref.Of {
	case work.OfTaxCodes:
		askKey(ctx, ref, b.TaxCodes().Get)
	case work.OfCustomerInvoices:
		askKey(ctx, ref, b.CustomerInvoices().Get)
	case work.OfPayments:
		askKey(ctx, ref, b.Payments().Get)
	case work.OfAllocations:
		askKey(ctx, ref, b.Allocations().Get)
	case work.OfCreditAccounts:
		askKey(ctx, ref, b.CreditAccounts().Get)
	case work.OfPaymentTerms:
		askKey(ctx, ref, b.PaymentTerms().PaymentTerms)
	case work.OfAccounts:
		askKey(ctx, ref, b.Accounts().Get)
	case work.OfJournalEntries:
		askKey(ctx, ref, b.JournalEntries().Get)
	case work.OfPeriods:
		askKey(ctx, ref, b.Periods().Get)
	case work.OfGradeAssignments:
		askKey(ctx, ref, b.GradeAssignments().Get)
	case work.OfRedemptionLimits:
		askKey(ctx, ref, b.RedemptionLimits().Get)
	case work.OfRebateAgreements:
		askKey(ctx, ref, b.RebateAgreements().Get)
	}
}

// askQuery asks for the first page of a query.
func (b *Bundle) askQuery(ctx context.Context, ref *work.Ref) {
	switch q := ref.Key.(type) {
	case inventory.ReservationQuery:
		askFind(b.Reservations().Find(ctx, q))
	case inventory.BackorderQuery:
		askFind(b.Backorders().Find(ctx, q))
	case inventory.MoveQuery:
		askFind(b.StockMoves().Find(ctx, q))
	case inventory.LocationQuery:
		askFind(b.Locations().Find(ctx, q))
	case count.Query:
		askFind(b.StockCounts().Find(ctx, q))
	case sales.OrderQuery:
		askFind(b.SalesOrders().Find(ctx, q))
	case delivery.Query:
		askFind(b.Deliveries().Find(ctx, q))
	case quotation.Query:
		askFind(b.SalesQuotations().Find(ctx, q))
	case returns.Query:
		askFind(b.SalesReturns().Find(ctx, q))
	case billing.InvoiceQuery:
		askFind(b.CustomerInvoices().Find(ctx, q))
	case billing.AllocationQuery:
		askFind(b.Allocations().Find(ctx, q))
	case payment.Query:
		askFind(b.Payments().Find(ctx, q))
	case credit.Query:
		askFind(b.CreditAccounts().Find(ctx, q))
	case ledger.PeriodQuery:
		askFind(b.Periods().Find(ctx, q))
	default:
		b.askMaster(ctx, q)
	}
}

// askMaster asks for queries of master data, of registers and of customers.
func (b *Bundle) askMaster(ctx context.Context, query any) {
	switch q := query.(type) {
	case catalog.ProductQuery:
		askFind(b.Products().Find(ctx, q))
	case catalog.CategoryQuery:
		askFind(b.Categories().Find(ctx, q))
	case costing.CostPoolQuery:
		askFind(b.CostPools().Find(ctx, q))
	case ledger.AccountQuery:
		askFind(b.Accounts().Find(ctx, q))
	case ledger.EntryQuery:
		askFind(b.JournalEntries().Find(ctx, q))
	case tax.CodeQuery:
		askFind(b.TaxCodes().Find(ctx, q))
	case tax.EntryQuery:
		askFind(b.TaxEntries().Find(ctx, q))
	case party.PartyQuery:
		askFind(b.Parties().Find(ctx, q))
	case party.CrossReferenceQuery:
		askFind(b.PartyCrossReferences().Find(ctx, q))
	case party.ConsentQuery:
		askFind(b.Consents().Find(ctx, q))
	case party.InteractionQuery:
		askFind(b.Interactions().Find(ctx, q))
	case grading.GradeAssignmentQuery:
		askFind(b.GradeAssignments().Find(ctx, q))
	case grading.PurchaseQuery:
		askFind(b.Purchases().Find(ctx, q))
	case survey.AnswerQuery:
		askFind(b.SurveyAnswers().Find(ctx, q))
	case survey.DeliveryFactQuery:
		askFind(b.DeliveryFacts().Find(ctx, q))
	case redemption.Query:
		askFind(b.RedemptionLimits().Find(ctx, q))
	case rebate.Query:
		askFind(b.RebateAgreements().Find(ctx, q))
	}
}

func askKey[K, T any](ctx context.Context, ref *work.Ref, get func(context.Context, tandem.CompanyID, K) (T, error)) {
	if key, ok := ref.Key.(K); ok {
		_, _ = get(ctx, ref.Company, key) // it was noted, or is an own write: what it gives is nobody's
	}
}

func askShared[K, T any](ctx context.Context, ref *work.Ref, get func(context.Context, K) (T, error)) {
	if key, ok := ref.Key.(K); ok {
		_, _ = get(ctx, key)
	}
}

// askFind lets a query begin, which is where it reads.
func askFind[T any](found iter.Seq2[T, error]) {
	for range found {
		return
	}
}
