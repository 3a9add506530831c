package inventory_test

import (
	"encoding/json"
	"reflect"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/erp/inventory"
)

func hold(id string, n int64, promised int) inventory.Hold {
	return inventory.Hold{ID: heldID(id), Line: line("order", 1), Key: key("main"), Quantity: pieces(n), Promise: day(promised), Expires: instant(1000)}
}

func reserve(t require.TestingT, id string, n int64, promised int) *inventory.Reservation {
	r, c, err := inventory.NewReservation(hold(id, n, promised), instant(1))
	require.NoError(t, err)
	require.Equal(t, change("main", 0, n), c)
	return r
}

func TestReservationIsConsumedInSteps(t *testing.T) {
	r := reserve(t, "a", 10, 5)
	c, err := r.Consume(pieces(4), instant(2))
	require.NoError(t, err)
	require.Equal(t, change("main", 0, -4), c)
	require.Equal(t, inventory.ReservationStatusOpen, r.Status())
	require.Equal(t, "6 EA", r.Open().String())
	_, err = r.Consume(pieces(7), instant(3))
	var short *inventory.InsufficientError
	require.ErrorAs(t, err, &short)
	require.True(t, short.Reserved)
	require.Equal(t, "6 EA", r.Open().String(), "a refusal changes nothing")
	_, err = r.Release(pieces(1), "the customer wants fewer", instant(4))
	require.NoError(t, err)
	_, err = r.Consume(pieces(5), instant(5))
	require.NoError(t, err)
	require.Equal(t, inventory.ReservationStatusConsumed, r.Status())
	require.True(t, r.Open().IsZero())
	_, err = r.Consume(pieces(1), instant(6))
	require.ErrorIs(t, err, tandem.ErrNotAllowed)

	rec := r.Drain()
	require.Equal(t, inventory.KindReservation, rec.Kind)
	require.Equal(t, heldID("a").Bytes(), rec.ID)
	require.Equal(t, int64(4), rec.Last)
	require.Len(t, rec.Events, 4)
	require.Equal(t, inventory.ReservationConsumed{ID: heldID("a"), Company: company(), Line: line("order", 1), Product: product("mug"),
		Quantity: pieces(5), Open: pieces(0), Status: inventory.ReservationStatusConsumed, At: instant(5)}, rec.Events[3])
	require.Empty(t, r.Drain().Events)
}

func TestDrainedEventsAreNotOverwritten(t *testing.T) {
	r := reserve(t, "a", 10, 5)
	first := r.Drain()
	_, err := r.Consume(pieces(1), instant(2))
	require.NoError(t, err)
	require.IsType(t, inventory.ReservationMade{}, first.Events[0])
	require.IsType(t, inventory.ReservationConsumed{}, r.Drain().Events[0])
}

func TestReservationExpiresWhenItsTimeIsOver(t *testing.T) {
	r := reserve(t, "a", 10, 5)
	_, err := r.Expire(instant(999))
	var no *tandem.RefusedError
	require.ErrorAs(t, err, &no)
	require.Equal(t, "not_due", no.Code)
	c, err := r.Expire(instant(1000))
	require.NoError(t, err)
	require.Equal(t, change("main", 0, -10), c)
	require.Equal(t, inventory.ReservationStatusExpired, r.Status())
	h := hold("b", 1, 5)
	h.Expires = tandem.Instant{}
	forever, _, err := inventory.NewReservation(h, instant(1))
	require.NoError(t, err)
	_, err = forever.Expire(instant(1 << 20))
	require.ErrorIs(t, err, tandem.ErrNotAllowed)
}

