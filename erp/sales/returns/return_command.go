package returns

import (
	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/erp/sales/internal/document"
)

// ReceivedLine is what came back of a line of a return, with its original
// amounts as the delivery gives them (RecordReturned of package delivery).
type ReceivedLine struct {
	Line     int // of the return
	Quantity tandem.Quantity
	Net      tandem.Money
	Value    tandem.Money // the original issue value; none for a service
}

// Receive books what came back; more parcels may follow until it is inspected.
// Refused: more than is authorised (`over_receipt`).
func (r *Return) Receive(lines []ReceivedLine, on tandem.Date, at tandem.Instant) error {
	to, err := r.next(cmdReceive)
	if err != nil {
		return err
	}
	if len(lines) == 0 || on.IsZero() {
		return fault("return", "required", "lines", "lines and date must be given")
	}
	for i := range lines {
		if err := r.checkReceived(lines, i); err != nil {
			return err
		}
	}
	event := make([]EventLine, len(lines))
	for i := range lines {
		in, l := &lines[i], &r.s.Lines[lines[i].Line-1]
		l.Received = document.AddQuantity(l.Received, in.Quantity.Micro())
		l.Net = document.AddMoney(l.Net, in.Net.Minor())
		if in.Value.Currency() != 0 {
			l.Value = tandem.MoneyFromMinor(l.Value.Minor()+in.Value.Minor(), in.Value.Currency())
		}
		event[i] = l.event(in.Quantity, in.Net)
	}
	r.s.Status, r.s.Received = to, on
	r.emit(&Received{Head: r.head(), Date: on, Lines: event, At: at})
	return nil
}

func (r *Return) checkReceived(lines []ReceivedLine, i int) error {
	in := &lines[i]
	if in.Line < 1 || in.Line > len(r.s.Lines) {
		return r.refuse(cmdReceive, "unknown_line", "the return has no such line")
	}
	l := &r.s.Lines[in.Line-1]
	for _, before := range lines[:i] {
		if before.Line == in.Line {
			return fault("return", "duplicate", tandem.Path("lines", i), "names a line twice")
		}
	}
	var c tandem.Check
	c.Require(in.Quantity.Sign() > 0 && in.Quantity.Unit() == l.Quantity.Unit(), "quantity", "quantity", "must be positive, in the base unit of the line")
	_, overflow := l.Net.Add(in.Net)
	c.Require(in.Net.Sign() >= 0 && overflow == nil, "net", "net", "must not be negative, in the currency of the return")
	if l.Value.Currency() != 0 || in.Value.Currency() != 0 {
		value := l.Value
		if value.Currency() == 0 {
			value = tandem.MoneyFromMinor(0, in.Value.Currency())
		}
		_, overflow = value.Add(in.Value)
		c.Require(in.Value.Sign() >= 0 && overflow == nil, "value", "value", "must not be negative, in one currency")
	}
	if !c.OK() {
		var all tandem.Check
		all.Nested(tandem.Path("lines", i), c.Err("line"))
		return all.Err("return")
	}
	if in.Quantity.Micro() > l.Quantity.Micro()-l.Received.Micro() {
		return r.refuse(cmdReceive, "over_receipt", "more than is authorised")
	}
	return nil
}

// Inspection says what becomes of the received quantity of a line, and what the
// customer gets. Restock and Scrap must sum to what was received.
type Inspection struct {
	Line    int
	Restock tandem.Quantity
	Scrap   tandem.Quantity
	Remedy  Remedy
}

// Inspect judges every line of which something was received, each once. The
// original issue value is split between what is restocked and what is scrapped.
func (r *Return) Inspect(lines []Inspection, at tandem.Instant) error {
	to, err := r.next(cmdInspect)
	if err != nil {
		return err
	}
	var c tandem.Check
	verdicts := make([]*Inspection, len(r.s.Lines))
	for i := range lines {
		in := &lines[i]
		if in.Line < 1 || in.Line > len(r.s.Lines) {
			return r.refuse(cmdInspect, "unknown_line", "the return has no such line")
		}
		c.Require(verdicts[in.Line-1] == nil, "duplicate", tandem.Path("lines", i), "names a line twice")
		c.Require(in.Remedy.Valid(), "remedy", tandem.Path("lines", i)+".remedy", "unknown remedy")
		verdicts[in.Line-1] = in
	}
	for i := range r.s.Lines {
		l := &r.s.Lines[i]
		if l.Received.Sign() > 0 {
			c.Require(verdicts[i] != nil && l.splits(verdicts[i]), "inspection", tandem.Path("lines", i), "restocked and scrapped must sum to what was received")
		} else {
			c.Require(verdicts[i] == nil, "inspection", tandem.Path("lines", i), "nothing of it was received")
		}
	}
	if err := c.Err("inspection"); err != nil {
		return err
	}
	event := make([]InspectedLine, 0, len(lines))
	for i := range r.s.Lines {
		l := &r.s.Lines[i]
		if verdicts[i] == nil {
			l.RestockValue, l.ScrapValue = l.Value, l.Value
			continue
		}
		if err := l.inspect(verdicts[i]); err != nil { // cannot be: the weights and the currency were checked
			return err
		}
		event = append(event, InspectedLine{Line: l.Line, Product: l.Product, Restocked: l.Restocked, Scrapped: l.Scrapped, Remedy: l.Remedy})
	}
	r.s.Status = to
	r.emit(&Inspected{Head: r.head(), Lines: event, At: at})
	return nil
}

