package sales_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tandem-go/tandem/erp/sales"
)

// An order that was amended, and two copies of it, are amended three ways: the lists
// of lines and of amendments are each one's own, and so is what follows.
func TestAmendedCopiesOfAnOrderAreIndependent(t *testing.T) {
	o := confirmed(t, item(1, 10, 100), item(2, 5, 50))
	amend := func(o *sales.Order, reason string, quantity int64) {
		t.Helper()
		_, err := o.Amend(sales.Amendment{Reason: reason, Change: []sales.LineAmendment{{Line: 1, Ordered: each(quantity)}}}, at(5))
		require.NoError(t, err)
	}
	amend(o, "first", 12)
	left := o.Copy(1)
	right := left.Copy(1)
	orders := []*sales.Order{o, left, right}
	was := right.State()
	amend(o, "ours", 20)
	amend(left, "left", 30)
	require.Equal(t, was, right.State())
	amend(right, "right", 40)
	for i, reason := range []string{"ours", "left", "right"} {
		s := orders[i].State()
		require.Len(t, s.Amendments, 2)
		require.Equal(t, [2]string{"first", reason}, [2]string{s.Amendments[0].Reason, s.Amendments[1].Reason})
		require.Equal(t, gbp(int64(2000+1000*i+250)), orders[i].Net())
	}
	require.NoError(t, left.RecordReserved([]sales.LineQuantity{lq(1, 7)}))
	require.NoError(t, right.RecordReserved([]sales.LineQuantity{lq(1, 9)}))
	amend(left, "again", 31)
	for i, held := range []int64{0, 7, 9} {
		l, _ := orders[i].Line(1)
		require.Equal(t, each(held).Micro(), l.Reserved.Micro())
	}
	require.Len(t, right.State().Amendments, 2)
}
