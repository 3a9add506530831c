package sales_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/erp/sales"
	"github.com/tandem-go/tandem/erp/sales/internal/documenttest"
)

// delivered gives an order of 3 pieces for 1.00, delivered at an issue value of 0.50.
func delivered(t documenttest.T) (*sales.Order, *sales.Delivery) {
	i := item(1, 3, 34)
	i.Discount, i.Net = gbp(2), gbp(100)
	o := confirmed(t, i)
	in := shipment("1", lq(1, 3))
	in.Lines[0].Cost = gbp(50)
	d, err := o.Ship(in, at(2))
	require.NoError(t, err)
	return o, d
}

func TestReturnedValueIsThatOfTheIssue(t *testing.T) {
	o, d := delivered(t)
	var nets, costs []int64
	for range 3 {
		back, err := d.RecordReturned([]sales.LineQuantity{lq(1, 1)})
		require.NoError(t, err)
		require.NoError(t, o.RecordReturned([]sales.LineQuantity{{Line: back[0].OrderLine, Quantity: back[0].Quantity}}))
		nets, costs = append(nets, back[0].Net.Minor()), append(costs, back[0].Cost.Minor())
		d = deliveryTrip(t, d)
	}
	assert.Equal(t, []int64{33, 34, 33}, nets)
	assert.Equal(t, []int64{17, 17, 16}, costs) // 50 over 1:2 is 16⅔, 33 over 1:1 is 16½ to the first
	_, err := d.RecordReturned([]sales.LineQuantity{lq(1, 1)})
	assert.Equal(t, "over_return", code(err))
	_, err = d.RecordReturned([]sales.LineQuantity{lq(2, 1)})
	assert.Equal(t, "unknown_line", code(err))
	_, err = d.RecordReturned(nil)
	assert.Equal(t, "fault required", code(err))
	_, err = d.RecordReturned([]sales.LineQuantity{lq(1, 0)})
	assert.Equal(t, "fault quantity", code(err))
}

func TestDeliveryStateTimesCommand(t *testing.T) {
	allowed := map[[2]string][]sales.DeliveryStatus{}
	for _, tr := range sales.DeliveryTransitions() {
		key := [2]string{string(tr.From), tr.Command}
		allowed[key] = append(allowed[key], tr.To)
	}
	for n, status := range map[int64]sales.DeliveryStatus{0: sales.DeliveryStatusDispatched, 1: sales.DeliveryStatusPartlyInvoiced, 3: sales.DeliveryStatusInvoiced} {
		for command, run := range map[string]func(*sales.Delivery) error{
			"invoice":     func(d *sales.Delivery) error { _, err := d.Invoice([]sales.LineQuantity{lq(1, 1)}); return err },
			"invoice all": func(d *sales.Delivery) error { _, err := d.InvoiceAll(); return err },
			"return":      func(d *sales.Delivery) error { _, err := d.RecordReturned([]sales.LineQuantity{lq(1, 1)}); return err },
		} {
			_, d := delivered(t)
			if n > 0 {
				_, err := d.Invoice([]sales.LineQuantity{lq(1, n)})
				require.NoError(t, err)
			}
			require.Equal(t, status, d.Status())
			err := run(d)
			if command == "invoice all" {
				command = "invoice"
			}
			if to := allowed[[2]string{string(status), command}]; to != nil {
				require.NoError(t, err)
				assert.Contains(t, to, d.Status())
				deliveryTrip(t, d)
			} else {
				assert.Equal(t, "status", code(err))
			}
		}
	}
	_, d := delivered(t)
	_, err := d.Invoice([]sales.LineQuantity{lq(1, 2), lq(1, 2)})
	assert.Equal(t, "over_invoice", code(err))
	s := d.State()
	s.Lines[0].NetInvoiced = gbp(1000)
	_, err = sales.RestoreDelivery(s)
	assert.ErrorIs(t, err, tandem.ErrInvalid)
	s = d.State()
	s.Status = sales.DeliveryStatusInvoiced
	_, err = sales.RestoreDelivery(s)
	assert.ErrorIs(t, err, tandem.ErrInvalid)
	_, err = sales.RestoreDelivery(sales.DeliveryState{})
	assert.ErrorIs(t, err, tandem.ErrInvalid)
}