// splits reports whether the verdict accounts for all that was received.
func (l *Line) splits(in *Inspection) bool {
	total := l.Received.Micro()
	for _, q := range [...]tandem.Quantity{in.Restock, in.Scrap} {
		if q.Sign() < 0 || q.Micro() > total || q.Sign() > 0 && q.Unit() != l.Quantity.Unit() {
			return false
		}
		total -= q.Micro()
	}
	return total == 0
}

func (l *Line) inspect(in *Inspection) error {
	l.Restocked, l.Scrapped = document.AddQuantity(l.Restocked, in.Restock.Micro()), document.AddQuantity(l.Scrapped, in.Scrap.Micro())
	l.Remedy = in.Remedy
	if l.Value.Currency() == 0 {
		return nil
	}
	restock, err := tandem.Part(l.Value, in.Restock.Micro(), in.Scrap.Micro())
	if err != nil {
		return err
	}
	l.RestockValue, l.ScrapValue = restock, document.AddMoney(l.Value, -restock.Minor())
	return nil
}

func (r *Return) due(remedy Remedy) bool {
	for i := range r.s.Lines {
		if r.s.Lines[i].Remedy == remedy {
			return true
		}
	}
	return false
}

// Credits reports whether the i-th line is to be credited: its remedy is credit, or a
// replacement that was cancelled and is not ordered again.
func (r *Return) Credits(i int) bool {
	remedy := r.s.Lines[i].Remedy
	return remedy == RemedyCredit || remedy == RemedyReplace && r.s.Reopened
}

// Credit names the credit note of the lines whose remedy is credit, and its day; of a
// reopened return also that of the lines that were to be replaced, whose remedy it is
// now. Refused where there is no such line (`nothing_due`) or it is credited already
// (`done`).
func (r *Return) Credit(note tandem.DocumentRef, on tandem.Date, at tandem.Instant) error {
	to, err := r.settle(cmdCredit, RemedyCredit, &r.s.CreditNote, note, on)
	if err != nil {
		return err
	}
	net := int64(0)
	for i := range r.s.Lines {
		if r.Credits(i) {
			r.s.Lines[i].Remedy = RemedyCredit
			net += r.s.Lines[i].Net.Minor()
		}
	}
	r.s.Status, r.s.Reopened = to, false
	r.emit(&Credited{Head: r.head(), Date: on, CreditNote: note,
		Net: tandem.MoneyFromMinor(net, r.s.Currency), At: at})
	return nil
}

// Replace names the order of the replacement of the lines whose remedy is
// replace, and its day. Refused where there is no such line (`nothing_due`) or it
// is replaced already (`done`).
func (r *Return) Replace(order tandem.DocumentRef, on tandem.Date, at tandem.Instant) error {
	to, err := r.settle(cmdReplace, RemedyReplace, &r.s.Replacement, order, on)
	if err != nil {
		return err
	}
	r.s.Status, r.s.Reopened = to, false
	r.emit(&Replaced{Head: r.head(), Date: on, Replacement: order, At: at})
	return nil
}

func (r *Return) settle(command string, remedy Remedy, kept *tandem.DocumentRef, by tandem.DocumentRef, on tandem.Date) (Status, error) {
	to, err := r.next(command)
	switch {
	case err != nil:
		return "", err
	case !r.due(remedy) && !r.s.Reopened:
		return "", r.refuse(command, "nothing_due", "no line has this remedy")
	case !kept.IsZero():
		return "", r.refuse(command, "done", "was done already")
	case by.IsZero():
		return "", fault("return", "required", "document", "must be given")
	case on.IsZero():
		return "", fault("return", "required", "date", "must be given")
	}
	*kept = by
	return to, nil
}

// Reopen says that the order of the replacement was cancelled before anything of it was
// delivered: what it was to replace is due again, or is credited instead. Refused where
// another order, or none, replaces the goods (`other_replacement`).
func (r *Return) Reopen(order tandem.DocumentRef, at tandem.Instant) error {
	to, err := r.next(cmdReopen)
	if err != nil {
		return err
	}
	if r.s.Replacement.IsZero() || !r.s.Replacement.Same(order) {
		return r.refuse(cmdReopen, "other_replacement", "the order does not replace its goods")
	}
	r.s.Status, r.s.Replacement, r.s.Reopened = to, tandem.DocumentRef{}, true
	r.emit(&Reopened{Head: r.head(), Replacement: order, At: at})
	return nil
}

// Close ends a return. Refused while a credit or a replacement is due (`due`).
func (r *Return) Close(at tandem.Instant) error {
	to, err := r.next(cmdClose)
	if err != nil {
		return err
	}
	if r.due(RemedyCredit) && r.s.CreditNote.IsZero() || r.due(RemedyReplace) && r.s.Replacement.IsZero() {
		return r.refuse(cmdClose, "due", "a credit or a replacement is due")
	}
	r.s.Status = to
	r.emit(&Closed{Head: r.head(), At: at})
	return nil
}

// Cancel ends an authorised return of which nothing came, with a reason.
func (r *Return) Cancel(reason string, at tandem.Instant) error {
	to, err := r.next(cmdCancel)
	if err != nil {
		return err
	}
	if reason == "" || len(reason) > tandem.MaxText {
		return fault("return", "reason", "reason", "must be given, and not too long")
	}
	r.s.Status, r.s.Reason = to, reason
	r.emit(&Cancelled{Head: r.head(), Reason: reason, At: at})
	return nil
}
