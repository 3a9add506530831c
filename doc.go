// Package tandem is the hall of the house: the words that every room of the
// library speaks. It holds value types and no domain rule of any one room.
//
// Value types are small, opaque, immutable and comparable, so that == and map
// keys work: [Money], [Price], [Quantity], [Rate], [Ratio], [ID], [Date],
// [Instant]. Their arithmetic never lies: overflow, different currencies or
// units and division by zero are errors; nothing saturates and nothing turns
// into zero. Rounding is a named argument ([Rounding]) at the places where
// something can be lost, and nowhere else. [Allocate] is the one way to split
// an amount, and [Total] the one way to sum products before rounding once.
//
// The edge of the library speaks [github.com/shopspring/decimal]; inside,
// arithmetic is int64 with 128-bit intermediates and allocates nothing.
//
// Errors match one of the sentinels ([ErrNotFound], [ErrConflict],
// [ErrInvalid], [ErrNotAllowed], [ErrInsufficient], [ErrDuplicate],
// [ErrUnknown], [ErrUnsupported]) with errors.Is; typed errors carry the facts.
// Validation returns every fault at once ([Check], [InvalidError]).
package tandem
