package sqlstore_test

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"strconv"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/stretchr/testify/require"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/erp/erptest"
	"github.com/tandem-go/tandem/erp/inventory"
	"github.com/tandem-go/tandem/integration/store"
	sqlstore "github.com/tandem-go/tandem/integration/store/sql"
	"github.com/tandem-go/tandem/integration/work"
)

// reserve is a command that reserves one unit of the product that everybody wants.
type reserve struct {
	work.Header
	Line int
}

func (reserve) CommandName() string            { return "bench.reserve" }
func (r reserve) AppendJSON(dst []byte) []byte { return strconv.AppendInt(dst, int64(r.Line), 10) }
func (reserve) Access() work.Access            { return work.Access{} }

type reserved struct{ ID inventory.ReservationID }

func (r reserved) AppendJSON(dst []byte) []byte {
	dst = append(dst, `{"ID":"`...)
	return append(tandem.AppendUUID(dst, r.ID.Bytes()), `"}`...)
}

// hot is the library's way: command key, level, reservation and event.
type hot struct {
	runner  *work.Runner[*store.Bundle]
	order   tandem.DocumentRef
	promise tandem.Date
}

func newHot(b *testing.B, tenant *sqlstore.Tenant, stock int64) *hot {
	b.Helper()
	require.NoError(b, tenant.Update(b.Context(), func(ctx context.Context, r *store.Bundle) error {
		return r.StockLevels().Apply(ctx, inventory.LevelChange{Key: erptest.Level("hot"), OnHand: stock * oneUnit})
	}))
	runner, err := work.NewRunner(tenant, work.Config{Authorizer: work.AllowAll{}, Retry: work.RetryPolicy{Tries: 1000, Elapsed: time.Minute}})
	require.NoError(b, err)
	runner = runner.Ahead(func(refs []work.Ref, _ work.Command, _ tandem.Instant) []work.Ref {
		return append(refs, work.Ref{Of: work.OfStockLevels, Key: erptest.Level("hot")})
	})
	return &hot{runner, erptest.OrderRef("hot"), tandem.DateIn(runner.Now(), nil)}
}

