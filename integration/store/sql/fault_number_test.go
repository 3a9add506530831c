package sqlstore_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tandem-go/tandem/erp/billing"
	"github.com/tandem-go/tandem/erp/erptest"
	"github.com/tandem-go/tandem/integration/ordertocash"
	"github.com/tandem-go/tandem/integration/store"
	"github.com/tandem-go/tandem/integration/work"
)

// 500 invoices are posted at once in one series. Of a fifth the host says no at the very
// end of its Update, when all of the process is done: what they drew is drawn again.
func TestFaultInvoicesOfOneSeriesAtOnce(t *testing.T) {
	policies(t, func(t *testing.T, s *shop) {
		invoices := 500
		if s.prefix == "tandem_" {
			invoices = 100 // one after the other in any case
		}
		s.Update(t, func(ctx context.Context, b *store.Bundle) error {
			for i := range invoices {
				in := erptest.InvoiceDraft(t, fmt.Sprint(i), erptest.Item(t, 1, "85123A", 1, "2.55"))
				in.Customer = erptest.CustomerID(customer(i))
				draft, err := billing.DraftInvoice(in, erptest.At(0))
				if err := errors.Join(err, b.CustomerInvoices().Save(ctx, draft)); err != nil {
					return err
				}
			}
			return nil
		})
		refusal := errors.New("the host says no")
		retry := work.Retry(s.Store, work.RetryPolicy{Tries: 1000, Elapsed: 60e9})
		posted := make([]ordertocash.Invoiced, invoices)
		errs := together(invoices, func(i int) error {
			cmd := ordertocash.PostInvoice{Header: header(fmt.Sprintf("post %d", i)), Invoice: erptest.InvoiceID(fmt.Sprint(i))}
			return retry.Update(t.Context(), func(ctx context.Context, b *store.Bundle) (err error) {
				if posted[i], err = s.Sales.On(work.Join(b)).Post(ctx, cmd); err != nil {
					return err
				}
				if i%5 == 0 {
					return refusal
				}
				return nil
			})
		})
		failed := 0
		var numbers []string
		for i, err := range errs {
			if i%5 == 0 {
				require.ErrorIs(t, err, refusal)
				failed++
				continue
			}
			require.NoError(t, err)
			numbers = append(numbers, posted[i].Number)
		}
		var want []string
		series := s.rows(t, "DISTINCT series", "customer_invoice", "WHERE numbered = true")
		require.Len(t, series, 1)
		for n := 1; n <= invoices-failed; n++ {
			want = append(want, billing.SeriesPolicy{}.Number(series[0][0], int64(n)))
		}
		slices.Sort(numbers)
		require.Equal(t, want, numbers, "without gap or double")
		for _, table := range []string{"customer_invoice", "journal_entry"} {
			where := map[string]string{"customer_invoice": "WHERE numbered = true", "journal_entry": "WHERE source_kind = 'customer_invoice'"}[table]
			require.Equal(t, invoices-failed, s.count(t, table, where), table)
		}
		require.Equal(t, invoices-failed, s.count(t, "command", "WHERE name = 'ordertocash.post_invoice'"))
		t.Logf("%d invoices at once, %d refused at the last step: numbers 1 to %d, 0 gaps, 0 doubles", invoices, failed, len(numbers))
	})
}
