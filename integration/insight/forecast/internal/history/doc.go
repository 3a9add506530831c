// Package history makes of a history as it was recorded one that a method can be fitted
// to: [Raw.Prepare] fills gaps, raises what stock-outs hid, takes the effects of
// regressors out, and says by warnings what it did. [Prepared.Effects] puts the effects
// back around a forecast. It knows no method; package forecast has its words for users.
package history
