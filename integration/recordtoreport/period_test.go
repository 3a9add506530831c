package recordtoreport_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/erp/billing/payment"
	"github.com/tandem-go/tandem/erp/erptest"
	"github.com/tandem-go/tandem/erp/ledger"
	"github.com/tandem-go/tandem/integration/ordertocash"
	"github.com/tandem-go/tandem/integration/recordtoreport"
	"github.com/tandem-go/tandem/integration/work"
)

func service(t testing.TB, c *erptest.Company) *recordtoreport.Service[erptest.Bundle] {
	t.Helper()
	s, err := recordtoreport.New(c.Store, recordtoreport.Config{Company: erptest.CompanyID(),
		Work: work.Config{Authorizer: work.AllowAll{}, IDs: work.SequentialUUIDs(2), Clock: c.Clock}})
	require.NoError(t, err)
	return s
}

// june is the period of the first day.
func june(t testing.TB, c *erptest.Company) (id ledger.PeriodID) {
	t.Helper()
	c.View(t, func(ctx context.Context, b erptest.Bundle) error {
		for p, err := range b.Periods().Find(ctx, ledger.PeriodQuery{Company: erptest.CompanyID(), Contains: erptest.Day(0)}) {
			if err != nil {
				return err
			}
			id = p.ID()
		}
		return nil
	})
	return id
}

func pay(c *erptest.Company, key string) error {
	_, err := c.Sales.Receive(context.Background(), ordertocash.ReceivePayment{Header: work.Header{Key: key, Actor: work.Actor{ID: "clerk"}},
		Customer: erptest.CustomerID("12346"), Amount: tandem.MoneyFromMinor(100, tandem.GBP), Date: erptest.Day(0), Method: payment.Card})
	return err
}

func TestCloseAndReopen(t *testing.T) {
	c := erptest.New(t)
	s, id := service(t, c), june(t, c)
	closed, err := s.ClosePeriod(t.Context(), recordtoreport.ClosePeriod{Header: c.Header(), Period: id})
	require.NoError(t, err)
	require.Equal(t, ledger.PeriodClosed, closed.Status)
	var refused *tandem.RefusedError
	require.ErrorAs(t, pay(c, "late"), &refused)
	require.Equal(t, "period_closed", refused.Code)
	_, err = s.ClosePeriod(t.Context(), recordtoreport.ClosePeriod{Header: c.Header(), Period: id})
	require.ErrorIs(t, err, tandem.ErrNotAllowed, "closed already")
	_, err = s.ReopenPeriod(t.Context(), recordtoreport.ReopenPeriod{Header: c.Header(), Period: id})
	require.ErrorIs(t, err, tandem.ErrNotAllowed, "no reason")
	opened, err := s.ReopenPeriod(t.Context(), recordtoreport.ReopenPeriod{Header: c.Header(), Period: id, Reason: "late invoice"})
	require.NoError(t, err)
	require.Equal(t, ledger.PeriodOpen, opened.Status)
	numbers := map[string]string{}
	c.View(t, func(ctx context.Context, b erptest.Bundle) error {
		events, err := b.Outbox().Read(ctx, 0, tandem.MaxPage)
		for _, e := range events {
			if e.Kind == ledger.PeriodKind {
				var payload struct{ Number string }
				require.NoError(t, json.Unmarshal(e.Payload, &payload))
				numbers[e.Name] = payload.Number
			}
		}
		kept, errKept := b.Periods().Get(ctx, erptest.CompanyID(), id)
		require.NoError(t, errKept)
		require.Equal(t, opened.Number, kept.State().Number)
		return err
	})
	require.NotEqual(t, closed.Number, opened.Number)
	require.Equal(t, closed.Number, numbers["ledger.period.closed"])
	require.Equal(t, opened.Number, numbers["ledger.period.reopened"])
	require.NoError(t, pay(c, "late"))
	_, err = s.ClosePeriod(t.Context(), recordtoreport.ClosePeriod{Header: c.Header(), Period: tandem.DeriveID[ledger.PeriodID]("period", "none")})
	require.ErrorIs(t, err, tandem.ErrNotFound)
	c.AssertBooks(t)
}

