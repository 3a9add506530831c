package warehouse_test

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/erp/inventory"
	"github.com/tandem-go/tandem/erp/inventory/count"
	"github.com/tandem-go/tandem/erp/ledger"
	"github.com/tandem-go/tandem/integration/warehouse"
	"github.com/tandem-go/tandem/integration/work"
)

type appender interface{ AppendJSON(dst []byte) []byte }

func same(t *testing.T, v appender) {
	t.Helper()
	want, err := json.Marshal(v)
	require.NoError(t, err)
	require.Equal(t, "x"+string(want), string(v.AppendJSON([]byte("x"))), "%T", v)
}

func TestEventsAreWhatEncodingJSONGives(t *testing.T) {
	at, date, lot := day("2011-06-15").At(10, 0, time.UTC), day("2011-06-15"), name(tandem.LotID{}, "lot")
	full := []tandem.Event{
		&warehouse.GoodsReceived{Receipt: name(warehouse.ReceiptID{}, "r"), Company: company(), Number: "GR-1", Supplier: supplier(), Reference: "<7>",
			Location: place("shelf"), Date: date, At: at, Lines: []warehouse.ReceivedLine{
				{Line: 1, Product: product("mug"), Lot: lot, Quantity: pieces(2), Value: gbp(3), Owed: gbp(4)}, {Line: 2}}},
		&warehouse.StockOpened{Opening: name(warehouse.OpeningID{}, "o"), Company: company(), Number: "OS-1", Location: place("shelf"), Date: date, At: at,
			Lines: []warehouse.OpenedLine{{Line: 1, Product: product("mug"), Lot: lot, Quantity: pieces(2), Value: gbp(3)}, {Line: 2}}},
		&warehouse.StockAdjusted{Adjustment: name(warehouse.AdjustmentID{}, "a"), Company: company(), Number: "SA-1", Location: place("shelf"), Date: date, At: at,
			Lines: []warehouse.AdjustedLine{{Line: 1, Product: product("mug"), Lot: lot, Asked: pieces(-2), Applied: pieces(-1), Value: gbp(-3), Reason: "moth"}, {Line: 2}}},
		&warehouse.StockTransferred{Transfer: name(warehouse.TransferID{}, "t"), Company: company(), Number: "ST-1", From: place("shelf"), To: place("shop"),
			Date: date, At: at, Lines: []warehouse.TransferLine{{Product: product("mug"), Lot: lot, Quantity: pieces(2)}, {}}},
	}
	zero := []tandem.Event{&warehouse.GoodsReceived{}, &warehouse.StockOpened{}, &warehouse.StockAdjusted{}, &warehouse.StockTransferred{}}
	for i, e := range full {
		same(t, e)
		same(t, zero[i])
		require.True(t, strings.HasPrefix(e.EventName(), "warehouse."))
	}
}

func TestResultsAreReadAsTheyWereWritten(t *testing.T) {
	line := tandem.LineRef{Document: tandem.RefTo("sales_order", orderID("one"), "SO-1"), Line: 1}
	journal := []tandem.DocumentRef{tandem.RefTo(ledger.EntryKind, name(ledger.EntryID{}, "e"), "JE-1"), {}}
	reserved := []warehouse.ReservedLine{{Line: line, Reservation: name(inventory.ReservationID{}, "r"), Product: product("mug"), Quantity: pieces(1), Backorder: pieces(0)}}
	received := warehouse.Received{Receipt: name(warehouse.ReceiptID{}, "r"), Number: "GR-1", Journal: journal, Reserved: reserved,
		Lines: []warehouse.ReceivedLine{{Line: 1, Product: product("mug"), Quantity: pieces(2), Value: gbp(3), Owed: gbp(4)}}}
	same(t, received)
	same(t, warehouse.Received{})
	var again warehouse.Received
	require.NoError(t, json.Unmarshal(received.AppendJSON(nil), &again))
	require.Equal(t, received, again)
	posted := warehouse.CountPosted{Count: name(count.ID{}, "c"), Journal: journal,
		Released: []warehouse.Release{{Line: line, Product: product("mug"), Quantity: pieces(1)}}}
	var postedAgain warehouse.CountPosted
	require.NoError(t, json.Unmarshal(posted.AppendJSON(nil), &postedAgain))
	require.Equal(t, posted, postedAgain)
}

// Two commands of another payload have another digest, whatever field differs.
func TestCommandsWriteTheirFieldsWithoutTheHeader(t *testing.T) {
	header := work.Header{Key: "secret-key", Actor: work.Actor{ID: "keeper"}}
	for _, cmd := range []work.Command{
		warehouse.Receive{Header: header, Receipt: name(warehouse.ReceiptID{}, "r"), Supplier: supplier(), Reference: "7", Location: place("shelf"),
			Date: day("2011-06-15"), Reserve: true, Lines: []warehouse.ReceiptLine{{Product: product("mug"), Lot: name(tandem.LotID{}, "l"), Quantity: pieces(1), Value: gbp(1)}}},
		warehouse.Open{Header: header, Location: place("shelf"), Date: day("2011-06-15"), Lines: []warehouse.ReceiptLine{{}}},
		warehouse.Adjust{Header: header, Location: place("shelf"), Date: day("2011-06-15"), Text: "flood", Lines: []warehouse.AdjustLine{{Value: gbp(1), Reason: "x"}}},
		warehouse.Transfer{Header: header, From: place("shelf"), To: place("shop"), Date: day("2011-06-15"), Lines: []warehouse.TransferLine{{}}},
		warehouse.ReserveBackorders{Header: header, Product: product("mug"), Location: place("shelf"), Rule: inventory.EarliestFirst},
		warehouse.OpenCount{Header: header, Count: name(count.ID{}, "c"), Location: place("shelf"), At: day("2011-06-15").At(1, 0, time.UTC),
			Uncounted: count.KeepUncounted, Products: []tandem.ProductID{product("mug")}},
		warehouse.RecordCount{Header: header, Count: name(count.ID{}, "c"), Lines: []warehouse.CountedLine{{Counted: pieces(1)}}},
		warehouse.PostCount{Header: header, Count: name(count.ID{}, "c"), Date: day("2011-06-15"), Values: []warehouse.FoundValue{{}}},
		warehouse.CancelCount{Header: header, Count: name(count.ID{}, "c"), Reason: "again"},
	} {
		require.True(t, strings.HasPrefix(cmd.CommandName(), "warehouse."))
		written := string(cmd.AppendJSON(nil))
		require.NotContains(t, written, "secret-key")
		var fields, kept map[string]json.RawMessage
		whole, err := json.Marshal(cmd)
		require.NoError(t, err)
		require.NoError(t, json.Unmarshal(whole, &fields))
		require.NoError(t, json.Unmarshal([]byte(written), &kept))
		for key, want := range fields {
			if key != "key" && key != "actor" {
				require.Equal(t, string(want), string(kept[key]), "%T %s", cmd, key)
			}
		}
	}
}
