package store

import (
	"fmt"
	"sync"
)

// Kinds lists everything that a driver keeps as records, in a fixed order. The
// error tells of a descriptor of this package that does not fit; no data causes it.
func Kinds() ([]*Kind, error) { return kinds() }

const maxKinds = 64 // a unit of work keeps a set of them in 64 bits

var kinds = sync.OnceValues(func() ([]*Kind, error) {
	list := allKinds()
	names := map[string]bool{}
	for i, k := range list {
		k.Ordinal = i
		if names[k.Name] || len(list) > maxKinds {
			return nil, fmt.Errorf("store: kind %s twice, or more than %d kinds", k.Name, maxKinds)
		}
		names[k.Name] = true
		if err := k.resolve(); err != nil {
			return nil, err
		}
	}
	return list, nil
})

func allKinds() []*Kind {
	return []*Kind{
		productRecord.kind, categoryRecord.kind,
		locationRecord.kind, reservationAggregate.kind, moveFact.kind, backorderRecord.kind, countAggregate.kind,
		costPoolAggregate.kind,
		quotationAggregate.kind, orderAggregate.kind, deliveryAggregate.kind, returnAggregate.kind,
		accountRecord.kind, entryFact.kind, periodAggregate.kind,
		invoiceAggregate.kind, paymentAggregate.kind, allocationFact.kind, creditAggregate.kind, termsRecord.kind,
		taxCodeRecord.kind, taxEntryFact.kind,
		partyAggregate.kind, crossReferenceRecord.kind, consentFact.kind, interactionFact.kind,
		gradeAggregate.kind, purchaseFact.kind, answerFact.kind, deliveryFact.kind,
		redemptionAggregate.kind, rebateAggregate.kind,
	}
}