// While a period is closed and opened again, money comes in that is dated into it.
// Each payment is booked before a closing or after the next opening, or is refused:
// no entry of the period has a journal number between the two.
func TestNothingIsBookedBehindAClosing(t *testing.T) {
	c := erptest.New(t)
	s, id := service(t, c), june(t, c)
	var group sync.WaitGroup
	booked := make([]int, 4)
	for n := range booked {
		group.Go(func() {
			for i := range 60 {
				var refused *tandem.RefusedError
				err := pay(c, fmt.Sprintf("pay %d/%d", n, i))
				if err == nil {
					booked[n]++
				} else if !errors.As(err, &refused) || refused.Code != "period_closed" {
					t.Error(err)
				}
			}
		})
	}
	type span struct{ from, until string }
	var closed []span
	group.Go(func() {
		for i := range 15 {
			h := work.Header{Key: "close " + strconv.Itoa(i), Actor: work.Actor{ID: "accountant"}}
			from, err := s.ClosePeriod(context.Background(), recordtoreport.ClosePeriod{Header: h, Period: id})
			if err != nil {
				t.Error(err)
				return
			}
			h.Key = "open " + strconv.Itoa(i)
			until, err := s.ReopenPeriod(context.Background(), recordtoreport.ReopenPeriod{Header: h, Period: id, Reason: "test"})
			if err != nil {
				t.Error(err)
				return
			}
			closed = append(closed, span{from.Number, until.Number})
		}
	})
	group.Wait()
	entries := 0
	c.View(t, func(ctx context.Context, b erptest.Bundle) error {
		for e, err := range b.JournalEntries().Find(ctx, ledger.EntryQuery{Company: erptest.CompanyID()}) {
			if err != nil {
				return err
			}
			if e.Source.Kind == payment.Kind {
				entries++
			}
			for _, gone := range closed {
				if e.Number > gone.from && e.Number < gone.until {
					t.Errorf("entry %s was written while the period was closed, from %s to %s", e.Number, gone.from, gone.until)
				}
			}
		}
		return nil
	})
	require.Equal(t, booked[0]+booked[1]+booked[2]+booked[3], entries)
	require.Len(t, closed, 15)
	c.AssertBooks(t)
}

func TestConfigAndCommands(t *testing.T) {
	c := erptest.New(t)
	_, err := recordtoreport.New(c.Store, recordtoreport.Config{})
	require.ErrorIs(t, err, tandem.ErrInvalid)
	id := june(t, c)
	for name, pair := range map[string][2]string{
		"close":  {string(recordtoreport.ClosePeriod{Period: id}.AppendJSON(nil)), `{"period":"` + id.String() + `"}`},
		"reopen": {string(recordtoreport.ReopenPeriod{Period: id, Reason: "a & b"}.AppendJSON(nil)), `{"period":"` + id.String() + `","reason":"a \u0026 b"}`},
	} {
		require.Equal(t, pair[1], pair[0], name)
	}
	changed := recordtoreport.PeriodChanged{Period: id, Name: "2011-06", Status: ledger.PeriodClosed, Number: "JE-000001"}
	data, err := json.Marshal(changed)
	require.NoError(t, err)
	require.Equal(t, string(data), string(changed.AppendJSON(nil)))
	_, err = service(t, c).On(c.Store).ClosePeriod(t.Context(), recordtoreport.ClosePeriod{Header: c.Header(), Period: id})
	require.NoError(t, err)
}

// example stands in for the t of a test.
type example struct{ testing.TB }

func (example) Helper()                           {}
func (example) Context() context.Context          { return context.Background() }
func (example) Errorf(format string, args ...any) { fmt.Printf(format+"\n", args...) }
func (example) Fatalf(format string, args ...any) { panic(fmt.Sprintf(format, args...)) }

func Example() {
	var t example // a test has its own
	company := erptest.New(t)
	process, err := recordtoreport.New(company.Store, recordtoreport.Config{Company: erptest.CompanyID(),
		Work: work.Config{Authorizer: work.AllowAll{}, Clock: company.Clock}})
	if err != nil {
		fmt.Println(err)
		return
	}
	closed, err := process.ClosePeriod(context.Background(), recordtoreport.ClosePeriod{Header: company.Header(), Period: june(t, company)})
	fmt.Println(closed.Name, closed.Status, err)
	var refused *tandem.RefusedError
	fmt.Println(errors.As(pay(company, "late"), &refused), refused.Code)
	// Output:
	// 2011-06 closed <nil>
	// true period_closed
}

// gate keeps what it was asked.
type gate struct{ asked []work.Access }

func (g *gate) Authorize(_ context.Context, access work.Access) error {
	g.asked = append(g.asked, access)
	return nil
}

func TestTheAuthoriserIsToldTheCompany(t *testing.T) {
	c, asked := erptest.New(t), &gate{}
	s, err := recordtoreport.New(c.Store, recordtoreport.Config{Company: erptest.CompanyID(), Work: work.Config{Authorizer: asked, Clock: c.Clock}})
	require.NoError(t, err)
	id := june(t, c)
	_, err = s.ClosePeriod(t.Context(), recordtoreport.ClosePeriod{Header: c.Header(), Period: id})
	require.NoError(t, err)
	_, err = s.On(c.Store).ReopenPeriod(t.Context(), recordtoreport.ReopenPeriod{Header: c.Header(), Period: id, Reason: "late invoice"})
	require.NoError(t, err)
	require.Len(t, asked.asked, 2)
	for _, access := range asked.asked {
		require.Equal(t, erptest.CompanyID(), access.Company, access.Action)
	}
}
