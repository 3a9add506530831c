package document_test

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/erp/sales/internal/document"
)

type event string

func (event) EventName() string              { return "event" }
func (e event) AppendJSON(dst []byte) []byte { return append(dst, e...) }

// What was handed out stays as it was, whatever is recorded later.
func TestDrainedEventsAreTheReceivers(t *testing.T) {
	var r document.Recorder
	assert.Empty(t, r.Drain())
	r = document.Recorder{}
	r.Record(event("a"))
	first := r.Drain()
	r.Record(event("b"))
	r.Record(event("c"))
	assert.Equal(t, []tandem.Event{event("a")}, first)
	assert.Equal(t, []tandem.Event{event("b"), event("c")}, r.Drain())
	assert.Empty(t, r.Drain())
}

func TestSumsKeepUnitAndCurrency(t *testing.T) {
	assert.Equal(t, tandem.QuantityFromMicro(5, tandem.Dozen), document.AddQuantity(tandem.QuantityFromMicro(7, tandem.Dozen), -2))
	assert.Equal(t, tandem.MoneyFromMinor(9, tandem.GBP), document.AddMoney(tandem.MoneyFromMinor(7, tandem.GBP), 2))
}
