package story

import (
	"context"
	"fmt"
	"maps"
	"slices"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/examples/wholesaler/trade/report"
	"github.com/tandem-go/tandem/examples/wholesaler/trade/retail"
)

// figures closes the books and gathers what was counted.
func (t *teller) figures(ctx context.Context) (*report.Figures, error) {
	closing, err := t.books.Close(ctx, t.at(atClose))
	if err != nil {
		return nil, err
	}
	y := &t.tally
	f := &report.Figures{
		File: t.file.Name, FileRows: y.rows, FirstDay: y.first, LastDay: t.lastDay(), Price: "paid", Seed: t.cfg.Seed,
		Customers: t.chosen(), ChosenGrades: y.chosen(t.chosen()), Rows: y.rows, Sold: y.classes[retail.Sold], Free: y.free, Returned: y.classes[retail.Returned],
		WrittenOff: y.classes[retail.Lost] + y.classes[retail.Found], Lost: y.classes[retail.Lost], Found: y.classes[retail.Found],
		Service: y.classes[retail.Service], Refused: y.classes[retail.Refused], Refusals: y.refusals,
		Orders: y.orders, OrderLines: y.orderLines, Purchases: t.purchases.Count(),
		Revenue: closing.Revenue, NetByTax: closing.NetByTax, Satisfaction: closing.Satisfaction,
		Waterfall: y.waterfall, EngineIsPaid: y.engineIsPaid, Approvals: y.approvals, Example: y.example,
		Grades:   report.Grades{Reviews: y.reviews, Moves: y.moves, Names: gradeNames(), Migration: y.migration()},
		Matching: y.matching, WriteOffs: y.writeOffs, Receivables: closing.Receivables, Checks: map[string]bool{},
	}
	if t.cfg.Engine {
		f.Price = "engine"
	}
	f.Replenish, f.GradeOf = "rule", map[string]string{}
	if t.cfg.Planner != nil {
		f.Replenish = t.cfg.Planner.String()
	}
	for customer, grade := range t.grade {
		f.GradeOf[customer] = string(grade)
	}
	t.served(f)
	if err := t.revenue(f); err != nil {
		return nil, err
	}
	if f.Flow, err = t.flow(ctx); err != nil {
		return nil, err
	}
	f.Largest = t.largest()
	f.Notes = t.notes(f)
	return f, t.check(f, closing)
}

// check adds the story's own checks to those of the books.
func (t *teller) check(f *report.Figures, closing Closing) error {
	maps.Copy(f.Checks, closing.Checks)
	classed := f.Sold + f.Returned + f.WrittenOff + f.Service + f.Refused
	f.Checks["every_row_accounted_for"] = t.tally.rows == len(t.file.Rows) && (t.cfg.Customers != nil || classed == f.Rows)
	if f.Refusals == nil {
		f.Refusals = []report.Refusal{}
	}
	f.Rows = classed // with a choice of customers: the rows of those
	f.Checks["waterfalls_sum_to_their_price"] = t.tally.ties
	if t.cfg.Engine {
		return nil
	}
	net, err := t.tally.net.Money(tandem.HalfAwayFromZero)
	f.Checks["revenue_ties_to_file"] = err == nil && net == closing.Revenue
	return err
}