func TestTransferKeepsTheStock(t *testing.T) {
	r := reserve(t, "a", 10, 5)
	heir, err := r.Transfer(pieces(4), heldID("b"), line("other", 2), day(3), tandem.Instant{}, instant(2))
	require.NoError(t, err)
	require.Equal(t, "6 EA", r.Open().String())
	require.Equal(t, inventory.ReservationStatusOpen, r.Status())
	require.Equal(t, "4 EA", heir.Open().String())
	require.Equal(t, r.Key(), heir.Key())
	require.Equal(t, line("other", 2), heir.Line())
	require.Equal(t, day(3), heir.Promise())
	require.True(t, heir.Expires().IsZero())

	for name, try := range map[string]func() error{
		"too much": func() error {
			_, err := r.Transfer(pieces(7), heldID("c"), line("other", 2), day(3), tandem.Instant{}, instant(3))
			return err
		},
		"its own id": func() error {
			_, err := r.Transfer(pieces(1), heldID("a"), line("other", 2), day(3), tandem.Instant{}, instant(3))
			return err
		},
		"its own line": func() error {
			_, err := r.Transfer(pieces(1), heldID("c"), line("order", 1), day(3), tandem.Instant{}, instant(3))
			return err
		},
		"no day": func() error {
			_, err := r.Transfer(pieces(1), heldID("c"), line("other", 2), tandem.Date{}, tandem.Instant{}, instant(3))
			return err
		},
	} {
		before := r.State()
		require.Error(t, try(), name)
		require.Equal(t, before, r.State(), name)
	}
	_, err = r.Transfer(pieces(6), heldID("c"), line("order", 2), day(3), tandem.Instant{}, instant(3))
	require.NoError(t, err)
	require.Equal(t, inventory.ReservationStatusTransferred, r.Status())
}

// commands are all that can be asked of a reservation.
func commands() map[string]func(r *inventory.Reservation, q tandem.Quantity) error {
	return map[string]func(r *inventory.Reservation, q tandem.Quantity) error{
		"consume": func(r *inventory.Reservation, q tandem.Quantity) error {
			_, err := r.Consume(q, instant(2000))
			return err
		},
		"release": func(r *inventory.Reservation, q tandem.Quantity) error {
			_, err := r.Release(q, "", instant(2000))
			return err
		},
		"expire": func(r *inventory.Reservation, _ tandem.Quantity) error { _, err := r.Expire(instant(2000)); return err },
		"transfer": func(r *inventory.Reservation, q tandem.Quantity) error {
			_, err := r.Transfer(q, heldID("heir"), line("other", 9), day(9), tandem.Instant{}, instant(2000))
			return err
		},
	}
}

func TestEveryStateAndCommand(t *testing.T) {
	reached := map[inventory.ReservationStatus]func() *inventory.Reservation{
		inventory.ReservationStatusOpen: func() *inventory.Reservation { return reserve(t, "a", 10, 5) },
	}
	for _, tr := range inventory.ReservationTransitions() {
		reached[tr.To] = func() *inventory.Reservation {
			r := reserve(t, "a", 10, 5)
			require.NoError(t, commands()[tr.Command](r, pieces(10)))
			require.Equal(t, tr.To, r.Status())
			return r
		}
	}
	require.Len(t, reached, len(inventory.ReservationStatuses()))
	for _, status := range inventory.ReservationStatuses() {
		require.True(t, status.Valid())
		for command, run := range commands() {
			allowed := false
			for _, tr := range inventory.ReservationTransitions() {
				allowed = allowed || tr.From == status && tr.Command == command
			}
			r := reached[status]()
			before := r.State()
			err := run(r, pieces(10))
			if allowed {
				require.NoError(t, err, "%s %s", status, command)
				continue
			}
			require.ErrorIs(t, err, tandem.ErrNotAllowed, "%s %s", status, command)
			require.Equal(t, before, r.State())
		}
	}
}

func TestReservationRefusesNonsense(t *testing.T) {
	for code, spoil := range map[string]func(h *inventory.Hold){
		"required": func(h *inventory.Hold) { h.ID = inventory.ReservationID{} },
		"quantity": func(h *inventory.Hold) { h.Quantity = pieces(0) },
		"expires":  func(h *inventory.Hold) { h.Expires = instant(1) },
	} {
		h := hold("a", 1, 1)
		spoil(&h)
		_, _, err := inventory.NewReservation(h, instant(1))
		require.ErrorIs(t, err, tandem.ErrInvalid)
		require.ErrorContains(t, err, code)
	}
	_, _, err := inventory.NewReservation(inventory.Hold{}, tandem.Instant{})
	var invalid *tandem.InvalidError
	require.ErrorAs(t, err, &invalid)
	require.Greater(t, len(invalid.Faults), 6)

	r := reserve(t, "a", 10, 5)
	for _, q := range []tandem.Quantity{pieces(0), pieces(-1), {}, tandem.QuantityFromMicro(1_000_000, tandem.Dozen)} {
		_, err = r.Consume(q, instant(2))
		require.ErrorIs(t, err, tandem.ErrInvalid)
		_, err = r.Release(q, "", instant(2))
		require.ErrorIs(t, err, tandem.ErrInvalid)
	}
	_, err = r.Release(pieces(1), strings.Repeat("x", tandem.MaxText+1), instant(2))
	require.ErrorIs(t, err, tandem.ErrInvalid)
	require.Equal(t, "10 EA", r.Open().String())
}

