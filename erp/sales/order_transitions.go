package sales

import "github.com/tandem-go/tandem"

// OrderStatus is a state in the life of an order. It is derived from the
// progress of the lines; State keeps it for queries.
type OrderStatus string

// The states.
const (
	OrderStatusDraft         OrderStatus = "draft"          // not binding yet
	OrderStatusConfirmed     OrderStatus = "confirmed"      // binding, nothing shipped
	OrderStatusPartlyShipped OrderStatus = "partly_shipped" // something shipped, something open
	OrderStatusShipped       OrderStatus = "shipped"        // nothing open, something to invoice
	OrderStatusInvoiced      OrderStatus = "invoiced"       // nothing open, all that was shipped is invoiced
	OrderStatusClosed        OrderStatus = "closed"         // invoiced, and closed or short-closed
	OrderStatusCancelled     OrderStatus = "cancelled"      // everything cancelled before dispatch
)

// OrderStatuses lists the states.
func OrderStatuses() []OrderStatus {
	return []OrderStatus{OrderStatusDraft, OrderStatusConfirmed, OrderStatusPartlyShipped, OrderStatusShipped, OrderStatusInvoiced, OrderStatusClosed, OrderStatusCancelled}
}

// Valid reports whether s is one of [OrderStatuses].
func (s OrderStatus) Valid() bool {
	switch s {
	case OrderStatusDraft, OrderStatusConfirmed, OrderStatusPartlyShipped, OrderStatusShipped, OrderStatusInvoiced, OrderStatusClosed, OrderStatusCancelled:
		return true
	}
	return false
}

// Open reports whether something of an order in this state is to be delivered.
func (s OrderStatus) Open() bool { return s == OrderStatusConfirmed || s == OrderStatusPartlyShipped }

// UnmarshalText reads a state and refuses anything else.
func (s *OrderStatus) UnmarshalText(text []byte) error {
	parsed := OrderStatus(text)
	if !parsed.Valid() {
		return fault("order status", "status", "status", "unknown status of an order")
	}
	*s = parsed
	return nil
}

// The names of the commands of orders, as refusals and transitions tell them.
const (
	cmdConfirm     = "confirm"
	cmdReserve     = "reserve"
	cmdRelease     = "release"
	cmdHold        = "hold"
	cmdReleaseHold = "release_hold"
	cmdShip        = "ship"
	cmdInvoice     = "invoice"
	cmdUninvoice   = "uninvoice"
	cmdReturn      = "return"
	cmdAmend       = "amend"
	cmdReprice     = "reprice_open"
	cmdCancelLines = "cancel_lines"
	cmdCancel      = "cancel"
	cmdShortClose  = "short_close"
	cmdClose       = "close"
)

// OrderTransition says that a command may lead from a state to another. A
// command with several transitions from one state takes the one that the
// progress of the lines then tells.
type OrderTransition struct {
	From    OrderStatus
	Command string
	To      OrderStatus
}

