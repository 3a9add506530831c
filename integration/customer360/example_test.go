package customer360_test

import (
	"context"
	"fmt"
	"log"
	"time"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/crm/grading"
	"github.com/tandem-go/tandem/erp/sales"
	"github.com/tandem-go/tandem/integration/customer360"
	"github.com/tandem-go/tandem/integration/store"
	"github.com/tandem-go/tandem/integration/store/memory"
	"github.com/tandem-go/tandem/integration/work"
)

// A wholesaler subscribes the CRM to its events. An order is confirmed; the
// customer's timeline and purchases follow, and the next review gives a grade.
func Example() {
	ctx := context.Background()
	db := memory.Open()
	consumer, err := customer360.Consumer[*store.Bundle](customer360.Config{})
	check(err)
	dispatcher, err := work.NewDispatcher(db, consumer)
	check(err)

	// What a process does in its unit of work: change, and record the events.
	order := confirmedOrder()
	check(db.Update(ctx, func(ctx context.Context, b *store.Bundle) error {
		recorded := order.Drain()
		event := recorded.Events[0]
		return b.Outbox().Append(ctx, work.Event{Name: event.EventName(), Kind: recorded.Kind, ID: recorded.ID, Company: recorded.Company,
			Sequence: recorded.Last, At: order.State().Confirmed, Actor: "clerk", Payload: event.AppendJSON(nil)})
	}))
	effects, err := dispatcher.Deliver(ctx)
	check(err)
	fmt.Println("events:", effects)

	crm, err := customer360.New(db, customer360.ServiceConfig{Work: work.Config{Authorizer: work.AllowAll{}}})
	check(err)
	june, err := tandem.NewDate(2011, time.June, 1)
	check(err)
	policy := grading.StandardPolicy()
	policy.Steps = []grading.Step{{Grade: grading.Bronze, From: 3}, {Grade: grading.Gold, From: 13}}
	reviewed, err := crm.ReviewGrades(ctx, customer360.ReviewGrades{Header: work.Header{Key: "2011-06", Actor: work.Actor{ID: "job"}},
		Company: order.Company(), Currency: tandem.GBP, AsOf: june, Policy: policy})
	check(err)
	fmt.Println("ranked:", reviewed.Ranked, "grades:", reviewed.Grades)
	_, err = dispatcher.Deliver(ctx) // the change of grade is an event like any other
	check(err)

	check(db.View(ctx, func(ctx context.Context, b *store.Bundle) error {
		page, err := customer360.ReadOverview(ctx, b, customer360.OverviewQuery{Company: order.Company(), Party: order.Customer(), AsOf: june})
		if err != nil {
			return err
		}
		fmt.Println("grade:", page.Grade.Grade, "since", page.Grade.Earned.From, "bought:", page.Trade.Net)
		for _, entry := range page.Timeline {
			fmt.Println("-", entry.Kind, entry.Document.Number, entry.Text.Reveal())
		}
		return nil
	}))
	// Output:
	// events: 1
	// ranked: 1 grades: [{gold 0} {bronze 1} { 0}]
	// grade: bronze since 2011-06-01 bought: 25.00 GBP
	// - grade  no grade → bronze: first
	// - order SO-1 confirmed
}

func confirmedOrder() *sales.Order {
	day, err := tandem.NewDate(2011, time.May, 20)
	check(err)
	ten, err := tandem.QuantityOf(10, tandem.Each)
	check(err)
	price, err := tandem.ParsePrice("2.50 GBP/EA")
	check(err)
	one, err := tandem.NewRatio(1, 1)
	check(err)
	order, err := sales.NewOrder(sales.OrderInput{
		ID: tandem.DeriveID[sales.OrderID]("orders", "1"), Number: "SO-1", Date: day, Currency: tandem.GBP,
		Company: tandem.DeriveID[tandem.CompanyID]("companies", "acme"), Customer: tandem.DeriveID[tandem.PartyID]("customers", "17850"),
		Lines: []sales.Item{{Line: 1, Product: tandem.DeriveID[tandem.ProductID]("products", "85123A"), Ordered: ten, Factor: one, Quantity: ten,
			Price: price, Net: tandem.MoneyFromMinor(2500, tandem.GBP), Promise: day}},
	}, day.At(9, 0, nil))
	check(err)
	check(order.Confirm(day.At(9, 0, nil)))
	return order
}

func check(err error) {
	if err != nil {
		log.Fatal(err)
	}
}