func (h *hot) reserve(ctx context.Context, n int) error {
	cmd := reserve{work.Header{Key: "reserve-" + strconv.Itoa(n), Actor: work.Actor{ID: "bench"}}, n}
	_, err := work.Do(ctx, h.runner, cmd, func(ctx context.Context, r *store.Bundle, s *work.Scope) (reserved, error) {
		id := tandem.IDFromBytes[inventory.ReservationID](s.NewUUID())
		reservation, change, err := inventory.NewReservation(inventory.Hold{ID: id, Line: tandem.LineRef{Document: h.order, Line: n + 1},
			Key: erptest.Level("hot"), Quantity: tandem.QuantityFromMicro(oneUnit, tandem.Each), Promise: h.promise}, s.Now)
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

// byHand writes the same rows by plain pgx, the contended row last, in the fewest round
// trips that keep what must hold: a repeated key has no second effect, and nothing is
// promised that is not there. One for the writes, whose answer is looked at, one for COMMIT.
type byHand struct {
	pool    *pgxpool.Pool
	tenant  string
	buckets int
	state   string // of a reservation, the id and the line left out
	queue   chan handReservation
}

type handReservation struct {
	n      int
	id     [16]byte
	answer chan error
}

const oneUnit = 1_000_000 // millionths

const (
	handCommand         = "INSERT INTO tandem.command (tenant, key, name, digest, result, actor, at) VALUES ($1, $2, 'bench.reserve', $3, $4, 'bench', now())"
	handReservationInto = `INSERT INTO tandem.reservation (tenant, id, revision, state, company, product, location, promise, document, line, status, open)
		VALUES ($1, $2, 1, $3, $4, $5, $6, current_date, $7, $8, 'open', true)`
	handEvent = `INSERT INTO tandem.event (tenant, lane, name, kind, aggregate, company, sequence, at, actor, cause, payload)
		VALUES ($1, $2, 'inventory.reservation.made', 'reservation', $3, $4, 1, now(), 'bench', $5, $6)`
	handLevel = `UPDATE tandem.stock_level SET reserved_micro = reserved_micro + $1
		WHERE tenant = $2 AND company = $3 AND location = $4 AND product = $5 AND lot = $6 AND bucket = $7 AND on_hand_micro - reserved_micro >= $1`
)

func (h *byHand) stateOf(id [16]byte, n int) string {
	return fmt.Sprintf(h.state, string(tandem.AppendUUID(nil, id)), n+1)
}

func (h *byHand) reserve(ctx context.Context, n int) error {
	id := work.UUIDs().NewUUID()
	key, k := "reserve-"+strconv.Itoa(n), erptest.Level("hot")
	company, order := k.Company.Bytes(), erptest.OrderRef("hot").ID.Bytes()
	location, product, lot := k.Location.Bytes(), k.Product.Bytes(), k.Lot.Bytes()
	conn, err := h.pool.Acquire(ctx)
	if err != nil {
		return err
	}
	defer conn.Release()
	batch := &pgx.Batch{}
	batch.Queue("BEGIN")
	batch.Queue(handCommand, h.tenant, key, id[:], `{"ID":"`+string(tandem.AppendUUID(nil, id))+`"}`)
	batch.Queue(handReservationInto, h.tenant, id, h.stateOf(id, n), company, product, location, order, n+1)
	batch.Queue(handEvent, h.tenant, int64(id[15]&15), id, company, key, h.stateOf(id, n))
	batch.Queue(handLevel, int64(oneUnit), h.tenant, company, location, product, lot, rand.IntN(h.buckets))
	results := conn.SendBatch(ctx, batch)
	for range 4 {
		if _, err := results.Exec(); err != nil {
			return errors.Join(err, results.Close())
		}
	}
	tag, err := results.Exec()
	if err = errors.Join(err, results.Close()); err != nil || tag.RowsAffected() != 1 {
		return errors.Join(err, fmt.Errorf("%d rows", tag.RowsAffected()))
	}
	_, err = conn.Exec(ctx, "COMMIT")
	return err
}

// gather is the baseline's committer: as many as there are, at most 256, in one commit.
func (h *byHand) gather(ctx context.Context) {
	for first := range h.queue {
		group := []handReservation{first}
		for more := true; more && len(group) < 256; {
			select {
			case r, ok := <-h.queue:
				if more = ok; ok {
					group = append(group, r)
				}
			default:
				more = false
			}
		}
		err := h.commit(ctx, group)
		for _, r := range group {
			r.answer <- err
		}
	}
}

func (h *byHand) commit(ctx context.Context, group []handReservation) error {
	k := erptest.Level("hot")
	company, order := k.Company.Bytes(), erptest.OrderRef("hot").ID.Bytes()
	location, product, lot := k.Location.Bytes(), k.Product.Bytes(), k.Lot.Bytes()
	var keys, results, states []string
	var digests [][]byte
	var ids [][16]byte
	var lines, lanes []int64
	for _, r := range group {
		keys, ids, digests = append(keys, "reserve-"+strconv.Itoa(r.n)), append(ids, r.id), append(digests, r.id[:])
		results = append(results, `{"ID":"`+string(tandem.AppendUUID(nil, r.id))+`"}`)
		states, lines, lanes = append(states, h.stateOf(r.id, r.n)), append(lines, int64(r.n+1)), append(lanes, int64(r.id[15]&15))
	}
	conn, err := h.pool.Acquire(ctx)
	if err != nil {
		return err
	}
	defer conn.Release()
	batch := &pgx.Batch{}
	batch.Queue("BEGIN")
	batch.Queue(`INSERT INTO tandem.command (tenant, key, name, digest, result, actor, at)
		SELECT $1, key, 'bench.reserve', digest, result, 'bench', now() FROM unnest($2::text[], $3::bytea[], $4::text[]) r (key, digest, result)
		ON CONFLICT DO NOTHING RETURNING key`, h.tenant, keys, digests, results)
	batch.Queue(`SELECT on_hand_micro, reserved_micro FROM tandem.stock_level
		WHERE tenant = $1 AND company = $2 AND location = $3 AND product = $4 AND lot = $5 AND bucket = 0 FOR UPDATE`, h.tenant, company, location, product, lot)
	if err := h.decide(conn.SendBatch(ctx, batch), len(group)); err != nil {
		return err
	}
	batch = &pgx.Batch{}
	batch.Queue(`INSERT INTO tandem.reservation (tenant, id, revision, state, company, product, location, promise, document, line, status, open)
		SELECT $1, id, 1, state::json, $4, $5, $6, current_date, $7, line, 'open', true FROM unnest($2::uuid[], $3::text[], $8::bigint[]) r (id, state, line)`,
		h.tenant, ids, states, company, product, location, order, lines)
	batch.Queue(`INSERT INTO tandem.event (tenant, lane, name, kind, aggregate, company, sequence, at, actor, cause, payload)
		SELECT $1, lane, 'inventory.reservation.made', 'reservation', id, $2, 1, now(), 'bench', key, state
		FROM unnest($3::bigint[], $4::uuid[], $5::text[], $6::text[]) r (lane, id, key, state)`, h.tenant, company, lanes, ids, keys, states)
	batch.Queue(handLevel, int64(len(group))*oneUnit, h.tenant, company, location, product, lot, 0)
	batch.Queue("COMMIT")
	return conn.SendBatch(ctx, batch).Close()
}

// decide reads which keys are new and whether there is enough for all of them.
func (h *byHand) decide(results pgx.BatchResults, want int) error {
	if _, err := results.Exec(); err != nil {
		return errors.Join(err, results.Close())
	}
	rows, err := results.Query()
	if err != nil {
		return errors.Join(err, results.Close())
	}
	keys, err := pgx.CollectRows(rows, pgx.RowTo[string])
	if err != nil || len(keys) != want {
		return errors.Join(err, results.Close(), fmt.Errorf("%d keys of %d", len(keys), want))
	}
	var onHand, reserved int64
	if err := results.QueryRow().Scan(&onHand, &reserved); err != nil || onHand-reserved < int64(want)*oneUnit {
		return errors.Join(err, results.Close(), errors.New("not enough"))
	}
	return results.Close()
}

func (h *byHand) reserveGathered(_ context.Context, n int) error {
	r := handReservation{n, work.UUIDs().NewUUID(), make(chan error, 1)}
	h.queue <- r
	return <-r.answer
}

// hotSKU measures one policy against the baseline of the same design.
func hotSKU(b *testing.B, x *bench, pool *pgxpool.Pool, stock sqlstore.Stock, clients int) (rate float64) {
	b.StopTimer()
	x.copies++
	library, baseline := fmt.Sprintf("hot %d", x.copies), fmt.Sprintf("hot by hand %d", x.copies)
	stocked := 10*int64(b.N) + 1000 // so that no bucket runs out
	h := newHot(b, x.db.Tenant(library), stocked)
	_ = newHot(b, x.db.Tenant(baseline), stocked)
	hand := &byHand{pool: pool, tenant: baseline, buckets: max(1, stock.Buckets), queue: make(chan handReservation, clients)}
	hand.state = `{"id":"%s","company":"` + erptest.CompanyID().String() + `","revision":1,"sequence":1,"line":%d,"status":"open","quantity":"1 EA"}`
	run := hand.reserve
	if stock.Group > 0 {
		run = hand.reserveGathered
		go hand.gather(b.Context())
		defer close(hand.queue)
	}
	var ours, theirs time.Duration
	for part := range benchSlices {
		from, to := part*b.N/benchSlices, (part+1)*b.N/benchSlices
		b.StartTimer()
		ours += parallel(b, clients, from, to, func(n int) error { return h.reserve(b.Context(), n) })
		b.StopTimer()
		theirs += parallel(b, clients, from, to, func(n int) error { return run(b.Context(), n) })
	}
	want := inventory.Level{Key: erptest.Level("hot"), OnHand: stocked * oneUnit, Reserved: int64(b.N) * oneUnit}
	require.NoError(b, x.db.Tenant(library).View(b.Context(), func(ctx context.Context, r *store.Bundle) error {
		levels, err := r.StockLevels().Get(ctx, want.Key)
		require.Equal(b, []inventory.Level{want}, levels)
		return err
	}))
	rate = float64(b.N) / ours.Seconds()
	b.ReportMetric(rate, "reservations/s")
	b.ReportMetric(float64(b.N)/theirs.Seconds(), "baseline/s")
	b.ReportMetric(theirs.Seconds()/ours.Seconds(), "x-baseline")
	return rate
}

// benchHot is the part of BenchmarkPostgres about one product that everybody wants.
func benchHot(b *testing.B) {
	plain := 0.0
	for _, c := range []struct {
		name    string
		stock   sqlstore.Stock
		clients []int
	}{
		{"plain", sqlstore.Stock{}, []int{64}},
		{"buckets", sqlstore.Stock{Buckets: 16}, []int{64}},
		{"group", sqlstore.Stock{Group: 256}, []int{64, 256}},
	} {
		b.Run(c.name, func(b *testing.B) {
			x, pool := benchPostgres(b, c.stock)
			for _, clients := range c.clients {
				b.Run("clients-"+strconv.Itoa(clients), func(b *testing.B) {
					rate := hotSKU(b, x, pool, c.stock, clients)
					if c.name == "plain" {
						plain = rate
					} else if plain > 0 {
						b.ReportMetric(rate/plain, "x-plain")
					}
				})
			}
		})
	}
}
