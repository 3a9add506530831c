package pricing

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"slices"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/internal/int128"
)

// judge compares lines and order with the floors: raises amounts to hard ones and
// records the approvals that soft ones ask for.
func (s *Snapshot) judge(req *Request, res *Result) error {
	for _, hard := range [2]bool{true, false} { // raised first, then judged
		for i := range res.Lines {
			for j := range s.book.Floors {
				if f := &s.book.Floors[j]; f.Hard == hard && f.Of != FloorOfOrder {
					if err := s.judgeLine(f, req, res, i); err != nil {
						return err
					}
				}
			}
		}
		for j := range s.book.Floors {
			if f := &s.book.Floors[j]; f.Hard == hard && f.Of == FloorOfOrder {
				if err := s.judgeOrder(f, req, res); err != nil {
					return err
				}
			}
		}
	}
	for i := range res.Approvals {
		if err := s.seal(&res.Approvals[i], req); err != nil {
			return err
		}
	}
	slices.SortStableFunc(res.Approvals, func(a, b Approval) int { return cmp.Compare(a.place(req), b.place(req)) })
	return nil
}

// seal gives an approval the token of what was judged. When it was asked, whether it
// was to be explained and what others have left of a cap say nothing of that: what
// came of them is in the amount.
func (s *Snapshot) seal(a *Approval, req *Request) error {
	asked := *req
	asked.At, asked.Explain, asked.Remaining = tandem.Instant{}, false, nil
	judged := struct {
		Book     string          `json:"book"`
		Version  int64           `json:"version"`
		Approval Approval        `json:"approval"`
		Customer tandem.PartyID  `json:"customer"`
		Date     tandem.Date     `json:"date"`
		Currency tandem.Currency `json:"currency"`
		Line     *Line           `json:"line,omitempty"`
		Request  *Request        `json:"request,omitempty"`
	}{Book: s.book.ID, Version: s.book.Version, Approval: *a, Customer: req.Customer, Date: req.Date, Currency: req.Currency}
	for i := range req.Lines {
		if req.Lines[i].Line == a.Line {
			judged.Line = &req.Lines[i]
		}
	}
	if judged.Line == nil { // in whatever order the lines stand
		asked.Lines = slices.Clone(req.Lines)
		slices.SortStableFunc(asked.Lines, func(a, b Line) int { return cmp.Compare(a.Line, b.Line) })
		judged.Request = &asked
	}
	data, err := json.Marshal(judged)
	if err != nil {
		return err
	}
	sum := sha256.Sum256(data)
	a.Token = hex.EncodeToString(sum[:16])
	return nil
}

// place sorts approvals by the lines of the request, those of the order last.
func (a *Approval) place(req *Request) int {
	for i := range req.Lines {
		if req.Lines[i].Line == a.Line {
			return i
		}
	}
	return len(req.Lines)
}

// judged gives the amount of a line that a floor judges.
func (s *Snapshot) judged(f *Floor, amount tandem.Money, line *Line) (tandem.Money, error) {
	if f.Level != FloorPocket {
		return amount, nil
	}
	rebate, err := s.rebate(amount, line)
	if err != nil || rebate.IsNone() {
		return amount, err
	}
	return amount.Sub(rebate)
}

// rebate gives what is expected to be given back of an amount, none if nothing is.
func (s *Snapshot) rebate(amount tandem.Money, line *Line) (tandem.Money, error) {
	if line.RebateRate.IsZero() {
		return line.Rebate, nil
	}
	return amount.MulRate(line.RebateRate, s.book.Rounding)
}

func (f *Floor) approval(line int, limit, amount tandem.Money) Approval {
	level := f.Level
	if level == "" {
		level = FloorInvoice
	}
	return Approval{Line: line, Floor: f.ID, Basis: f.Basis, Level: level, Rate: f.Rate, Role: f.Role, Hard: f.Hard, Limit: limit, Amount: amount}
}

func (s *Snapshot) judgeLine(f *Floor, req *Request, res *Result, i int) error {
	line, out, r := &req.Lines[i], &res.Lines[i], &res.work.found[i]
	basis, err := s.floorBasis(f.Basis, line, r, out, res.work.partsOf(i))
	if err != nil || basis.Currency() == 0 {
		return err
	}
	limit, err := basis.MulRate(f.Rate, tandem.RoundCeiling)
	if err != nil {
		return err
	}
	judged, err := s.judged(f, out.Amount, line)
	if err != nil || judged.Minor() >= limit.Minor() {
		return err
	}
	if !f.Hard || s.agreed(line, out, r) {
		res.Approvals = append(res.Approvals, f.approval(out.Line, limit, judged))
		return nil
	}
	missing, err := limit.Sub(judged)
	if err == nil {
		missing, err = s.raising(f, line, out.Amount, missing)
	}
	if err != nil {
		return err
	}
	return out.raise(f, missing)
}

