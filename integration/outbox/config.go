package outbox

import (
	"math/rand/v2"
	"time"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/integration/work"
)

// Config of a relay. Name and Owner are required; the rest has defaults.
type Config struct {
	// Name of the relay: 1 to 64 bytes. Processes that share it share the work;
	// relays of different names each publish every event.
	Name string
	// Owner is this process's name for its leases, 1 to 256 bytes: different in each
	// process, and in each start of one.
	Owner   string
	Clock   work.Clock     // default work.SystemClock
	Random  func() float64 // in [0, 1), for the jitter of pauses; default the runtime's
	Batch   int            // events taken from a lane at once, 2 to 1,000; default 256
	Lanes   int            // taken at once, of 16; default all
	Lease   time.Duration  // how long lanes stay with a process that has died; default 30 s, at least 1 s
	Timeout time.Duration  // of one call of the publisher; default 20 s
	Poll    time.Duration  // pause of Run when nothing is there; default 200 ms
	Retry   Retry
	// Report is told by Run of every error, each time: the store's, the publisher's
	// as a [*PublishError], and one that matches [ErrDead] for each dead letter.
	// Default: none is told.
	Report func(error)
}

// Retry says when an event that the bus does not take is tried again, and when it
// is given up as a dead letter. The zero value is the documented default.
type Retry struct {
	// Refused is how often an event is tried that the bus refuses; default 3.
	Refused int
	// Failed is how often an event is tried that fails otherwise, while the bus takes
	// others: rounds in which the bus took nothing do not count, so that an outage
	// gives no dead letters. Default 50.
	Failed int
	// Outage is how long an event is tried however it fails; default 30 days.
	Outage time.Duration
	// Pause is the first pause before an event is tried again, doubled each time up
	// to MaxPause; each is cut by chance to between a half and the whole. Defaults
	// 100 ms and 30 s.
	Pause, MaxPause time.Duration
}

// Validate reports everything that is missing or out of range.
func (c Config) Validate() error {
	var check tandem.Check
	between := func(d, least, most time.Duration) bool { return d == 0 || d >= least && d <= most }
	check.Require(c.Name != "" && len(c.Name) <= 64, "relay_name", "name", "must be 1 to 64 bytes")
	check.Require(c.Owner != "" && len(c.Owner) <= tandem.MaxName, "relay_owner", "owner", "must be 1 to 256 bytes")
	check.Require(c.Batch == 0 || c.Batch >= 2 && c.Batch <= tandem.MaxPage, "relay_batch", "batch", "must be between 2 and 1,000")
	check.Require(c.Lanes >= 0 && c.Lanes <= work.EventLanes, "relay_lanes", "lanes", "must be between 0 and 16")
	check.Require(between(c.Lease, time.Second, time.Hour), "relay_lease", "lease", "must be between one second and one hour")
	check.Require(between(c.Timeout, time.Millisecond, time.Hour), "relay_timeout", "timeout", "must be between one millisecond and one hour")
	check.Require(between(c.Poll, time.Millisecond, time.Hour), "relay_poll", "poll", "must be between one millisecond and one hour")
	r := c.Retry
	check.Require(r.Refused >= 0 && r.Refused <= 1000, "retry_refused", "retry.refused", "must be between 0 and 1,000")
	check.Require(r.Failed >= 0 && r.Failed <= 1_000_000, "retry_failed", "retry.failed", "must be between 0 and 1,000,000")
	check.Require(between(r.Outage, time.Second, 10*365*24*time.Hour), "retry_outage", "retry.outage", "must be between one second and ten years")
	check.Require(between(r.Pause, time.Millisecond, time.Hour), "retry_pause", "retry.pause", "must be between one millisecond and one hour")
	check.Require(between(r.MaxPause, time.Millisecond, 24*time.Hour), "retry_max_pause", "retry.max_pause", "must be between one millisecond and a day")
	return check.Err("relay config")
}

func (c Config) withDefaults() Config {
	if c.Clock == nil {
		c.Clock = work.SystemClock{}
	}
	if c.Random == nil {
		c.Random = rand.Float64
	}
	if c.Batch == 0 {
		c.Batch = 256
	}
	for _, d := range []struct {
		value *time.Duration
		is    time.Duration
	}{
		{&c.Lease, 30 * time.Second}, {&c.Timeout, 20 * time.Second}, {&c.Poll, 200 * time.Millisecond},
		{&c.Retry.Outage, 30 * 24 * time.Hour}, {&c.Retry.Pause, 100 * time.Millisecond}, {&c.Retry.MaxPause, 30 * time.Second},
	} {
		if *d.value == 0 {
			*d.value = d.is
		}
	}
	if c.Retry.Refused == 0 {
		c.Retry.Refused = 3
	}
	if c.Retry.Failed == 0 {
		c.Retry.Failed = 50
	}
	if c.Report == nil {
		c.Report = func(error) {}
	}
	return c
}

// pause gives the pause after so many tries.
func (c *Config) pause(tries int) time.Duration {
	d := c.Retry.Pause
	for ; tries > 1 && d < c.Retry.MaxPause; tries-- {
		d *= 2
	}
	d = min(d, c.Retry.MaxPause)
	return d/2 + time.Duration(c.Random()*float64(d/2))
}
