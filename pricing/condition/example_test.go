package condition_test

import (
	"encoding/json"
	"fmt"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/pricing/condition"
)

// A Christmas offer for graded customers of the web shop who buy 100 pounds of candles.
// Everything but the channel's exception and the sum can be looked up in an index.
func ExampleCompile() {
	from, _ := tandem.ParseDate("2026-12-01")
	until, _ := tandem.ParseDate("2026-12-27")
	hundred, _ := tandem.ParseMoney("100.00 GBP")
	offer := condition.All(
		condition.In("customer.grade", "gold", "silver"),
		condition.Between("order.date", from, until),
		condition.Not(condition.Is("order.channel", "phone")),
		condition.Sum("line.amount", condition.Is("line.category", "gifts/candles")).AtLeast(condition.Of(hundred)),
	)
	lowered, residue := condition.Lower(offer)
	fmt.Println("index:", lowered.Grades, lowered.Dates.From, lowered.Dates.Until)
	text, _ := json.Marshal(residue.Nodes[1])
	fmt.Printf("rest:  %s\n", text)

	schema, _ := condition.Standard()
	program, err := condition.Compile(schema, offer)
	if err != nil {
		fmt.Println(err)
		return
	}
	facts := schema.NewFacts()
	grade, _ := schema.Slot(condition.CustomerGrade)
	date, _ := schema.Slot(condition.OrderDate)
	category, _ := schema.Slot(condition.LineCategory)
	amount, _ := schema.Slot(condition.LineAmount)
	_ = facts.Set(grade, condition.Of("gold"))
	_ = facts.Set(date, condition.Of(from))
	for _, minor := range []int64{60_00, 40_00} {
		line, _ := facts.AddLine()
		_ = facts.SetLine(line, category, condition.Of("gifts/candles/red"))
		_ = facts.SetLine(line, amount, condition.Of(tandem.MoneyFromMinor(minor, tandem.GBP)))
	}
	fmt.Println("holds:", program.Match(facts))
	_ = facts.SetLine(1, amount, condition.Of(tandem.MoneyFromMinor(40_00, tandem.EUR)))
	fmt.Println("holds:", program.Match(facts))
	first, _ := facts.Mismatch()
	fmt.Println(first)
	// Output:
	// index: [gold silver] 2026-12-01 2026-12-27
	// rest:  {"op":"sum","field":"line.amount","where":{"op":"equal","field":"line.category","values":["text:gifts/candles"]},"compare":"at_least","values":["money:100.00 GBP"]}
	// holds: true
	// holds: false
	// line 1: line.amount: tandem: different currencies
}