// served counts the service that phase 2 gave.
func (t *teller) served(f *report.Figures) {
	months := map[tandem.Date]*report.Month{}
	for m := t.tally.first.StartOfMonth(); !m.After(t.lastMonth()); m = m.AddMonths(1) {
		months[m] = &report.Month{Month: m}
	}
	late := map[string]bool{}
	byGrade := map[string]*report.Share{}
	for _, grade := range gradeNames() {
		byGrade[grade] = &report.Share{}
	}
	for _, l := range t.lines {
		if l == nil || !l.phase2 {
			continue
		}
		m := months[l.row.Day.StartOfMonth()]
		onTime := !l.done.IsZero() && !l.done.After(l.promise)
		if l.toOrder {
			f.BigLines++
		} else {
			f.FillRate.Add(l.reserved, l.row.Quantity)
			f.LinesAtOnce.Count(l.reserved == l.row.Quantity)
			m.Fill.Add(l.reserved, l.row.Quantity)
			if share := byGrade[l.grade]; share != nil {
				share.Add(l.reserved, l.row.Quantity)
			}
		}
		if l.cancelled == l.row.Quantity {
			continue
		}
		f.OnTimeRate.Count(onTime)
		m.OnTime.Count(onTime)
		late[l.row.Invoice] = late[l.row.Invoice] || !onTime
	}
	for _, l := range late {
		f.OrdersOnTime.Count(!l)
	}
	for _, grade := range gradeNames() {
		if share := byGrade[grade]; share.Whole > 0 {
			f.FillByGrade = append(f.FillByGrade, report.GradeFill{Grade: grade, Fill: *share})
		}
	}
	for _, m := range sortedDates(months) {
		f.Months = append(f.Months, *months[m])
	}
}

func (t *teller) lastMonth() tandem.Date { return t.lastDay().StartOfMonth() }

// lastDay is that of the file; the clock goes on after it.
func (t *teller) lastDay() tandem.Date {
	last := t.tally.first
	for i := range t.file.Documents {
		if d := t.file.Documents[i].Day; d.After(last) {
			last = d
		}
	}
	return last
}

// chosen lists the customers whose story is told, none where it is that of all.
func (t *teller) chosen() []string {
	if t.cfg.Customers == nil {
		return nil
	}
	return sortedCodes(t.cfg.Customers)
}

func sortedDates[T any](m map[tandem.Date]T) []tandem.Date {
	return slices.SortedFunc(maps.Keys(m), tandem.Date.Compare)
}

// revenue adds the revenue of each grade to the months. A month without any has nought for the grades of its customers.
func (t *teller) revenue(f *report.Figures) error {
	for i := range f.Months {
		m := &f.Months[i]
		for _, grade := range append(gradeNames(), "ungraded", "cash") {
			sum, ok := t.tally.revenue[revenueKey{m.Month, grade}]
			if !ok {
				continue
			}
			net, err := sum.Money(tandem.HalfAwayFromZero)
			if err != nil {
				return err
			}
			m.Revenue = append(m.Revenue, report.GradeRevenue{Grade: grade, Net: net})
		}
		if m.Revenue != nil {
			continue
		}
		for _, grade := range t.gradesIn(m.Month) {
			m.Revenue = append(m.Revenue, report.GradeRevenue{Grade: grade, Net: tandem.MoneyFromMinor(0, tandem.GBP)})
		}
	}
	return nil
}

// gradesIn lists the grades that those whose story is told hold in a month.
func (t *teller) gradesIn(month tandem.Date) (grades []string) {
	var held map[string]tandem.GradeCode
	for i := range t.tally.reviews {
		if !t.tally.reviews[i].Day.After(month) {
			held = t.tally.held[i]
		}
	}
	has := map[string]bool{}
	for customer, grade := range held {
		if t.cfg.Customers == nil || t.cfg.Customers[customer] {
			has[string(grade)] = true
		}
	}
	for _, grade := range gradeNames() {
		if has[grade] {
			grades = append(grades, grade)
		}
	}
	if grades == nil {
		return []string{"ungraded"}
	}
	return grades
}

// largest finds the customer with the greatest gross sales of goods. Net is of all that the customer was charged and
// credited.
func (t *teller) largest() (l report.Largest) {
	gross, net := map[string]int64{}, map[string]int64{}
	var allGross, allNet int64
	for i := range t.file.Rows {
		row := &t.file.Rows[i]
		if row.Cash() || row.Class == retail.Refused {
			continue
		}
		net[row.Customer] += row.Net.Minor()
		allNet += row.Net.Minor()
		if row.Class == retail.Sold {
			gross[row.Customer] += row.Net.Minor()
			allGross += row.Net.Minor()
		}
	}
	for _, c := range sortedCodes(gross) {
		if l.Customer == "" || gross[c] > gross[l.Customer] {
			l.Customer = c
		}
	}
	l.OfGross = report.Share{Part: gross[l.Customer], Whole: allGross}
	l.OfNet = report.Share{Part: net[l.Customer], Whole: allNet}
	return l
}