var orderTransitions = [...]OrderTransition{
	{OrderStatusDraft, cmdConfirm, OrderStatusConfirmed},
	{OrderStatusDraft, cmdReserve, OrderStatusDraft},
	{OrderStatusDraft, cmdRelease, OrderStatusDraft},
	{OrderStatusDraft, cmdAmend, OrderStatusDraft},
	{OrderStatusDraft, cmdReprice, OrderStatusDraft},
	{OrderStatusDraft, cmdCancel, OrderStatusCancelled},

	{OrderStatusConfirmed, cmdShip, OrderStatusPartlyShipped},
	{OrderStatusConfirmed, cmdShip, OrderStatusShipped},
	{OrderStatusConfirmed, cmdReserve, OrderStatusConfirmed},
	{OrderStatusConfirmed, cmdRelease, OrderStatusConfirmed},
	{OrderStatusConfirmed, cmdHold, OrderStatusConfirmed},
	{OrderStatusConfirmed, cmdReleaseHold, OrderStatusConfirmed},
	{OrderStatusConfirmed, cmdAmend, OrderStatusConfirmed},
	{OrderStatusConfirmed, cmdReprice, OrderStatusConfirmed},
	{OrderStatusConfirmed, cmdCancelLines, OrderStatusConfirmed},
	{OrderStatusConfirmed, cmdCancelLines, OrderStatusCancelled},
	{OrderStatusConfirmed, cmdCancel, OrderStatusCancelled},

	{OrderStatusPartlyShipped, cmdShip, OrderStatusPartlyShipped},
	{OrderStatusPartlyShipped, cmdShip, OrderStatusShipped},
	{OrderStatusPartlyShipped, cmdInvoice, OrderStatusPartlyShipped},
	{OrderStatusPartlyShipped, cmdUninvoice, OrderStatusPartlyShipped},
	{OrderStatusPartlyShipped, cmdReturn, OrderStatusPartlyShipped},
	{OrderStatusPartlyShipped, cmdReserve, OrderStatusPartlyShipped},
	{OrderStatusPartlyShipped, cmdRelease, OrderStatusPartlyShipped},
	{OrderStatusPartlyShipped, cmdHold, OrderStatusPartlyShipped},
	{OrderStatusPartlyShipped, cmdReleaseHold, OrderStatusPartlyShipped},
	{OrderStatusPartlyShipped, cmdAmend, OrderStatusPartlyShipped},
	{OrderStatusPartlyShipped, cmdReprice, OrderStatusPartlyShipped},
	{OrderStatusPartlyShipped, cmdAmend, OrderStatusShipped},
	{OrderStatusPartlyShipped, cmdAmend, OrderStatusInvoiced},
	{OrderStatusPartlyShipped, cmdCancelLines, OrderStatusPartlyShipped},
	{OrderStatusPartlyShipped, cmdCancelLines, OrderStatusShipped},
	{OrderStatusPartlyShipped, cmdCancelLines, OrderStatusInvoiced},
	{OrderStatusPartlyShipped, cmdShortClose, OrderStatusShipped},
	{OrderStatusPartlyShipped, cmdShortClose, OrderStatusClosed},

	{OrderStatusShipped, cmdInvoice, OrderStatusShipped},
	{OrderStatusShipped, cmdInvoice, OrderStatusInvoiced},
	{OrderStatusShipped, cmdInvoice, OrderStatusClosed},
	{OrderStatusShipped, cmdUninvoice, OrderStatusShipped},
	{OrderStatusShipped, cmdReturn, OrderStatusShipped},
	{OrderStatusShipped, cmdAmend, OrderStatusShipped},
	{OrderStatusShipped, cmdAmend, OrderStatusPartlyShipped},

	{OrderStatusInvoiced, cmdUninvoice, OrderStatusShipped},
	{OrderStatusInvoiced, cmdReturn, OrderStatusInvoiced},
	{OrderStatusInvoiced, cmdClose, OrderStatusClosed},

	{OrderStatusClosed, cmdUninvoice, OrderStatusShipped},
	{OrderStatusClosed, cmdReturn, OrderStatusClosed},
}

// OrderTransitions lists every transition that there is.
func OrderTransitions() []OrderTransition {
	all := orderTransitions
	return all[:]
}

// allow refuses a command that the state does not know.
func (o *Order) allow(command string) error {
	for i := range orderTransitions {
		if t := &orderTransitions[i]; t.From == o.s.Status && t.Command == command {
			return nil
		}
	}
	return o.refuse(command, "status", "not possible in this state")
}

func (o *Order) refuse(command, code, reason string) error {
	return &tandem.RefusedError{Command: command, Subject: "sales order " + o.s.ID.String(),
		State: string(o.s.Status), Code: code, Reason: reason}
}

// derive gives the status that the progress of the lines tells.
func (s *OrderState) derive() OrderStatus {
	var open, shipped, uninvoiced bool
	for i := range s.Lines {
		l := &s.Lines[i]
		open = open || l.open() > 0
		shipped = shipped || l.Shipped.Sign() > 0
		uninvoiced = uninvoiced || l.Shipped.Micro() > l.Invoiced.Micro()
	}
	switch {
	case !open && !shipped:
		return OrderStatusCancelled
	case s.Confirmed.IsZero():
		return OrderStatusDraft
	case !shipped:
		return OrderStatusConfirmed
	case open:
		return OrderStatusPartlyShipped
	case uninvoiced:
		return OrderStatusShipped
	case !s.Closed.IsZero():
		return OrderStatusClosed
	}
	return OrderStatusInvoiced
}
