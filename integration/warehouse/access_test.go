package warehouse_test

import (
	"context"
	"reflect"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/erp/inventory/count"
	"github.com/tandem-go/tandem/integration/warehouse"
	"github.com/tandem-go/tandem/integration/work"
)

// closedGate refuses everything, and keeps what it was asked.
type closedGate struct{ asked []work.Access }

func (g *closedGate) Authorize(_ context.Context, access work.Access) error {
	g.asked = append(g.asked, access)
	return tandem.ErrNotAllowed
}

func TestTheAuthoriserIsToldTheCompanyOfEveryCommand(t *testing.T) {
	gate, h, sheet, mug := &closedGate{}, work.Header{Key: "k", Actor: work.Actor{ID: "keeper"}}, name(count.ID{}, "c"), product("mug")
	service := buildWith(t, gate).svc.On(untouched{t})
	commands := []work.Command{
		warehouse.Receive{Header: h, Supplier: supplier(), Lines: []warehouse.ReceiptLine{{Product: mug, Quantity: pieces(1), Value: gbp(1)}}},
		warehouse.Open{Header: h, Lines: []warehouse.ReceiptLine{{Product: mug, Quantity: pieces(1), Value: gbp(1)}}},
		warehouse.Adjust{Header: h, Lines: []warehouse.AdjustLine{{Product: mug, Quantity: pieces(-1)}}},
		warehouse.Transfer{Header: h, To: place("shop"), Lines: []warehouse.TransferLine{{Product: mug, Quantity: pieces(1)}}},
		warehouse.ReserveBackorders{Header: h}, warehouse.OpenCount{Header: h},
		warehouse.RecordCount{Header: h, Count: sheet, Lines: []warehouse.CountedLine{{Product: mug, Counted: pieces(1)}}},
		warehouse.PostCount{Header: h, Count: sheet}, warehouse.CancelCount{Header: h, Count: sheet, Reason: "again"},
	}
	v := reflect.ValueOf(service)
	given := 0
	for i := range v.NumMethod() {
		m := v.Method(i)
		for _, cmd := range commands {
			if m.Type().NumIn() != 2 || m.Type().In(1) != reflect.TypeOf(cmd) {
				continue
			}
			gate.asked = nil
			err, _ := m.Call([]reflect.Value{reflect.ValueOf(ctx), reflect.ValueOf(cmd)})[1].Interface().(error)
			require.ErrorIs(t, err, tandem.ErrNotAllowed, cmd.CommandName())
			want := cmd.Access()
			want.Actor, want.Action, want.Company = h.Actor, cmd.CommandName(), company()
			require.Equal(t, []work.Access{want}, gate.asked)
			given++
		}
		if command := reflect.TypeFor[work.Command](); m.Type().NumIn() == 2 && m.Type().In(1).Implements(command) {
			given--
		}
	}
	require.Zero(t, given, "every command of the service is here")
}