// notes says what misleads, and what is assumed.
func (t *teller) notes(f *report.Figures) []string {
	notes := []string{
		"Supply is simulated: lead times, late purchases and payment habits follow from hashes with the seed. The file tells nothing of them.",
		"Phase 1 (to 31 May 2011) is supplied just in time at cost; list prices, grades and service figures begin with phase 2.",
		"Unit cost is assumed to be 55 % of the first list price.",
		"Sales to customers in the EU are zero-rated as intra-Community supplies: their VAT numbers are assumed.",
		"Goods received not invoiced stay open: the example has no supplier invoices.",
		"Surveys and complaints: no data. Answers are never invented, so satisfaction rests on deliveries and returns alone.",
		t.grading(f),
		fmt.Sprintf("Customer %s alone is %s of the gross sales of goods to all customers of the file (%s of the net).",
			f.Largest.Customer, f.Largest.OfGross, f.Largest.OfNet),
	}
	if note := fillByGrade(f.FillByGrade); note != "" {
		notes = append(notes, note)
	}
	if len(t.file.Rows) < 100_000 {
		notes = append(notes, "The demand for single products is thinned to about a tenth of the shop's: forecast products on the full file.")
	}
	if !f.Waterfall.Contract.IsNone() && !f.Waterfall.Contract.IsZero() {
		notes = append(notes, "A contract price is what the customer paid last before the order: where a product stands on an order twice, "+
			"the first line makes no contract price for the second.")
	}
	if t.cfg.Engine {
		notes = append(notes, "At the engine's prices the revenue is not the file's, so that revenue_ties_to_file is no check here.")
	}
	if t.cfg.Customers != nil {
		notes = append(notes, "Price book, grades and stock levels were set from all customers; the rest is told for "+f.Whom()+" alone.")
	}
	return notes
}

// grading says what the grades cost: nothing where the paid prices are booked.
func (t *teller) grading(f *report.Figures) string {
	share := report.Share{Part: f.Waterfall.Grade.Minor(), Whole: f.Waterfall.Paid.Minor()}
	whom := f.Whom()
	if len(f.Customers) == 0 {
		whom = "customers" // those of phase 2; cash customers are outside grades
	}
	grades := report.Pounds(f.Waterfall.Grade)
	switch {
	case share.Whole <= 0:
		return "Grades cost nothing here: " + whom + " bought nothing at a list price in phase 2."
	case t.cfg.Engine:
		return fmt.Sprintf("These books are a counterfactual: they have the engine's prices, not those that were paid. "+
			"The grades are granted in full and cost %s, %s of what %s bought in phase 2. A review counts what was bought, here "+
			"at the engine's prices: a customer may hold another grade than with the paid prices, which give another cost.", grades, share, whom)
	}
	return fmt.Sprintf("Granting the grades in full would have cost %s, %s of what %s bought in phase 2: reported, not booked.",
		grades, share, whom)
}

// hardly is the difference of fill rates, in tenths of a percent, below which grades are served alike.
const hardly = 30

// fillByGrade says how the fill rate differs by grade, if two grades can be compared.
func fillByGrade(grades []report.GradeFill) string {
	if len(grades) < 2 {
		return ""
	}
	least, most := grades[0], grades[0]
	for _, g := range grades[1:] {
		if g.Fill.Tenths() < least.Fill.Tenths() {
			least = g
		}
		if g.Fill.Tenths() > most.Fill.Tenths() {
			most = g
		}
	}
	span := fmt.Sprintf("from %s (%s) to %s (%s)", least.Fill, least.Grade, most.Fill, most.Grade)
	if most.Fill.Tenths()-least.Fill.Tenths() < hardly {
		return "The fill rate hardly differs by grade, " + span + ": no grade is served first."
	}
	return "The fill rate differs by grade, " + span + ", though no grade is served first: it is the lines that differ."
}
