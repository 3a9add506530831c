package ordertocash

import (
	"slices"
	"sync"

	"github.com/tandem-go/tandem/erp/inventory"
	"github.com/tandem-go/tandem/erp/sales"
	"github.com/tandem-go/tandem/erp/sales/delivery"
	"github.com/tandem-go/tandem/integration/posting"
	"github.com/tandem-go/tandem/pricing"
)

// desk is the working space of one order that is placed: nothing of it outlives
// the command, and the next order finds it cleared.
type desk struct {
	lines   []sales.Item
	stocked []bool // by line
	waits   []bool // by line: not to be reserved at once
	request pricing.Request
	result  pricing.Result
	keys    []inventory.LevelKey
	demands []inventory.Demand
	grants  []inventory.Grant
	plans   []planned
	changes []inventory.LevelChange
	held    []sales.LineQuantity
	text    []byte // of one waterfall
	books   []book
}

// desks keeps cleared desks for their memory.
var desks = sync.Pool{New: func() any { return new(desk) }}

func takeDesk() *desk { return desks.Get().(*desk) }

// lay makes room for n lines. Laying a laid desk again changes nothing.
func (d *desk) lay(n int) {
	d.lines = extend(d.lines, n)
	d.stocked, d.waits = extend(d.stocked, n), extend(d.waits, n)
	d.request.Lines, d.plans = extend(d.request.Lines, n), extend(d.plans, n)
	d.keys, d.demands = slices.Grow(d.keys[:0], n), slices.Grow(d.demands[:0], n)
	d.grants, d.changes, d.held = slices.Grow(d.grants[:0], n), slices.Grow(d.changes[:0], n), slices.Grow(d.held[:0], n)
}

// extend gives a slice of length n; what it has beyond its old length is cleared.
func extend[T any](s []T, n int) []T {
	if n <= len(s) {
		return s[:n]
	}
	return slices.Grow(s, n-len(s))[:n]
}

const deskLines = 64 // a desk for more lines is not kept

// clear puts the desk back without anything on it.
func (d *desk) clear() {
	if cap(d.lines) > deskLines {
		return
	}
	clear(d.lines)
	clear(d.stocked)
	clear(d.waits)
	clear(d.request.Lines)
	clear(d.plans)
	clear(d.keys[:cap(d.keys)])
	clear(d.demands[:cap(d.demands)])
	clear(d.grants[:cap(d.grants)])
	d.lines, d.stocked, d.waits, d.plans = d.lines[:0], d.stocked[:0], d.waits[:0], d.plans[:0]
	clear(d.books)
	d.books = d.books[:0]
	d.request = pricing.Request{Lines: d.request.Lines[:0]}
	desks.Put(d)
}

// dock is the working space of one shipment, as a desk is that of an order.
type dock struct {
	ship    []delivery.ShipLine
	changes []inventory.LevelChange
	moves   []inventory.Move
	goods   []posting.Goods
	sold    []posting.Sale
	parts   []sales.BilledLine
	held    []*inventory.Reservation
	spans   []span // by line of ship: what of held is the line's
}

type span struct{ from, to int }

// docks keeps cleared docks for their memory.
var docks = sync.Pool{New: func() any { return new(dock) }}

func takeDock() *dock { return docks.Get().(*dock) }

// clear puts the dock back without anything on it.
func (d *dock) clear() {
	if cap(d.ship) > deskLines {
		return
	}
	clear(d.moves)
	clear(d.goods)
	clear(d.sold)
	clear(d.held)
	*d = dock{ship: d.ship[:0], changes: d.changes[:0], moves: d.moves[:0], goods: d.goods[:0], sold: d.sold[:0], parts: d.parts[:0],
		held: d.held[:0], spans: d.spans[:0]}
	docks.Put(d)
}
