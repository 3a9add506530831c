package redemption

import (
	"slices"
	"unicode/utf8"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/pricing/internal/enum"
)

// Claim is what is asked of a limit, for whom and for which order.
type Claim struct {
	Customer tandem.PartyID     `json:"customer,omitzero"`
	Order    tandem.DocumentRef `json:"order,omitzero"` // or cart; numbers do not count
	Usage    Usage              `json:"usage"`          // what is asked; what a limit does not count it passes over
	Step     tandem.Quantity    `json:"step"`           // a part grant is whole steps; none = whole units
	Until    tandem.Instant     `json:"until,omitzero"` // what is only reserved is free from here; none = held until released
}

func (c *Claim) same(o *Claim) bool {
	return c.Customer == o.Customer && c.Order.Same(o.Order) && c.Usage == o.Usage && c.Step == o.Step && c.Until == o.Until
}

// Validate reports amounts that are negative or too large, and a claim for nothing.
func (c Claim) Validate() error {
	var k tandem.Check
	k.Require(c.Order.IsZero() || c.Order.Kind != "" && !c.Order.ID.IsZero(), "order", "order", "must have kind and id")
	k.Require(len(c.Order.Kind) <= tandem.MaxName && len(c.Order.Number) <= tandem.MaxName, "too_long", "order", "too long")
	c.Usage.check(&k, "usage")
	k.Require(!c.Usage.IsNothing(), "required", "usage", "must ask for something")
	k.Require(c.Step.IsNone() || c.Step.Sign() > 0 && c.Step.Unit() == c.Usage.Quantity.Unit(), "step", "step",
		"must be positive and in the unit of the quantity")
	return k.Err("claim")
}

func (u Usage) check(k *tandem.Check, path string) {
	k.Require(u.Uses >= 0 && u.Uses <= MaxUses, "uses", path+".uses", "must not be negative or too large")
	k.Require(u.Quantity.Sign() >= 0 && u.Quantity.Micro() <= tandem.MaxUnits*1_000_000, "quantity", path+".quantity", "must not be negative or too large")
	k.Require(u.Value.Sign() >= 0 && u.Value.Minor() <= tandem.MaxMinorUnits, "value", path+".value", "must not be negative or too large")
}

// step gives the step of a part grant.
func (c *Claim) step() tandem.Quantity {
	if c.Step.IsNone() {
		return tandem.QuantityFromMicro(1_000_000, c.Usage.Quantity.Unit())
	}
	return c.Step
}

// Grant is the answer to a claim.
type Grant struct {
	Key     string           `json:"key"`
	Asked   Usage            `json:"asked"`
	Granted Usage            `json:"granted"`
	Status  RedemptionStatus `json:"status"` // reserved; of a repeated claim what has become of it
}

// RedemptionStatus says what has become of a claim.
type RedemptionStatus string

// What becomes of a claim; all of it but the first is settled.
const (
	RedemptionReserved  RedemptionStatus = "reserved"  // something of it is still reserved
	RedemptionCommitted RedemptionStatus = "committed" // something of it is used
	RedemptionReleased  RedemptionStatus = "released"  // nothing of it was used
	RedemptionExpired   RedemptionStatus = "expired"   // its time was over before anything was used
	RedemptionReturned  RedemptionStatus = "returned"  // all that was used was given back
)

// RedemptionStatuses lists them.
func RedemptionStatuses() []RedemptionStatus {
	return []RedemptionStatus{RedemptionReserved, RedemptionCommitted, RedemptionReleased, RedemptionExpired, RedemptionReturned}
}

// Valid reports whether s is one of [RedemptionStatuses].
func (s RedemptionStatus) Valid() bool { return slices.Contains(RedemptionStatuses(), s) }

// UnmarshalText reads a status and refuses anything else.
func (s *RedemptionStatus) UnmarshalText(text []byte) error {
	return enum.Decode(s, text, "redemption status")
}

// StepKind says what a step does.
type StepKind string

// The kinds of steps.
const (
	StepCommit  StepKind = "commit"  // of what is reserved, it is used
	StepRelease StepKind = "release" // of what is reserved, it is free
	StepReturn  StepKind = "return"  // of what is used, it is free
)

// StepKinds lists the kinds.
func StepKinds() []StepKind { return []StepKind{StepCommit, StepRelease, StepReturn} }