// raising gives by how much the amount of a line must rise for what a floor judges to
// rise by an amount, or more: what is given back as a share grows with it.
func (s *Snapshot) raising(f *Floor, line *Line, amount, by tandem.Money) (tandem.Money, error) {
	if f.Level != FloorPocket || line.RebateRate.IsZero() {
		return by, nil
	}
	const one = 1_000_000_000
	before, err := s.judged(f, amount, line)
	if err != nil {
		return by, err
	}
	minor, ok := int128.QuoRound64(int128.Mul64(by.Minor(), one), one-line.RebateRate.Nano(), int128.Up)
	for ok {
		rise := tandem.MoneyFromMinor(minor, by.Currency())
		raised, err := amount.Add(rise)
		if err != nil {
			return by, err
		}
		after, err := s.judged(f, raised, line)
		if err != nil || after.Minor()-before.Minor() >= by.Minor() {
			return rise, err
		}
		minor++ // the share was rounded up
	}
	return by, tandem.ErrOverflow
}

// agreed reports whether a line's price was agreed, locked or contracted, so that no
// floor raises it.
func (s *Snapshot) agreed(line *Line, out *LineResult, r *resolution) bool {
	return out.Final || line.Agreed != nil || r.winner == SourceContract
}

// raise raises the amount of a line to a hard floor.
func (out *LineResult) raise(f *Floor, by tandem.Money) (err error) {
	before := out.Amount
	if out.Amount, err = before.Add(by); err != nil {
		return err
	}
	if out.Breakdown.Floor, err = out.Breakdown.Floor.Add(by); err != nil {
		return err
	}
	if w := out.Waterfall; w != nil {
		w.Steps = append(w.Steps, Step{Kind: StepFloor, Rule: f.ID, Rate: f.Rate, Delta: by, Amount: out.Amount})
	}
	return nil
}

// judgeOrder compares the sum of the lines that have the basis.
func (s *Snapshot) judgeOrder(f *Floor, req *Request, res *Result) error {
	zero := tandem.MoneyFromMinor(0, req.Currency)
	limit, sum, open := zero, zero, false
	w := res.work
	w.weights = w.weights[:0]
	for i := range res.Lines {
		line, out, r := &req.Lines[i], &res.Lines[i], &w.found[i]
		w.weights = append(w.weights, 0)
		basis, err := s.floorBasis(f.Basis, line, r, out, res.work.partsOf(i))
		if err != nil {
			return err
		}
		if basis.Currency() == 0 {
			continue
		}
		judged, err := s.judged(f, out.Amount, line)
		if err != nil {
			return err
		}
		if limit, err = limit.Add(basis); err != nil {
			return err
		}
		if sum, err = sum.Add(judged); err != nil {
			return err
		}
		if !s.agreed(line, out, r) {
			w.weights[i], open = max(1, basis.Minor()), true
		}
	}
	limit, err := limit.MulRate(f.Rate, tandem.RoundCeiling)
	if err != nil || sum.Minor() >= limit.Minor() {
		return err
	}
	if !f.Hard || !open {
		res.Approvals = append(res.Approvals, f.approval(0, limit, sum))
		return nil
	}
	missing, err := limit.Sub(sum)
	if err != nil {
		return err
	}
	if w.parts, err = tandem.Allocate(w.parts[:0], missing, w.weights); err != nil {
		return err
	}
	for i, part := range w.parts {
		if part.IsZero() {
			continue
		}
		rise, err := s.raising(f, &req.Lines[i], res.Lines[i].Amount, part)
		if err == nil {
			err = res.Lines[i].raise(f, rise)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// floorBasis gives the amount that a floor compares with, none if it is not known.
func (s *Snapshot) floorBasis(b FloorBasis, line *Line, r *resolution, out *LineResult, parts [][2]tandem.Money) (tandem.Money, error) {
	var p stage
	if out.Parts != nil && b != FloorCost {
		return out.basisOfParts(b, parts)
	}
	switch b {
	case FloorCost:
		return line.Cost, nil
	case FloorList:
		p = s.stages(r, line)[atList]
	case FloorBeforeGrade:
		stages := s.stages(r, line)
		for i := atList; i < atGrade; i++ {
			if !stages[i].price.IsNone() {
				p = stages[i]
			}
		}
	case FloorEngine:
		p = stage{r.price, r.tiers}
	}
	if p.price.IsNone() || r.winner == "" {
		return tandem.Money{}, nil
	}
	return s.amount(&p, line, line.Quantity)
}

// basisOfParts gives what a floor compares a split line with: each part with its own,
// none if one of them is not known.
func (out *LineResult) basisOfParts(b FloorBasis, parts [][2]tandem.Money) (tandem.Money, error) {
	if b == FloorEngine {
		return out.Extended, nil
	}
	sum := tandem.MoneyFromMinor(0, out.Extended.Currency())
	for i := range parts {
		basis := parts[i][0]
		if b == FloorBeforeGrade {
			basis = parts[i][1]
		}
		if basis.IsNone() {
			return basis, nil
		}
		var err error
		if sum, err = sum.Add(basis); err != nil {
			return tandem.Money{}, err
		}
	}
	return sum, nil
}

// partsOf gives the bases of the parts of a line that was split.
func (w *work) partsOf(at int) [][2]tandem.Money {
	if at < len(w.bases) {
		return w.bases[at]
	}
	return nil
}
