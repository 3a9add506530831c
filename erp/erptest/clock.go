package erptest

import (
	"sync"
	"time"

	"github.com/tandem-go/tandem"
)

// Clock is a clock that stands still until it is moved. It is safe for
// concurrent use.
type Clock struct {
	mu  sync.Mutex
	now tandem.Instant
}

// NewClock gives a clock that stands at an instant.
func NewClock(now tandem.Instant) *Clock { return &Clock{now: now} }

// Now gives the time.
func (c *Clock) Now() tandem.Instant {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

// Set moves the clock to an instant, an earlier one too.
func (c *Clock) Set(now tandem.Instant) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = now
}

// Advance moves the clock on.
func (c *Clock) Advance(by time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(by)
}

// Today gives the day, in UTC.
func (c *Clock) Today() tandem.Date { return tandem.DateIn(c.Now(), time.UTC) }
