package memory_test

import (
	"context"
	"encoding/binary"
	"strconv"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/erp/costing"
	"github.com/tandem-go/tandem/erp/inventory"
	"github.com/tandem-go/tandem/integration/store"
	"github.com/tandem-go/tandem/integration/store/memory"
	"github.com/tandem-go/tandem/integration/work"
)

// BenchmarkUpdate is one Update that gets and saves an aggregate and adds a fact,
// an event and a command record. Aim: at most 8 µs and 15 allocations.
func BenchmarkUpdate(b *testing.B) {
	s := memory.Open()
	ctx := context.Background()
	pools := make([]tandem.ProductID, 1000)
	for i := range pools {
		pools[i] = tandem.DeriveID[tandem.ProductID]("product", strconv.Itoa(i))
		require.NoError(b, s.Update(ctx, func(ctx context.Context, b *store.Bundle) error {
			p, err := costing.NewCostPool(company, pools[i], tandem.Each, tandem.GBP, tandem.InstantOfUnixMicro(1))
			if err != nil {
				return err
			}
			return b.CostPools().Save(ctx, p)
		}))
	}
	move := inventory.Move{Company: company, Product: mug, From: shelf, To: tandem.DeriveID[tandem.LocationID]("location", "customer"),
		Quantity: tandem.QuantityFromMicro(1_000_000, tandem.Each), Effective: tandem.InstantOfUnixMicro(1), Recorded: tandem.InstantOfUnixMicro(2),
		Reason: inventory.ReasonDelivery}
	payload, result := []byte(`{"order":"x","net":"12.00 GBP"}`), []byte(`{"ok":true}`)
	keys := make([]string, b.N)
	for i := range keys {
		keys[i] = "command-" + strconv.Itoa(i)
	}
	b.ReportAllocs()
	b.ResetTimer()
	for n := range b.N {
		var id [16]byte
		binary.BigEndian.PutUint64(id[8:], uint64(n)+1)
		err := s.Update(ctx, func(ctx context.Context, r *store.Bundle) error {
			_, found, err := r.Commands().Lookup(ctx, keys[n])
			if err != nil || found {
				return err
			}
			pool, err := r.CostPools().Get(ctx, company, pools[n%len(pools)])
			if err != nil {
				return err
			}
			if err := r.CostPools().Save(ctx, pool); err != nil {
				return err
			}
			move.ID = tandem.IDFromBytes[inventory.MoveID](id)
			if err := r.StockMoves().Append(ctx, move); err != nil {
				return err
			}
			if err := r.Outbox().Append(ctx, work.Event{Name: "test.event", Kind: "cost_pool", ID: id, Company: company, Sequence: 1, Payload: payload}); err != nil {
				return err
			}
			return r.Commands().Record(ctx, work.CommandRecord{Key: keys[n], Name: "test", Result: result, Actor: "a"})
		})
		if err != nil {
			b.Fatal(err)
		}
	}
}

// reserveCommand reserves one unit of one product for one order line.
type reserveCommand struct {
	work.Header
	line int
}

func (c reserveCommand) CommandName() string { return "test.reserve" }

func (c reserveCommand) Access() work.Access { return work.Access{Company: company} }

func (c reserveCommand) AppendJSON(dst []byte) []byte {
	return append(strconv.AppendInt(append(dst, `{"line":`...), int64(c.line), 10), '}')
}

type reserved struct{ ID inventory.ReservationID }

func (r reserved) AppendJSON(dst []byte) []byte {
	dst = append(dst, `{"ID":"`...)
	return append(tandem.AppendUUID(dst, r.ID.Bytes()), `"}`...)
}

// BenchmarkReserveHot: 64 goroutines reserve one product, each reservation with
// its document, command key and event. No unit may be lost or promised twice.
// Aim: 200,000 a second.
func BenchmarkReserveHot(b *testing.B) {
	s := memory.Open()
	stock(b, s, int64(b.N))
	runner, err := work.NewRunner(s, work.Config{Authorizer: work.AllowAll{}, IDs: work.SequentialUUIDs(1), Retry: work.RetryPolicy{Tries: 1000}})
	require.NoError(b, err)
	order := tandem.RefTo("sales_order", tandem.DeriveID[tandem.ID[any]]("order", "1"), "SO-1")
	promise := tandem.DateIn(runner.Now(), nil)
	b.ReportAllocs()
	b.ResetTimer()
	var next atomic.Int64
	var wait sync.WaitGroup
	for range 64 {
		wait.Go(func() {
			key := []byte("reserve-")
			for n := next.Add(1); n <= int64(b.N); n = next.Add(1) {
				key = strconv.AppendInt(key[:8], n, 10)
				if err := reserveOne(runner, order, promise, string(key), int(n)); err != nil {
					b.Error(err)
					return
				}
			}
		})
	}
	wait.Wait()
	b.StopTimer()
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "reservations/s")
	requireReserved(b, s)
}

func reserveOne(runner *work.Runner[*store.Bundle], order tandem.DocumentRef, promise tandem.Date, key string, line int) error {
	cmd := reserveCommand{work.Header{Key: key, Actor: work.Actor{ID: "bench"}}, line}
	_, err := work.Do(context.Background(), runner, cmd, func(ctx context.Context, r *store.Bundle, s *work.Scope) (reserved, error) {
		id := tandem.IDFromBytes[inventory.ReservationID](s.NewUUID())
		reservation, change, err := inventory.NewReservation(inventory.Hold{ID: id, Line: tandem.LineRef{Document: order, Line: line}, Key: levelOf,
			Quantity: tandem.QuantityFromMicro(1, tandem.Each), Promise: promise}, s.Now)
		if err != nil {
			return reserved{}, err
		}
		if err := r.StockLevels().Apply(ctx, change); err != nil {
			return reserved{}, err
		}
		if err := r.Reservations().Save(ctx, reservation); err != nil {
			return reserved{}, err
		}
		s.Emit(reservation.Drain())
		return reserved{id}, nil
	})
	return err
}

// requireReserved compares the level, the reservations and the events with b.N.
func requireReserved(b *testing.B, s *store.Store) {
	b.Helper()
	require.EqualValues(b, b.N, level(b, s).Reserved)
	ctx := context.Background()
	require.NoError(b, s.View(ctx, func(ctx context.Context, r *store.Bundle) error {
		sum, events := int64(0), 0
		for reservation, err := range r.Reservations().Find(ctx, inventory.ReservationQuery{Company: company}) {
			if err != nil {
				return err
			}
			sum += reservation.Open().Micro()
		}
		for last := int64(0); ; {
			page, err := r.Outbox().Read(ctx, last, tandem.MaxPage)
			if err != nil {
				return err
			}
			if events += len(page); len(page) < tandem.MaxPage {
				break
			}
			last = page[len(page)-1].Position
		}
		require.EqualValues(b, b.N, sum, "units held by reservations")
		require.Equal(b, b.N, events)
		return nil
	}))
}
