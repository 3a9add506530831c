package warehouse_test

import (
	"context"
	"errors"
	"reflect"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/erp/inventory"
	"github.com/tandem-go/tandem/erp/inventory/count"
	"github.com/tandem-go/tandem/integration/warehouse"
	"github.com/tandem-go/tandem/integration/work"
)

// untouched is a store that nobody may ask.
type untouched struct{ t *testing.T }

func (u untouched) View(context.Context, func(context.Context, bundle) error) error {
	u.t.Error("the store was read")
	return errors.New("read")
}

func (u untouched) Update(context.Context, func(context.Context, bundle) error) error {
	u.t.Error("the store was read")
	return errors.New("read")
}

// run gives a command to the method of the service that takes it, and lists what
// is wrong with it as `path code`.
func run(t *testing.T, service *warehouse.Service[bundle], cmd work.Command) (faults []string) {
	t.Helper()
	v := reflect.ValueOf(service)
	for i := range v.NumMethod() {
		m := v.Method(i)
		if m.Type().NumIn() != 2 || m.Type().In(1) != reflect.TypeOf(cmd) {
			continue
		}
		out := m.Call([]reflect.Value{reflect.ValueOf(ctx), reflect.ValueOf(cmd)})
		require.True(t, out[0].IsZero(), "a refused command has no result")
		err, _ := out[1].Interface().(error)
		require.ErrorIs(t, err, tandem.ErrInvalid)
		var invalid *tandem.InvalidError
		require.ErrorAs(t, err, &invalid)
		for _, f := range invalid.Faults {
			require.NotEmpty(t, f.Message)
			faults = append(faults, f.Path+" "+f.Code)
		}
		return faults
	}
	t.Fatalf("no method takes %T", cmd)
	return nil
}

func TestCommandsAreCheckedBeforeTheStoreIsRead(t *testing.T) {
	service := build(t).svc.On(untouched{t})
	h := work.Header{Key: "k", Actor: work.Actor{ID: "keeper"}}
	header := []string{"key command_key", "actor.id actor"}
	euros, sheet := tandem.MoneyFromMinor(1, tandem.EUR), name(count.ID{}, "c")
	mug := product("mug")
	receipts := []warehouse.ReceiptLine{{}, {Product: mug, Quantity: pieces(0), Value: euros}, {Product: mug, Quantity: pieces(-1), Value: gbp(-1)}}
	receiptFaults := []string{"lines[0].product required", "lines[0].quantity required", "lines[0].value required", "lines[1].quantity quantity",
		"lines[1].value currency", "lines[2].quantity quantity", "lines[2].value value"}
	cases := []struct {
		cmd  work.Command
		want []string
	}{
		{warehouse.Receive{}, append(header, "supplier required", "lines lines")},
		{warehouse.Open{}, append(header, "lines lines")},
		{warehouse.Adjust{}, append(header, "lines lines")},
		{warehouse.Transfer{}, append(header, "to same_place", "lines lines")},
		{warehouse.ReserveBackorders{}, header},
		{warehouse.OpenCount{}, header},
		{warehouse.RecordCount{}, append(header, "count required", "lines lines")},
		{warehouse.PostCount{}, append(header, "count required")},
		{warehouse.CancelCount{}, append(header, "count required")},
		{warehouse.Receive{Header: h, Supplier: supplier(), Lines: receipts}, receiptFaults},
		{warehouse.Open{Header: h, Lines: receipts}, receiptFaults},
		{warehouse.Adjust{Header: h, Lines: []warehouse.AdjustLine{{}, {Product: mug, Quantity: pieces(0)}, {Product: mug, Quantity: pieces(-1), Value: gbp(1)},
			{Product: mug, Quantity: pieces(1), Value: euros, Reason: inventory.ReasonScrap}}},
			[]string{"lines[0].product required", "lines[0].quantity required", "lines[1].quantity quantity", "lines[2].value value",
				"lines[3].value currency", "lines[3].reason reason"}},
		{warehouse.Transfer{Header: h, To: place("shop"), Lines: []warehouse.TransferLine{{Product: mug, Quantity: pieces(-2)}, {Quantity: pieces(1)}}},
			[]string{"lines[0].quantity quantity", "lines[1].product required"}},
		{warehouse.ReserveBackorders{Header: h, Rule: "guess"}, []string{"rule allocation_rule"}},
		{warehouse.OpenCount{Header: h, Uncounted: "guess", Products: []tandem.ProductID{mug, {}, mug}}, []string{"uncounted uncounted", "products[1] required", "products[2] duplicate"}},
		{warehouse.RecordCount{Header: h, Count: sheet, Lines: []warehouse.CountedLine{{Product: mug}, {Counted: pieces(-1)}}},
			[]string{"lines[0].counted required", "lines[1].product required", "lines[1].counted quantity"}},
		{warehouse.PostCount{Header: h, Count: sheet, Values: []warehouse.FoundValue{{}, {Product: mug, Value: euros}}},
			[]string{"values[0].product required", "values[0].value required", "values[1].value currency"}},
	}
	checked := map[reflect.Type]bool{}
	for _, c := range cases {
		checked[reflect.TypeOf(c.cmd)] = true
		require.Equal(t, c.want, run(t, service, c.cmd), c.cmd.CommandName())
	}
	v, command := reflect.TypeOf(service), reflect.TypeFor[work.Command]()
	for i := range v.NumMethod() {
		if m := v.Method(i).Type; m.NumIn() == 3 && m.In(2).Implements(command) {
			require.True(t, checked[m.In(2)], "%v is checked here", m.In(2))
		}
	}
}