func TestRestoreChecksTheQuantities(t *testing.T) {
	for name, spoil := range map[string]func(s *inventory.ReservationState){
		"more than there was": func(s *inventory.ReservationState) { s.Consumed, s.Released = pieces(6), pieces(5) },
		"negative":            func(s *inventory.ReservationState) { s.Consumed, s.Released = pieces(-1), pieces(1) },
		"another unit":        func(s *inventory.ReservationState) { s.Consumed = tandem.QuantityFromMicro(1, tandem.Dozen) },
		"open and empty":      func(s *inventory.ReservationState) { s.Consumed = pieces(10) },
		"over and held": func(s *inventory.ReservationState) {
			s.Status, s.Consumed = inventory.ReservationStatusConsumed, pieces(9)
		},
		"another end": func(s *inventory.ReservationState) {
			s.Status, s.Consumed = inventory.ReservationStatusExpired, pieces(10)
		},
		"unknown status": func(s *inventory.ReservationState) { s.Status = "lost" },
		"revision":       func(s *inventory.ReservationState) { s.Revision = -1 },
	} {
		s := reserve(t, "a", 10, 5).State()
		spoil(&s)
		_, err := inventory.RestoreReservation(s)
		require.ErrorIs(t, err, tandem.ErrInvalid, name)
	}
}

// Whatever happens, what is held plus what went is what was reserved, the changes
// of the level sum to what is held, and the state comes back from JSON as it was.
func TestReservationConserves(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.Int64Range(1, 50).Draw(t, "n")
		r := reserve(t, "a", n, 5)
		held := n * 1_000_000
		for range rapid.IntRange(0, 12).Draw(t, "steps") {
			q := pieces(rapid.Int64Range(-1, 60).Draw(t, "q"))
			var c inventory.LevelChange
			var err error
			switch rapid.IntRange(0, 3).Draw(t, "command") {
			case 0:
				c, err = r.Consume(q, instant(2))
			case 1:
				c, err = r.Release(q, "", instant(2))
			case 2:
				c, err = r.Expire(instant(rapid.SampledFrom([]int64{2, 2000}).Draw(t, "at")))
			case 3:
				var heir *inventory.Reservation
				if heir, err = r.Transfer(q, heldID("b"), line("x", 1), day(1), tandem.Instant{}, instant(2)); err == nil {
					c.Reserved = -heir.Open().Micro() // held by the heir from now on
				}
			}
			if err != nil {
				require.Zero(t, c.Reserved)
			}
			held += c.Reserved
		}
		s := r.State()
		require.Equal(t, held, r.Open().Micro())
		require.Equal(t, s.Quantity.Micro(), held+s.Consumed.Micro()+s.Released.Micro()+s.Transferred.Micro()+s.Expired.Micro())
		require.Equal(t, held > 0, r.Status() == inventory.ReservationStatusOpen)
		require.Equal(t, s.Sequence, r.Drain().Last)
		text, err := json.Marshal(s)
		require.NoError(t, err)
		var read inventory.ReservationState
		require.NoError(t, json.Unmarshal(text, &read))
		again, err := inventory.RestoreReservation(read)
		require.NoError(t, err)
		require.Equal(t, s, again.State())
		require.Empty(t, again.Drain().Events)
	})
}

func TestReservationIsLight(t *testing.T) {
	h := hold("a", 10, 5)
	require.LessOrEqual(t, testing.AllocsPerRun(100, func() {
		r, _, err := inventory.NewReservation(h, instant(1))
		if err != nil || r.Revision() != 0 {
			t.Fail()
		}
	}), 2.0, "one for the reservation, one for its event")
	s := reserve(t, "a", 10, 5).State()
	require.LessOrEqual(t, testing.AllocsPerRun(100, func() {
		if r, err := inventory.RestoreReservation(s); err != nil || r.State() != s {
			t.Fail()
		}
	}), 1.0)
}

