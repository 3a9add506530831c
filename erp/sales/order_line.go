package sales

import (
	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/erp/sales/internal/document"
)

// Line is a line of an order: what is sold, and how far it has come. Progress is
// in the product's base unit. Always
//
//	cancelled + shipped ≤ quantity, reserved ≤ open, invoiced ≤ shipped, returned ≤ shipped
//
// and the same holds of the amounts; where nothing is open any more, net shipped
// and net cancelled sum to net, and where all that was shipped is invoiced, net
// invoiced is net shipped.
type Line struct {
	Item
	FirstPromise tandem.Date     `json:"first_promise,omitzero"` // fixed by Confirm; service is measured against it
	Cancelled    tandem.Quantity `json:"cancelled"`
	Reserved     tandem.Quantity `json:"reserved"` // held now
	Shipped      tandem.Quantity `json:"shipped"`
	Returned     tandem.Quantity `json:"returned"` // of what was shipped
	Invoiced     tandem.Quantity `json:"invoiced"`
	NetCancelled tandem.Money    `json:"net_cancelled"`
	NetShipped   tandem.Money    `json:"net_shipped"`
	NetInvoiced  tandem.Money    `json:"net_invoiced"`
	// Repriced: what was shipped before had another price, see [Order.RepriceOpen].
	Repriced bool `json:"repriced,omitempty"`
}

func newLine(i Item) Line {
	none, nought := tandem.QuantityFromMicro(0, i.Quantity.Unit()), tandem.MoneyFromMinor(0, i.Net.Currency())
	return Line{Item: i, FirstPromise: i.Promise, Cancelled: none, Reserved: none, Shipped: none, Returned: none,
		Invoiced: none, NetCancelled: nought, NetShipped: nought, NetInvoiced: nought}
}

func (l *Line) open() int64 { return l.Quantity.Micro() - l.Cancelled.Micro() - l.Shipped.Micro() }

func (l *Line) openNet() tandem.Money {
	return document.AddMoney(l.Net, -l.NetCancelled.Minor()-l.NetShipped.Minor())
}

// Open gives what is neither shipped nor cancelled.
func (l *Line) Open() tandem.Quantity { return tandem.QuantityFromMicro(l.open(), l.Quantity.Unit()) }

// OpenNet gives the amount of what is neither shipped nor cancelled.
func (l *Line) OpenNet() tandem.Money { return l.openNet() }

// Unreserved gives what is open and not reserved: the backorder.
func (l *Line) Unreserved() tandem.Quantity {
	return tandem.QuantityFromMicro(l.open()-l.Reserved.Micro(), l.Quantity.Unit())
}

// Uninvoiced gives what is shipped and not invoiced, and its amount.
func (l *Line) Uninvoiced() (tandem.Quantity, tandem.Money) {
	return document.AddQuantity(l.Shipped, -l.Invoiced.Micro()), document.AddMoney(l.NetShipped, -l.NetInvoiced.Minor())
}

// Complete reports whether nothing is open and something was shipped.
func (l *Line) Complete() bool { return l.open() == 0 && l.Shipped.Sign() > 0 }

// ship books micro as shipped and gives its amount.
func (l *Line) ship(micro int64) (tandem.Money, error) {
	net, err := tandem.Part(l.openNet(), micro, l.open()-micro)
	if err != nil {
		return net, err
	}
	l.Shipped = document.AddQuantity(l.Shipped, micro)
	l.NetShipped = document.AddMoney(l.NetShipped, net.Minor())
	l.Reserved = document.AddQuantity(l.Reserved, -min(micro, l.Reserved.Micro()))
	l.capReserved()
	return net, nil
}

// cancel books micro as cancelled and gives its amount, and what had to be released.
func (l *Line) cancel(micro int64) (net tandem.Money, released int64, err error) {
	if net, err = tandem.Part(l.openNet(), micro, l.open()-micro); err != nil {
		return net, 0, err
	}
	l.Cancelled = document.AddQuantity(l.Cancelled, micro)
	l.NetCancelled = document.AddMoney(l.NetCancelled, net.Minor())
	return net, l.capReserved(), nil
}

// capReserved lowers what is reserved to what is open, and gives the difference.
func (l *Line) capReserved() int64 {
	over := l.Reserved.Micro() - l.open()
	if over <= 0 {
		return 0
	}
	l.Reserved = document.AddQuantity(l.Reserved, -over)
	return over
}

// fits reports whether what must hold for any line ever written does.
func (l *Line) fits(currency tandem.Currency) bool {
	unit := l.Quantity.Unit()
	if l.Line <= 0 || l.Product.IsZero() || l.Quantity.Sign() <= 0 || l.Net.Currency() != currency || l.Net.Sign() < 0 {
		return false
	}
	for _, q := range [...]tandem.Quantity{l.Cancelled, l.Reserved, l.Shipped, l.Returned, l.Invoiced} {
		if q.Sign() < 0 || q.Unit() != unit || q.Micro() > l.Quantity.Micro() {
			return false
		}
	}
	for _, m := range [...]tandem.Money{l.NetCancelled, l.NetShipped, l.NetInvoiced} {
		if m.Sign() < 0 || m.Currency() != currency || m.Minor() > l.Net.Minor() {
			return false
		}
	}
	openNet := l.Net.Minor() - l.NetCancelled.Minor() - l.NetShipped.Minor()
	return l.Cancelled.Micro() <= l.Quantity.Micro()-l.Shipped.Micro() && l.Reserved.Micro() <= l.open() &&
		l.Invoiced.Micro() <= l.Shipped.Micro() && l.Returned.Micro() <= l.Shipped.Micro() &&
		openNet >= 0 && (l.open() > 0 || openNet == 0) && l.NetInvoiced.Minor() <= l.NetShipped.Minor() &&
		(l.Invoiced != l.Shipped || l.NetInvoiced == l.NetShipped)
}
