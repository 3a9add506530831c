package delivery_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/erp/sales"
	"github.com/tandem-go/tandem/erp/sales/delivery"
	"github.com/tandem-go/tandem/erp/sales/internal/documenttest"
)

// bill puts all that is not invoiced on a draft.
func bill(t documenttest.T, o *sales.Order, d *delivery.Delivery) []sales.BilledLine {
	t.Helper()
	lines, err := d.InvoiceAll()
	require.NoError(t, err)
	require.NoError(t, o.RecordInvoiced(lines))
	return lines
}

// Three pieces for 1.00: one comes back before its invoice (0.33), a draft has the
// other two (0.67). The draft is given up: two pieces for 0.67 are to be invoiced
// again, and what was withdrawn stays withdrawn.
func TestWhatADraftTookIsGivenBack(t *testing.T) {
	o, d := delivered(t)
	gone, err := d.Withdraw([]sales.LineQuantity{lq(1, 1)}, date("2011-06-20"))
	require.NoError(t, err)
	require.NoError(t, o.RecordInvoiced(gone))
	require.Equal(t, []delivery.Withdrawal{{Line: 1, Date: date("2011-06-20"), Quantity: each(1), Net: gbp(33)}}, d.Withdrawn())
	before, order := d.State(), o.State()
	parts := bill(t, o, d)
	require.Equal(t, gbp(67), parts[0].Net)
	require.Equal(t, sales.OrderStatusInvoiced, o.Status())

	more := []sales.BilledLine{parts[0]}
	more[0].Quantity = each(3)
	assert.Equal(t, "over_uninvoice", code(d.Uninvoice(more)), "what was withdrawn is no draft's")
	more[0].Quantity, more[0].Net = each(2), gbp(100)
	assert.Equal(t, "net", code(d.Uninvoice(more)))
	assert.Equal(t, "fault required", code(d.Uninvoice(nil)))
	unknown := []sales.BilledLine{{Line: 7, DeliveryLine: 7, Quantity: each(1), Net: gbp(1)}}
	assert.Equal(t, "unknown_line", code(d.Uninvoice(unknown)))
	assert.Equal(t, "unknown_line", code(o.RecordUninvoiced(unknown)))
	assert.Equal(t, "net", code(o.RecordUninvoiced([]sales.BilledLine{{Line: 1, Quantity: each(3), Net: gbp(99)}})))
	assert.Equal(t, "over_uninvoice", code(o.RecordUninvoiced([]sales.BilledLine{{Line: 1, Quantity: each(4), Net: gbp(100)}})))

	require.NoError(t, d.Uninvoice(parts))
	require.NoError(t, o.RecordUninvoiced(parts))
	assert.Equal(t, before, d.State())
	assert.Equal(t, order, o.State())
	trip(t, d)
	assert.Equal(t, parts, bill(t, o, d), "and a draft takes the same again")

	_, err = d.Withdraw([]sales.LineQuantity{lq(1, 1)}, tandem.Date{})
	assert.Equal(t, "fault required", code(err))
	_, d = delivered(t)
	_, err = d.Withdraw([]sales.LineQuantity{lq(1, 4)}, date("2011-06-20"))
	assert.Equal(t, "over_withdraw", code(err))
}

func TestDeliveryRefusesAStateWhoseWithdrawalsDoNotFit(t *testing.T) {
	for name, w := range map[string]delivery.Withdrawal{
		"an unknown line":       {Line: 2, Date: date("2011-06-20"), Quantity: each(1), Net: gbp(33)},
		"no date":               {Line: 1, Quantity: each(1), Net: gbp(33)},
		"another currency":      {Line: 1, Date: date("2011-06-20"), Quantity: each(1), Net: tandem.MoneyFromMinor(33, tandem.EUR)},
		"more than is invoiced": {Line: 1, Date: date("2011-06-20"), Quantity: each(2), Net: gbp(33)},
		"more than its amount":  {Line: 1, Date: date("2011-06-20"), Quantity: each(1), Net: gbp(34)},
		"nothing":               {Line: 1, Date: date("2011-06-20"), Quantity: each(0), Net: gbp(0)},
	} {
		_, d := delivered(t)
		_, err := d.Withdraw([]sales.LineQuantity{lq(1, 1)}, date("2011-06-20"))
		require.NoError(t, err)
		s := d.State()
		s.Withdrawn[0] = w
		_, err = delivery.Restore(s)
		assert.Equal(t, "fault withdrawn", code(err), name)
	}
}