func TestReservationQuery(t *testing.T) {
	r := reserve(t, "a", 10, 5)
	require.Equal(t, heldID("a"), r.ID())
	require.Equal(t, company(), r.Company())
	require.True(t, inventory.ReservationQuery{}.Matches(r))
	require.True(t, inventory.ReservationQuery{Company: company(), Product: product("mug"), Location: place("main"), Document: document("order"),
		Line: 1, Status: inventory.ReservationStatusOpen, ExpiresBefore: instant(1001)}.Matches(r))
	for _, q := range []inventory.ReservationQuery{{Company: name("z", new(tandem.CompanyID))}, {Product: product("jug")}, {Location: place("shop")},
		{Lot: name("z", new(tandem.LotID))}, {Document: document("z")}, {Line: 2}, {Status: inventory.ReservationStatusConsumed}, {ExpiresBefore: instant(1000)}} {
		require.Falsef(t, q.Matches(r), "%+v", q)
	}
	h := hold("b", 1, 1)
	h.Expires = tandem.Instant{}
	r, _, err := inventory.NewReservation(h, instant(1))
	require.NoError(t, err)
	require.False(t, inventory.ReservationQuery{ExpiresBefore: instant(1 << 20)}.Matches(r))
}

func TestEnumerationsRefuseAnythingElse(t *testing.T) {
	var status inventory.ReservationStatus
	require.Error(t, status.UnmarshalText([]byte("Open")))
	require.Error(t, status.UnmarshalText(nil))
	var rule inventory.AllocationRule
	for _, r := range inventory.AllocationRules() {
		require.NoError(t, rule.UnmarshalText([]byte(r)))
	}
	require.Error(t, rule.UnmarshalText([]byte("fair")))
}

// events are one of each kind, with all fields set, in the order of their names.
func events() []tandem.Event {
	lot := name("lot", new(tandem.LotID))
	l := tandem.LineRef{Document: tandem.DocumentRef{Kind: "a<b", ID: document("x").ID, Number: "N\"1"}, Line: 3}
	return []tandem.Event{
		inventory.ReservationMade{ID: heldID("a"), Company: company(), Line: l, Product: product("mug"), Location: place("main"), Lot: lot,
			Quantity: pieces(1), Promise: day(1), Expires: instant(1), At: instant(2)},
		inventory.ReservationConsumed{ID: heldID("a"), Company: company(), Line: l, Product: product("mug"), Quantity: pieces(1), Open: pieces(2),
			Status: inventory.ReservationStatusOpen, At: instant(2)},
		inventory.ReservationReleased{ID: heldID("a"), Company: company(), Line: l, Product: product("mug"), Quantity: pieces(1), Open: pieces(2),
			Status: inventory.ReservationStatusOpen, Reason: "a & b", At: instant(2)},
		inventory.ReservationExpired{ID: heldID("a"), Company: company(), Line: l, Product: product("mug"), Quantity: pieces(1), At: instant(2)},
		inventory.ReservationTransferred{ID: heldID("a"), Company: company(), Line: l, Product: product("mug"), To: heldID("b"), ToLine: l,
			Quantity: pieces(1), Open: pieces(2), Status: inventory.ReservationStatusOpen, At: instant(2)},
	}
}

func TestEventsAreWrittenAsEncodingJSONDoes(t *testing.T) {
	names := map[string]bool{}
	for _, full := range events() {
		v := reflect.ValueOf(full)
		for i := range v.NumField() {
			require.False(t, v.Field(i).IsZero(), "%s.%s is not set", v.Type(), v.Type().Field(i).Name)
		}
		for _, e := range []tandem.Event{full, reflect.Zero(v.Type()).Interface().(tandem.Event)} {
			want, err := json.Marshal(e)
			require.NoError(t, err)
			require.Equal(t, string(want), string(e.AppendJSON(nil)))
			require.Equal(t, "x"+string(want), string(e.AppendJSON([]byte("x"))))
		}
		require.False(t, names[full.EventName()])
		names[full.EventName()] = true
		require.True(t, strings.HasPrefix(full.EventName(), "inventory.reservation."))
	}
}
