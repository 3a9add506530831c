// Package customer360 keeps what the CRM knows of customers up to date by the
// events of the ERP, and answers from it: who is graded how and why, how
// satisfied a customer has reason to be, what happened with it last.
//
// A host subscribes [Consumer] to its dispatcher:
//
//	consumer, err := customer360.Consumer[*store.Bundle](customer360.Config{})
//	dispatcher, err := work.NewDispatcher(store, consumer)
//	…
//	effects, err := dispatcher.Deliver(ctx)
//
// Each event becomes one entry of the customer's timeline and, where it tells of
// goods or money, facts: [survey.DeliveryFact] (ordered, shipped, cancelled,
// returned) and [grading.Purchase] (by a [PurchaseBasis]). Facts have ids that
// follow from the identity of their event, and need nothing but their event: an
// event that arrives twice, or before an event of another document, leaves the
// same facts behind.
//
// [Service.ReviewGrades] scores all customers and moves their grades; [Grades]
// is the port by which quotations and orders are priced at the grade of their
// day. So a change of grade reprices what is quoted from then on, and never a
// quotation that was sent: that one keeps its prices. [Satisfaction] and
// [ReadOverview] only read.
//
// The package knows the event types of the rooms and no process.
package customer360
