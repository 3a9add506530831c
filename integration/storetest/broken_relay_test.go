package storetest_test

import (
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tandem-go/tandem/integration/store"
	"github.com/tandem-go/tandem/integration/storetest"
)

// Outboxes that lose, repeat or mix up what relays are to publish. They are held to
// the checks of outboxes and relays alone.
func TestBrokenRelaysFailTheirChecks(t *testing.T) {
	for _, c := range []struct {
		name   string
		faults faults
		ids    []string // always
		chance []string // if goroutines meet
	}{
		{"a whole one", faults{}, nil, nil},
		{"a cursor over a serial id", faults{serialIDs: true}, []string{"OUTBOX-08", "RELAY-07"}, []string{"OUTBOX-02", "OUTBOX-04", "OUTBOX-06", "RELAY-02"}},
		{"a lease keeps nobody out", faults{noLease: true}, []string{"RELAY-01", "RELAY-03", "RELAY-05", "RELAY-10"}, []string{"RELAY-02"}},
		{"a lost lease settles", faults{noFence: true}, []string{"RELAY-03", "RELAY-06"}, nil},
		{"a dead letter blocks nothing", faults{noBlock: true}, []string{"RELAY-04", "RELAY-05", "RELAY-10"}, nil},
		{"what a dead letter needs is forgotten", faults{forgetsDead: true}, []string{"RELAY-08"}, nil},
		{"what a relay has yet to settle is forgotten", faults{forgetsUnsettled: true}, []string{"RELAY-08"}, nil},
		{"the relays of all tenants are one", faults{relayless: true}, []string{"RELAY-06", "RELAY-08"}, nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			got := failed(t, func() storetest.Harness[*store.Bundle] {
				h := over(newPlain(c.faults)).Alone()
				h.Skip = othersThan("OUTBOX-", "RELAY-")
				return h
			})
			sure := slices.DeleteFunc(slices.Clone(got), func(id string) bool { return slices.Contains(c.chance, id) })
			require.Equal(t, c.ids, sure)
		})
	}
}
