package sales

import (
	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/erp/sales/internal/document"
)

// RecordUninvoiced takes back what a draft invoice took and a delivery
// gave back. Refused: more than is invoiced (`over_uninvoice`), amounts that are
// not those of the quantities (`net`).
func (o *Order) RecordUninvoiced(parts []BilledLine) error {
	if err := o.allow(cmdUninvoice); err != nil {
		return err
	}
	err := o.room(cmdUninvoice, len(parts), func(i int) (int, tandem.Quantity) { return parts[i].Line, parts[i].Quantity },
		func(l *Line) int64 { return l.Invoiced.Micro() }, "over_uninvoice", "more than is invoiced")
	if err != nil {
		return err
	}
	for i := range parts {
		l := o.find(parts[i].Line)
		quantity, net := l.Invoiced.Micro(), l.NetInvoiced.Minor()
		for j := range parts[:i+1] {
			if p := &parts[j]; p.Line == l.Line {
				if p.Net.Currency() != o.s.Currency || p.Net.Sign() < 0 || p.Net.Minor() > net {
					return o.refuse(cmdUninvoice, "net", "the amounts are not those that were invoiced")
				}
				quantity, net = quantity-p.Quantity.Micro(), net-p.Net.Minor()
			}
		}
		if quantity == 0 && net != 0 {
			return o.refuse(cmdUninvoice, "net", "the amounts are not those that were invoiced")
		}
	}
	o.own()
	for i := range parts {
		l := o.find(parts[i].Line)
		l.Invoiced, l.NetInvoiced = document.AddQuantity(l.Invoiced, -parts[i].Quantity.Micro()), document.AddMoney(l.NetInvoiced, -parts[i].Net.Minor())
	}
	o.settle()
	return nil
}
