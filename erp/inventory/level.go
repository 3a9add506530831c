package inventory

import (
	"math"
	"slices"
	"strconv"

	"github.com/tandem-go/tandem"
)

// LevelKey names a level: a product, and its lot where it has lots, at a stock
// location of a company.
type LevelKey struct {
	Company  tandem.CompanyID  `json:"company"`
	Location tandem.LocationID `json:"location"`
	Product  tandem.ProductID  `json:"product"`
	Lot      tandem.LotID      `json:"lot,omitzero"`
}

// Compare orders keys by company, location, product and lot: -1, 0 or +1.
func (k LevelKey) Compare(o LevelKey) int {
	if c := k.Company.Compare(o.Company); c != 0 {
		return c
	}
	if c := k.Location.Compare(o.Location); c != 0 {
		return c
	}
	if c := k.Product.Compare(o.Product); c != 0 {
		return c
	}
	return k.Lot.Compare(o.Lot)
}

// String names the key by its ids.
func (k LevelKey) String() string {
	s := "product " + k.Product.String() + " at location " + k.Location.String()
	if !k.Lot.IsZero() {
		s += " lot " + k.Lot.String()
	}
	return s
}

// Level is what is at hand of a product at a location, and how much of it is
// reserved, in millionths of the product's base unit. It holds no value and no
// unit: it is a pair of counters that many writers share.
type Level struct {
	Key      LevelKey `json:"key"`
	OnHand   int64    `json:"on_hand_micro"`
	Reserved int64    `json:"reserved_micro"`
}

// Available gives what is at hand and not reserved, negative where a location
// allows it. An on hand so far below nought that the difference does not fit
// gives the lowest int64.
func (l Level) Available() int64 {
	free, ok := sub(l.OnHand, l.Reserved)
	if !ok {
		return math.MinInt64
	}
	return free
}

// LevelChange is a signed change of a level, in millionths of the base unit.
type LevelChange struct {
	Key      LevelKey
	OnHand   int64
	Reserved int64
	// AllowNegative lifts `reserved ≤ on hand`: the policy of the location.
	AllowNegative bool
}

// IsZero reports whether the change changes nothing.
func (c LevelChange) IsZero() bool { return c.OnHand == 0 && c.Reserved == 0 }

// Reverse gives the change that undoes c.
func (c LevelChange) Reverse() LevelChange {
	c.OnHand, c.Reserved = -c.OnHand, -c.Reserved
	return c
}

// InsufficientError says that a level does not allow a change: of what, how
// much was wanted, and how much there was, in millionths of the base unit. It matches [tandem.ErrInsufficient].
type InsufficientError struct {
	Key       LevelKey
	Wanted    int64
	Available int64
	// Reserved is set where the reserved quantity, not the free one, fell short:
	// more was to be consumed or released than is reserved.
	Reserved bool
	// Raced is set by a store that saw enough and lost the race for it at the
	// flush. The error then matches [tandem.ErrConflict] too, so that the decision
	// is made anew.
	Raced bool
}

func (e *InsufficientError) Error() string {
	what := " is available"
	if e.Reserved {
		what = " is reserved"
	}
	return e.Key.String() + ": " + micro(e.Wanted) + " wanted, " + micro(e.Available) + what
}

// Is reports whether target is [tandem.ErrInsufficient], or [tandem.ErrConflict] for a lost race.
func (e *InsufficientError) Is(target error) bool {
	return target == tandem.ErrInsufficient || e.Raced && target == tandem.ErrConflict
}

// micro writes millionths as a decimal.
func micro(n int64) string {
	u, sign := uint64(n), ""
	if n < 0 {
		u, sign = -u, "-"
	}
	s := sign + strconv.FormatUint(u/1_000_000, 10)
	if rest := u % 1_000_000; rest != 0 {
		digits := strconv.FormatUint(1_000_000+rest, 10)[1:]
		for digits[len(digits)-1] == '0' {
			digits = digits[:len(digits)-1]
		}
		s += "." + digits
	}
	return s
}

// Apply gives the level after the change, or an [*InsufficientError] where that
// would break `0 ≤ reserved ≤ on hand`. The bound on reserved holds everywhere;
// the one by on hand is lifted by AllowNegative, and never refuses a change that
// leaves no less free than before, so that a location below nought can be filled
// again after its policy has become strict. A sum that does not fit is
// [tandem.ErrOverflow]. This function is the one truth of the rule: a store may
// state it as a condition, but must decide alike.
func (l Level) Apply(c LevelChange) (Level, error) {
	onHand, ok1 := add(l.OnHand, c.OnHand)
	reserved, ok2 := add(l.Reserved, c.Reserved)
	if !ok1 || !ok2 || c.OnHand == math.MinInt64 || c.Reserved == math.MinInt64 {
		return l, tandem.ErrOverflow
	}
	if reserved < 0 && c.Reserved < 0 {
		return l, &InsufficientError{Key: c.Key, Wanted: -c.Reserved, Available: l.Reserved, Reserved: true}
	}
	taken, ok := sub(c.Reserved, c.OnHand)
	if !ok {
		return l, tandem.ErrOverflow
	}
	if !c.AllowNegative && taken > 0 && reserved > onHand {
		return l, &InsufficientError{Key: c.Key, Wanted: taken, Available: l.Available()}
	}
	return Level{Key: c.Key, OnHand: onHand, Reserved: reserved}, nil
}

// MergeChanges sorts the changes by key, sums those of equal keys and drops what
// sums to nought; a merged change allows negative stock only where all its parts
// do. It works in place: the result shares the memory of changes.
func MergeChanges(changes []LevelChange) ([]LevelChange, error) {
	slices.SortFunc(changes, func(a, b LevelChange) int { return a.Key.Compare(b.Key) })
	out := changes[:0]
	for i := 0; i < len(changes); {
		sum := changes[i]
		for i++; i < len(changes) && changes[i].Key == sum.Key; i++ {
			var ok1, ok2 bool
			sum.OnHand, ok1 = add(sum.OnHand, changes[i].OnHand)
			sum.Reserved, ok2 = add(sum.Reserved, changes[i].Reserved)
			if !ok1 || !ok2 {
				return nil, tandem.ErrOverflow
			}
			sum.AllowNegative = sum.AllowNegative && changes[i].AllowNegative
		}
		if !sum.IsZero() {
			out = append(out, sum)
		}
	}
	return out, nil
}

func add(a, b int64) (int64, bool) {
	s := a + b
	return s, (s > a) == (b > 0) && s != math.MinInt64
}

func sub(a, b int64) (int64, bool) {
	d := a - b
	return d, (d < a) == (b > 0) && d != math.MinInt64
}
