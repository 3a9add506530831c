package sales

import "github.com/tandem-go/tandem"

// CancelLines cancels quantities that are not shipped, with a reason. It gives
// the reservations that have to be released with it: what was held beyond what is
// still open. When nothing is left the whole order is cancelled.
func (o *Order) CancelLines(lines []LineQuantity, reason string, at tandem.Instant) (released []LineQuantity, err error) {
	if err := o.allow(cmdCancelLines); err != nil {
		return nil, err
	}
	if err := needReason(reason); err != nil {
		return nil, err
	}
	if err := o.roomFor(cmdCancelLines, lines, (*Line).open, "over_cancel", "more than is open"); err != nil {
		return nil, err
	}
	o.own()
	cancelled := make([]CancelledLine, 0, len(lines))
	for i := range lines {
		if cancelled, released, err = o.cancel(cancelled, released, o.find(lines[i].Line), lines[i].Quantity.Micro()); err != nil {
			return nil, err
		}
	}
	o.settle()
	if o.s.Status == OrderStatusCancelled {
		o.s.Reason = reason
		o.emit(&OrderCancelled{OrderHead: o.head(), Reason: reason, Lines: cancelled, At: at})
		return released, nil
	}
	o.emit(&OrderLinesCancelled{OrderHead: o.head(), Reason: reason, Lines: cancelled, At: at})
	return released, nil
}

// Cancel cancels the whole order before dispatch, with a reason. It gives the
// reservations that have to be released.
func (o *Order) Cancel(reason string, at tandem.Instant) (released []LineQuantity, err error) {
	if err := o.allow(cmdCancel); err != nil {
		return nil, err
	}
	if err := needReason(reason); err != nil {
		return nil, err
	}
	cancelled, released, err := o.cancelOpen()
	if err != nil {
		return nil, err
	}
	o.s.Reason = reason
	o.settle()
	o.emit(&OrderCancelled{OrderHead: o.head(), Draft: o.s.Confirmed.IsZero(), Reason: reason, Lines: cancelled, At: at})
	return released, nil
}

// ShortClose gives up what is still open of an order that was shipped in part,
// with a reason: the rest will not be delivered. What was shipped is invoiced as
// before; then the order is closed. It gives the reservations to be released.
func (o *Order) ShortClose(reason string, at tandem.Instant) (released []LineQuantity, err error) {
	if err := o.allow(cmdShortClose); err != nil {
		return nil, err
	}
	if err := needReason(reason); err != nil {
		return nil, err
	}
	if at.IsZero() {
		return nil, fault("sales order", "required", "at", "must be given")
	}
	cancelled, released, err := o.cancelOpen()
	if err != nil {
		return nil, err
	}
	o.s.Closed, o.s.Reason = at, reason
	o.settle()
	o.emit(&OrderShortClosed{OrderHead: o.head(), Reason: reason, Lines: cancelled, At: at})
	return released, nil
}

// Close ends an order that is shipped and invoiced; goods may still come back.
func (o *Order) Close(at tandem.Instant) error {
	if err := o.allow(cmdClose); err != nil {
		return err
	}
	if at.IsZero() {
		return fault("sales order", "required", "at", "must be given")
	}
	o.s.Closed = at
	o.settle()
	o.emit(&OrderClosed{OrderHead: o.head(), At: at})
	return nil
}

func (o *Order) cancelOpen() (cancelled []CancelledLine, released []LineQuantity, err error) {
	o.own()
	for i := range o.s.Lines {
		if l := &o.s.Lines[i]; l.open() > 0 {
			if cancelled, released, err = o.cancel(cancelled, released, l, l.open()); err != nil {
				return nil, nil, err
			}
		}
	}
	return cancelled, released, nil
}

func (o *Order) cancel(cancelled []CancelledLine, released []LineQuantity, l *Line, micro int64) ([]CancelledLine, []LineQuantity, error) {
	net, over, err := l.cancel(micro)
	if err != nil { // cannot be: the weights and the currency were checked
		return nil, nil, err
	}
	cancelled = append(cancelled, CancelledLine{Line: l.Line, Product: l.Product,
		Quantity: tandem.QuantityFromMicro(micro, l.Quantity.Unit()), Net: net})
	if over > 0 {
		released = append(released, LineQuantity{l.Line, tandem.QuantityFromMicro(over, l.Quantity.Unit())})
	}
	return cancelled, released, nil
}
