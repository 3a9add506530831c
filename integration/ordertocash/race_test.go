package ordertocash_test

import (
	"errors"
	"strconv"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/erp/billing/credit"
	"github.com/tandem-go/tandem/integration/ordertocash"
	"github.com/tandem-go/tandem/integration/work"
)

// atOnce runs a command n times at once, each with its own key, and gives the errors.
func atOnce(n int, command func(h work.Header) error) []error {
	errs := make([]error, n)
	var ready, done sync.WaitGroup
	start := make(chan struct{})
	for i := range n {
		ready.Add(1)
		done.Add(1)
		go func() {
			defer done.Done()
			ready.Done()
			<-start
			errs[i] = command(work.Header{Key: "race" + strconv.Itoa(i), Actor: work.Actor{ID: "clerk"}})
		}()
	}
	ready.Wait()
	close(start)
	done.Wait()
	return errs
}

func succeeded(errs []error) (n int) {
	for _, err := range errs {
		if err == nil {
			n++
		}
	}
	return n
}

func TestTwoOrdersAtOnceKeepTheCreditLimit(t *testing.T) {
	w := newShop(t, func(c *ordertocash.Config) {
		c.Credit = ordertocash.CreditTerms{Limit: money(10000), Policy: credit.Block}
	})
	errs := atOnce(8, func(h work.Header) error { // 48.00 each: two fit
		_, err := w.service.Place(w.ctx, ordertocash.PlaceOrder{Header: h, Customer: customer("ann"), Lines: lines(want{"mug", 4})})
		return err
	})
	require.Equal(t, 2, succeeded(errs))
	for _, err := range errs {
		require.True(t, err == nil || errors.Is(err, tandem.ErrInsufficient), "%v", err)
	}
	w.check()
}

func TestTheLastUnitsAreReservedOnce(t *testing.T) {
	w := newShop(t)
	w.place("zoe", want{"mug", 97})
	granted := make([]int64, 8)
	var mu sync.Mutex
	n := 0
	errs := atOnce(8, func(h work.Header) error {
		mu.Lock()
		who := customer(strconv.Itoa(n))
		at := n
		n++
		mu.Unlock()
		out, err := w.service.Place(w.ctx, ordertocash.PlaceOrder{Header: h, Customer: who, Lines: lines(want{"mug", 2})})
		if err == nil {
			granted[at] = out.Lines[0].Reserved.Micro() / 1_000_000
		}
		return err
	})
	for _, err := range errs {
		require.NoError(t, err)
	}
	sum := int64(0)
	for _, g := range granted {
		sum += g
	}
	require.Equal(t, int64(3), sum)
	w.check()
}

func TestOneDeliveryIsReturnedOnce(t *testing.T) {
	w := newShop(t)
	s := w.sell("ann", want{"mug", 3})
	errs := atOnce(6, func(h work.Header) error {
		_, err := w.service.Return(w.ctx, ordertocash.ReturnGoods{Header: h, Customer: customer("ann"), Lines: []ordertocash.ReturnedLine{back(s.delivery, 1, 1)}})
		return err
	})
	require.Equal(t, 3, succeeded(errs))
	for _, err := range errs {
		require.True(t, err == nil || errors.Is(err, tandem.ErrNotAllowed), "%v", err)
	}
	w.check()
	require.Zero(t, w.balance("1100"))
}