// Valid reports whether k is one of [StepKinds].
func (k StepKind) Valid() bool { return slices.Contains(StepKinds(), k) }

// UnmarshalText reads a kind and refuses anything else.
func (k *StepKind) UnmarshalText(text []byte) error {
	return enum.Decode(k, text, "step kind")
}

// Step is a part of a redemption that was committed, released or returned under a
// key of its own.
type Step struct {
	Key   string         `json:"key"` // once in its redemption
	Kind  StepKind       `json:"kind"`
	Usage Usage          `json:"usage"`
	At    tandem.Instant `json:"at"`
}

// Redemption is a claim that was granted, and what has become of it. Its usages are
// in the unit and the currency of the claim.
type Redemption struct {
	Key       string           `json:"key"`
	Claim     Claim            `json:"claim"`
	Granted   Usage            `json:"granted"`
	Committed Usage            `json:"committed,omitzero"` // of what was granted; whatever was returned later
	Released  Usage            `json:"released,omitzero"`  // of what was granted; or expired
	Returned  Usage            `json:"returned,omitzero"`  // of what was committed
	Status    RedemptionStatus `json:"status"`
	At        tandem.Instant   `json:"at"`      // when it was granted
	Changed   tandem.Instant   `json:"changed"` // the last change
	Steps     []Step           `json:"steps,omitempty"`
	// Recalled is set where the key was forgotten and returned later: the redemption is
	// what was returned, and the claim is not that which was made.
	Recalled bool `json:"recalled,omitempty"`
}

// Open gives what is still reserved.
func (r *Redemption) Open() Usage { return r.Granted.less(r.Committed).less(r.Released) }

// Used gives what is used: committed and not returned.
func (r *Redemption) Used() Usage { return r.Committed.less(r.Returned) }

// held gives what counts: reserved or used.
func (r *Redemption) held() Usage { return r.Granted.less(r.Released).less(r.Returned) }

func (r *Redemption) overdue(at tandem.Instant) bool {
	return !r.Claim.Until.IsZero() && !at.Before(r.Claim.Until) && !r.Open().IsNothing()
}

// status derives the status; that nothing was used it calls released.
func (r *Redemption) status() RedemptionStatus {
	switch {
	case !r.Open().IsNothing():
		return RedemptionReserved
	case r.Committed.IsNothing():
		return RedemptionReleased
	case r.Used().IsNothing():
		return RedemptionReturned
	}
	return RedemptionCommitted
}

func (r *Redemption) grant() Grant {
	return Grant{Key: r.Key, Asked: r.Claim.Usage, Granted: r.Granted, Status: r.Status}
}

// check reports what cannot hold for any redemption ever written.
func (r *Redemption) check(c *tandem.Check, path string) {
	c.Require(cleanKey(r.Key), "key", path+".key", "must be 1 to 256 bytes of UTF-8 without control characters")
	c.Require(!r.At.IsZero() && !r.Changed.IsZero(), "required", path+".at", "must be given")
	negative := r.Claim.Usage.negative() || r.Granted.negative() || r.Committed.negative() || r.Released.negative() || r.Returned.negative()
	if !c.Require(!negative, "negative", path, "usage must not be negative") {
		return
	}
	ok := r.Granted.within(r.Claim.Usage) && r.Committed.within(r.Granted) && r.Released.within(r.Granted.less(r.Committed)) &&
		r.Returned.within(r.Committed)
	if c.Require(ok, "usage", path, "no more is used than was granted, and no more returned than was used") {
		derived := r.status()
		c.Require(r.Status == derived || derived == RedemptionReleased && r.Status == RedemptionExpired,
			"status", path+".status", "must be what the usage says")
	}
	for i := range r.Steps {
		s := &r.Steps[i]
		c.Require(cleanKey(s.Key) && s.Kind.Valid() && !s.At.IsZero() && !s.Usage.negative(), "step", tandem.Path(path+".steps", i),
			"needs a key, a kind and a time, and is not negative")
	}
}

// cleanKey reports whether a key can be kept: 1 to 256 bytes of UTF-8 without control
// characters, as command keys are.
func cleanKey(key string) bool {
	for i := 0; i < len(key); i++ {
		if key[i] < 0x20 || key[i] == 0x7f {
			return false
		}
	}
	return len(key) > 0 && len(key) <= tandem.MaxName && utf8.ValidString(key)
}
